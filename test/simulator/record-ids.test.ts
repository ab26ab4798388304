import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alarmTypes } from '#lib/simulator/alarm-types.ts';
import { createCameras } from '#lib/simulator/cameras.ts';
import { createRecordIds, pictureKinds, type RecordRef } from '#lib/simulator/record-ids.ts';

const cameras = createCameras('1');
const ids = createRecordIds({ seed: '1', cameras, timeZone: 'Asia/Shanghai' });
const times = fc.date({ min: new Date('2020-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
const records: fc.Arbitrary<RecordRef> = fc.record({
  camera: fc.constantFrom(...cameras),
  service: fc.integer({ min: 0, max: 99 }),
  kinds: fc.subarray([...pictureKinds], { minLength: 1 }),
  takenAt: times,
  serial: fc.integer({ min: 0, max: 9999 }),
});
const alarms = fc.record({
  camera: fc.constantFrom(...cameras),
  alarmType: fc.constantFrom(...alarmTypes.map(({ alarmType }) => alarmType)),
  raisedAt: times.map((time) => new Date(Math.floor(time.getTime() / 1000) * 1000)),
  serial: fc.nat(),
});

/** Another character in one place. */
const altered = (text: string, place: number) => {
  const at = place % text.length;
  return `${text.slice(0, at)}${text[at] === '7' ? '8' : '7'}${text.slice(at + 1)}`;
};

describe('createRecordIds', () => {
  it('reads back the records that it gave a data_id', () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 0, max: 99 }), (record, part) => {
        expect(ids.readDataId(ids.dataId(record, part))).toEqual(record);
      }),
    );
  });

  it('writes data_ids of 32 letters and digits, as the reference shows them', () => {
    fc.assert(
      fc.property(records, (record) => {
        expect(ids.dataId(record)).toMatch(/^\d{24}[a-z]{5}\d{3}$/);
      }),
    );
  });

  it('reads back the pictures that it gave a path', () => {
    fc.assert(
      fc.property(records, (record) => {
        for (const kind of record.kinds) {
          expect(ids.readPicturePath(ids.picturePath(record, kind))).toEqual({ record, kind });
        }
      }),
    );
  });

  it('reads back the alarms that it gave a uuid', () => {
    fc.assert(
      fc.property(alarms, (alarm) => {
        const uuid = ids.alarmUuid(alarm);
        expect(uuid.length).toBeLessThanOrEqual(128);
        expect(ids.readAlarmUuid(uuid)).toEqual({ ...alarm, share: expect.any(Number) });
      }),
    );
  });

  it('does not know an id of which one character was changed', () => {
    fc.assert(
      fc.property(records, fc.nat(), (record, place) => {
        const kind = record.kinds[0] ?? 'panorama';
        expect(ids.readDataId(altered(ids.dataId(record), place))).toBeUndefined();
        expect(ids.readPicturePath(altered(ids.picturePath(record, kind), place))).toBeUndefined();
      }),
    );
  });

  it.each(['', 'x', '167651219912500100070000kcxdq120', '2000000000WLL0000001_0_target_alarm_20060102150405_0', '___'])(
    'does not know %j',
    (text) => {
      expect(ids.readDataId(text)).toBeUndefined();
      expect(ids.readAlarmUuid(text)).toBeUndefined();
      expect(ids.readPicturePath(text)).toBeUndefined();
    },
  );

  it('does not take the id of a picture for that of a record, nor the ids of another seed', () => {
    const record: RecordRef = {
      camera: cameraOf(0),
      service: 7,
      kinds: ['plate'],
      takenAt: new Date(1_700_000_000_000),
      serial: 5,
    };
    const pictureId = /tlv_([a-z0-9]{32})\.jpg/.exec(ids.picturePath(record, 'plate'))?.[1] ?? '';
    expect(ids.readDataId(pictureId)).toBeUndefined();
    const others = createRecordIds({ seed: '2', cameras: createCameras('2'), timeZone: 'Asia/Shanghai' });
    expect(others.readDataId(ids.dataId(record))).toBeUndefined();
  });

  it('reads a week-old id after a restart, because nothing but the seed is needed', () => {
    const record: RecordRef = {
      camera: cameraOf(1),
      service: 1,
      kinds: ['target'],
      takenAt: new Date(1_700_000_000_000),
      serial: 1,
    };
    const restarted = createRecordIds({ seed: '1', cameras: createCameras('1'), timeZone: 'Asia/Shanghai' });
    expect(restarted.readDataId(ids.dataId(record))).toEqual(record);
  });
});

function cameraOf(index: number) {
  const camera = cameras[index];
  if (camera === undefined) throw new RangeError('no such camera');
  return camera;
}

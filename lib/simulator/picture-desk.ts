import { alarmTypeOf } from './alarm-types.ts';
import { type Drawing, drawPicture } from './draw-picture.ts';
import { type IvmCode, IvmRefusal } from './ivm-refusal.ts';
import { localTime } from './local-time.ts';
import type { PictureKind, RecordIds, RecordRef } from './record-ids.ts';
import { seededRandom } from './seeded-random.ts';
import { type Subject, sightingOf } from './sighting.ts';

export type PictureAnswer = 'image' | 'json' | 'mixed';
export type ServedPicture = { image: Buffer; asJson: boolean };

const urlLifetimeSeconds = 300;
const keptMs = 7 * 86_400_000;
const slowestPictureSeconds = 3;

/** Hands out picture URLs and draws the pictures when they are asked for (reference 10.2). */
export type PictureDesk = {
  /** A URL of a record's picture, good for five minutes from now. */
  recordUrl(record: RecordRef, kind: PictureKind): string;
  /** The URLs of a record's pictures, or why there are none. */
  recordPictures(dataId: string, service: (service: number) => boolean): { kind: PictureKind; url: string }[] | IvmCode;
  /** The URLs of an alarm's pictures, `targetGroupUrl` empty where it has no target; or why there are none. */
  alarmPictures(alarmUuid: string): { url: string; targetGroupUrl: string } | IvmCode;
  /** @throws IvmRefusal for a URL that was never given out, was changed, or is older than five minutes */
  serve(path: string, query: URLSearchParams): ServedPicture;
};

/**
 * @param options.origin scheme, host and port of the URLs
 * @param options.slowPictureShare share of alarms whose pictures appear only some seconds after the alarm
 */
export function createPictureDesk(options: {
  ids: RecordIds;
  origin: string;
  now: () => Date;
  timeZone: string;
  answer: PictureAnswer;
  slowPictureShare: number;
}): PictureDesk {
  const { ids, now, timeZone } = options;
  const nowSeconds = () => Math.floor(now().getTime() / 1000);
  const isGone = (takenAt: Date) => now().getTime() - takenAt.getTime() > keptMs;

  function urlOf(path: string): string {
    const expire = String(nowSeconds() + urlLifetimeSeconds);
    const query = new URLSearchParams({ secret: ids.seal(`${path}|${expire}`), type: '0', expire, extend: '0' });
    return `${options.origin}${path}?${query.toString()}`;
  }

  const recordUrl = (record: RecordRef, kind: PictureKind) => urlOf(ids.picturePath(record, kind));

  function draw(path: string): Buffer | undefined {
    const found = ids.readPicturePath(path);
    if (found !== undefined) {
      const { record, kind } = found;
      const sighting = sightingOf(recordKey(record), subjectOf(record.service));
      return drawPicture({ id: path, kind, camera: record.camera, sighting, at: localTime(record.takenAt, timeZone) });
    }
    const [, uuid, part] = alarmPicturePattern.exec(path) ?? [];
    const alarm = uuid === undefined ? undefined : ids.readAlarmUuid(uuid);
    if (uuid === undefined || alarm === undefined) return undefined;
    const kind: Drawing = part === undefined ? 'alarm' : 'target-group';
    const sighting = sightingOf(uuid, alarmTypeOf(alarm.alarmType)?.subject ?? 'person');
    return drawPicture({ id: path, kind, camera: alarm.camera, sighting, at: localTime(alarm.raisedAt, timeZone) });
  }

  return {
    recordUrl,
    recordPictures(dataId, isAskedFor) {
      const record = ids.readDataId(dataId);
      if (record === undefined || !isAskedFor(record.service)) return 'IVM.10027009';
      if (isGone(record.takenAt)) return 'IVM.20040004';
      return record.kinds.map((kind) => ({ kind, url: recordUrl(record, kind) }));
    },
    alarmPictures(alarmUuid) {
      const alarm = ids.readAlarmUuid(alarmUuid);
      const type = alarmTypeOf(alarm?.alarmType ?? '');
      if (alarm === undefined || type === undefined) return 'IVM.10027007';
      if (type.classification === 'DEVICE' || isGone(alarm.raisedAt)) return 'IVM.20040004';
      const ageSeconds = nowSeconds() - Math.floor(alarm.raisedAt.getTime() / 1000);
      if (alarm.share < options.slowPictureShare && ageSeconds < slowestPictureSeconds) return 'IVM.10027008';
      return {
        url: urlOf(`/v1/holo/${alarmUuid}.jpg`),
        targetGroupUrl: type.hasTarget ? urlOf(`/v1/holo/${alarmUuid}_targetgroup.jpg`) : '',
      };
    },
    serve(path, query) {
      const expire = query.get('expire') ?? '';
      const isGenuine = query.get('secret') === ids.seal(`${path}|${expire}`);
      if (!isGenuine || Number(expire) < nowSeconds()) throw new IvmRefusal('IVM.20040011');
      const image = draw(path);
      if (image === undefined) throw new IvmRefusal('IVM.20040011');
      const asJson = options.answer === 'mixed' ? seededRandom(path).chance(0.5) : options.answer === 'json';
      return { image, asJson };
    },
  };
}

const alarmPicturePattern = /^\/v1\/holo\/(.+?)(_targetgroup)?\.jpg$/;

/** What a record is drawn from; messages describe the same sighting. */
export const recordKey = ({ camera, service, takenAt, serial }: RecordRef): string =>
  [camera.index, service, takenAt.getTime(), serial].join('|');

const vehicleServices = new Set([7, 51, 52]);
const cycleServices = new Set([8, 53]);

/** What a service reports on: `itgt_type` and `target_type` (reference 10.1.4.5). */
export function subjectOf(service: number): Subject {
  if (vehicleServices.has(service)) return 'vehicle';
  return cycleServices.has(service) ? 'cycle' : 'person';
}

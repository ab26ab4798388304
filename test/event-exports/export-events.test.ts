import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { subscriptions } from '#lib/callback/subscriptions.ts';
import { eventTable, exportedTypes } from '#lib/event-exports/event-tables.ts';
import { exportEvents } from '#lib/event-exports/export-events.ts';
import { eventRecord } from '#lib/events/event-record.ts';
import type { DirtyDate } from '#lib/exports/dirty-dates.ts';
import type { Row } from '#lib/exports/export-table.ts';
import { readManifest } from '#lib/exports/manifest.ts';
import { readExportRows } from '#lib/exports/read-export-rows.ts';
import type { InventoryChannel } from '#lib/inventory/inventory-channel.ts';
import { recordedStores } from '../exports/recorded-stores.ts';
import { simulatedIvm } from '../simulator/simulated-ivm.ts';
import { inventoryChannel } from '../support/builders/inventory-channel.ts';
import { memoryEvents } from '../support/fakes/memory-events.ts';
import { memoryMetrics } from '../support/fakes/memory-metrics.ts';
import { exampleMessages } from '../support/fixtures.ts';

const date = '2026-03-09';
const Ledger = z.object({
  hours: z.array(z.string()),
  cameras: z.array(
    z.object({
      device_id: z.string(),
      channel_id: z.string(),
      events: z.array(z.number().nullable()),
      pictures: z
        .object({
          wanted: z.array(z.number()),
          stored: z.array(z.number()),
          missing: z.record(z.string(), z.array(z.number())),
        })
        .optional(),
      offline: z.array(z.tuple([z.string(), z.string()])).optional(),
      package: z.string().optional(),
    }),
  ),
});

function world(channels: InventoryChannel[] = [], timeZone = 'Asia/Shanghai') {
  const { world: stores, deps, changes } = recordedStores();
  stores.nowMs = Date.parse('2026-03-09T20:30:00Z');
  const events = memoryEvents(timeZone);
  const marks: DirtyDate[] = [];
  const metrics = memoryMetrics();
  let runs = 0;
  const run = (event?: unknown, remainingMs = () => 900_000) => {
    stores.steps.length = 0;
    return exportEvents(
      {
        ...deps,
        newHolder: () => {
          runs += 1;
          return `run-${runs}`;
        },
        events,
        inventory: { channels: async () => channels },
        dirty: {
          mark: async () => undefined,
          list: async () => [...marks],
          clear: async (dates) => {
            for (const one of dates) marks.splice(marks.indexOf(one), 1);
          },
        },
        timeZone,
        metric: metrics.metric,
      },
      event,
      { remainingMs },
    );
  };
  const read = async (type: string, of = date) => {
    const objects = { get: async (key: string) => stores.content.get(key) };
    const manifest = await readManifest(objects, 'events', [
      ['message_type', type],
      ['date', of],
    ]);
    if (manifest === undefined) throw new Error(`${type} of ${of} was not exported`);
    const rows: Row[] = await Array.fromAsync(readExportRows(objects, manifest));
    return { manifest, rows, ledger: Ledger.parse(manifest.coverage['completeness']) };
  };
  return { stores, changes, events, marks, metrics, run, read };
}

const alarm = (id: string, time: string, more = '') =>
  `{"message_id":${id},"message_type":"device_alarm","data":{"device_id":"DEVICE01","channel_id":"0","alarm_time":"${time}","alarm_uuid":"u-${id}","alarm_type":"motion","classification":"ALARM"${more}}}`;

describe('exportEvents', () => {
  it('exports yesterday of every type, in both formats, also what nothing came of', async () => {
    const { stores, events, run, read } = world();
    events.store(alarm('1', `${date}T09:30:00+08:00`));
    expect(await run({})).toEqual({ dates: [date], published: exportedTypes.length, unchanged: 0, left: 0 });
    const { rows, manifest } = await read('device_alarm');
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      device_id: 'DEVICE01',
      channel_id: '0',
      message_id: '1',
      occurred_at: '2026-03-09T01:30:00.000Z',
      alarm_type: 'motion',
      alarm_uuid: 'u-1',
      part: null,
      pictures_wanted: 1,
      pictures_stored: 0,
    });
    expect(manifest.files.map(({ key }) => key)).toEqual([
      `exports/events/format=parquet/message_type=device_alarm/date=${date}/v1-part-1.parquet`,
      `exports/events/format=csv/message_type=device_alarm/date=${date}/v1-part-1.csv`,
    ]);
    expect((await read('vehicle_data')).rows).toEqual([]);
    expect([...stores.content.keys()].filter((key) => key.includes('manifests'))).toHaveLength(exportedTypes.length);
  });

  it('takes a day from midnight to midnight of the tenant, by event time', async () => {
    const { events, run, read } = world();
    const times = [
      '2026-03-08T23:59:59+08:00',
      `${date}T00:00:00+08:00`,
      `${date}T23:59:59+08:00`,
      '2026-03-10T00:00:00+08:00',
    ];
    for (const [index, time] of times.entries()) events.store(alarm(String(index + 1), time));
    await run();
    expect((await read('device_alarm')).rows.map((row) => row['message_id'])).toEqual(['2', '3']);
  });

  it('changes nothing where nothing has changed, even if a message came twice', async () => {
    const { events, changes, run } = world();
    events.store(alarm('1', `${date}T09:30:00+08:00`));
    await run();
    events.store(alarm('1', `${date}T09:30:00+08:00`), '2026-03-09T09:00:00.000Z');
    expect(await run()).toMatchObject({ published: 0, unchanged: exportedTypes.length });
    expect(changes()).toEqual([]);
  });

  it('restates a date that something came late for, and no other', async () => {
    const { events, marks, run, read } = world();
    events.store(alarm('1', '2026-03-01T09:30:00+08:00'));
    await run({ date: '2026-03-01' });
    events.store(alarm('2', '2026-03-01T10:30:00+08:00'));
    marks.push({ export: 'events', date: '2026-03-01', messageType: 'device_alarm', markedAt: '2026-03-09T00:00:00Z' });
    expect(await run()).toEqual({
      dates: [date, '2026-03-01'],
      published: exportedTypes.length + 1,
      unchanged: 0,
      left: 0,
    });
    const { manifest, rows } = await read('device_alarm', '2026-03-01');
    expect([manifest.version, rows.length]).toEqual([2, 2]);
    expect(marks).toEqual([]);
  });

  it('leaves what it has no time for to the next run', async () => {
    const { marks, run } = world();
    marks.push({ export: 'events', date: '2026-03-01', messageType: 'device_alarm', markedAt: '2026-03-09T00:00:00Z' });
    let looks = 0;
    const remainingMs = () => {
      looks += 1;
      return looks > exportedTypes.length ? 100_000 : 900_000;
    };
    expect(await run({}, remainingMs)).toMatchObject({ published: exportedTypes.length, left: 1 });
    expect(marks).toHaveLength(1);
  });

  it.each([[{ date: '2026-03-10' }], [{ date: 'today' }], [{ from: '2026-03-02', to: '2026-03-01' }], ['2026-03-01']])(
    'refuses %o and says what to give',
    async (event) => {
      await expect(world().run(event)).rejects.toMatchObject({ code: 'days-request' });
    },
  );

  it('has a row for every part of an event, and for an event without parts one of its own', async () => {
    const { events, run, read } = world();
    const simulator = await simulatedIvm();
    const bodies = (type: 'behavior_analysis_data' | 'device_status' | 'device_unbind', count: number) =>
      Array.from({ length: count }, (_, index) => {
        const { body } = simulator.message(type, { at: new Date(`${date}T0${index % 10}:00:00Z`) });
        return JSON.parse(body.toString());
      });
    const expected = { behavior_analysis_data: 0, device_status: 0, device_unbind: 0 };
    for (const message of bodies('behavior_analysis_data', 6)) {
      expected.behavior_analysis_data += Math.max(1, message.data.data.targets.length);
      events.store(JSON.stringify(message));
    }
    for (const message of bodies('device_status', 12)) {
      expected.device_status += Math.max(1, message.data.param.video_channel?.length ?? 0);
      events.store(JSON.stringify(message));
    }
    for (const message of bodies('device_unbind', 6)) {
      expected.device_unbind += Math.max(1, message.data.devices.length);
      events.store(JSON.stringify(message));
    }
    await run();
    for (const [type, count] of Object.entries(expected)) expect((await read(type)).rows, type).toHaveLength(count);
  });

  it('finds two bodies under one id', async () => {
    const { events, metrics, run, read } = world();
    events.store(alarm('1', `${date}T09:30:00+08:00`));
    events.store(alarm('1', `${date}T09:30:00+08:00`, ',"alarm_type_name":"forged"'));
    await run();
    const { manifest, rows } = await read('device_alarm');
    expect(rows).toHaveLength(2);
    expect(manifest.coverage).toMatchObject({
      events: 2,
      ids_twice: 1,
      duplicates: [{ camera: 'DEVICE01#0', message_id: '1' }],
    });
    expect(metrics.counts.get('MessageIdsTwice')).toBe(1);
  });
});

describe('the completeness ledger', () => {
  it('counts events and pictures by camera and hour, with why pictures are missing', async () => {
    const { events, run, read } = world([
      inventoryChannel({ channelId: '1' }),
      inventoryChannel({ channelId: '2', status: 'gone' }),
    ]);
    const { pictures } = events.store(alarm('1', `${date}T09:30:00+08:00`, ',"target":{"target_id":"7"}'));
    events.store(alarm('2', `${date}T09:45:00+08:00`, ',"x":1'));
    const [first, second] = pictures;
    events.put({ ...first, status: { S: 'stored' } });
    events.put({ ...second, status: { S: 'missing' }, reason: { S: 'gone' } });
    await run();
    const { ledger } = await read('device_alarm');
    expect(ledger.hours).toHaveLength(24);
    expect(ledger.hours[9]).toBe(`${date}T09:00:00+08:00`);
    expect(ledger.cameras.map((camera) => camera.channel_id)).toEqual(['0', '1']);
    const [camera, quiet] = ledger.cameras;
    expect(camera?.events).toEqual(Array.from({ length: 24 }, (_, hour) => (hour === 9 ? 2 : 0)));
    expect([camera?.pictures?.wanted[9], camera?.pictures?.stored[9], camera?.pictures?.missing['gone']?.[9]]).toEqual([
      3, 1, 1,
    ]);
    expect(quiet?.events).toEqual(Array(24).fill(0));
    expect(quiet).not.toHaveProperty('pictures');
  });

  it('keeps hours in which a camera was away apart from hours without events', async () => {
    const { events, run, read } = world([
      inventoryChannel(),
      inventoryChannel({ deviceId: 'DEVICE02', status: 'no-package' }),
    ]);
    const status = (id: number, method: string, time: string) =>
      `{"message_id":${id},"message_type":"device_status","data":{"method":"${method}","param":{"device_id":"DEVICE01","channel_id":"","time":"${time}"}}}`;
    events.store(status(1, 'logout', `${date}T10:20:00+08:00`));
    events.store(status(2, 'login', `${date}T13:00:00+08:00`));
    await run();
    const { ledger } = await read('target_data');
    const [away, without] = ledger.cameras;
    expect(away?.offline).toEqual([[`${date}T10:20:00+08:00`, `${date}T13:00:00+08:00`]]);
    expect(away?.events.slice(9, 14)).toEqual([0, 0, null, null, 0]);
    expect(without).toMatchObject({ device_id: 'DEVICE02', package: 'no-package' });
  });

  it.each([
    ['2026-03-29', 23],
    ['2026-10-25', 25],
    ['2026-06-01', 24],
  ])('has as many hours as the day %s has in Berlin: %i', async (day, hours) => {
    const { events, stores, run, read } = world([], 'Europe/Berlin');
    stores.nowMs = Date.parse('2026-12-01T00:00:00Z');
    events.store(alarm('1', `${day}T21:59:59Z`));
    await run({ date: day });
    const { ledger } = await read('device_alarm', day);
    expect(ledger.hours).toHaveLength(hours);
    expect(ledger.cameras[0]?.events.at(-1) ?? 0).toBe(day.endsWith('10-25') ? 0 : 1);
  });
});

describe('the table of a message type', () => {
  const keys = 'camera sk event_camera message_type day subscription expires_at reference plate_prefix plate_time';
  const contents = 'data meta unknown_fields';
  /** In the table `events` only. */
  const personal = 'target_name target_organization target_lib_name target_group_name';
  const kept = new Set([keys, contents, personal].flatMap((names) => names.split(' ')));

  it('has a column for everything that is promoted from any message, but for keys and what is personal', async () => {
    const simulator = await simulatedIvm();
    const bodies = [
      ...exampleMessages.map(({ text }) => Buffer.from(text)),
      ...subscriptions.flatMap(({ messageType }) =>
        Array.from({ length: 60 }, () => simulator.message(messageType).body),
      ),
    ];
    for (const body of bodies) {
      const record = eventRecord(
        { receivedAt: '2026-01-01T00:00:00.000Z', subscription: 'x', body, bodySha256: 'a'.repeat(64) },
        { timeZone: 'Asia/Shanghai', retentionDays: 1, facePictures: 'keep' },
      );
      const type = exportedTypes.find((one) => one === record.messageType);
      if (type === undefined) throw new Error(`${record.messageType} has no table`);
      const columns = new Set(eventTable(type).columns.map(({ name }) => name));
      for (const item of [record.event, ...record.children]) {
        expect(
          Object.keys(item).filter((name) => !columns.has(name) && !kept.has(name)),
          type,
        ).toEqual([]);
      }
    }
  });

  it.each(exportedTypes)('has columns of different names: %s', (type) => {
    const names = eventTable(type).columns.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

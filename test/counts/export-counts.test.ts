import { describe, expect, it } from 'vitest';
import { exportCounts } from '#lib/counts/export-counts.ts';
import type { DirtyDate } from '#lib/exports/dirty-dates.ts';
import { readManifest } from '#lib/exports/manifest.ts';
import { type PublishExportDeps, publishExport } from '#lib/exports/publish-export.ts';
import { readExportRows } from '#lib/exports/read-export-rows.ts';
import type { InventoryChannel } from '#lib/inventory/inventory-channel.ts';
import { peoplePartition, peopleTable } from '#lib/statistics/people-rows.ts';
import { recordedStores } from '../exports/recorded-stores.ts';
import { inventoryChannel } from '../support/builders/inventory-channel.ts';
import { memoryEvents } from '../support/fakes/memory-events.ts';
import { memoryMetrics } from '../support/fakes/memory-metrics.ts';

const date = '2026-03-09';

function world(channels: InventoryChannel[] = [inventoryChannel()]) {
  const { world: stores, deps, changes } = recordedStores();
  stores.nowMs = Date.parse('2026-03-09T21:30:00Z');
  const events = memoryEvents();
  const marks: DirtyDate[] = [];
  const marked: string[][] = [];
  let runs = 0;
  const run = (event?: unknown, remainingMs = () => 900_000) => {
    stores.steps.length = 0;
    return exportCounts(
      {
        ...deps,
        newHolder: () => {
          runs += 1;
          return `counts-${runs}`;
        },
        events,
        inventory: {
          channels: async () => channels,
          markCounting: async (cameras) => {
            if (cameras.length > 0) marked.push([...cameras]);
          },
        },
        dirty: {
          mark: async () => undefined,
          list: async () => [...marks],
          clear: async (dates) => {
            for (const one of dates) marks.splice(marks.indexOf(one), 1);
          },
        },
        timeZone: 'Asia/Shanghai',
        metric: memoryMetrics().metric,
      },
      event,
      { remainingMs },
    );
  };
  const read = async (source: string, of = date) => {
    const objects = { get: async (key: string) => stores.content.get(key) };
    const partition = [
      ['source', source],
      ['date', of],
    ] as const;
    const manifest = await readManifest(objects, 'counts', partition);
    if (manifest === undefined) throw new Error(`${source} was not exported`);
    return { manifest, rows: await Array.fromAsync(readExportRows(objects, manifest)) };
  };
  let id = 0;
  const crossed = (time: string, into: number) => {
    id += 1;
    const target = { target_type: 15, human_count_in: into, human_count_out: 1 };
    const data = { device_id: 'DEVICE01', channel_id: '0', report_time: time, data: { common: {}, targets: [target] } };
    events.store(JSON.stringify({ message_id: id, message_type: 'head_shoulder_data', data }));
  };
  return { stores, deps: deps satisfies PublishExportDeps, changes, events, marks, marked, run, read, crossed };
}

describe('exportCounts', () => {
  it('exports each source of yesterday with the names of the channels', async () => {
    const { crossed, run, read } = world();
    crossed(`${date}T09:10:00+08:00`, 3);
    crossed(`${date}T09:50:00+08:00`, 4);
    crossed('2026-03-10T00:00:00+08:00', 100);
    expect(await run()).toEqual({ dates: [date], published: 6, unchanged: 0, left: 0 });
    expect((await read('line')).rows).toEqual([
      expect.objectContaining({
        channel_name: 'North gate',
        bucket_start: `${date}T09:00:00+08:00`,
        in: 7,
        out: 2,
        version: 1,
      }),
    ]);
    expect((await read('density')).rows).toEqual([]);
  });

  it('sets the lines beside the statistics of the day', async () => {
    const { deps, crossed, run, read } = world();
    const row = {
      device_id: 'DEVICE01',
      channel_id: '0',
      bucket_start: `${date}T09:00:00+08:00`,
      bucket_seconds: 3600,
    };
    const spec = { set: 'people', partition: peoplePartition({ granularity: 'day', start: date }), table: peopleTable };
    await publishExport(deps, spec, async ({ add }) => {
      add({ ...row, in: 10, out: 1, status: 'ok' });
      return {};
    });
    crossed(`${date}T09:10:00+08:00`, 7);
    await run();
    expect((await read('reconciliation')).rows).toEqual([
      expect.objectContaining({
        statistics_in: 10,
        line_in: 7,
        line_minus_statistics_in: -3,
        line_minus_statistics_out: 0,
        alarm_enter: null,
      }),
    ]);
  });

  it('remembers a channel from which lines were counted, once', async () => {
    const channels = [inventoryChannel({ abilities: [] })];
    const { crossed, run, marked } = world(channels);
    crossed(`${date}T09:10:00+08:00`, 3);
    await run();
    channels[0] = inventoryChannel({ abilities: [], hasCountedPeople: true });
    await run();
    expect(marked).toEqual([['DEVICE01#0']]);
  });

  it('changes nothing where nothing has changed, and restates what came late', async () => {
    const { crossed, changes, marks, run, read } = world();
    crossed('2026-03-01T09:10:00+08:00', 3);
    await run({ date: '2026-03-01' });
    expect(await run({ date: '2026-03-01' })).toMatchObject({ published: 0, unchanged: 6 });
    expect(changes()).toEqual([]);
    crossed('2026-03-01T09:20:00+08:00', 4);
    marks.push({
      export: 'counts',
      date: '2026-03-01',
      messageType: 'head_shoulder_data',
      markedAt: '2026-03-09T00:00:00Z',
    });
    expect(await run()).toMatchObject({ dates: [date, '2026-03-01'] });
    expect((await read('line', '2026-03-01')).rows).toEqual([expect.objectContaining({ in: 7, version: 2 })]);
    expect(marks).toEqual([]);
  });

  it('leaves dates that it has no time for to the next run', async () => {
    const { marks, run } = world();
    marks.push({ export: 'counts', date: '2026-03-01', messageType: 'device_alarm', markedAt: '2026-03-09T00:00:00Z' });
    let looks = 0;
    const remainingMs = () => {
      looks += 1;
      return looks > 1 ? 1_000 : 900_000;
    };
    expect(await run({}, remainingMs)).toMatchObject({ left: 1 });
    expect(marks).toHaveLength(1);
  });
});

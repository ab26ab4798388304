import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { presenceHistory } from '#lib/devices/presence-history.ts';
import type { InventoryChannel } from '#lib/inventory/inventory-channel.ts';
import { classifyFailure } from '#lib/ivm/classify-failure.ts';
import { ivmError } from '#lib/ivm/ivm-error.ts';
import type { Json } from '#lib/json/exact-json.ts';
import { exportHeatmaps } from '#lib/statistics/export-heatmaps.ts';
import type { HeatmapKind } from '#lib/statistics/heatmap-keys.ts';
import type { Period } from '#lib/statistics/period.ts';
import { recordedStores } from '../exports/recorded-stores.ts';
import { inventoryChannel } from '../support/builders/inventory-channel.ts';
import { memoryMetrics } from '../support/fakes/memory-metrics.ts';

const day: Period = { granularity: 'day', start: '2024-02-29' };
const prefix = 'exports/heatmaps/kind=time/granularity=day/period=2024-02-29/device_id=DEVICE01';
const grid = (values: number[]) => ({ width: 2, height: 2, rawbase64: Buffer.from(values).toString('base64') });

function world(channels: InventoryChannel[] = [inventoryChannel()]) {
  const { world: stores, deps, changes } = recordedStores();
  stores.nowMs = Date.parse('2024-03-01T20:00:00Z');
  const times = new Map<string, Json | Error>();
  const spaces = new Map<string, ReturnType<typeof grid> | Error>();
  const get = <T>(map: ReadonlyMap<string, T | Error>, channelId: string, other: T): T => {
    const found = map.get(channelId);
    if (found instanceof Error) throw found;
    return found ?? other;
  };
  const run = (
    kind: HeatmapKind = 'time',
    period: Period = day,
    isErased = (_deviceId: string, _at: Date) => false,
  ) => {
    stores.steps.length = 0;
    return exportHeatmaps(
      {
        ivm: {
          timeHeatmap: async ({ channelId }) =>
            get<Json>(
              times,
              channelId,
              Array.from({ length: 24 }, (_, index) => index),
            ),
          spaceHeatmap: async ({ channelId }) => get(spaces, channelId, grid([0, 100, 200, 255])),
        },
        objects: deps.objects,
        settings: {
          zones: { statistics: 'Asia/Shanghai', tenant: 'Asia/Shanghai' },
          concurrency: 4,
          weekStart: 1,
        },
        cache: { get: async () => undefined, put: async () => undefined, clear: async () => undefined },
        metric: memoryMetrics().metric,
        now: deps.now,
      },
      kind,
      { period, channels, presence: presenceHistory([]), remainingMs: () => 900_000, isErased, isLastTry: false },
    );
  };
  const json = (key: string) => JSON.parse(stores.content.get(key)?.toString() ?? 'null');
  const manifest = (kind = 'time', { granularity, start } = day) =>
    json(`exports/manifests/heatmaps/kind=${kind}/granularity=${granularity}/period=${start}.json`);
  return { stores, changes, times, spaces, run, json, manifest };
}

describe('exportHeatmaps', () => {
  it('makes none of a device of which the period was erased, as far back as it began', async () => {
    const { run, manifest, stores } = world([inventoryChannel(), inventoryChannel({ deviceId: 'DEVICE02' })]);
    const until = new Date('2024-02-29T00:00:01+08:00');
    await run('time', day, (deviceId, at) => deviceId === 'DEVICE01' && at < until);
    expect(manifest().maps.map((map: { device_id: string }) => map.device_id)).toEqual(['DEVICE02']);
    expect(manifest().excluded).toEqual([{ device_id: 'DEVICE01', channel_id: '0', reason: 'erased' }]);
    expect([...stores.content.keys()].some((key) => key.includes('device_id=DEVICE01'))).toBe(false);
  });

  it('writes a time heatmap as JSON and as a chart', async () => {
    const { stores, run, json, manifest } = world();
    expect(await run()).toEqual({ written: 1, unchanged: 0, missing: 0 });
    const heatmap = json(`${prefix}/channel_id=0.json`);
    expect(heatmap).toMatchObject({
      device_id: 'DEVICE01',
      channel_id: '0',
      granularity: 'day',
      period_start: '2024-02-29',
    });
    expect(heatmap.buckets).toHaveLength(24);
    expect(heatmap.buckets[9]).toEqual({
      bucket_start: '2024-02-29T09:00:00+08:00',
      bucket_seconds: 3600,
      value: 9,
      status: 'ok',
    });
    expect(decode(stores.content.get(`${prefix}/channel_id=0.png`) ?? Buffer.alloc(0)).width).toBeGreaterThan(1000);
    expect(manifest().maps).toEqual([
      {
        device_id: 'DEVICE01',
        channel_id: '0',
        status: 'ok',
        json_key: `${prefix}/channel_id=0.json`,
        png_key: `${prefix}/channel_id=0.png`,
      },
    ]);
  });

  it('writes a space heatmap with the values in rows, and says that they are relative', async () => {
    const { stores, run, json } = world();
    await run('space', { granularity: 'month', start: '2024-02-01' });
    const key = 'exports/heatmaps/kind=space/granularity=month/period=2024-02-01/device_id=DEVICE01/channel_id=0';
    expect(json(`${key}.json`)).toMatchObject({
      scale: 'relative',
      width: 2,
      height: 2,
      values: [
        [0, 100],
        [200, 255],
      ],
    });
    const { data } = decode(stores.content.get(`${key}.png`) ?? Buffer.alloc(0));
    expect([...data].slice(0, 8)).toEqual([0, 0, 0, 0, 0, 255, 153, 0x55]);
  });

  it.each([28, 29, 30, 31])('lays a month of %i days out in weeks', async (days) => {
    const start = { 28: '2023-02-01', 29: '2024-02-01', 30: '2023-11-01', 31: '2024-01-01' }[days] ?? '';
    const { times, stores, run } = world();
    times.set('0', Array<number>(days).fill(1));
    await run('time', { granularity: 'month', start });
    const png = [...stores.content].find(([key]) => key.endsWith('.png'))?.[1] ?? Buffer.alloc(0);
    const { width, height } = decode(png);
    expect(width).toBe(14 * 2 + 7 * 43 - 3);
    expect((height - 14 * 2 - 30 + 3) / 43).toBe(5);
  });

  it('writes nothing again that has not changed, and what has', async () => {
    const { stores, times, changes, run } = world();
    await run();
    stores.nowMs += 86_400_000;
    expect(await run()).toEqual({ written: 0, unchanged: 1, missing: 0 });
    expect(changes()).toEqual(['put exports/manifests/heatmaps/kind=time/granularity=day/period=2024-02-29.json']);
    times.set('0', Array(24).fill(3));
    expect(await run()).toEqual({ written: 1, unchanged: 0, missing: 0 });
  });

  it('says of every channel without a heatmap why, and keeps the one it had', async () => {
    const refusal = (code: string, status: number) =>
      ivmError('showTimeHeatmap', classifyFailure({ status, code }), { status, code });
    const { times, run, json, manifest } = world(
      ['0', '1', '2', '3'].map((channelId) => inventoryChannel({ channelId })),
    );
    await run();
    times.set('0', refusal('IVM.20180025', 401));
    times.set('1', [1, 2, 3]);
    times.set('2', 'nothing');
    expect(await run()).toEqual({ written: 0, unchanged: 1, missing: 3 });
    expect(manifest().maps).toMatchObject([
      { channel_id: '0', status: 'kept', reason: 'IVM.20180025' },
      { channel_id: '1', status: 'kept', reason: 'wrong-length: 3 in place of 24' },
      { channel_id: '2', status: 'kept', reason: 'not-a-list' },
      { channel_id: '3', status: 'ok' },
    ]);
    expect(json(`${prefix}/channel_id=1.json`).buckets).toHaveLength(24);
  });

  it('says of a channel that never had one that it is missing', async () => {
    const { spaces, run, manifest } = world();
    spaces.set('0', { width: 0, height: 0, rawbase64: '' });
    expect(await run('space')).toEqual({ written: 0, unchanged: 0, missing: 1 });
    expect(manifest('space').maps).toEqual([
      { device_id: 'DEVICE01', channel_id: '0', status: 'missing', reason: 'empty' },
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { presenceHistory } from '#lib/devices/presence-history.ts';
import type { Row } from '#lib/exports/export-table.ts';
import { readManifest } from '#lib/exports/manifest.ts';
import { readExportRows } from '#lib/exports/read-export-rows.ts';
import type { InventoryChannel } from '#lib/inventory/inventory-channel.ts';
import { classifyFailure } from '#lib/ivm/classify-failure.ts';
import { ivmError } from '#lib/ivm/ivm-error.ts';
import type { PeopleLists, StatisticsQuery } from '#lib/ivm/statistics-client.ts';
import { exportPeople } from '#lib/statistics/export-people.ts';
import { peoplePartition } from '#lib/statistics/people-rows.ts';
import type { Period } from '#lib/statistics/period.ts';
import type { StatisticsExport } from '#lib/statistics/statistics-export.ts';
import { recordedStores } from '../exports/recorded-stores.ts';
import { inventoryChannel } from '../support/builders/inventory-channel.ts';
import { memoryMetrics } from '../support/fakes/memory-metrics.ts';

const day: Period = { granularity: 'day', start: '2024-02-29' };
const list = (length: number, of: number) => Array.from({ length }, (_, index) => of + index);
const refusal = (code: string, status = 400) =>
  ivmError('showPeopleStatistics', classifyFailure({ status, code }), { status, code });
const away = () =>
  ivmError('showPeopleStatistics', classifyFailure({ transportCode: 'ECONNRESET' }), { code: 'ECONNRESET' });

/** An IVM of lists in memory, and a bucket; each run is a run of its own. */
function world(channels: InventoryChannel[] = [inventoryChannel()]) {
  const { world: stores, deps, changes } = recordedStores();
  stores.nowMs = Date.parse('2024-03-01T20:00:00Z');
  const asked: StatisticsQuery[] = [];
  const inFlight = { now: 0, most: 0 };
  const answers = new Map<string, (query: StatisticsQuery) => PeopleLists>();
  const cached = new Map<number, string>();
  const metrics = memoryMetrics();
  let runs = 0;
  const run = (period: Period = day, more: Partial<StatisticsExport> = {}) => {
    runs += 1;
    return exportPeople(
      {
        ...deps,
        holder: `run-${runs}`,
        ivm: {
          peopleStatistics: async (query) => {
            inFlight.now += 1;
            inFlight.most = Math.max(inFlight.most, inFlight.now);
            await Promise.resolve();
            inFlight.now -= 1;
            asked.push(query);
            const answer = answers.get(`${query.deviceId}#${query.channelId}`);
            return answer === undefined ? { in: list(24, 0), out: list(24, 100) } : answer(query);
          },
        },
        settings: { zones: { statistics: 'Asia/Shanghai', tenant: 'Asia/Shanghai' }, concurrency: 4 },
        cache: {
          get: async (chunk) => cached.get(chunk),
          put: async (chunk, content) => {
            cached.set(chunk, content);
          },
          clear: async () => cached.clear(),
        },
        metric: metrics.metric,
      },
      {
        period,
        channels,
        presence: presenceHistory([]),
        remainingMs: () => 900_000,
        isErased: () => false,
        isLastTry: false,
        ...more,
      },
    );
  };
  const read = async (period: Period = day) => {
    const objects = { get: async (key: string) => stores.content.get(key) };
    const manifest = await readManifest(objects, 'people', peoplePartition(period));
    if (manifest === undefined) throw new Error('nothing was published');
    return { manifest, rows: await Array.fromAsync(readExportRows(objects, manifest)) };
  };
  return { stores, asked, inFlight, answers, cached, metrics, changes, channels, run, read };
}

const statusesOf = (rows: readonly Row[]) => [...new Set(rows.map((row) => row['status']))];
const of = (rows: readonly Row[], channelId: string) => rows.filter((row) => row['channel_id'] === channelId);

describe('exportPeople', () => {
  it('gives a row for every hour of a channel, with times in the zone of the tenant', async () => {
    const { run, read } = world();
    expect(await run()).toEqual({ outcome: 'published', version: 1, rows: 24 });
    const { rows, manifest } = await read();
    expect(rows[9]).toEqual({
      device_id: 'DEVICE01',
      channel_id: '0',
      channel_name: 'North gate',
      granularity: 'day',
      period_start: '2024-02-29',
      bucket_start: '2024-02-29T09:00:00+08:00',
      bucket_seconds: 3600,
      in: 9,
      out: 109,
      status: 'ok',
      version: 1,
      as_of: '2024-03-01T20:00:00.000Z',
    });
    expect(manifest.coverage).toMatchObject({
      channels: { included: 1, excluded: 0, carried: 0, odd: 0 },
      statuses: { ok: 24 },
    });
  });

  it.each([
    { period: day, type: 'DAY', lastDay: '2024-02-29', count: 24 },
    { period: { granularity: 'week', start: '2024-02-26' }, type: 'WEEK', lastDay: '2024-03-03', count: 7 },
    { period: { granularity: 'month', start: '2024-02-01' }, type: 'MONTH', lastDay: '2024-02-29', count: 29 },
    { period: { granularity: 'year', start: '2024-01-01' }, type: 'YEAR', lastDay: '2024-12-31', count: 12 },
  ] as const)('asks for a $type from its first to its last day, and has rows for what has begun', async (one) => {
    const { asked, answers, run, read } = world();
    answers.set('DEVICE01#0', () => ({ in: list(one.count, 1), out: list(one.count, 1) }));
    await run(one.period);
    expect(asked).toEqual([
      { deviceId: 'DEVICE01', channelId: '0', type: one.type, firstDay: one.period.start, lastDay: one.lastDay },
    ]);
    const { rows } = await read(one.period);
    // It is 04:00 on the second of March: of the week six days have begun, of the year three months.
    expect(rows).toHaveLength({ DAY: 24, WEEK: 6, MONTH: 29, YEAR: 3 }[one.type]);
    expect(rows.at(-1)?.['status']).toBe(
      { DAY: 'ok', WEEK: 'provisional', MONTH: 'ok', YEAR: 'provisional' }[one.type],
    );
  });

  it('says which channels are not in it, and why', async () => {
    const { run, read } = world([
      inventoryChannel({ channelId: '0' }),
      inventoryChannel({ channelId: '1', abilities: ['ptz'] }),
      inventoryChannel({ channelId: '2', abilities: [], hasCountedPeople: true }),
      inventoryChannel({ channelId: '3', protocol: 'GB28181' }),
      inventoryChannel({ channelId: '4', status: 'gone' }),
    ]);
    await run();
    const { rows, manifest } = await read();
    expect([...new Set(rows.map((row) => row['channel_id']))]).toEqual(['0', '2']);
    expect(manifest.coverage).toMatchObject({
      excluded: [
        { device_id: 'DEVICE01', channel_id: '1', reason: 'no-ability' },
        { device_id: 'DEVICE01', channel_id: '3', reason: 'protocol-gb28181' },
        { device_id: 'DEVICE01', channel_id: '4', reason: 'gone' },
      ],
    });
  });

  it('gives every bad answer its status and goes on', async () => {
    const odd = { device_id: 'DEVICE01' };
    const { answers, run, read } = world(
      ['0', '1', '2', '3', '4', '5', '6'].map((channelId) => inventoryChannel({ channelId })),
    );
    const fails = (error: Error) => () => {
      throw error;
    };
    answers.set('DEVICE01#1', fails(refusal('IVM.20180025', 401)));
    answers.set('DEVICE01#2', fails(refusal('IVM.10020019', 500)));
    answers.set('DEVICE01#3', fails(refusal('IVM.10020011')));
    answers.set('DEVICE01#4', fails(away()));
    answers.set('DEVICE01#5', () => ({ in: list(23, 0), out: list(24, 0) }));
    answers.set('DEVICE01#6', () => ({ in: ['1', null, ...list(22, 0)], out: list(24, 0) }));
    await run();
    const { rows, manifest } = await read();
    expect(['0', '1', '2', '3', '4', '5'].map((id) => statusesOf(of(rows, id)))).toEqual([
      ['ok'],
      ['unsupported'],
      ['missing'],
      ['error'],
      ['error'],
      ['error'],
    ]);
    expect(
      of(rows, '6')
        .slice(0, 3)
        .map((row) => [row['in'], row['out'], row['status']]),
    ).toEqual([
      [1, 0, 'ok'],
      [null, 1, 'missing'],
      [0, 2, 'ok'],
    ]);
    expect(manifest.coverage).toMatchObject({
      odd: [
        { ...odd, channel_id: '1', reason: 'IVM.20180025' },
        { ...odd, channel_id: '2', reason: 'IVM.10020019' },
        { ...odd, channel_id: '3', reason: 'IVM.10020011' },
        { ...odd, channel_id: '4', reason: 'ECONNRESET' },
        { ...odd, channel_id: '5', reason: 'wrong-length: 23 in place of 24' },
      ],
    });
  });

  it('changes nothing where nothing has changed, however much later', async () => {
    const { stores, changes, run } = world();
    await run();
    stores.nowMs += 86_400_000;
    stores.steps.length = 0;
    expect(await run()).toEqual({ outcome: 'unchanged', version: 1, rows: 24 });
    expect(changes()).toEqual([]);
  });

  it('restates what IVM counted later, as a new version', async () => {
    const { answers, run, read } = world();
    await run();
    answers.set('DEVICE01#0', () => ({ in: list(24, 1), out: list(24, 100) }));
    expect(await run()).toEqual({ outcome: 'published', version: 2, rows: 24 });
    expect((await read()).rows.map((row) => row['version'])).toEqual(Array(24).fill(2));
  });

  it('never replaces what it knew by a failure, nor drops who is not listed any more', async () => {
    const channels = ['1', '2', '3'].map((channelId) => inventoryChannel({ channelId }));
    const { stores, answers, run, read } = world(channels);
    await run();
    stores.nowMs += 86_400_000;
    channels.splice(0, 1);
    channels.push(inventoryChannel({ channelId: '4' }));
    answers.set('DEVICE01#2', () => {
      throw away();
    });
    await run();
    const { rows, manifest } = await read();
    expect(rows).toHaveLength(4 * 24);
    expect(['1', '2', '3', '4'].map((id) => of(rows, id)[0]?.['version'])).toEqual([1, 1, 2, 2]);
    expect(rows.every((row) => row['status'] === 'ok')).toBe(true);
    expect(manifest.coverage).toMatchObject({
      carried: [
        { channel_id: '1', reason: 'not-listed' },
        { channel_id: '2', reason: 'ECONNRESET' },
      ],
    });
  });

  it('brings nothing back that was erased here, though IVM still counts it, and drops what stood of it', async () => {
    const { run, read } = world([inventoryChannel(), inventoryChannel({ deviceId: 'DEVICE02' })]);
    await run();
    const until = new Date('2024-02-29T12:00:00+08:00');
    await run(day, { isErased: (deviceId, at) => deviceId === 'DEVICE01' && at < until });
    const { rows } = await read();
    expect(rows.filter((row) => row['device_id'] === 'DEVICE01').map((row) => row['bucket_start'])).toEqual(
      Array.from({ length: 12 }, (_, index) => `2024-02-29T${index + 12}:00:00+08:00`),
    );
    expect(rows.filter((row) => row['device_id'] === 'DEVICE02')).toHaveLength(24);
  });

  it('publishes nothing where it can not read what it knew', async () => {
    const { stores, changes, run } = world();
    await run();
    stores.steps.length = 0;
    stores.crash = { step: 0, how: 'refused' };
    await expect(run()).rejects.toThrow('no get');
    expect(changes()).toEqual([]);
  });

  it('waits for an IVM that answers for nobody, until it has waited long enough', async () => {
    const { answers, run, read } = world();
    answers.set('DEVICE01#0', () => {
      throw away();
    });
    await expect(run()).rejects.toMatchObject({ code: 'ivm-away', retryable: true });
    await expect(read()).rejects.toThrow('nothing was published');
    await run(day, { isLastTry: true });
    expect(statusesOf((await read()).rows)).toEqual(['error']);
  });

  it('says nothing of a channel where the account is refused', async () => {
    const { answers, run } = world();
    answers.set('DEVICE01#0', () => {
      throw refusal('IVM.10000006', 401);
    });
    await expect(run()).rejects.toMatchObject({ code: 'IVM.10000006' });
  });

  it('tells an hour in which the device was away from one in which nobody came', async () => {
    const { answers, run, read } = world();
    const noon = new Date('2024-02-29T04:00:00Z');
    answers.set('DEVICE01#0', () => ({ in: Array(24).fill(0), out: Array(24).fill(0) }));
    await run(day, { presence: presenceHistory([{ deviceId: 'DEVICE01', at: noon, online: false }]) });
    const { rows } = await read();
    expect(rows.map((row) => row['status'])).toEqual([...Array(12).fill('ok'), ...Array(12).fill('offline')]);
    expect(rows.map((row) => row['in'])).toEqual([...Array(12).fill(0), ...Array(12).fill(null)]);
  });

  it('sets a week beside its days, and says where they differ', async () => {
    const week: Period = { granularity: 'week', start: '2024-02-19' };
    const { answers, metrics, run, read } = world();
    answers.set('DEVICE01#0', ({ type, firstDay }) => {
      const inDay = Number(firstDay.slice(8));
      return type === 'DAY'
        ? { in: [inDay, ...Array<number>(23).fill(0)], out: Array(24).fill(1) }
        : { in: list(7, 19), out: Array(7).fill(24) };
    });
    for (const date of list(7, 19)) await run({ granularity: 'day', start: `2024-02-${date}` });
    await run(week);
    expect((await read(week)).manifest.coverage).toMatchObject({ week_check: { checked: 7, differing: 0 } });
    answers.set('DEVICE01#0', () => ({ in: list(7, 18), out: Array(7).fill(24) }));
    await run(week);
    expect((await read(week)).manifest.coverage).toMatchObject({ week_check: { checked: 7, differing: 7 } });
    expect(metrics.counts.get('WeekStartDoubtful')).toBe(7);
  });

  it('exports an inventory of nobody as a table without rows', async () => {
    const { run, read } = world([]);
    expect(await run()).toEqual({ outcome: 'published', version: 1, rows: 0 });
    expect((await read()).manifest.files).toHaveLength(2);
  });

  it('asks about ten thousand channels a few at a time, and goes on where an invocation ended', async () => {
    const channels = Array.from({ length: 10_000 }, (_, index) =>
      inventoryChannel({ deviceId: `DEVICE${String(index >> 4).padStart(4, '0')}`, channelId: String(index & 15) }),
    );
    const { asked, inFlight, cached, run, read } = world(channels);
    let calls = 0;
    const remainingMs = () => {
      calls += 1;
      return calls > 20 ? 1_000 : 900_000;
    };
    await expect(run(day, { remainingMs })).rejects.toMatchObject({ code: 'out-of-time', retryable: true });
    expect([asked.length, cached.size]).toEqual([2_000, 20]);
    expect(await run()).toMatchObject({ outcome: 'published', rows: 240_000 });
    expect(asked).toHaveLength(10_000);
    expect(inFlight.most).toBe(4);
    expect(cached.size).toBe(0);
    const { manifest } = await read();
    expect(manifest.files.filter(({ format }) => format === 'parquet').map(({ rows }) => rows)).toEqual([
      50_000, 50_000, 50_000, 50_000, 40_000,
    ]);
  });
});

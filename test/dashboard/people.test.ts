import { describe, expect, it } from 'vitest';
import { type ApiRequest, answerRequest } from '#lib/dashboard/answer-request.ts';
import { itemId } from '#lib/dashboard/item-id.ts';
import {
  People,
  PeopleHeatmap,
  PeopleSources,
  peopleHeatmapRoute,
  peopleRoute,
  peopleSourcesRoute,
} from '#lib/dashboard/people.ts';
import { TransientError } from '#lib/errors.ts';
import type { InventoryChannel } from '#lib/inventory/inventory-channel.ts';
import { bucketsOf } from '#lib/statistics/period.ts';
import { isoWithOffset } from '#lib/time/local-time.ts';
import { inventoryChannel } from '../support/builders/inventory-channel.ts';
import { exportHeatmap, exportPeriod, exportSources, peopleWorld } from './people-world.ts';

const north = inventoryChannel();
const south = inventoryChannel({ deviceId: 'DEVICE02', channelName: 'South gate' });
const idOf = ({ deviceId, channelId }: InventoryChannel) => itemId(`${deviceId}#${channelId}`);
const date = '2024-02-29';
const day = { granularity: 'day', start: date } as const;
const ones = (length: number, of = 1) => Array.from({ length }, () => of);
const counted = () => ({ in: ones(24), out: ones(24) });

function view(zones?: { statistics: string; tenant: string }) {
  const { people, deps, world } = peopleWorld(zones);
  const get = async (path: string, query: ApiRequest['query']) => {
    const errors: unknown[] = [];
    const answer = await answerRequest(
      [peopleRoute, peopleSourcesRoute, peopleHeatmapRoute],
      { people },
      { method: 'GET', path: `/api/${path}`, query },
      (error) => errors.push(error),
    );
    return { status: answer.status, body: JSON.parse(answer.body) as unknown, errors };
  };
  return {
    deps,
    world,
    people,
    get,
    counts: async (query: ApiRequest['query']) => People.parse((await get('people', query)).body),
    sources: async (query: ApiRequest['query']) => PeopleSources.parse((await get('people/sources', query)).body),
    heatmap: async (query: ApiRequest['query']) => PeopleHeatmap.parse((await get('people/space-heatmap', query)).body),
  };
}

describe('people of a period', () => {
  it('are what all cameras counted together, hour by hour, with when it was asked for', async () => {
    const { deps, counts } = view();
    await exportPeriod(deps, day, { channels: [north, south], answer: counted });
    const answer = await counts({ period: date });
    expect(answer).toMatchObject({
      granularity: 'day',
      period_start: date,
      period_end: date,
      as_of: '2024-03-01T20:00:00.000Z',
      exports: { wanted: 1, found: 1 },
      camera_count: 2,
      cameras: [],
    });
    expect(answer.buckets).toHaveLength(24);
    expect(answer.buckets[9]).toEqual({
      start: '2024-02-29T01:00:00.000Z',
      end: '2024-02-29T02:00:00.000Z',
      date,
      hour: 9,
      in: 2,
      out: 2,
      known: 2,
      partial: 0,
      missing: 0,
      not_counting: 0,
      gap: null,
      is_provisional: false,
      has_begun: true,
    });
  });

  it('are a sum of those that are known, which tells how many are not and why', async () => {
    const { deps, counts } = view();
    const answer = ({ deviceId }: { deviceId: string }) =>
      deviceId === south.deviceId ? new TransientError('odd-answer', '') : counted();
    await exportPeriod(deps, day, { channels: [north, south], answer });
    const { buckets } = await counts({ period: date });
    expect(buckets[9]).toMatchObject({ in: 1, out: 1, known: 1, missing: 1, gap: 'error' });
  });

  it('are not known where no export is, which is not zero', async () => {
    const { counts } = view();
    const answer = await counts({ period: date });
    expect(answer).toMatchObject({ as_of: null, exports: { wanted: 1, found: 0 }, camera_count: 0 });
    expect(answer.buckets).toHaveLength(24);
    expect(answer.buckets.every((one) => one.in === null && one.gap === 'no-row')).toBe(true);
  });

  it('are told of chosen cameras one by one, with why one of them is in no export', async () => {
    const { deps, counts } = view();
    const unable = inventoryChannel({ deviceId: 'DEVICE03', abilities: [] });
    await exportPeriod(deps, day, { channels: [north, south, unable], answer: counted });
    const answer = await counts({ period: date, cameras: `${idOf(south)},${idOf(unable)}` });
    expect(answer.cameras).toEqual([
      { id: idOf(south), in: ones(24), out: ones(24), status: Array(24).fill('ok'), reason: null },
      {
        id: idOf(unable),
        in: Array(24).fill(null),
        out: Array(24).fill(null),
        status: Array(24).fill('no-row'),
        reason: 'no-ability',
      },
    ]);
    expect(answer.buckets[0]).toMatchObject({ in: 1, known: 1, missing: 1 });
  });

  it('have no numbers for hours in which the camera was away, and no zero', async () => {
    const { deps, counts } = view();
    const presence = [
      { deviceId: north.deviceId, at: new Date('2024-02-29T05:00:00Z'), online: false },
      { deviceId: north.deviceId, at: new Date('2024-02-29T07:00:00Z'), online: true },
    ];
    const answer = () => ({ in: ones(24).with(13, 0).with(14, 5), out: ones(24).with(13, 0).with(14, 0) });
    await exportPeriod(deps, day, { channels: [north], answer, presence });
    const { buckets, cameras } = await counts({ period: date, cameras: idOf(north) });
    expect(buckets[13]).toMatchObject({ in: null, out: null, known: 0, missing: 1, gap: 'offline' });
    expect(buckets[14]).toMatchObject({ in: 5, out: null, known: 0, partial: 1, gap: 'offline' });
    expect(cameras[0]?.status.slice(12, 16)).toEqual(['ok', 'offline', 'offline', 'ok']);
  });

  it.each([
    { granularity: 'week', start: '2024-02-26', end: '2024-03-03', length: 7 },
    { granularity: 'month', start: '2024-02-01', end: '2024-02-29', length: 29 },
    { granularity: 'year', start: '2024-01-01', end: '2024-12-31', length: 12 },
  ] as const)('of a $granularity are in its own buckets, of which those to come are not missing', async (one) => {
    const { deps, counts } = view();
    const answer = () => ({ in: ones(one.length), out: ones(one.length) });
    await exportPeriod(deps, one, { channels: [north], answer });
    const { buckets, ...told } = await counts({ granularity: one.granularity, period: date });
    expect(told).toMatchObject({ period_start: one.start, period_end: one.end });
    expect(buckets).toHaveLength(one.length);
    for (const bucket of buckets) {
      expect(bucket).toMatchObject(
        bucket.has_begun ? { in: 1, known: 1, gap: null } : { in: null, known: 0, missing: 0, gap: null },
      );
    }
  });

  it('of a week by the hour are those of its days, and days without an export are not known', async () => {
    const { deps, counts } = view();
    await exportPeriod(deps, day, { channels: [north], answer: counted });
    const { buckets, exports } = await counts({ granularity: 'week', period: date, buckets: 'hours' });
    expect(exports).toEqual({ wanted: 7, found: 1 });
    expect(buckets).toHaveLength(168);
    expect(buckets.filter((one) => one.in === 1).map((one) => one.date)).toEqual(Array(24).fill(date));
    expect(buckets[0]).toMatchObject({ in: null, missing: 1, gap: 'no-row' });
  });

  it('are of 23 hours on the day on which clocks go forward', async () => {
    const zone = { statistics: 'Europe/Berlin', tenant: 'Europe/Berlin' };
    const { deps, world, counts } = view(zone);
    world.nowMs = Date.parse('2024-04-02T00:00:00Z');
    const forward = { granularity: 'day', start: '2024-03-31' } as const;
    await exportPeriod(deps, forward, { channels: [north], answer: counted, zones: zone });
    const { buckets } = await counts({ period: forward.start });
    expect(buckets.map((one) => one.hour)).toEqual([0, 1, ...Array.from({ length: 21 }, (_, index) => index + 3)]);
    expect(buckets.every((one) => one.in === 1)).toBe(true);
  });

  it('are those of a new version as soon as it stands', async () => {
    const { deps, counts } = view();
    await exportPeriod(deps, day, { channels: [north], answer: counted });
    expect((await counts({ period: date })).buckets[0]?.in).toBe(1);
    await exportPeriod(deps, day, { channels: [north], answer: () => ({ in: ones(24, 7), out: ones(24) }) });
    expect((await counts({ period: date })).buckets[0]?.in).toBe(7);
  });

  it('are read again from the manifest where a version was replaced meanwhile', async () => {
    const { deps, world, people, counts } = view();
    await exportPeriod(deps, day, { channels: [north], answer: counted });
    const manifestAt = [...world.content.keys()].find((key) => key.includes('/manifests/people/')) ?? '';
    const replaced = world.content.get(manifestAt);
    await exportPeriod(deps, day, { channels: [north], answer: () => ({ in: ones(24, 7), out: ones(24) }) });
    const { get } = deps.objects;
    let isFirst = true;
    deps.objects.get = async (key) => {
      if (key !== manifestAt || !isFirst) return get(key);
      isFirst = false;
      return replaced;
    };
    expect(people.objects).toBe(deps.objects);
    expect((await counts({ period: date })).buckets[0]?.in).toBe(7);
  });

  it('are read once as long as their version stands', async () => {
    const { deps, world, counts } = view();
    await exportPeriod(deps, day, { channels: [north], answer: counted });
    await counts({ period: date });
    world.steps.length = 0;
    await counts({ period: date });
    expect(world.steps).toEqual(['get exports/manifests/people/granularity=day/period=2024-02-29.json']);
  });

  it.each([
    { title: 'no day', query: { period: '2024-02-30' }, status: 400, code: 'bad-parameter' },
    {
      title: 'the hours of a year',
      query: { period: date, granularity: 'year', buckets: 'hours' },
      status: 400,
      code: 'bad-parameter',
    },
    { title: 'an id that is none', query: { period: date, cameras: '../x' }, status: 400, code: 'bad-parameter' },
    {
      title: 'more cameras than there may be',
      query: { period: date, cameras: Array.from({ length: 51 }, (_, n) => itemId(`d${n}#0`)).join() },
      status: 400,
      code: 'bad-parameter',
    },
    {
      title: 'a camera that none can be',
      query: { period: date, cameras: itemId('<b>#\u0000') },
      status: 404,
      code: 'unknown-camera',
    },
  ])('are refused for $title', async ({ query, status, code }) => {
    const { get } = view();
    expect(await get('people', query)).toMatchObject({ status, body: { code }, errors: [] });
  });
});

describe('the sources of a footfall', () => {
  const rowsOf = (values: { [column: string]: number }) =>
    bucketsOf(day, 'Asia/Shanghai')
      .slice(9, 11)
      .map(({ start }) => ({
        device_id: north.deviceId,
        channel_id: north.channelId,
        channel_name: north.channelName,
        bucket_start: isoWithOffset(start, 'Asia/Shanghai'),
        bucket_seconds: 3600,
        messages: 3,
        ...values,
      }));
  const seeded = async () => {
    const { deps, ...rest } = view();
    await exportPeriod(deps, day, { channels: [north, south], answer: () => ({ in: ones(24, 10), out: ones(24, 8) }) });
    await exportSources(deps, date, { line: rowsOf({ in: 12, out: 8 }), alarm: rowsOf({ enter: 7, leave: 9 }) });
    return rest;
  };

  it('stand side by side by the hour, with the difference where both sides are known', async () => {
    const { sources } = await seeded();
    const { buckets, cameras_of } = await sources({ period: date });
    expect(cameras_of).toEqual({ statistics: 2, line: 1, alarm: 1 });
    expect(buckets[9]).toMatchObject({
      hour: 9,
      is_exported: true,
      statistics: { in: 20, out: 16 },
      line: { in: 12, out: 8, messages: 3 },
      alarm: { in: 7, out: 9, messages: 3 },
      line_minus_statistics: { in: 2, out: 0, hours: 1 },
      alarm_minus_statistics: { in: -3, out: 1, hours: 1 },
    });
    expect(buckets[12]).toMatchObject({
      line: { in: null, out: null, messages: 0 },
      line_minus_statistics: { in: null, out: null, hours: 0 },
    });
  });

  it('are added up by the day for a longer period, and days without an export are not known', async () => {
    const { sources } = await seeded();
    const { buckets, exports } = await sources({ granularity: 'week', period: date });
    expect(exports).toEqual({ wanted: 7, found: 1 });
    expect(buckets).toHaveLength(7);
    expect(buckets[3]).toMatchObject({
      date,
      statistics: { in: 480, out: 384 },
      line: { in: 24, out: 16, messages: 6 },
      alarm_minus_statistics: { in: -6, out: 2, hours: 2 },
    });
    expect(buckets[2]).toMatchObject({ is_exported: false, statistics: { in: null, out: null } });
  });

  it('are those of the cameras that were chosen', async () => {
    const { sources } = await seeded();
    const { buckets, camera_count } = await sources({ period: date, cameras: idOf(south) });
    expect(camera_count).toBe(1);
    expect(buckets[9]).toMatchObject({ statistics: { in: 10, out: 8 }, line: { in: null, out: null } });
  });

  it('are refused for a year', async () => {
    const { get } = view();
    expect(await get('people/sources', { period: date, granularity: 'year' })).toMatchObject({ status: 400 });
  });
});

describe('the heatmap of a camera', () => {
  const grid = { width: 2, height: 1, rawbase64: Buffer.from([0, 255]).toString('base64') };
  const camera = idOf(north);
  const pictureAt = 'exports/heatmaps/kind=space/granularity=day/period=2024-02-29/device_id=DEVICE01/channel_id=0.png';

  it('is a link to its picture, with one to the last snapshot of the camera', async () => {
    const { deps, heatmap } = view();
    await exportHeatmap(deps, 'space', day, [north], grid);
    for (const [at, time] of [
      ['2024-02-27', '235959'],
      ['2024-02-28', '081500'],
      ['2024-02-28', '201500'],
    ]) {
      const key = `snapshots/date=${at}/device_id=DEVICE01/channel_id=0/${time}.jpg`;
      await deps.objects.put(key, Buffer.from('jpg'), { contentType: 'image/jpeg' });
    }
    expect(await heatmap({ period: date, camera })).toEqual({
      status: 'ok',
      reason: null,
      published_at: '2024-03-01T20:00:00.000Z',
      picture: { url: `/pictures/${pictureAt}`, expires_at: '2024-03-01T20:05:00.000Z' },
      snapshot: {
        taken_at: '2024-02-28T12:15:00.000Z',
        picture: {
          url: '/pictures/snapshots/date=2024-02-28/device_id=DEVICE01/channel_id=0/201500.jpg',
          expires_at: '2024-03-01T20:05:00.000Z',
        },
      },
    });
  });

  it('is the one from before where IVM has none now', async () => {
    const { deps, heatmap } = view();
    await exportHeatmap(deps, 'space', day, [north], grid);
    await exportHeatmap(deps, 'space', day, [north], new TransientError('odd-answer', ''));
    expect(await heatmap({ period: date, camera })).toMatchObject({
      status: 'kept',
      reason: 'odd-answer',
      picture: { url: `/pictures/${pictureAt}` },
      snapshot: null,
    });
  });

  it('is told to be missing with the reason, or not to be exported', async () => {
    const { deps, heatmap } = view();
    expect(await heatmap({ period: date, camera })).toMatchObject({ status: 'not-exported', picture: null });
    const unable = inventoryChannel({ deviceId: 'DEVICE03', abilities: [] });
    await exportHeatmap(deps, 'space', day, [north, unable], new TransientError('odd-answer', ''));
    expect(await heatmap({ period: date, camera })).toMatchObject({
      status: 'missing',
      reason: 'odd-answer',
      picture: null,
    });
    expect(await heatmap({ period: date, camera: idOf(unable) })).toMatchObject({
      status: 'missing',
      reason: 'no-ability',
    });
    expect(await heatmap({ period: date, camera: itemId('other#1') })).toMatchObject({ status: 'not-exported' });
  });
});

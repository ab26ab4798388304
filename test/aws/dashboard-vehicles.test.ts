import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNewestEvents, createPlateIndex } from '#lib/aws/dashboard-vehicles.ts';
import { createEventsTable } from '#lib/aws/events-table.ts';
import { itemId } from '#lib/dashboard/item-id.ts';
import { pageToken } from '#lib/dashboard/page-token.ts';
import { createRecentAnswers } from '#lib/dashboard/recent-answers.ts';
import { type CountedVehicles, VehicleSummary, vehicleSummaryRoute } from '#lib/dashboard/vehicle-summary.ts';
import { PlateSightings, platesRoute } from '#lib/dashboard/vehicles.ts';
import { type Item, text } from '#lib/events/attribute.ts';
import { pictureOwner } from '#lib/intake/store-messages.ts';
import { wantedPictureItem } from '#lib/pictures/picture-items.ts';
import { keyedHash } from '#lib/privacy/privacy-key.ts';
import { storedRecord } from '../support/builders/event-items.ts';
import { type EmbeddedStores, startEmbeddedStores } from '../support/embedded-stores.ts';

const timeZone = 'Asia/Shanghai';
const now = new Date('2026-03-10T04:00:00.000Z');
const key = 'k'.repeat(40);

let embedded: EmbeddedStores;
const dynamodb = () => embedded.stores.clients.dynamodb;

function itemsOf(messageType: string, time: string, data: object): Item[] {
  const message = { device_id: 'DEVICE01', channel_id: '0', report_time: time, ...data };
  const record = storedRecord({ messageType, messageId: Date.parse(time), data: message }, now);
  const pictures = record.pictures.map((picture): Item => {
    const item = wantedPictureItem(pictureOwner(record, picture), picture.wanted, now);
    return picture.wanted.kind.startsWith('plate')
      ? { ...item, status: text('missing'), reason: text('expired') }
      : { ...item, status: text('stored'), s3_key: text(`pictures/${picture.wanted.kind}.png`) };
  });
  return [record.event, ...record.children, ...pictures];
}
const car = (plate: string, time: string, more: object = {}) =>
  itemsOf('vehicle_data', time, { itgt_type: 7, plate_char: plate, ...more });

beforeAll(async () => {
  embedded = await startEmbeddedStores();
  const url = (name: string) => `https://pictures.example/${name}`;
  const minute = (index: number) => `2026-03-08T10:${String(index).padStart(2, '0')}:00+08:00`;
  const target = (plate: string, more: object) => ({ target_type: 51, plate_char: plate, ...more });
  const items = [
    ...car('粤B·12345', '2026-03-09T08:00:00+08:00', {
      vehicle_url: url('v'),
      panorama_url: url('p'),
      vehicle_color: 5,
    }),
    ...car('粤B12345', '2026-03-07T23:30:00+08:00', { panorama_url: url('q') }),
    ...['粤B12346', '粤B1234', '粤B123456', '京B12345', '粤812345', 'B12345'].flatMap((plate) =>
      car(plate, '2026-03-09T09:00:00+08:00'),
    ),
    ...['粤B54321', '京A12345'].flatMap((plate) => car(plate, '2026-03-09T09:00:00+08:00')),
    ...Array.from({ length: 30 }, (_, index) => car('沪C99999', minute(index))).flat(),
    ...itemsOf('micro_checkpoint_data', '2026-03-10T08:00:00+08:00', {
      data: {
        common: {},
        targets: [
          target('苏A00001', { vehicle_pic: url('first'), vehicle_color: 1, vehicle_type: 1, car_pre_brand_index: 11 }),
          target('苏A00002', {
            vehicle_pic: url('second'),
            plate_pic: url('plate'),
            vehicle_color: 1,
            vehicle_type: 6,
          }),
          { target_type: 52, statistics_vehicle_count: 7 },
        ],
      },
    }),
    ...car('苏A00003', '2026-03-10T09:00:00+08:00', {
      vehicle_color: 9,
      vehicle_type: 1,
      car_pre_brand: 11,
      target: { car_pre_brand: '东风' },
    }),
    ...itemsOf('vehicle_data', '2026-03-10T09:00:01+08:00', { itgt_type: 6 }),
    ...car('苏A00004', '2026-03-10T09:00:02+08:00', { vehicle_color: 0 }),
  ];
  await createEventsTable(embedded.tables.events, dynamodb()).putAll(items);
});
afterAll(() => embedded.stop());

type PlateQuery = Parameters<typeof platesRoute.handle>[1];
const ask = (query: Partial<PlateQuery> & { plate: string }, isHashed = false) =>
  platesRoute
    .handle(
      {
        plates: { ...createPlateIndex(embedded.tables.events, dynamodb()), isHashed, readKey: async () => key },
        signLink: async (s3Key) => ({ url: `https://bucket/${s3Key}`, expires_at: now.toISOString() }),
        timeZone,
      },
      platesRoute.query.parse({ ...query }),
    )
    .then((answer) => PlateSightings.parse(answer));
const platesOf = ({ sightings }: PlateSightings) => sightings.map(({ plate }) => plate);

describe('the search for a number plate', () => {
  it('finds exactly it, however it is written, the newest sighting first, with its close-ups', async () => {
    const answer = await ask({ plate: ' 粤b-12345' });
    expect(answer).toMatchObject({
      plate: '粤B12345',
      more_of: [],
      sightings: [
        {
          camera: itemId('DEVICE01#0'),
          at: '2026-03-09T00:00:00.000Z',
          message_type: 'vehicle_data',
          pictures: [{ kind: 'vehicle', status: 'stored', link: { url: 'https://bucket/pictures/vehicle.png' } }],
        },
        { at: '2026-03-07T15:30:00.000Z', pictures: [{ kind: 'panorama' }] },
      ],
    });
    expect(answer.next).toBeUndefined();
  });

  it('keeps to the days that are asked for, in the zone of the tenant', async () => {
    const days = async (query: { from?: string; to?: string }, match?: 'prefix') =>
      (await ask({ plate: '粤B12345', ...(match === undefined ? {} : { match }), ...query })).sightings.length;
    expect(await days({ from: '2026-03-08' })).toBe(1);
    expect(await days({ to: '2026-03-07' })).toBe(1);
    expect(await days({ from: '2026-03-08', to: '2026-03-08' })).toBe(0);
    expect(await days({ to: '2026-03-07' }, 'prefix')).toBe(1);
    await expect(days({ from: '2026-03-08', to: '2026-03-07' })).rejects.toMatchObject({ code: 'bad-parameter' });
  });

  it('finds what begins with it', async () => {
    expect(platesOf(await ask({ plate: '粤B1234', match: 'prefix' }))).toEqual([
      '粤B1234',
      '粤B12345',
      '粤B12345',
      '粤B123456',
      '粤B12346',
    ]);
  });

  it('finds what is one character apart, also among the first two', async () => {
    expect(platesOf(await ask({ plate: '粤B12345', match: 'fuzzy' })).toSorted()).toEqual(
      ['B12345', '京B12345', '粤812345', '粤B1234', '粤B12345', '粤B12345', '粤B123456', '粤B12346'].toSorted(),
    );
  });

  it('tells of a plate elsewhere that it was seen more often than is listed', async () => {
    const answer = await ask({ plate: '苏C99999', match: 'fuzzy' });
    expect(answer.more_of).toEqual(['沪C99999']);
    expect(answer.sightings.map(({ at }) => at)).toEqual(
      [29, 28, 27, 26, 25].map((minute) => `2026-03-08T02:${minute}:00.000Z`),
    );
  });

  it.each(['exact', 'prefix'] as const)('gives all sightings by pages, each once: %s', async (match) => {
    const first = await ask({ plate: '沪C99999', match });
    const second = await ask({ plate: '沪C99999', match, page: first.next });
    const times = [...first.sightings, ...second.sightings].map(({ at }) => at);
    expect([first.sightings.length, new Set(times).size, second.next]).toEqual([24, 30, undefined]);
    expect(times).toEqual(match === 'exact' ? times.toSorted().toReversed() : times.toSorted());
  });

  it('shows of a message with several vehicles the pictures of the one that was found', async () => {
    const [first] = (await ask({ plate: '苏A00001' })).sightings;
    const [second] = (await ask({ plate: '苏A00002' })).sightings;
    expect(first?.pictures.map(({ kind }) => kind)).toEqual(['vehicle']);
    expect(second?.pictures).toMatchObject([
      { kind: 'vehicle-1', status: 'stored' },
      { kind: 'plate-1', status: 'missing', reason: 'expired' },
    ]);
    expect(second?.event).toBe(first?.event);
  });

  it('refuses what is no plate, and positions that are not of its list', async () => {
    await expect(ask({ plate: '无牌' })).rejects.toMatchObject({ status: 400, code: 'bad-parameter' });
    await expect(ask({ plate: '**' })).rejects.toMatchObject({ status: 400 });
    await expect(ask({ plate: '沪C99999', page: 'abc' })).rejects.toMatchObject({ status: 400 });
    const forged = pageToken('plates 沪C99999 exact  ', ['DEVICE01#0', 'x', '京A12345#2026']);
    await expect(ask({ plate: '沪C99999', page: forged })).rejects.toMatchObject({ status: 400 });
  });

  it('seeks the hash where plates are stored as hashes, and nothing else', async () => {
    expect((await ask({ plate: '粤B 12345' }, true)).plate).toBe(keyedHash(key, 'plate', '粤B12345'));
    const hash = keyedHash(key, 'plate', '粤B12345');
    expect((await ask({ plate: hash.toLowerCase() }, true)).plate).toBe(hash);
    await expect(ask({ plate: '粤B12345', match: 'prefix' }, true)).rejects.toMatchObject({ status: 400 });
    await expect(ask({ plate: '粤B12345', match: 'fuzzy' }, true)).rejects.toMatchObject({ status: 400 });
  });
});

describe('the vehicles of a day without an export', () => {
  it('are counted from what is stored, without persons and statistics, and told to be a part of it', async () => {
    const summary = VehicleSummary.parse(
      await vehicleSummaryRoute.handle(
        {
          exports: { get: async () => undefined },
          newestEvents: createNewestEvents(embedded.tables.events, dynamodb()),
          countedVehicles: createRecentAnswers<CountedVehicles>(10),
          timeZone,
          now: () => now,
        },
        {},
      ),
    );
    expect(summary).toEqual({
      date: '2026-03-10',
      sources: [
        { message_type: 'vehicle_data', from: 'stored', published_at: null, is_partial: true, sightings: 2 },
        { message_type: 'micro_checkpoint_data', from: 'stored', published_at: null, is_partial: true, sightings: 2 },
      ],
      sightings: 4,
      colors: [
        { code: 1, name: null, count: 2 },
        { code: 9, name: null, count: 1 },
        { code: null, name: null, count: 1 },
      ],
      types: [
        { code: 1, name: null, count: 2 },
        { code: 6, name: null, count: 1 },
        { code: null, name: null, count: 1 },
      ],
      brands: [
        { code: 11, name: '东风', count: 2 },
        { code: null, name: null, count: 2 },
      ],
    });
  });
});

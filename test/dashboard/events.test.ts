import { describe, expect, it } from 'vitest';
import { answerRequest } from '#lib/dashboard/answer-request.ts';
import { Events, type EventsDeps, eventsRoute } from '#lib/dashboard/events.ts';
import { itemId } from '#lib/dashboard/item-id.ts';
import { type Item, text } from '#lib/events/attribute.ts';
import { keyedHash } from '#lib/privacy/privacy-key.ts';
import { snapshotItem } from '#lib/snapshots/snapshot-item.ts';
import { inventoryChannel } from '../support/builders/inventory-channel.ts';
import { memoryEventItems } from '../support/fakes/memory-event-items.ts';
import { memoryEvents } from '../support/fakes/memory-events.ts';

const now = new Date('2026-01-15T04:00:00.000Z');
const timeZone = 'Asia/Shanghai';
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();

let lastId = 0;
const message = (messageType: string, data: unknown) => {
  lastId += 1;
  return JSON.stringify({ message_id: 1_000_000 + lastId, message_type: messageType, data, test: false });
};
const alarm = (at: string, more: object = {}) =>
  message('device_alarm', {
    device_id: 'D1',
    channel_id: '1',
    alarm_type: 'over_line_alarm',
    classification: 'PERIMETER',
    alarm_time: at,
    ...more,
  });
const vehicle = (at: string, plate: string) =>
  message('vehicle_data', { device_id: 'D2', channel_id: '1', data_id: 'v', report_time: at, plate_char: plate });
const checkpoint = (at: string, plates: readonly string[]) =>
  message('micro_checkpoint_data', {
    device_id: 'D2',
    channel_id: '2',
    report_time: at,
    data: { targets: plates.map((plate) => ({ plate_char: plate })) },
  });
const channelState = (at: string) =>
  message('device_status', {
    method: 'channel_state_notice',
    param: {
      device_id: 'D3',
      channel_id: '',
      time: at,
      video_channel: [
        { channel_id: '7', channel_state: 0 },
        { channel_id: '8', channel_state: 0 },
      ],
    },
  });

function tenant(options: { plateKey?: string; names?: Parameters<typeof inventoryChannel>[0][] } = {}) {
  const stored = memoryEvents(timeZone);
  const eventItems = memoryEventItems(() => stored.items.values());
  const { plateKey } = options;
  const deps: EventsDeps = {
    eventItems,
    inventory: { channels: async () => (options.names ?? []).map((one) => inventoryChannel(one)) },
    signLink: async (key) => ({ url: `https://pictures/${key}`, expires_at: now.toISOString() }),
    plateKey: plateKey === undefined ? undefined : async () => plateKey,
    timeZone,
    now: () => now,
  };
  const answer = async (query: Record<string, string> = {}) => {
    const told = await answerRequest([eventsRoute], deps, { method: 'GET', path: '/api/events', query }, (error) => {
      throw error;
    });
    return { status: told.status, body: JSON.parse(told.body) as unknown };
  };
  return {
    stored,
    read: eventItems.read,
    answer,
    events: async (query: Record<string, string> = {}) => {
      const { status, body } = await answer(query);
      expect({ status, body }).toMatchObject({ status: 200 });
      return Events.parse(body);
    },
  };
}
type Tenant = ReturnType<typeof tenant>;

/** All pages one after the other, as somebody gets them who asks for more until there is none. */
async function allPages({ events }: Tenant, query: Record<string, string> = {}) {
  const pages: Events[] = [];
  let next: string | undefined;
  do {
    const page: Events = await events({ ...query, ...(next === undefined ? {} : { page: next }) });
    pages.push(page);
    next = page.next;
  } while (next !== undefined && pages.length < 400);
  return pages;
}
const timesOf = (pages: readonly Events[]) => pages.flatMap(({ events }) => events.map(({ occurred_at: at }) => at));

describe('the feed of events', () => {
  it('tells the newest of all types first, with camera and summary', async () => {
    const one = tenant();
    one.stored.store(alarm(minutesAgo(3)));
    one.stored.store(vehicle(minutesAgo(2), '粤B·12345'));
    const { events, ahead } = await one.events();
    expect(ahead).toEqual([]);
    expect(events.map(({ type, camera, summary, plates }) => ({ type, camera, summary, plates }))).toEqual([
      {
        type: 'vehicle_data',
        camera: { id: itemId('D2#1'), device_id: 'D2', channel_id: '1' },
        summary: {},
        plates: ['粤B12345'],
      },
      {
        type: 'device_alarm',
        camera: { id: itemId('D1#1'), device_id: 'D1', channel_id: '1' },
        summary: { alarm_type: 'over_line_alarm', classification: 'PERIMETER' },
        plates: [],
      },
    ]);
  });

  it('goes on where a page ended, over days and types, each event once', async () => {
    const one = tenant();
    const times = Array.from({ length: 120 }, (_, index) => minutesAgo(index * 61 + 1));
    for (const [index, at] of times.entries()) one.stored.store(index % 2 === 0 ? alarm(at) : vehicle(at, '粤B12345'));
    const pages = await allPages(one, { from: minutesAgo(10_000) });
    expect(timesOf(pages)).toEqual(times);
    expect(pages[0]?.events).toHaveLength(24);
  });

  it('tells an event once however many parts it has, with the plates of its parts', async () => {
    const one = tenant();
    const plates = Array.from({ length: 300 }, (_, index) => `粤B${10_000 + index}`);
    one.stored.store(checkpoint(minutesAgo(1), plates));
    one.stored.store(checkpoint(minutesAgo(2), ['粤B00002']));
    for (const query of [{}, { camera: itemId('D2#2') }]) {
      const { events } = await one.events(query);
      expect(events.map((event) => event.plates.length)).toEqual([8, 1]);
    }
    expect(one.read.items).toBeLessThan(900);
  });

  it('tells what happened to a device once, and on each of its channels too', async () => {
    const one = tenant();
    one.stored.store(channelState(minutesAgo(1)));
    const { events } = await one.events();
    expect(events.map(({ camera }) => camera.id)).toEqual([itemId('D3#-')]);
    const { events: ofChannel } = await one.events({ camera: itemId('D3#7') });
    expect(ofChannel.map(({ id, camera, summary }) => ({ id, camera: camera.id, summary }))).toEqual([
      { id: events[0]?.id, camera: itemId('D3#7'), summary: { method: 'channel_state_notice', channel_state: '0' } },
    ]);
  });

  it('tells events that stand under the same key in two cameras, also across pages', async () => {
    const one = tenant();
    const at = new Date(minutesAgo(5));
    for (let index = 0; index < 60; index += 1) {
      const job = { device_id: `D${index}`, channel_id: '1', slot: 's', failures: 0 };
      const picture = { bytes: Buffer.from('x'), contentType: 'image/png', extension: 'png', sha256: 'a'.repeat(64) };
      one.stored.put(
        snapshotItem(
          job as Parameters<typeof snapshotItem>[0],
          { status: 'stored', picture, key: 'snapshots/x.png', takenAt: at } as Parameters<typeof snapshotItem>[1],
          { timeZone, retentionDays: 1 },
        ),
      );
    }
    const pages = await allPages(one, { from: minutesAgo(60) });
    expect(new Set(pages.flatMap(({ events }) => events.map(({ id }) => id))).size).toBe(60);
    expect(timesOf(pages)).toHaveLength(60);
    expect(pages[0]?.events[0]?.pictures).toEqual([
      {
        kind: 'snapshot',
        status: 'stored',
        reason: null,
        link: { url: 'https://pictures/snapshots/x.png', expires_at: now.toISOString() },
      },
    ]);
  });

  it('has at most four pictures of an event, those that are there first', async () => {
    const one = tenant();
    const { pictures } = one.stored.store(
      message('vehicle_data', {
        device_id: 'D2',
        channel_id: '1',
        report_time: minutesAgo(1),
        vehicle_url: 'https://h/1.jpg',
        panorama_url: 'https://h/2.jpg',
        target_all_pic_url: 'https://h/3.jpg',
        target: { plate_pic: 'https://h/4.jpg', vehicle_pic: 'https://h/5.jpg' },
      }),
    );
    const panorama = pictures.find(({ kind }) => kind?.['S' as never] === 'panorama') as Item;
    one.stored.put({ ...panorama, status: text('stored'), s3_key: text('pictures/p.jpg') });
    const { events } = await one.events();
    expect(events[0]?.pictures.map(({ kind, status }) => [kind, status])).toEqual([
      ['panorama', 'stored'],
      ['vehicle', 'wanted'],
      ['vehicle-alt', 'wanted'],
      ['body', 'wanted'],
    ]);
    expect(events[0]?.has_more_pictures).toBe(true);
    expect(events[0]?.pictures[0]?.link?.url).toBe('https://pictures/pictures/p.jpg');
  });
});

describe('a filter of the feed', () => {
  it.each([
    { title: 'type', query: { type: 'vehicle_data' }, found: ['vehicle_data'] },
    { title: 'camera', query: { camera: itemId('D1#1') }, found: ['device_alarm', 'device_alarm'] },
    {
      title: 'camera and alarm type',
      query: { camera: itemId('D1#1'), alarm_type: 'io_event' },
      found: ['device_alarm'],
    },
    { title: 'alarm type', query: { alarm_type: 'io_event' }, found: ['device_alarm'] },
    { title: 'alarm type of another type', query: { alarm_type: 'io_event', type: 'vehicle_data' }, found: [] },
    { title: 'plate', query: { plate: '粤b 12345' }, found: ['vehicle_data'] },
    { title: 'plate and another camera', query: { plate: '粤B12345', camera: itemId('D1#1') }, found: [] },
    { title: 'text in a column', query: { text: 'IO_EV' }, found: ['device_alarm'] },
    { title: 'text in a plate', query: { text: 'b1234' }, found: ['vehicle_data'] },
    { title: 'text in the name of a camera', query: { text: 'north GATE' }, found: ['vehicle_data'] },
    { title: 'from', query: { from: minutesAgo(2) }, found: ['vehicle_data', 'device_alarm'] },
    { title: 'to', query: { to: minutesAgo(2) }, found: ['device_alarm'] },
  ])('by $title keeps what fits', async ({ query, found }) => {
    const one = tenant({ names: [{ deviceId: 'D2', channelId: '1', channelName: 'North gate 北门' }] });
    one.stored.store(vehicle(minutesAgo(1), '粤B12345'));
    one.stored.store(alarm(minutesAgo(2)));
    one.stored.store(alarm(minutesAgo(3), { alarm_type: 'io_event' }));
    const pages = await allPages(one, { from: minutesAgo(60), ...query });
    expect(pages.flatMap(({ events }) => events.map(({ type }) => type))).toEqual(found);
  });

  it('by plate finds the parts of events too, and goes on where a page ended', async () => {
    const one = tenant();
    const times = Array.from({ length: 60 }, (_, index) => minutesAgo(index + 1));
    for (const at of times) one.stored.store(checkpoint(at, ['粤B12345', '粤B99999', '粤B12345']));
    expect(timesOf(await allPages(one, { plate: '粤B12345' }))).toEqual(times);
  });

  it('by plate seeks the hash where plates are stored as hashes', async () => {
    const key = 'k'.repeat(32);
    const one = tenant({ plateKey: key });
    one.stored.store(vehicle(minutesAgo(1), keyedHash(key, 'plate', '粤B12345')));
    for (const plate of ['粤B·12345', keyedHash(key, 'plate', '粤B12345')]) {
      expect((await one.events({ plate })).events).toHaveLength(1);
    }
  });

  it('that matches rarely reads a bounded number of items, and says down to when it has looked', async () => {
    const one = tenant();
    for (let index = 0; index < 3_000; index += 1) one.stored.store(alarm(minutesAgo(index + 1)));
    one.stored.store(alarm(minutesAgo(3_005), { alarm_type: 'io_event' }));
    const first = await one.events({ text: 'io_event' });
    expect(first.events).toEqual([]);
    expect(one.read.items).toBeLessThanOrEqual(2_100);
    expect(first.searched_to?.localeCompare(minutesAgo(1_900))).toBe(-1);
    const pages = await allPages(one, { text: 'io_event', from: minutesAgo(4_000) });
    expect(timesOf(pages)).toEqual([minutesAgo(3_005)]);
  });

  it('finds what is months back after a bounded number of pages, and ends', async () => {
    const one = tenant();
    one.stored.store(alarm('2025-09-01T00:00:00Z'));
    const pages = await allPages(one, { type: 'device_alarm' });
    expect(timesOf(pages)).toEqual(['2025-09-01T00:00:00.000Z']);
    expect(pages.findIndex(({ events }) => events.length > 0)).toBe(4);
    expect(pages.at(-1)?.searched_to).toBeNull();
  });

  it('reaches events whose time nobody knows, which stand at the epoch', async () => {
    const one = tenant();
    one.stored.store(alarm(''));
    const byDay = await allPages(one, { to: '2015-02-01T00:00:00Z' });
    expect(timesOf(byDay)).toEqual(['1970-01-01T00:00:00.000Z']);
    expect(timesOf([await one.events({ camera: itemId('D1#1') })])).toEqual(['1970-01-01T00:00:00.000Z']);
  });
});

describe('a clock that is ahead', () => {
  it('hides nothing: its events are told apart, and all others as ever', async () => {
    const one = tenant();
    for (let index = 0; index < 500; index += 1)
      one.stored.store(alarm(minutesAgo(-60 - index / 10), { device_id: 'F' }));
    one.stored.store(alarm(minutesAgo(1)));
    one.stored.store(alarm(minutesAgo(-4)));
    const { events, ahead } = await one.events();
    expect(events.map(({ occurred_at: at }) => at)).toEqual([minutesAgo(-4), minutesAgo(1)]);
    expect(ahead?.map(({ camera }) => camera.device_id)).toEqual(Array.from({ length: 5 }, () => 'F'));
  });

  it('can be asked for by time, and by camera however far it is ahead', async () => {
    const one = tenant();
    one.stored.store(alarm(minutesAgo(-60)));
    one.stored.store(alarm('2099-01-01T00:00:00Z'));
    expect(timesOf([await one.events({ from: minutesAgo(-10) })])).toEqual([minutesAgo(-60)]);
    const { events, ahead } = await one.events({ camera: itemId('D1#1') });
    expect(events).toEqual([]);
    expect(ahead).toHaveLength(2);
  });
});

describe('a request for the feed that is no good', () => {
  it.each([
    { title: 'an unknown type', query: { type: 'nothing' } },
    { title: 'a time that is none', query: { from: 'yesterday' } },
    { title: 'an end before the begin', query: { from: minutesAgo(1), to: minutesAgo(2) } },
    { title: 'a word for no plate', query: { plate: '无牌' } },
    { title: 'a token of another list', query: { page: 'broken' } },
    { title: 'an unknown parameter', query: { sort: 'asc' } },
  ])('is refused: $title', async ({ query }) => {
    expect((await tenant().answer(query)).status).toBe(400);
  });

  it('for a camera that is none is answered with not found', async () => {
    expect((await tenant().answer({ camera: 'AAAA' })).status).toBe(404);
  });

  it('with a token whose position was tampered with is refused, or answered with what there is', async () => {
    const one = tenant();
    for (let index = 0; index < 30; index += 1) one.stored.store(alarm(minutesAgo(index + 1)));
    const { next = '' } = await one.events();
    const envelope = JSON.parse(Buffer.from(next, 'base64url').toString()) as { of: string; at: object };
    const forged = (at: unknown) => Buffer.from(JSON.stringify({ ...envelope, at })).toString('base64url');
    for (const at of [
      { upTo: '', seen: [] },
      { upTo: '2026-13-99T99:99:99.999Z', seen: [] },
      { upTo: '\ud800', seen: [] },
      { ...envelope.at, date: '2026-02-31' },
      { ...envelope.at, more: 1 },
    ]) {
      expect((await one.answer({ page: forged(at) })).status).toBe(400);
    }
    for (const at of [
      { upTo: '9999-12-31T23:59:59.999Z', seen: [], date: '9999-12-31' },
      { upTo: '0001-01-01T00:00:00.000Z', seen: [] },
    ]) {
      expect((await one.answer({ page: forged(at) })).status).toBe(200);
    }
  });
});

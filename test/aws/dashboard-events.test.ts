import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEventItems } from '#lib/aws/dashboard-events.ts';
import { createEventsTable } from '#lib/aws/events-table.ts';
import { createLinkSigner } from '#lib/aws/object-links.ts';
import { answerRequest } from '#lib/dashboard/answer-request.ts';
import { EventDetails, type EventDetailsDeps, eventRoute } from '#lib/dashboard/event-details.ts';
import { Events, type EventsDeps, eventsRoute } from '#lib/dashboard/events.ts';
import { itemId } from '#lib/dashboard/item-id.ts';
import { type Item, text } from '#lib/events/attribute.ts';
import { type EmbeddedStores, startEmbeddedStores } from '../support/embedded-stores.ts';
import { memoryEvents } from '../support/fakes/memory-events.ts';

const now = new Date('2026-01-15T04:00:00.000Z');
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();
const alarms = 70;
const passages = 30;

let embedded: EmbeddedStores;
type Deps = EventsDeps & EventDetailsDeps;
let deps: Deps;

beforeAll(async () => {
  embedded = await startEmbeddedStores();
  const { clients } = embedded.stores;
  const stored = memoryEvents();
  const message = (id: number, type: string, data: unknown) =>
    stored.store(JSON.stringify({ message_id: id, message_type: type, data, test: false }));
  for (let index = 0; index < alarms; index += 1) {
    message(index, 'device_alarm', {
      device_id: 'D1',
      channel_id: '1',
      alarm_type: 'over_line_alarm',
      alarm_uuid: `u${index}`,
      alarm_time: minutesAgo(index * 20 + 1),
    });
  }
  for (let index = 0; index < passages; index += 1) {
    message(1_000 + index, 'micro_checkpoint_data', {
      device_id: 'D2',
      channel_id: '1',
      report_time: minutesAgo(index * 20 + 2),
      data: { targets: Array.from({ length: 80 }, (_, target) => ({ plate_char: `粤B${10_000 + target}` })) },
    });
  }
  message(5_000, 'device_status', {
    method: 'channel_state_notice',
    param: { device_id: 'D3', time: minutesAgo(3), video_channel: [{ channel_id: '7', channel_state: 0 }] },
  });
  const items = [...stored.items.values()].map(
    (item): Item =>
      item['kind'] === undefined ? item : { ...item, status: text('stored'), s3_key: text('pictures/a=1/x y.png') },
  );
  await createEventsTable(embedded.tables.events, clients.dynamodb).putAll(items);
  deps = {
    eventItems: createEventItems(embedded.tables.events, clients.dynamodb),
    inventory: { channels: async () => [] },
    readObject: async () => gzipSync('{}'),
    signLink: createLinkSigner(embedded.bucket, () => new Date(), clients.s3),
    plateKey: undefined,
    timeZone: 'Asia/Shanghai',
    now: () => now,
  };
});
afterAll(() => embedded.stop());

async function ask(path: string, query: Record<string, string> = {}): Promise<unknown> {
  const { status, body } = await answerRequest<Deps>(
    [eventsRoute, eventRoute],
    deps,
    { method: 'GET', path, query },
    (e) => {
      throw e;
    },
  );
  expect({ status, body }).toMatchObject({ status: 200 });
  return JSON.parse(body);
}

async function timesOf(query: Record<string, string>): Promise<string[]> {
  const times: string[] = [];
  let next: string | undefined;
  do {
    const page: Events = Events.parse(
      await ask('/api/events', { from: minutesAgo(10_000), ...query, ...(next === undefined ? {} : { page: next }) }),
    );
    times.push(...page.events.map(({ occurred_at: at }) => at));
    next = page.next;
  } while (next !== undefined);
  return times;
}
const series = (count: number, first: number) =>
  Array.from({ length: count }, (_, index) => minutesAgo(index * 20 + first));

describe('events in the table', () => {
  it('are read by day, by camera and by plate, each once, the newest first', async () => {
    const all = [...series(alarms, 1), ...series(passages, 2), minutesAgo(3)].toSorted().toReversed();
    expect(await timesOf({})).toEqual(all);
    expect(await timesOf({ type: 'device_alarm' })).toEqual(series(alarms, 1));
    expect(await timesOf({ camera: itemId('D1#1') })).toEqual(series(alarms, 1));
    expect(await timesOf({ camera: itemId('D2#1') })).toEqual(series(passages, 2));
    expect(await timesOf({ camera: itemId('D3#7') })).toEqual([minutesAgo(3)]);
    expect(await timesOf({ plate: '粤B·10079' })).toEqual(series(passages, 2));
  });

  it('are opened with their parts and pictures, behind links that work', async () => {
    const put = new Uint8Array([137, 80, 78, 71]);
    await embedded.stores.clients.s3.send(
      new PutObjectCommand({ Bucket: embedded.bucket, Key: 'pictures/a=1/x y.png', Body: put }),
    );
    const { events } = Events.parse(await ask('/api/events', { type: 'device_alarm' }));
    const link = events[0]?.pictures[0]?.link?.url ?? '';
    expect(new Uint8Array(await (await fetch(link)).arrayBuffer())).toEqual(put);
    const [passage] = Events.parse(await ask('/api/events', { type: 'micro_checkpoint_data' })).events;
    const details = EventDetails.parse(await ask(`/api/events/${passage?.id}`));
    expect(details.parts).toHaveLength(80);
    expect(details.parts[79]?.attributes['plate_char']).toBe('粤B10079');
    expect(details.fields).toHaveLength(80 + 3);
  });
});

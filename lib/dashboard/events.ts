import * as z from 'zod';
import { subscriptions } from '#lib/callback/subscriptions.ts';
import { type Item, scalarText, textOf } from '#lib/events/attribute.ts';
import type { InventoryChannels } from '#lib/inventory/inventory-channel.ts';
import { normalisePlate } from '#lib/messages/plate.ts';
import { isKeyedHash, keyedHash } from '#lib/privacy/privacy-key.ts';
import { addDays } from '#lib/time/calendar.ts';
import { startOfDay } from '#lib/time/local-time.ts';
import { allLimited } from './all-limited.ts';
import { cameraName } from './camera-names.ts';
import {
  type EventPages,
  type FeedEvent,
  FeedPosition,
  type FeedScope,
  instantLength,
  readFeed,
} from './event-feed.ts';
import { EventPicture, eventPicture, sortedPictures } from './event-pictures.ts';
import { ItemId, itemId, readCameraId } from './item-id.ts';
import type { LinkSigner } from './object-link.ts';
import { pageToken, readPageToken } from './page-token.ts';
import { badParameter } from './problem.ts';
import { route } from './route.ts';
import type { ItemKey } from './stored-item.ts';

export type EventItems = EventPages & {
  /** The item with this key. */
  item(key: ItemKey): Promise<Item | undefined>;
  /** The first so many items of the pictures of an event. */
  pictures(event: ItemKey, most: number): Promise<Item[]>;
};

export type EventsDeps = {
  eventItems: EventItems;
  inventory: InventoryChannels;
  signLink: LinkSigner;
  /** Gives the key that stored plates are hashed with; `undefined` where they are stored as they are. */
  plateKey: (() => Promise<string>) | undefined;
  timeZone: string;
  now: () => Date;
};

/** What events are filtered by their type with: those that IVM sends, and snapshots. */
export const eventTypes = [...subscriptions.map(({ messageType }) => messageType), 'snapshot'] as const;

const pageSize = 24;
const allowance = { items: 2_000, days: 31 };
/** How far a clock may be ahead before its events are told apart, so that they don't hide all others. */
const trustedAheadMs = 300_000;
const aheadMs = 86_400_000;
const mostAhead = 5;
const aheadAllowance = { items: 300, days: 2 };
const mostThumbnails = 4;
const mostPicturesLookedAt = 40;
/** Enough for a page with the parts of its events; where most events don't fit, more at once is faster. */
const itemsPerPage = { all: 60, few: 250 };
const parallelReads = 16;
const lastMs = Date.parse('9999-12-31T00:00:00Z');

/** Columns of the index by day that say what happened. */
const summaryColumns = [
  'alarm_type',
  'classification',
  'alarm_status',
  'itgt_type',
  'method',
  'channel_state',
  'unbind_type',
] as const;

export const EventCamera = z.strictObject({ id: ItemId, device_id: z.string(), channel_id: z.string() });

export const EventSummary = z.strictObject({
  id: ItemId,
  type: z.string(),
  occurred_at: z.string(),
  received_at: z.string().nullable().describe('null for a snapshot, which did not come by itself'),
  camera: EventCamera,
  summary: z.record(z.string(), z.string()).describe(`those there are of ${summaryColumns.join(', ')}`),
  plates: z.array(z.string()).describe('number plates of the event and its parts, or their hashes'),
  pictures: z.array(EventPicture).max(mostThumbnails),
  has_more_pictures: z.boolean(),
});
export type EventSummary = z.infer<typeof EventSummary>;

export const Events = z.strictObject({
  events: z.array(EventSummary).describe('the newest first'),
  ahead: z
    .array(EventSummary)
    .optional()
    .describe('on the first page: events whose time is yet to come, because the clock of their camera is ahead'),
  searched_to: z.string().nullable().describe('down to which instant has been looked; null where there is no more'),
  next: z.string().optional().describe('there may be more, even where this page has none'),
});
export type Events = z.infer<typeof Events>;

const instant = z.iso.datetime({ offset: true });

const EventsQuery = z.strictObject({
  type: z.enum(eventTypes).optional(),
  from: instant.optional().describe('first instant'),
  to: instant.optional().describe('instant before which events happened; without it five minutes from now'),
  camera: ItemId.optional(),
  plate: z.string().min(1).max(40).optional().describe('a whole number plate, in any spelling'),
  alarm_type: z.string().min(1).max(200).optional(),
  text: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('part of an id, of a summary column or of the name of a device or camera, in capitals or not'),
  page: z.string().optional().describe('`next` of the page before'),
});
type EventsQuery = z.infer<typeof EventsQuery>;

export const eventsRoute = route({
  path: '/api/events',
  summary: 'Events, the newest first',
  query: EventsQuery,
  answer: Events,
  handle: async (deps: EventsDeps, query) => {
    const { page, type, from, to, camera, plate, alarm_type: alarmType, text } = query;
    const list = `events ${JSON.stringify([type, from, to, camera, plate, alarmType, text])}`;
    const nowMs = deps.now().getTime();
    const fromMs = query.from === undefined ? 0 : Date.parse(query.from);
    const toMs = query.to === undefined ? undefined : Date.parse(query.to);
    if (toMs !== undefined && toMs <= fromMs) throw badParameter('to', 'it has to be later than `from`');
    const trustedMs = nowMs + trustedAheadMs;
    const isFromAhead = fromMs >= trustedMs;
    const endMs = toMs ?? (isFromAhead ? fromMs + aheadMs : trustedMs);
    const scope = await scopeOf(deps, query);
    const isWanted = await filterOf(deps, query);
    const [feed, ahead] = await Promise.all([
      readFeed(
        deps.eventItems,
        { ...scope, range: rangeOf(fromMs, endMs) },
        {
          most: pageSize,
          allowance,
          isWanted,
          ...(page === undefined ? {} : { start: readPageToken(list, FeedPosition, page) }),
        },
      ),
      page === undefined && toMs === undefined && !isFromAhead
        ? readFeed(
            deps.eventItems,
            { ...scope, range: rangeOf(trustedMs, isOneQuery(scope) ? lastMs : nowMs + aheadMs) },
            { most: mostAhead, allowance: aheadAllowance, isWanted },
          )
        : undefined,
    ]);
    return {
      events: await summariesOf(deps, feed.events),
      ...(ahead === undefined ? {} : { ahead: await summariesOf(deps, ahead.events) }),
      searched_to: feed.next === undefined ? null : searchedTo(feed.next, deps.timeZone),
      ...(feed.next === undefined ? {} : { next: pageToken(list, feed.next) }),
    };
  },
});

/** Whether the events of all days stand in one place. */
const isOneQuery = ({ camera, plate }: Omit<FeedScope, 'range'>): boolean =>
  camera !== undefined || plate !== undefined;

async function scopeOf(
  { plateKey, timeZone }: EventsDeps,
  { type, camera, plate: asked, alarm_type: alarmType, text }: EventsQuery,
): Promise<Omit<FeedScope, 'range'>> {
  const wanted = eventTypes.filter((one) => type === undefined || one === type);
  const plate = asked === undefined ? undefined : normalisePlate(asked.toWellFormed());
  if (asked !== undefined && plate === undefined) {
    throw badParameter('plate', 'it takes two different characters at least, and a word for "no plate" is none');
  }
  return {
    // Nothing else has a type of alarm.
    types: wanted.filter((one) => alarmType === undefined || one === 'device_alarm'),
    ...(camera === undefined ? {} : { camera: readCameraId(camera) }),
    ...(plate === undefined ? {} : { plate: await storedPlate(plate, plateKey) }),
    timeZone,
    itemsPerPage: alarmType === undefined && text === undefined ? itemsPerPage.all : itemsPerPage.few,
  };
}

const storedPlate = async (plate: string, readKey: EventsDeps['plateKey']): Promise<string> =>
  readKey === undefined || isKeyedHash(plate) ? plate : keyedHash(await readKey(), 'plate', plate);

/** From one instant to before another, as keys that begin with theirs are ordered. */
function rangeOf(fromMs: number, toMs: number): FeedScope['range'] {
  const at = (ms: number) => new Date(Math.min(Math.max(ms, 0), lastMs)).toISOString();
  return { from: at(fromMs), upTo: `${at(toMs - 1)}~` };
}

async function filterOf(
  { inventory }: EventsDeps,
  { type, camera: cameraId, alarm_type: alarmType, text }: EventsQuery,
): Promise<(event: FeedEvent) => boolean> {
  const camera = cameraId === undefined ? undefined : readCameraId(cameraId);
  const sought = text?.toLowerCase();
  const names = sought === undefined ? new Map<string, string>() : await namesOfCameras(inventory);
  return ({ key, item, plates }) =>
    (type === undefined || textOf(item['message_type']) === type) &&
    (camera === undefined || [key.camera, textOf(item['camera'])].includes(camera)) &&
    (alarmType === undefined || textOf(item['alarm_type']) === alarmType) &&
    (sought === undefined ||
      [
        ...Object.values(summaryOf(item)),
        ...plates,
        ...['message_type', 'message_id', 'device_id', 'channel_id'].flatMap((name) => textOf(item[name]) ?? []),
        names.get(textOf(item['camera']) ?? '') ?? '',
      ].some((one) => one.toLowerCase().includes(sought)));
}

/** Names of devices and channels, by camera. */
async function namesOfCameras(inventory: InventoryChannels): Promise<Map<string, string>> {
  const channels = await inventory.channels();
  return new Map(
    channels.map((channel) => [readCameraId(cameraName(channel).id), `${channel.channelName}\n${channel.deviceName}`]),
  );
}

function summaryOf(item: Item): { [column: string]: string } {
  return Object.fromEntries(
    summaryColumns.flatMap((name) => {
      const value = scalarText(item[name]);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

const summariesOf = (deps: EventsDeps, events: readonly FeedEvent[]): Promise<EventSummary[]> =>
  allLimited(events, parallelReads, (event) => eventSummary(deps, event));

async function eventSummary(deps: EventsDeps, { key, item, plates }: FeedEvent): Promise<EventSummary> {
  const type = textOf(item['message_type']) ?? '';
  const pictures = sortedPictures(await pictureItems(deps.eventItems, key, type));
  return {
    id: itemId(key.camera, key.sk),
    type,
    occurred_at: textOf(item['occurred_at']) ?? key.sk.split('#')[0] ?? '',
    received_at: textOf(item['received_at']) ?? null,
    camera: eventCamera(item),
    summary: summaryOf(item),
    plates,
    pictures: await Promise.all(
      pictures.slice(0, mostThumbnails).map((picture) => eventPicture(picture, deps.signLink)),
    ),
    has_more_pictures: pictures.length > mostThumbnails,
  };
}

/** A snapshot is its own picture. */
async function pictureItems(items: EventItems, key: ItemKey, type: string): Promise<Item[]> {
  if (type !== 'snapshot') return items.pictures(key, mostPicturesLookedAt);
  const snapshot = await items.item(key);
  return snapshot === undefined ? [] : [snapshot];
}

/** Where an item belongs. */
export const eventCamera = (item: Item): z.infer<typeof EventCamera> => ({
  id: itemId(textOf(item['camera']) ?? ''),
  device_id: textOf(item['device_id']) ?? '',
  channel_id: textOf(item['channel_id']) ?? '',
});

/** What is later than this has been looked at. */
function searchedTo({ date, upTo }: FeedPosition, timeZone: string): string {
  const at = upTo.slice(0, instantLength);
  const endOfDay = date === undefined ? at : startOfDay(addDays(date, 1), timeZone).toISOString();
  return endOfDay < at ? endOfDay : at;
}

import * as z from 'zod';
import { type Item, textOf } from '#lib/events/attribute.ts';
import { normalisePlate } from '#lib/messages/plate.ts';
import { addDays, isDate } from '#lib/time/calendar.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';
import { eventSkOf, type ItemKey, keyOf, partOf } from './stored-item.ts';

/** Keys begin with the instant of their event. */
export const instantLength = 24;

/** A stretch of sort keys, both ends included. */
export type KeyRange = { from: string; upTo: string };
/** Items with the greatest key first; `next` goes on behind them, and is for the store to read. */
export type ItemsPage = { items: Item[]; next?: Item };

/** Reads the table `events` backwards, at most so many items at a time. */
export type EventPages = {
  /** Of a type and day, with their summary columns only. */
  ofDay(day: string, range: KeyRange, most: number, next?: Item): Promise<ItemsPage>;
  /** Of a camera, of all types, with their pictures and parts. */
  ofCamera(camera: string, range: KeyRange, most: number, next?: Item): Promise<ItemsPage>;
  /** With a plate; the keys of the range are instants. */
  ofPlate(plate: string, range: KeyRange, most: number, next?: Item): Promise<ItemsPage>;
};

/** An event of a feed. Where it is told by one of its parts alone, as on a camera of a device, `item` is that part. */
export type FeedEvent = { key: ItemKey; item: Item; plates: string[] };

/** What one request may read before it answers with what it has found. */
export type Allowance = { items: number; days: number };

/** Where a feed goes on: all that is greater has been looked at, and of what equals it the cameras in `seen`. */
export const FeedPosition = z.strictObject({
  date: z.string().refine(isDate).optional(),
  upTo: z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z[\x20-\x7E]{0,900}$/)
    .refine((key) => !Number.isNaN(Date.parse(key.slice(0, instantLength)))),
  seen: z.array(z.string()).max(1_000),
});
export type FeedPosition = z.infer<typeof FeedPosition>;

/** Beyond this an event's other parts are skipped: there may be a thousand of them. */
const mostPartsRead = 50;
const mostPlates = 8;
/** No camera tells of an earlier time and is believed; events whose time nobody knows stand at the epoch. */
const firstDate = '2015-01-01';

/** All down to `at` has been looked at; the last of it is `event`, if there was any. */
type Step = { at: string; date?: string; event?: FeedEvent };
type ReadPage = (range: KeyRange, next: Item | undefined) => Promise<ItemsPage>;

/** Counts what is read. */
export class Reading {
  readonly #allowance: Allowance;
  #items = 0;
  #days = 0;

  constructor(allowance: Allowance) {
    this.#allowance = allowance;
  }

  async page(read: () => Promise<ItemsPage>): Promise<ItemsPage> {
    const page = await read();
    this.#items += page.items.length;
    return page;
  }

  endDay(): void {
    this.#days += 1;
  }

  get isSpent(): boolean {
    return this.#items >= this.#allowance.items || this.#days >= this.#allowance.days;
  }
}

/** Events of one stretch of keys, the newest first, each once however many parts it has. */
async function* eventsIn(range: KeyRange, read: ReadPage, reading: Reading): AsyncGenerator<FeedEvent> {
  let upTo: string | undefined = range.upTo;
  let next: Item | undefined;
  // Parts have greater keys than their event, and so come before it.
  let parts: Item[] = [];
  while (upTo !== undefined && upTo >= range.from) {
    const page = await reading.page(() => read({ from: range.from, upTo: upTo ?? range.upTo }, next));
    for (const item of page.items) {
      const { camera, sk } = keyOf(item);
      if (parts.length > 0 && eventSkOf(sk) !== skOfEvent(parts)) {
        yield* toldByPart(parts);
        parts = [];
      }
      if (partOf(sk) !== undefined) parts.push(item);
      else {
        yield { key: { camera, sk }, item, plates: platesOf([item, ...parts]) };
        parts = [];
      }
    }
    next = page.next;
    if (next === undefined) upTo = undefined;
    else if (parts.length >= mostPartsRead) {
      upTo = skOfEvent(parts);
      next = undefined;
    }
  }
  yield* toldByPart(parts);
}

const skOfEvent = ([part]: readonly Item[]): string => (part === undefined ? '' : eventSkOf(keyOf(part).sk));

/** What happened to a device stands in the partition of the device, and for each of its channels a part in that of the channel. */
function* toldByPart(parts: readonly Item[]): Generator<FeedEvent> {
  const item = parts.find((part) => eventCameraOf(part) !== keyOf(part).camera);
  if (item === undefined) return;
  yield {
    key: { camera: eventCameraOf(item), sk: eventSkOf(keyOf(item).sk) },
    item,
    plates: platesOf(parts),
  };
}

const eventCameraOf = (part: Item): string => textOf(part['event_camera']) ?? keyOf(part).camera;

const platesOf = (items: readonly Item[]): string[] =>
  [...new Set(items.flatMap((item) => normalisePlate(textOf(item['plate_char'])) ?? []))].slice(0, mostPlates);

/** A stream of events of which the next can be looked at before it is taken. */
type Stream = { events: AsyncGenerator<FeedEvent>; head: FeedEvent | undefined };

async function advance(stream: Stream): Promise<void> {
  const { done, value } = await stream.events.next();
  stream.head = done === true ? undefined : value;
}

/** Several streams as one, of which no more is read than is taken. */
async function* merged(sources: readonly AsyncGenerator<FeedEvent>[]): AsyncGenerator<FeedEvent> {
  const streams: Stream[] = sources.map((events) => ({ events, head: undefined }));
  await Promise.all(streams.map(advance));
  while (true) {
    let newest: (Stream & { head: FeedEvent }) | undefined;
    for (const stream of streams) {
      if (hasHead(stream) && (newest === undefined || stream.head.key.sk > newest.head.key.sk)) newest = stream;
    }
    if (newest === undefined) return;
    yield newest.head;
    await advance(newest);
  }
}

const hasHead = (stream: Stream): stream is Stream & { head: FeedEvent } => stream.head !== undefined;

/** Which events a feed is made of. */
export type FeedScope = {
  /** `type`s to look for day by day, where it is neither a camera's feed nor a plate's. */
  types: readonly string[];
  camera?: string;
  plate?: string;
  range: KeyRange;
  timeZone: string;
  /** How many items are read at once: many where few of them are wanted. */
  itemsPerPage: number;
};

async function* stepsOf(
  pages: EventPages,
  { types, camera, plate, range, timeZone, itemsPerPage }: FeedScope,
  start: FeedPosition,
  reading: Reading,
): AsyncGenerator<Step> {
  const left = { from: range.from, upTo: start.upTo < range.upTo ? start.upTo : range.upTo };
  if (plate !== undefined) {
    yield* platesIn(left, (part, next) => pages.ofPlate(plate, part, itemsPerPage, next), reading);
    return;
  }
  if (camera !== undefined) {
    const events = eventsIn(left, (part, next) => pages.ofCamera(camera, part, itemsPerPage, next), reading);
    for await (const event of events) yield { at: event.key.sk, event };
    return;
  }
  const lastDate = dateOf(left.from, timeZone);
  let date: string | undefined = start.date ?? dateOf(left.upTo, timeZone);
  while (date !== undefined && date >= lastDate) {
    const streams = types.map((type) =>
      eventsIn(left, (part, next) => pages.ofDay(`${type}#${date}`, part, itemsPerPage, next), reading),
    );
    for await (const event of merged(streams)) yield { at: event.key.sk, date, event };
    reading.endDay();
    date = dayBefore(date, timeZone);
    if (date !== undefined) yield { at: left.upTo, date };
  }
}

const dateOf = (key: string, timeZone: string): string =>
  zonedDate(new Date(key.slice(0, instantLength)), timeZone).date;

function dayBefore(date: string, timeZone: string): string | undefined {
  if (date > firstDate) return addDays(date, -1);
  const epoch = zonedDate(new Date(0), timeZone).date;
  return date > epoch ? epoch : undefined;
}

/** Of a plate each part is an item of its own, by the instant of its event; parts of one event stand together. */
async function* platesIn(range: KeyRange, read: ReadPage, reading: Reading): AsyncGenerator<Step> {
  let next: Item | undefined;
  const told = new Set<string>();
  do {
    const page = await reading.page(() => read(range, next));
    for (const item of page.items) {
      const { camera, sk } = keyOf(item);
      const key = { camera, sk: eventSkOf(sk) };
      if (told.has(idOf(key))) continue;
      told.add(idOf(key));
      yield { at: sk.slice(0, instantLength), event: { key, item, plates: platesOf([item]) } };
    }
    next = page.next;
  } while (next !== undefined);
}

const idOf = ({ camera, sk }: ItemKey): string => `${camera}\n${sk}`;

/**
 * The next events of a feed that are wanted. It ends when a page is full, when there are no more, or when so much has been
 * read that others should have their turn: `next` then says where to go on, even where nothing was found.
 */
export async function readFeed(
  pages: EventPages,
  scope: FeedScope,
  options: { most: number; allowance: Allowance; start?: FeedPosition; isWanted: (event: FeedEvent) => boolean },
): Promise<{ events: FeedEvent[]; next?: FeedPosition }> {
  const reading = new Reading(options.allowance);
  const start: FeedPosition = options.start ?? { upTo: scope.range.upTo, seen: [] };
  const events: FeedEvent[] = [];
  let position = start;
  for await (const { at, date, event } of stepsOf(pages, scope, start, reading)) {
    const isSeen = event !== undefined && at === position.upTo && position.seen.includes(idOf(event.key));
    if (isSeen) continue;
    if (event !== undefined && options.isWanted(event)) {
      if (events.length === options.most) return { events, next: position };
      events.push(event);
    }
    const seen = event === undefined ? [] : [...(at === position.upTo ? position.seen : []), idOf(event.key)];
    position = { ...(date === undefined ? {} : { date }), upTo: at, seen };
    if (reading.isSpent) return { events, next: position };
  }
  return { events };
}

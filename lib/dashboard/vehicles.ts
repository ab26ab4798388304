import * as z from 'zod';
import { type Item, textOf } from '#lib/events/attribute.ts';
import { normalisePlate } from '#lib/messages/plate.ts';
import { isKeyedHash, keyedHash } from '#lib/privacy/privacy-key.ts';
import { startOfDay } from '#lib/time/local-time.ts';
import { allLimited } from './all-limited.ts';
import { CalendarDay, spanOfDay } from './calendar-query.ts';
import { ItemId, itemId } from './item-id.ts';
import { type LinkSigner, ObjectLink } from './object-link.ts';
import { pageToken, readPageToken } from './page-token.ts';
import { isWithinOneEdit, platePrefix, variantsElsewhere } from './plate-variants.ts';
import { badParameter } from './problem.ts';
import { route } from './route.ts';
import { eventSkOf, type ItemKey, keyOf, partOf } from './stored-item.ts';

/** A stretch of one partition of the index by plate, both ends included. */
export type PlateRange = { prefix: string; from: string; to: string; isNewestFirst: boolean };
/** The item behind which a page begins. */
export type PlatePosition = ItemKey & { plateTime: string };

export type VehiclesDeps = {
  plates: {
    /** The next so many items of a range, and where there are more the position of the last. */
    page(range: PlateRange, most: number, after?: PlatePosition): Promise<{ items: Item[]; last?: PlatePosition }>;
    /** Items of the pictures of an event. */
    pictures(event: ItemKey): Promise<Item[]>;
    isHashed: boolean;
    /** The tenant's key, with which stored plates are hashed. */
    readKey: () => Promise<string>;
  };
  signLink: LinkSigner;
  timeZone: string;
};

const pageSize = 24;
const parallelReads = 8;
/** How much of the index one request looks at before it gives what it has. */
const mostLookedAt = 4_000;
const lookedAtOnce = 1_000;
/** Sightings shown of each plate that differs in its first two characters. */
const mostOfVariant = 5;
/** Sorts behind any text that begins with it. */
const beyond = '\u{10FFFF}';

const Picture = z.strictObject({
  kind: z.string(),
  status: z.string(),
  reason: z.string().nullable(),
  link: ObjectLink.optional(),
});

export const PlateSighting = z.strictObject({
  event: ItemId,
  camera: ItemId,
  device_id: z.string(),
  channel_id: z.string(),
  at: z.iso.datetime(),
  plate: z.string(),
  message_type: z.string(),
  pictures: z.array(Picture).describe('close-ups of the vehicle and its plate; else the whole scene'),
});
export type PlateSighting = z.infer<typeof PlateSighting>;

export const PlateSightings = z.strictObject({
  plate: z.string().describe('what was sought, in the spelling that plates are stored in'),
  sightings: z
    .array(PlateSighting)
    .describe('exact: the newest first; else in the order of plates, each with its oldest sighting first'),
  more_of: z
    .array(z.string())
    .describe('plates of which only the newest sightings are among these: seek them exactly to see all'),
  next: z.string().optional().describe('there may be more, even where this page has none'),
});
export type PlateSightings = z.infer<typeof PlateSightings>;

const Position = z.tuple([z.string().min(1), z.string().min(1), z.string().min(1)]);

export const platesRoute = route({
  path: '/api/vehicles/plates',
  summary: 'Where and when a number plate was seen: exactly this one, what begins with it, or one character apart',
  query: z.strictObject({
    plate: z.string().min(1).max(40),
    match: z.enum(['exact', 'prefix', 'fuzzy']).default('exact'),
    from: CalendarDay.optional().describe('first day'),
    to: CalendarDay.optional().describe('last day'),
    page: z.string().optional().describe('`next` of the page before'),
  }),
  answer: PlateSightings,
  handle: async (deps: VehiclesDeps, { plate: asked, match, from, to, page }) => {
    const plate = await soughtPlate(deps, asked, match);
    const list = `plates ${plate} ${match} ${from ?? ''} ${to ?? ''}`;
    const times = timesOf(deps, from, to);
    const range = rangeOf(plate, match, times);
    const position = page === undefined ? undefined : readPosition(list, range, page);
    const elsewhere =
      match === 'fuzzy' && position === undefined
        ? await soughtElsewhere(deps, plate, times)
        : { items: [], moreOf: [] };
    const isSought = (item: Item) => isIn(item, times) && (match !== 'fuzzy' || isWithinOneEdit(plate, plateOf(item)));
    const found = await search(deps, range, isSought, position);
    return {
      plate,
      sightings: await allLimited([...elsewhere.items, ...found.items], parallelReads, (item) =>
        sightingOf(deps, item),
      ),
      more_of: elsewhere.moreOf,
      ...(found.last === undefined
        ? {}
        : { next: pageToken(list, [found.last.camera, found.last.sk, found.last.plateTime]) }),
    };
  },
});

type Times = { from: string; to: string };

async function soughtPlate({ plates }: VehiclesDeps, asked: string, match: string): Promise<string> {
  if (plates.isHashed && match !== 'exact') {
    throw badParameter('match', 'plates are stored as hashes here, and only a whole one can be found');
  }
  const plate = normalisePlate(asked.toWellFormed());
  if (plate === undefined) {
    throw badParameter('plate', 'it takes two different characters at least, and a word for "no plate" is none');
  }
  return plates.isHashed && !isKeyedHash(plate) ? keyedHash(await plates.readKey(), 'plate', plate) : plate;
}

/** What is said of instants as texts; without ends it is all there is. */
function timesOf({ timeZone }: VehiclesDeps, from: string | undefined, to: string | undefined): Times {
  if (from !== undefined && to !== undefined && from > to) {
    throw badParameter('to', 'it has to be the day of `from`, or later');
  }
  return {
    from: from === undefined ? '' : startOfDay(from, timeZone).toISOString(),
    to: to === undefined ? beyond : spanOfDay(to, timeZone).end.toISOString(),
  };
}

function rangeOf(plate: string, match: 'exact' | 'prefix' | 'fuzzy', { from, to }: Times): PlateRange {
  const prefix = platePrefix(plate);
  if (match === 'exact') return { prefix, from: `${plate}#${from}`, to: `${plate}#${to}`, isNewestFirst: true };
  const start = match === 'prefix' ? plate : prefix;
  return { prefix, from: start, to: `${start}${beyond}`, isNewestFirst: false };
}

function readPosition(list: string, { from, to }: PlateRange, token: string): PlatePosition {
  const [camera, sk, plateTime] = readPageToken(list, Position, token);
  // The index refuses what is not of the range, and nobody but us makes tokens that are.
  if (compareBytes(plateTime, from) < 0 || compareBytes(plateTime, to) > 0) {
    throw badParameter('page', 'it belongs to another list; begin with its first page');
  }
  return { camera, sk, plateTime };
}

const compareBytes = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other));

const plateTimeOf = (item: Item): string => textOf(item['plate_time']) ?? '';
const plateOf = (item: Item): string => plateTimeOf(item).slice(0, plateTimeOf(item).lastIndexOf('#'));
const atOf = (item: Item): string => plateTimeOf(item).slice(plateTimeOf(item).lastIndexOf('#') + 1);
const isIn = (item: Item, { from, to }: Times): boolean => atOf(item) >= from && (to === beyond || atOf(item) < to);
const positionOf = (item: Item): PlatePosition => ({ ...keyOf(item), plateTime: plateTimeOf(item) });

/** Looks through a range until a page is full, the range ends, or it has looked at enough. */
async function search(
  { plates }: VehiclesDeps,
  range: PlateRange,
  isSought: (item: Item) => boolean,
  after: PlatePosition | undefined,
): Promise<{ items: Item[]; last?: PlatePosition }> {
  const found: Item[] = [];
  let position = after;
  for (let lookedAt = 0; lookedAt < mostLookedAt; ) {
    const most = range.isNewestFirst ? pageSize + 1 : lookedAtOnce;
    const { items, last } = await plates.page(range, most, position);
    lookedAt += items.length;
    for (const item of items) {
      const shown = found.at(-1);
      if (found.length === pageSize && shown !== undefined && isSought(item)) {
        return { items: found, last: positionOf(shown) };
      }
      if (isSought(item)) found.push(item);
    }
    if (last === undefined) return { items: found };
    position = last;
  }
  return { items: found, ...(position === undefined ? {} : { last: position }) };
}

/** Sightings of plates that differ in their first two characters; each is asked for by itself. */
async function soughtElsewhere(
  { plates }: VehiclesDeps,
  plate: string,
  times: Times,
): Promise<{ items: Item[]; moreOf: string[] }> {
  const found = await allLimited(variantsElsewhere(plate), parallelReads, async (variant) => {
    const { items } = await plates.page(rangeOf(variant, 'exact', times), mostOfVariant + 1);
    return { variant, items: items.filter((item) => isIn(item, times)) };
  });
  return {
    items: found.flatMap(({ items }) => items.slice(0, mostOfVariant)),
    moreOf: found.filter(({ items }) => items.length > mostOfVariant).map(({ variant }) => variant),
  };
}

async function sightingOf(deps: VehiclesDeps, item: Item): Promise<PlateSighting> {
  const { camera, sk } = keyOf(item);
  const event = { camera, sk: eventSkOf(sk) };
  return {
    event: itemId(event.camera, event.sk),
    camera: itemId(camera),
    device_id: textOf(item['device_id']) ?? '',
    channel_id: textOf(item['channel_id']) ?? '',
    at: atOf(item),
    plate: plateOf(item),
    message_type: textOf(item['message_type']) ?? '',
    pictures: await picturesOf(deps, event, partOf(sk)?.name),
  };
}

/** The kinds of pictures of the n-th target of a message end in its number, but for the first. */
async function picturesOf(
  { plates, signLink }: VehiclesDeps,
  event: ItemKey,
  target: string | undefined,
): Promise<PlateSighting['pictures']> {
  const suffix = target === undefined || target === '0' ? '' : `-${target}`;
  const pictures = (await plates.pictures(event)).map((item) => ({ item, kind: textOf(item['kind']) ?? '' }));
  const ofKinds = (...kinds: string[]) => pictures.filter(({ kind }) => kinds.includes(kind));
  const closeUps = ofKinds(`vehicle${suffix}`, `plate${suffix}`);
  const shown = closeUps.length > 0 ? closeUps : ofKinds(`panorama${suffix}`, 'panorama');
  return Promise.all(
    shown
      .toSorted((one, other) => (one.kind < other.kind ? 1 : -1))
      .map(async ({ item, kind }) => {
        const status = textOf(item['status']) ?? 'unknown';
        const s3Key = textOf(item['s3_key']);
        return {
          kind,
          status,
          reason: textOf(item['reason']) ?? null,
          ...(status === 'stored' && s3Key !== undefined ? { link: await signLink(s3Key) } : {}),
        };
      }),
  );
}

import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { type Attribute, type Item, integerOf, scalarText, textOf } from '#lib/events/attribute.ts';
import { exactValue } from '#lib/events/plain-value.ts';
import { type Json, member, parseExact, stringifyExact } from '#lib/json/exact-json.ts';
import { indentJson } from '#lib/json/indent-json.ts';
import { isOmission } from '#lib/json/omission.ts';
import { allLimited } from './all-limited.ts';
import { EventPictureDetails, eventPictureDetails, sortedPictures } from './event-pictures.ts';
import { EventCamera, type EventItems, type EventsDeps, eventCamera } from './events.ts';
import { ItemId, readEventId } from './item-id.ts';
import { MessageField, messageFields } from './message-fields.ts';
import { ObjectLink } from './object-link.ts';
import { PictureBox, pictureBoxes } from './picture-boxes.ts';
import { notFound } from './problem.ts';
import { route } from './route.ts';
import { type ItemKey, partOf } from './stored-item.ts';

export type EventDetailsDeps = Pick<EventsDeps, 'signLink'> & {
  eventItems: EventItems & {
    /** Keys of the first so many parts of an event, whosever camera they belong to. */
    partKeys(day: string, sk: string, most: number): Promise<ItemKey[]>;
  };
  readObject: (key: string) => Promise<Buffer | undefined>;
};

const mostParts = 100;
const mostPictures = 200;
const mostFields = 1_500;
const mostJsonBytes = 1_000_000;
const parallelReads = 16;
/** DynamoDB refuses longer ones. */
const longestKey = { camera: 2_048, sk: 1_024 };

const Attributes = z.record(z.string(), z.string());

export const EventPart = z.strictObject({
  part: z.enum(['target', 'device']),
  index: z.string(),
  camera: EventCamera,
  attributes: Attributes,
});
export type EventPart = z.infer<typeof EventPart>;

export const EventDetails = z.strictObject({
  id: ItemId,
  type: z.string(),
  occurred_at: z.string(),
  occurred_at_source: z.string().nullable().describe('what the time was taken from'),
  received_at: z.string().nullable(),
  kept_until: z.string().nullable(),
  camera: EventCamera,
  attributes: Attributes.describe('columns of the event; numbers with all their digits'),
  fields: z.array(MessageField).describe('what the message says, value by value'),
  has_more_fields: z.boolean(),
  json: z
    .string()
    .nullable()
    .describe('`data` of the message as JSON, indented; null where it is too long or there is none'),
  json_link: ObjectLink.optional().describe('the message where it stands in an object of its own, compressed'),
  meta: z.string().nullable().describe('the decoded tree of a binary payload as JSON, indented'),
  parts: z.array(EventPart).describe('targets, or devices and channels, that the message tells of'),
  has_more_parts: z.boolean(),
  pictures: z.array(EventPictureDetails),
  has_more_pictures: z.boolean(),
  boxes: z.array(PictureBox),
  problems: z.array(z.string()).describe('what of the message could not be stored or read as it came'),
  unknown_fields: z.array(z.string()).describe('fields that the reference does not name'),
  pictures_skipped: z.array(z.string()).describe('kinds of pictures that were announced and are not wanted'),
  raw: z.strictObject({ key: z.string(), line: z.string() }).nullable().describe('where the message stands as it came'),
});
export type EventDetails = z.infer<typeof EventDetails>;

export const eventRoute = route({
  path: '/api/events/{event}',
  summary: 'An event with everything that is stored of it',
  query: z.strictObject({ event: ItemId }),
  answer: EventDetails,
  handle: async ({ eventItems, readObject, signLink }: EventDetailsDeps, { event: id }) => {
    const key = keyOfEvent(id);
    const event = await eventItems.item(key);
    if (event === undefined) throw unknownEvent();
    const type = textOf(event['message_type']) ?? '';
    const detailsKey = textOf(event['details_key']);
    const [message, pictures, partKeys] = await Promise.all([
      readMessage(event, readObject),
      type === 'snapshot' ? [event] : eventItems.pictures(key, mostPictures + 1),
      eventItems.partKeys(textOf(event['day']) ?? '', key.sk, mostParts + 1),
    ]);
    const parts = await allLimited(partKeys.slice(0, mostParts), parallelReads, async (partKey) => {
      const part = await eventItems.item(partKey);
      return part === undefined ? [] : [eventPart(partKey, part)];
    });
    const { fields, hasMore } = messageFields(message.data ?? null, mostFields);
    return {
      id,
      type,
      occurred_at: textOf(event['occurred_at']) ?? '',
      occurred_at_source: textOf(event['occurred_at_source']) ?? null,
      received_at: textOf(event['received_at']) ?? null,
      kept_until: keptUntil(event),
      camera: eventCamera(event),
      attributes: attributesOf(event),
      fields,
      has_more_fields: hasMore,
      json: message.json ?? null,
      ...(detailsKey === undefined ? {} : { json_link: await signLink(detailsKey, detailsKey.split('/').at(-1)) }),
      meta: event['meta'] === undefined ? null : jsonOf(exactValue(event['meta'])),
      parts: parts.flat().toSorted((one, other) => Number(one.index) - Number(other.index)),
      has_more_parts: partKeys.length > mostParts,
      pictures: await allLimited(sortedPictures(pictures.slice(0, mostPictures)), parallelReads, (picture) =>
        eventPictureDetails(picture, signLink),
      ),
      has_more_pictures: pictures.length > mostPictures,
      boxes: message.data === undefined ? [] : pictureBoxes(message.data),
      problems: listOf(event['problems']),
      unknown_fields: listOf(event['unknown_fields']),
      pictures_skipped: listOf(event['pictures_skipped']),
      raw: rawOf(event),
    };
  },
});

const unknownEvent = () => notFound('unknown-event', 'There is no such event, or no longer');

function keyOfEvent(id: string): ItemKey {
  const key = readEventId(id);
  const isTooLong =
    Buffer.byteLength(key.camera) > longestKey.camera || Buffer.byteLength(key.sk) > longestKey.sk - '#'.length;
  if (isTooLong || partOf(key.sk) !== undefined) throw unknownEvent();
  return key;
}

type Message = { data?: Json; json?: string };

/** What the message says: from the item, or from the object that it has where it is too large for one. */
async function readMessage(event: Item, readObject: EventDetailsDeps['readObject']): Promise<Message> {
  const key = textOf(event['details_key']);
  if (key === undefined) {
    const data = event['data'];
    if (data === undefined) return {};
    const value = exactValue(data);
    return { ...(isOmission(value) ? {} : { data: value }), ...withinLimit(stringifyExact(value)) };
  }
  const content = await readObject(key);
  const body = content === undefined ? undefined : unzipped(content);
  if (body === undefined) return {};
  const data = dataOf(body);
  return { ...(data === undefined ? {} : { data }), ...withinLimit(data === undefined ? body : stringifyExact(data)) };
}

/** `undefined` where it is longer than a page can show. */
function unzipped(content: Buffer): string | undefined {
  try {
    return gunzipSync(content, { maxOutputLength: mostJsonBytes }).toString('utf8');
  } catch {
    return undefined;
  }
}

function dataOf(body: string): Json | undefined {
  try {
    return member(parseExact(body), 'data');
  } catch {
    // Control characters that stand in texts unescaped; it is shown as it is.
    return undefined;
  }
}

const withinLimit = (json: string): Pick<Message, 'json'> =>
  json.length > mostJsonBytes ? {} : { json: indentJson(json) };
const jsonOf = (value: Json): string => indentJson(stringifyExact(value));

/** What is told by a member of its own. */
const toldElsewhere = new Set([
  'camera',
  'sk',
  'event_camera',
  'day',
  'data',
  'meta',
  'message_type',
  'occurred_at',
  'occurred_at_source',
  'received_at',
  'expires_at',
  'device_id',
  'channel_id',
  'problems',
  'unknown_fields',
  'pictures_skipped',
  'details_key',
  'raw_key',
  'raw_line',
  'plate_prefix',
  'plate_time',
]);

function attributesOf(item: Item): { [name: string]: string } {
  return Object.fromEntries(
    Object.entries(item).flatMap(([name, attribute]) => {
      const value = toldElsewhere.has(name) ? undefined : scalarText(attribute);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function eventPart(key: ItemKey, item: Item): EventPart {
  const { kind, name } = partOf(key.sk) ?? { kind: '', name: '' };
  return {
    part: kind === 'device' ? 'device' : 'target',
    index: name,
    camera: eventCamera(item),
    attributes: attributesOf(item),
  };
}

function keptUntil(event: Item): string | null {
  const seconds = integerOf(event['expires_at']);
  const until = new Date((seconds ?? Number.NaN) * 1_000);
  return Number.isNaN(until.getTime()) ? null : until.toISOString();
}

const listOf = (attribute: Attribute | undefined): string[] =>
  attribute !== undefined && 'L' in attribute ? attribute.L.flatMap((element) => textOf(element) ?? []) : [];

function rawOf(event: Item): EventDetails['raw'] {
  const key = textOf(event['raw_key']);
  return key === undefined ? null : { key, line: scalarText(event['raw_line']) ?? '' };
}

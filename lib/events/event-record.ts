import { isUtf8 } from 'node:buffer';
import { PermanentError } from '#lib/errors.ts';
import { endOfString } from '#lib/json/end-of-string.ts';
import { isJsonObject, type Json, member, parseExact } from '#lib/json/exact-json.ts';
import type { ChildPart, Columns, MessageModule, WantedPicture } from '#lib/messages/message-module.ts';
import { walkMeta } from '#lib/messages/meta-records.ts';
import { type OccurredAtSource, occurredAt } from '#lib/messages/occurred-at.ts';
import { normalisePlate } from '#lib/messages/plate.ts';
import { mostChildren } from '#lib/messages/read-fields.ts';
import { messageModuleOf } from '#lib/messages/registry.ts';
import { isFacePicture } from '#lib/privacy/personal-fields.ts';
import { type PrivacySettings, withoutRawOnly } from '#lib/privacy/protect-body.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';
import { type Attribute, type Item, integer, text, texts } from './attribute.ts';
import { cameraKey, childSk, encodeId, eventSk, substituteMessageId } from './event-keys.ts';
import { fitAttribute } from './fit-attribute.ts';

/** A callback as the store functions get it. */
export type InboundMessage = {
  receivedAt: string;
  subscription: string;
  body: Buffer;
  bodySha256: string;
};

export type RecordSettings = {
  timeZone: string;
  retentionDays: number;
  /** Whether pictures of persons are wanted. */
  facePictures: PrivacySettings['facePictures'];
};

/** A picture to fetch, with what it takes to ask for it again. */
export type RecordPicture = { wanted: WantedPicture; alarmUuid?: string; dataId?: string };

/** Everything one message becomes. */
export type EventRecord = {
  messageType: string;
  messageId: string;
  camera: string;
  sk: string;
  hash8: string;
  deviceId: string;
  channelId: string;
  occurredAt: string;
  occurredAtSource: OccurredAtSource;
  receivedAt: string;
  /** The message's `data`, exact. */
  data: Json | undefined;
  /** The event's item, still without `raw_key` and `raw_line`. */
  event: Item;
  children: Item[];
  pictures: RecordPicture[];
  /** The data as JSON, where it is too large or too deep for the item. */
  details?: { key: string; json: string };
};

const mostListed = 100;
/** An item holds 400 KB: 256 of `data`, and what is said about it must not fill the rest. */
const longestListBytes = 24 * 1024;
/** Where `meta` takes the place in the item that `data` has elsewhere. */
const largestDataBesideMetaBytes = 64 * 1024;
const columnLimitBytes = 1_024;
const secondsPerDay = 86_400;
const envelopeMembers = new Set(['message_id', 'message_type', 'data', 'test']);

/**
 * Turns a callback into the items of the table `events` (design: stores). Pure, and the same each time the same message
 * comes, arrival time aside.
 *
 * @throws PermanentError `not-json` or `unknown-message-type`
 */
export function eventRecord(message: InboundMessage, settings: RecordSettings): EventRecord {
  const { root, problems: bodyProblems } = parseBody(message.body);
  const messageType = member(root, 'message_type');
  const module = typeof messageType === 'string' ? messageModuleOf(messageType) : undefined;
  if (module === undefined) {
    throw new PermanentError(
      'unknown-message-type',
      'no module for this message type: update ivm-bridge, then redrive',
    );
  }
  const data = member(root, 'data');
  const idText = messageIdText(member(root, 'message_id'));
  const messageId = limited(idText ?? substituteMessageId(message.bodySha256));
  const { deviceId, channelId } = module.camera(data);
  const when = occurredAt({
    eventTime: module.eventTime(data),
    messageId: idText,
    timeZone: settings.timeZone,
  });
  const camera = cameraKey(deviceId, channelId);
  const sk = eventSk(when.occurredAt, messageId, message.bodySha256);
  const common: Item = {
    message_id: text(messageId),
    message_type: text(module.messageType),
    occurred_at: text(when.occurredAt),
    occurred_at_source: text(when.source),
    received_at: text(message.receivedAt),
    body_sha256: text(message.bodySha256),
    expires_at: integer(
      Math.floor(new Date(message.receivedAt).getTime() / 1000) + settings.retentionDays * secondsPerDay,
    ),
    day: text(`${module.messageType}#${zonedDate(new Date(when.occurredAt), settings.timeZone).date}`),
  };
  const parts = module.children(data);
  const announced = picturesOf(module, data, parts);
  const isSkipped = ({ wanted }: RecordPicture) =>
    settings.facePictures === 'skip' && isFacePicture(module.messageType, wanted.kind);
  const skipped = announced.filter(isSkipped).map(({ wanted }) => wanted.kind);
  const report = module.inspectFields(data);
  const binary = module.messageType === 'third_data' ? member(data, 'tlv_data') : undefined;
  const fitted = fitAttribute(data ?? null, 'data', binary === undefined ? undefined : largestDataBesideMetaBytes);
  const columns = columnAttributes(module.columns(data), when.occurredAt);
  const problems = [
    ...bodyProblems,
    ...report.problems,
    ...fitted.problems,
    ...columns.problems,
    ...(idText === undefined ? ['message_id: missing, a hash of the body stands in its place'] : []),
    ...(parts.length > mostChildren ? [`children: only the first ${mostChildren} have items of their own`] : []),
  ];
  const unknownFields = [...unknownEnvelopeMembers(root), ...report.unknownFields];
  const details =
    fitted.attribute === undefined && data !== undefined
      ? detailsOf(message, module, { sk, camera, occurredAt: when.occurredAt }, settings.timeZone)
      : undefined;
  const event: Item = {
    camera: text(camera),
    sk: text(sk),
    ...common,
    device_id: text(limited(deviceId)),
    channel_id: text(limited(channelId)),
    subscription: text(message.subscription),
    ...columns.attributes,
    data: fitted.attribute ?? { M: { omitted: text(String(message.body.length)) } },
    unknown_fields: listed(unknownFields),
    problems: listed(problems),
    // By the tenant's choice; what was announced and is not wanted must not look as if it had not been announced.
    ...(skipped.length === 0 ? {} : { pictures_skipped: listed(skipped) }),
    ...(details === undefined ? {} : { details_key: text(details.key) }),
    ...(binary === undefined ? {} : { meta: metaAttribute(binary) }),
  };
  return {
    messageType: module.messageType,
    messageId,
    camera,
    sk,
    hash8: message.bodySha256.slice(0, 8),
    deviceId: limited(deviceId),
    channelId: limited(channelId),
    occurredAt: when.occurredAt,
    occurredAtSource: when.source,
    receivedAt: message.receivedAt,
    data,
    event,
    children: parts
      .slice(0, mostChildren)
      .map((part) => childItem(part, { camera, sk, common, occurredAt: when.occurredAt })),
    pictures: announced.filter((picture) => !isSkipped(picture)),
    ...(details === undefined ? {} : { details }),
  };
}

/** A body that only a slip of its sender keeps from being JSON is read all the same, since it will never come again. */
function parseBody(body: Buffer): { root: Json; problems: string[] } {
  const source = body.toString('utf8');
  const problems = isUtf8(body) ? [] : ['body: not valid UTF-8; what could not be read was replaced'];
  try {
    return { root: parseExact(source), problems };
  } catch {
    return {
      root: parseOrRefuse(escapeControlCharacters(source)),
      problems: [...problems, 'body: control characters stood in texts unescaped'],
    };
  }
}

function escapeControlCharacters(source: string): string {
  const parts: string[] = [];
  let copied = 0;
  for (let quote = source.indexOf('"'); quote !== -1; quote = source.indexOf('"', copied)) {
    const end = endOfString(source, quote);
    if (end === -1) break;
    parts.push(source.slice(copied, quote), source.slice(quote, end).replaceAll(/[\u0000-\u001F]/g, escaped));
    copied = end;
  }
  return parts.join('') + source.slice(copied);
}

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

function parseOrRefuse(source: string): Json {
  try {
    return parseExact(source);
  } catch (cause) {
    throw new PermanentError('not-json', 'the body is authentic but no valid JSON; it is kept here as it came', {
      cause,
    });
  }
}

function messageIdText(value: Json | undefined): string | undefined {
  if (value === undefined || value === null || typeof value === 'boolean') return undefined;
  if (Array.isArray(value) || isJsonObject(value)) return undefined;
  const id = String(value);
  return id === '' ? undefined : id;
}

const unknownEnvelopeMembers = (root: Json): string[] =>
  isJsonObject(root)
    ? Object.keys(root)
        .filter((key) => !envelopeMembers.has(key))
        .map((key) => key.toWellFormed().slice(0, 300))
    : [];

/** The first hundred of a list, as far as they have place in an item. */
function listed(entries: readonly string[]): Attribute {
  let leftBytes = longestListBytes;
  return texts(
    entries.slice(0, mostListed).filter((entry) => {
      leftBytes -= Buffer.byteLength(entry) + 1;
      return leftBytes >= 0;
    }),
  );
}

/** A string that surely fits an index key or a summary attribute. */
function limited(value: string): string {
  const wellFormed = value.toWellFormed();
  return Buffer.byteLength(wellFormed) <= columnLimitBytes ? wellFormed : encodeId(wellFormed);
}

function columnAttributes(columns: Columns, occurredAt: string): { attributes: Item; problems: string[] } {
  const attributes: Item = {};
  const problems: string[] = [];
  for (const [name, value] of Object.entries(columns)) {
    const fitted = fitAttribute(value, name);
    problems.push(...fitted.problems);
    if (fitted.attribute !== undefined) attributes[name] = fitted.attribute;
  }
  const reference = indexText(columns['alarm_uuid'] ?? columns['data_id']);
  if (reference !== undefined) attributes['reference'] = text(reference);
  const plate = normalisePlate(columns['plate_char']);
  const indexed = plate === undefined ? undefined : indexText(`${plate}#${occurredAt}`);
  if (plate !== undefined && indexed !== undefined) {
    attributes['plate_prefix'] = text([...plate].slice(0, 2).join(''));
    attributes['plate_time'] = text(indexed);
  }
  return { attributes, problems };
}

/** Index attributes have to be non-empty strings of at most 1 KB; anything else is left out of the index. */
const indexText = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value !== '' && value.isWellFormed() && Buffer.byteLength(value) <= columnLimitBytes
    ? value
    : undefined;

function childItem(part: ChildPart, event: { camera: string; sk: string; common: Item; occurredAt: string }): Item {
  const fitted = fitAttribute(part.data, 'data');
  const columns = columnAttributes(part.columns, event.occurredAt);
  return {
    ...event.common,
    camera: text(cameraKey(part.deviceId, part.channelId)),
    sk: text(childSk(event.sk, part.part, part.index)),
    event_camera: text(event.camera),
    device_id: text(limited(part.deviceId)),
    channel_id: text(limited(part.channelId)),
    ...columns.attributes,
    data: fitted.attribute ?? { M: { omitted: text('see the event') } },
    problems: listed([...fitted.problems, ...columns.problems]),
  };
}

function picturesOf(module: MessageModule, data: Json | undefined, parts: readonly ChildPart[]): RecordPicture[] {
  const of = (columns: Columns, wanted: readonly WantedPicture[]): RecordPicture[] => {
    const alarmUuid = indexText(columns['alarm_uuid']);
    const dataId = indexText(columns['data_id']);
    return wanted.map((picture) => ({
      wanted: picture,
      ...(alarmUuid === undefined ? {} : { alarmUuid }),
      ...(dataId === undefined ? {} : { dataId }),
    }));
  };
  const all = [
    ...of(module.columns(data), module.pictures(data)),
    ...parts.slice(0, mostChildren).flatMap((part) => of(part.columns, part.pictures)),
  ];
  const seen = new Set<string>();
  return all.filter(({ wanted }) => !seen.has(wanted.kind) && seen.add(wanted.kind));
}

function detailsOf(
  message: InboundMessage,
  module: MessageModule,
  keys: { camera: string; sk: string; occurredAt: string },
  timeZone: string,
): { key: string; json: string } {
  const { date } = zonedDate(new Date(keys.occurredAt), timeZone);
  const name = `${keys.camera.replace('#', '-')}-${keys.sk.replaceAll('#', '-')}`;
  return {
    key: `details/message_type=${module.messageType}/date=${date}/${name}.json.gz`,
    json: withoutRawOnly(message.body.toString('utf8')),
  };
}

/** The decoded tree of a binary payload (design: META binary), beside the untouched original in `data`. */
function metaAttribute(binary: Json): Attribute {
  return fitAttribute(walkMeta(binary), 'meta').attribute ?? { M: { omitted: text('too large') } };
}

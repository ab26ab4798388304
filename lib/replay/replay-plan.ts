import { isDeepStrictEqual } from 'node:util';
import { type Item, integerOf, text, textOf } from '#lib/events/attribute.ts';
import type { EventRecord } from '#lib/events/event-record.ts';
import { pictureOwner } from '#lib/intake/store-messages.ts';
import { isAskable } from '#lib/pictures/ask-for-urls.ts';
import { pictureDeadline } from '#lib/pictures/picture-deadline.ts';
import { jobOfItem, type PictureOwner, pictureJob, wantedPictureItem } from '#lib/pictures/picture-items.ts';
import type { MissingReason, PictureJob } from '#lib/pictures/picture-job.ts';
import { nextTryAt } from '#lib/pictures/retry-schedule.ts';

/** Keys of an item of the table `events`. */
export type ItemKey = { camera: string; sk: string };

/**
 * What the current code makes of a message, beside what stands: `changed` has the same key and other content, `moved`
 * stands under another key, `missing` stands nowhere, `expired` is older than events are kept.
 */
export type ReplayOutcome = 'unchanged' | 'changed' | 'missing' | 'moved' | 'expired';

export type Difference =
  | { kind: 'attribute'; name: string }
  | { kind: 'part-missing' | 'part-removed'; key: ItemKey }
  | { kind: 'picture'; state: 'asked-for' | MissingReason; key: ItemKey };

/** A picture item to write where none is yet, with the job that is to fetch it. */
export type NewPicture = { item: Item; job?: PictureJob };
/** A picture that stands under an old key, as it is to stand under the new one. */
export type RekeyedPicture = Item;
/** An item to delete; a picture only while its status is still the one that was seen. */
export type Removal = ItemKey & { status?: string };

export type ReplayPlan = {
  outcome: ReplayOutcome;
  differences: Difference[];
  /** Event and parts to write, over what is there. */
  put: Item[];
  /** Where the data goes that is too large for the event's item. */
  details?: { key: string; json: string };
  rekeyed: RekeyedPicture[];
  pictures: NewPicture[];
  /** The event last: as long as that stands, the others are found. */
  remove: Removal[];
  /** Keys of details that no event names any more: of the event to write, and of one to delete. */
  staleDetails: { ofWritten: string[]; ofRemoved: string[] };
  /** Days whose exports show another picture afterwards, as the index has them: `<message_type>#<date>`. */
  days: string[];
  /** When the event is forgotten, epoch seconds. */
  expiresAtSeconds: number;
};

/** Of the arrival, not of the message: they differ each time the same message comes. */
const arrivalAttributes = ['received_at', 'raw_key', 'raw_line', 'expires_at', 'subscription'] as const;
const ofArrival: ReadonlySet<string> = new Set(arrivalAttributes);
/** Not worth a word where the whole message has another key. */
const ofKey: ReadonlySet<string> = new Set(['camera', 'sk', 'event_camera']);
/** What an item of a picture says of its event. */
const ofOwner = 'camera sk message_type message_id hash8 device_id channel_id occurred_at alarm_uuid data_id'.split(
  ' ',
);
const lateReason: MissingReason = 'expired';

export const keyOf = (item: Item): ItemKey => ({
  camera: textOf(item['camera']) ?? '',
  sk: textOf(item['sk']) ?? '',
});
export const keyText = ({ camera, sk }: ItemKey): string => `${camera} ${sk}`;

/** What is behind the event's own sort key: nothing for the event, else such as `target#0`. Ids in keys hold no `#`. */
const partOf = ({ sk }: ItemKey): string => sk.split('#').slice(3).join('#');
const isPicture = (key: ItemKey): boolean => partOf(key).startsWith('picture#');
export const isEvent = (key: ItemKey): boolean => partOf(key) === '';

/**
 * Compares what the current code makes of a message with what stands of it, under whatever key, and says what to write
 * and to delete. Pure; a plan that was carried out, even in part, leads to a plan for what is left of it.
 *
 * @param record the message by the current code, its event with `raw_key` and `raw_line`
 * @param standing all items of the message
 */
export function planReplay(record: EventRecord, standing: readonly Item[], now: Date): ReplayPlan {
  const own: ItemKey = { camera: record.camera, sk: record.sk };
  const found = new Map(standing.map((item) => [keyText(keyOf(item)), item]));
  const ownKeys = new Set([record.event, ...record.children].map((item) => keyText(keyOf(item))));
  const isOwn = (key: ItemKey) =>
    ownKeys.has(keyText(key)) || (isPicture(key) && key.camera === own.camera && key.sk.startsWith(`${own.sk}#`));
  const old = [...found.values()].filter((item) => !isOwn(keyOf(item)));
  const oldPictures = old.filter((item) => isPicture(keyOf(item)));
  const oldItems = old.filter((item) => !isPicture(keyOf(item)));

  const ownEvent = found.get(keyText(own));
  const oldEvent = oldItems.find((item) => isEvent(keyOf(item)));
  const isMoved = oldEvent !== undefined || oldPictures.length > 0;
  const { event, children } = withArrival(record, ownEvent ?? oldEvent);
  const expiresAtSeconds = integerOf(event['expires_at']) ?? 0;
  if (expiresAtSeconds * 1000 <= now.getTime()) return nothing('expired', expiresAtSeconds);

  const compared = compareItems([event, ...children], found, oldItems);
  const pictures = planPictures({ ...record, event }, { found, oldPictures, now });
  const removedParts = oldItems
    .filter((item) => !isEvent(keyOf(item)) && !compared.counterparts.has(item))
    .map((item): Difference => ({ kind: 'part-removed', key: keyOf(item) }));
  const differences = [...compared.differences, ...removedParts, ...pictures.differences];
  const put = isMoved ? [event, ...children] : compared.put;
  if (put.length === 0 && old.length === 0 && pictures.created.length === 0) {
    return nothing('unchanged', expiresAtSeconds);
  }

  const detailsOf = (item: Item | undefined) =>
    [textOf(item?.['details_key'])].filter((key) => key !== undefined && key !== record.details?.key) as string[];
  const isEventWritten = put.includes(event);
  return {
    outcome: isMoved ? 'moved' : ownEvent === undefined ? 'missing' : 'changed',
    differences,
    put,
    ...(isEventWritten && record.details !== undefined ? { details: record.details } : {}),
    rekeyed: pictures.rekeyed,
    pictures: pictures.created,
    remove: [
      ...oldPictures.map((item) => {
        const status = textOf(item['status']);
        return { ...keyOf(item), ...(status === undefined ? {} : { status }) };
      }),
      ...oldItems.map(keyOf).toSorted((one, other) => Number(isEvent(one)) - Number(isEvent(other))),
    ],
    staleDetails: { ofWritten: isEventWritten ? detailsOf(ownEvent) : [], ofRemoved: detailsOf(oldEvent) },
    days: [...new Set([event, ...oldItems, ownEvent].flatMap((item) => textOf(item?.['day']) ?? []))],
    expiresAtSeconds,
  };
}

const nothing = (outcome: 'unchanged' | 'expired', expiresAtSeconds: number): ReplayPlan => ({
  outcome,
  differences: [],
  put: [],
  rekeyed: [],
  pictures: [],
  remove: [],
  staleDetails: { ofWritten: [], ofRemoved: [] },
  days: [],
  expiresAtSeconds,
});

/** Event and parts, with what is known of the arrival where the event stands already. */
function withArrival(record: EventRecord, standing: Item | undefined): { event: Item; children: Item[] } {
  const kept = picked(standing, arrivalAttributes);
  const event = { ...record.event, ...kept };
  const ofParts = picked(event, ['received_at', 'expires_at']);
  return { event, children: record.children.map((child) => ({ ...child, ...ofParts })) };
}

const picked = (item: Item | undefined, names: readonly string[]): Item =>
  Object.fromEntries(
    names.flatMap((name) => {
      const attribute = item?.[name];
      return attribute === undefined ? [] : [[name, attribute]];
    }),
  );

/** Compares each item with the one of its key, else with the same part under the old key. */
function compareItems(items: readonly Item[], found: ReadonlyMap<string, Item>, oldItems: readonly Item[]) {
  const oldByPart = new Map(oldItems.map((item) => [partOf(keyOf(item)), item]));
  const counterparts = new Set<Item>();
  const names = new Set<string>();
  const missing: Difference[] = [];
  const put = items.filter((item) => {
    const key = keyOf(item);
    const present = found.get(keyText(key));
    const before = oldByPart.get(partOf(key));
    if (before !== undefined) counterparts.add(before);
    const compared = present ?? before;
    if (compared === undefined && !isEvent(key)) missing.push({ kind: 'part-missing', key });
    const differing =
      compared === undefined ? [] : differingAttributes(compared, item, { isMoved: present === undefined });
    for (const name of differing) names.add(name);
    return present === undefined || differing.length > 0;
  });
  const attributes = [...names].toSorted().map((name): Difference => ({ kind: 'attribute', name }));
  return { put, counterparts, differences: [...attributes, ...missing] };
}

/** Names of the attributes that two items of the same part of a message don't have in common. */
export function differingAttributes(one: Item, other: Item, { isMoved }: { isMoved: boolean }): string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter(
    (name) => !ofArrival.has(name) && !(isMoved && ofKey.has(name)) && !isDeepStrictEqual(one[name], other[name]),
  );
}

function planPictures(
  record: EventRecord,
  { found, oldPictures, now }: { found: ReadonlyMap<string, Item>; oldPictures: readonly Item[]; now: Date },
): { rekeyed: RekeyedPicture[]; created: NewPicture[]; differences: Difference[] } {
  const arrived = { ...record, receivedAt: textOf(record.event['received_at']) ?? record.receivedAt };
  const wanted = new Map(
    record.pictures.map((picture) => [picture.wanted.kind, { picture, owner: pictureOwner(arrived, picture) }]),
  );
  const rekeyed = oldPictures.map((item): RekeyedPicture => {
    const kind = textOf(item['kind']) ?? '';
    const owner = wanted.get(kind)?.owner ?? pictureOwner(arrived, { wanted: { kind } });
    const fresh = wantedPictureItem(owner, { kind }, now);
    // A sweep may have passed the hour under which an open one is listed.
    const open = textOf(item['status']) === 'wanted' ? ['next_try_at', 'open_hour'] : [];
    return { ...item, ...picked(fresh, [...ofOwner, ...open]) };
  });
  const present = new Set([...found.keys(), ...rekeyed.map((item) => keyText(keyOf(item)))]);
  const created = [...wanted.values()]
    .map(({ picture, owner }) => newPicture(owner, picture.wanted, now))
    .filter(({ item }) => !present.has(keyText(keyOf(item))));
  const differences = created.map(
    ({ item, job }): Difference => ({
      kind: 'picture',
      state: job === undefined ? lateReason : 'asked-for',
      key: keyOf(item),
    }),
  );
  return { rekeyed, created, differences };
}

/** A picture that nobody has looked for yet: most URLs are long dead, and what can't be asked for is missing at once. */
function newPicture(owner: PictureOwner, wanted: EventRecord['pictures'][number]['wanted'], now: Date): NewPicture {
  const item = wantedPictureItem(owner, wanted, now);
  const receivedAt = new Date(owner.receivedAt);
  if (wanted.url !== undefined && pictureDeadline(wanted.url, receivedAt) > now) {
    return { item, job: pictureJob(owner, wanted) };
  }
  const job = jobOfItem(item);
  if (job !== undefined && isAskable(job) && nextTryAt(receivedAt, now) !== undefined) return { item, job };
  const { next_try_at: _nextTryAt, open_hour: _openHour, ...closed } = item;
  return { item: { ...closed, status: text('missing'), reason: text(lateReason) } };
}

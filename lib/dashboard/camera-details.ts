import * as z from 'zod';
import { type Interval, type PresenceFact, presenceFact, presenceHistory } from '#lib/devices/presence-history.ts';
import { type Item, textOf } from '#lib/events/attribute.ts';
import { cameraKey } from '#lib/events/event-keys.ts';
import { addDays } from '#lib/time/calendar.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';
import { allLimited } from './all-limited.ts';
import { CameraDaysQuery, daysAsked, spanOfDay } from './calendar-query.ts';
import { type AskedCamera, askedCamera, Camera, type CamerasDeps, cameraOf } from './cameras.ts';
import { ItemId, itemId } from './item-id.ts';
import { type LinkSigner, ObjectLink } from './object-link.ts';
import { notFound } from './problem.ts';
import { route } from './route.ts';
import { eventSkOf, type ItemKey, keyOf, numberOf, partOf } from './stored-item.ts';

export type CameraDetailsDeps = CamerasDeps & {
  cameraItems: {
    /** What the index by day has of the states of a device and its channels. */
    statuses(deviceId: string, date: string): Promise<Item[]>;
    /** Items by their keys; those that are gone are left out. */
    items(keys: readonly ItemKey[]): Promise<Item[]>;
    /** Stored pictures and snapshots of a camera before an instant, the newest first; a limited look back. */
    storedPictures(camera: string, before: Date): AsyncIterable<Item>;
    /** Whether anything is stored of a camera. */
    isKnown(camera: string): Promise<boolean>;
  };
  signLink: LinkSigner;
  timeZone: string;
  now: () => Date;
};

const parallelReads = 6;
const fallbackDays = 7;
const mostDays = 31;
/** How far before a range its first state is looked for. */
const lookBackDays = 7;
const mostPoints = 500;
/** A device that goes tells so, and why, in two messages. */
const reasonLeadMs = 60_000;

const Stretch = z.strictObject({ from: z.iso.datetime(), to: z.iso.datetime() });

export const LastPicture = z.strictObject({
  event: ItemId,
  message_type: z.string().describe('`snapshot` for one that was asked for, else what the picture came with'),
  kind: z.string(),
  at: z.iso.datetime(),
  link: ObjectLink,
});

export const CameraDetails = z.strictObject({
  camera: Camera,
  is_listed: z.boolean().describe('false for one that only events have told of'),
  range: Stretch,
  quality: z.strictObject({
    points: z
      .array(
        z.strictObject({
          at: z.iso.datetime(),
          method: z.string().nullable(),
          delay: z.number().nullable(),
          loss: z.number().nullable(),
          qos: z.number().nullable(),
        }),
      )
      .describe(
        'what its device told of the network, in units that IVM does not document; null where it measured nothing',
      ),
    is_complete: z.boolean().describe('false where only the newest are told'),
  }),
  offline: z
    .array(Stretch.extend({ reasons: z.array(z.string()) }))
    .describe('when it or its device was away, with the reasons that the device gave'),
  unknown: z.array(Stretch).describe('when nothing is known of it'),
  last_picture: LastPicture.nullable(),
});
export type CameraDetails = z.infer<typeof CameraDetails>;

export const cameraDetailsRoute = route({
  path: '/api/cameras/{camera}',
  summary: 'A camera: what is known of it, the quality of its network, when it was away, and its last picture',
  query: CameraDaysQuery,
  answer: CameraDetails,
  handle: async (deps: CameraDetailsDeps, { camera: id, from, to }) => {
    const { timeZone } = deps;
    const now = deps.now();
    const today = zonedDate(now, timeZone).date;
    const days = daysAsked({ from, to }, { today, fallback: fallbackDays, most: mostDays });
    const camera = await askedCamera(deps, id);
    if (camera.channel === undefined && !(await deps.cameraItems.isKnown(camera.key))) {
      throw notFound('unknown-camera', 'There is no such camera, or nothing is stored of it any more');
    }
    const range = rangeOf(days, timeZone, now);
    const [statuses, lastPicture] = await Promise.all([
      statusesOf(deps, camera, days, today),
      lastPictureOf(deps, camera, now),
    ]);
    const events = await eventsOf(deps, camera, statuses, range);
    const facts = [...statuses.flatMap((item) => presenceFact(item) ?? []), ...(camera.channel?.presence ?? [])].filter(
      ({ deviceId, channelId }) => deviceId === camera.deviceId && isOf(channelId, camera.channelId),
    );
    return {
      camera: factsOf(camera, id),
      is_listed: camera.channel !== undefined,
      range: stretch(range),
      quality: { points: events.items.map(pointOf), is_complete: events.isComplete },
      offline: presenceHistory(facts)
        .offline(camera, range, [], 'told')
        .map((one) => ({ ...stretch(one), reasons: reasonsIn(one, events.items) })),
      unknown: unknownOf(facts, range),
      last_picture: lastPicture,
    };
  },
});

const isOf = (channelId: string | undefined, camera: string): boolean =>
  channelId === undefined || channelId === camera;

const stretch = ({ start, end }: Interval) => ({ from: start.toISOString(), to: end.toISOString() });

/** Nothing is known of what is still to come. */
function rangeOf(days: readonly string[], timeZone: string, now: Date): Interval {
  const { start } = spanOfDay(days[0] ?? '', timeZone);
  const { end } = spanOfDay(days.at(-1) ?? '', timeZone);
  return { start: start < now ? start : now, end: end < now ? end : now };
}

async function statusesOf(
  { cameraItems }: CameraDetailsDeps,
  { deviceId, channelId }: AskedCamera,
  days: readonly string[],
  today: string,
): Promise<Item[]> {
  const first = days[0] ?? today;
  const before = Array.from({ length: lookBackDays }, (_, index) => addDays(first, index - lookBackDays));
  const wanted = [...before, ...days].filter((date) => date <= today);
  const items = await allLimited(wanted, parallelReads, (date) => cameraItems.statuses(deviceId, date));
  // A recorder has many channels, and what is told of another one is not this one's.
  return items.flat().filter((item) => isOf(textOf(item['channel_id']) || undefined, channelId));
}

/** The events in full that tell of the device or of this channel, in their order. */
async function eventsOf(
  { cameraItems }: CameraDetailsDeps,
  { key, deviceId }: AskedCamera,
  statuses: readonly Item[],
  { start, end }: Interval,
): Promise<{ items: Item[]; isComplete: boolean }> {
  const from = new Date(start.getTime() - reasonLeadMs).toISOString();
  const keys = statuses
    .map(keyOf)
    .filter(({ camera, sk }) => partOf(sk) === undefined && [key, cameraKey(deviceId, '')].includes(camera))
    .filter(({ sk }) => sk >= from && sk < end.toISOString())
    .toSorted((one, other) => (one.sk < other.sk ? -1 : 1));
  const items = await cameraItems.items(keys.slice(-mostPoints));
  return {
    items: items.toSorted((one, other) => (keyOf(one).sk < keyOf(other).sk ? -1 : 1)),
    isComplete: keys.length <= mostPoints,
  };
}

const atOf = (item: Item): string => textOf(item['occurred_at']) ?? keyOf(item).sk.split('#')[0] ?? '';

/** Devices write three zeros where they have measured nothing, as when they go. */
function pointOf(item: Item): CameraDetails['quality']['points'][number] {
  const [delay, loss, qos] = [item['time_delay'], item['packet_loss_rate'], item['qos']].map(numberOf);
  const isMeasured = [delay, loss, qos].some((value) => value !== null && value !== 0);
  const told = (value: number | null | undefined) => (isMeasured ? (value ?? null) : null);
  return {
    at: atOf(item),
    method: textOf(item['method']) ?? null,
    delay: told(delay),
    loss: told(loss),
    qos: told(qos),
  };
}

function reasonsIn({ start, end }: Interval, events: readonly Item[]): string[] {
  const from = new Date(start.getTime() - reasonLeadMs).toISOString();
  const reasons = events
    .filter((item) => atOf(item) >= from && atOf(item) < end.toISOString())
    .map((item) => textOf(item['offline_reason_type']) ?? '')
    .filter((reason) => reason !== '');
  return [...new Set(reasons)];
}

/** Before the first that was told of it, a camera may have been there or away. */
function unknownOf(facts: readonly PresenceFact[], { start, end }: Interval): CameraDetails['unknown'] {
  const first = Math.min(end.getTime(), ...facts.map(({ at }) => at.getTime()));
  return first <= start.getTime() ? [] : [stretch({ start, end: new Date(first) })];
}

/** The newest snapshot that is within reach, else the newest picture of an event. */
async function lastPictureOf(
  { cameraItems, signLink }: CameraDetailsDeps,
  { key }: AskedCamera,
  now: Date,
): Promise<CameraDetails['last_picture']> {
  let found: Item | undefined;
  for await (const item of cameraItems.storedPictures(key, now)) {
    const isSnapshot = textOf(item['message_type']) === 'snapshot';
    if (isSnapshot || found === undefined) found = item;
    if (isSnapshot) break;
  }
  const s3Key = textOf(found?.['s3_key']);
  if (found === undefined || s3Key === undefined) return null;
  const { camera, sk } = keyOf(found);
  return {
    event: itemId(camera, eventSkOf(sk)),
    message_type: textOf(found['message_type']) ?? '',
    kind: textOf(found['kind']) ?? 'snapshot',
    at: atOf(found),
    link: await signLink(s3Key),
  };
}

function factsOf(camera: AskedCamera, id: string): Camera {
  if (camera.channel !== undefined) return cameraOf(camera.channel);
  const { deviceId, channelId } = camera;
  return {
    id,
    device_id: deviceId,
    channel_id: channelId,
    name: `${deviceId} / ${channelId}`,
    device_name: '',
    channel_name: '',
    protocol: null,
    state: 'unknown',
    since: null,
    package: 'unknown',
    lacking: [],
    abilities: [],
  };
}

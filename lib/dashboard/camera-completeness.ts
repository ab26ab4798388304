import * as z from 'zod';
import { type ExportedType, exportedTypes } from '#lib/event-exports/event-tables.ts';
import { cameraKey } from '#lib/events/event-keys.ts';
import { exportId, manifestKey } from '#lib/exports/export-keys.ts';
import { jsonOrUndefined } from '#lib/json/json-or-undefined.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';
import { allLimited } from './all-limited.ts';
import { CameraDaysQuery, daysAsked, spanOfDay } from './calendar-query.ts';
import { readCameraId } from './item-id.ts';
import type { RecentAnswers } from './recent-answers.ts';
import { route } from './route.ts';

/** What the manifest of one type and day says of a camera. */
export type CameraDay = {
  events: number;
  wanted: number;
  stored: number;
  missing: { readonly [reason: string]: number };
  offline: readonly (readonly [from: string, to: string])[];
};
export type CameraDays = ReadonlyMap<string, CameraDay>;

export type CompletenessDeps = {
  exports: {
    /** Objects under a prefix behind a key, in the order of their keys. */
    list(prefix: string, after: string): AsyncIterable<{ key: string; etag: string }>;
    get(key: string): Promise<Buffer | undefined>;
  };
  /** Manifests that were read, by key and version. */
  readManifests: RecentAnswers<CameraDays>;
  timeZone: string;
  now: () => Date;
};

const parallelReads = 8;
const fallbackDays = 7;
const mostDays = 31;

const Pictures = z.strictObject({
  wanted: z.int(),
  stored: z.int(),
  missing: z.int(),
  reasons: z.record(z.string(), z.int()),
});

export const Completeness = z.strictObject({
  days: z.array(
    z.strictObject({
      date: z.string(),
      exported_types: z.int().describe('how many types of messages have an export that tells of the camera'),
      events: z.int().nullable().describe('events stored; null where no export tells of the camera'),
      pictures: Pictures.nullable().describe('pictures of the events; null where no export tells of the camera'),
      offline_seconds: z.int().nullable().describe('how long it was away, as its device told'),
      is_offline: z.boolean().describe('whether it was away for the whole day'),
    }),
  ),
  types: z.int().describe('how many types of messages are exported in all'),
});
export type Completeness = z.infer<typeof Completeness>;
export type CompletenessDay = Completeness['days'][number];

export const completenessRoute = route({
  path: '/api/cameras/{camera}/completeness',
  summary: 'Events and pictures of a camera by day, as the exports cover them',
  query: CameraDaysQuery,
  answer: Completeness,
  handle: async (deps: CompletenessDeps, { camera: id, from, to }) => {
    const { timeZone, now } = deps;
    const camera = readCameraId(id);
    const today = zonedDate(now(), timeZone).date;
    const dates = daysAsked({ from, to }, { today, fallback: fallbackDays, most: mostDays });
    const first = dates[0] ?? today;
    const last = dates.at(-1) ?? today;
    const manifests = (
      await allLimited(exportedTypes, parallelReads, (type) => manifestsOf(deps, type, { first, last }))
    ).flat();
    const read = await allLimited(manifests, parallelReads, async (manifest) => ({
      date: manifest.date,
      day: (await readCameras(deps, manifest))?.get(camera),
    }));
    return {
      days: dates.map((date) =>
        dayOf(
          date,
          timeZone,
          read.flatMap((one) => (one.date === date && one.day !== undefined ? [one.day] : [])),
        ),
      ),
      types: exportedTypes.length,
    };
  },
});

type StandingManifest = { key: string; etag: string; date: string };

const partitionOf = (type: ExportedType, date: string) =>
  [
    ['message_type', type],
    ['date', date],
  ] as const;

/** The manifests of a type from one day to another: one listing, in place of a question for each day. */
async function manifestsOf(
  { exports }: CompletenessDeps,
  type: ExportedType,
  { first, last }: { first: string; last: string },
): Promise<StandingManifest[]> {
  const keyOfDay = (date: string) => manifestKey('events', partitionOf(type, date));
  const dateIn = new RegExp(
    `${exportId('events', partitionOf(type, '@')).replace('%40', '(\\d{4}-\\d\\d-\\d\\d)')}\\.json$`,
  );
  const prefix = keyOfDay(first).slice(0, -'YYYY-MM-DD.json'.length);
  const found: StandingManifest[] = [];
  // The key of the first day, but for its end, comes before it and after all earlier ones.
  for await (const { key, etag } of exports.list(prefix, keyOfDay(first).slice(0, -1))) {
    if (key > keyOfDay(last)) break;
    const date = dateIn.exec(key)?.[1];
    if (date !== undefined) found.push({ key, etag, date });
  }
  return found;
}

async function readCameras(
  { exports, readManifests }: CompletenessDeps,
  { key, etag }: StandingManifest,
): Promise<CameraDays | undefined> {
  const version = `${key} ${etag}`;
  const kept = readManifests.get(version);
  if (kept !== undefined) return kept;
  const content = await exports.get(key);
  // Another version has taken its place, or an erasure: the next question finds what stands then.
  if (content === undefined) return undefined;
  const cameras = camerasOfManifest(jsonOrUndefined(content.toString('utf8')));
  readManifests.put(version, cameras, cameras.size + 1);
  return cameras;
}

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as { [name: string]: unknown })[name]
    : undefined;
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const textIn = (value: unknown, name: string): string => {
  const text = member(value, name);
  return typeof text === 'string' ? text : '';
};
const sumOf = (hours: unknown): number =>
  listOf(hours).reduce<number>((sum, count) => sum + (typeof count === 'number' ? count : 0), 0);

const nothing: CameraDay = { events: 0, wanted: 0, stored: 0, missing: {}, offline: [] };

/**
 * Sums of each camera's hours. A manifest holds hundreds of thousands of numbers, which are looked at once here: a schema
 * would take ten times as long over them.
 */
export function camerasOfManifest(manifest: unknown): CameraDays {
  const cameras = listOf(member(member(member(manifest, 'coverage'), 'completeness'), 'cameras'));
  return new Map(
    cameras.map((camera): [string, CameraDay] => [
      cameraKey(textIn(camera, 'device_id'), textIn(camera, 'channel_id')),
      cameraDay(camera),
    ]),
  );
}

function cameraDay(camera: unknown): CameraDay {
  const events = sumOf(member(camera, 'events'));
  const pictures = member(camera, 'pictures');
  const offline = listOf(member(camera, 'offline')).flatMap((one): [string, string][] => {
    const [from, to] = listOf(one);
    return typeof from === 'string' && typeof to === 'string' ? [[from, to]] : [];
  });
  // Most cameras tell nothing of most types, and share one entry.
  if (events === 0 && pictures === undefined && offline.length === 0) return nothing;
  const missing = member(pictures, 'missing');
  return {
    events,
    wanted: sumOf(member(pictures, 'wanted')),
    stored: sumOf(member(pictures, 'stored')),
    missing: Object.fromEntries(Object.entries(missing ?? {}).map(([reason, hours]) => [reason, sumOf(hours)])),
    offline,
  };
}

function dayOf(date: string, timeZone: string, told: readonly CameraDay[]): CompletenessDay {
  if (told.length === 0) {
    return { date, exported_types: 0, events: null, pictures: null, offline_seconds: null, is_offline: false };
  }
  const span = spanOfDay(date, timeZone);
  const sum = (name: 'events' | 'wanted' | 'stored') => told.reduce((total, one) => total + one[name], 0);
  const reasons: { [reason: string]: number } = {};
  for (const [reason, count] of told.flatMap(({ missing }) => Object.entries(missing))) {
    reasons[reason] = (reasons[reason] ?? 0) + count;
  }
  // All of them tell of the same absences, each as it was known when it was written.
  const offlineMs = Math.max(...told.map(({ offline }) => lengthOf(offline)));
  return {
    date,
    exported_types: told.length,
    events: sum('events'),
    pictures: {
      wanted: sum('wanted'),
      stored: sum('stored'),
      missing: Object.values(reasons).reduce((total, count) => total + count, 0),
      reasons,
    },
    offline_seconds: Math.round(offlineMs / 1000),
    is_offline: offlineMs >= span.end.getTime() - span.start.getTime(),
  };
}

const lengthOf = (intervals: CameraDay['offline']): number =>
  intervals.reduce((total, [from, to]) => total + (Date.parse(to) - Date.parse(from) || 0), 0);

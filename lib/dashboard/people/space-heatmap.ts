import * as z from 'zod';
import { cameraKey } from '#lib/events/event-keys.ts';
import type { ExportObjects } from '#lib/exports/export-objects.ts';
import { jsonOrUndefined } from '#lib/json/json-or-undefined.ts';
import { eachLimited } from '#lib/runtime/each-limited.ts';
import { snapshotFolder } from '#lib/snapshots/snapshot-item.ts';
import { heatmapManifestKey, heatmapPrefix } from '#lib/statistics/heatmap-keys.ts';
import type { Period } from '#lib/statistics/period.ts';
import { addDays, daysBetween } from '#lib/time/calendar.ts';
import { localToInstant } from '#lib/time/local-time.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';

const ids = { device_id: z.string(), channel_id: z.string() };
const HeatmapManifest = z.object({
  published_at: z.string(),
  maps: z.array(z.object({ ...ids, status: z.enum(['ok', 'kept', 'missing']), reason: z.string().nullish() })),
  excluded: z.array(z.object({ ...ids, reason: z.string() })),
});

export type SpaceHeatmap = {
  status: 'ok' | 'kept' | 'missing' | 'not-exported';
  reason: string | null;
  published_at: string | null;
  /** Of the picture. */
  key: string | null;
};

/** What was exported of where people were in the picture of a camera, or why nothing was. */
export async function spaceHeatmapOf(
  objects: Pick<ExportObjects, 'get'>,
  period: Period,
  camera: string,
): Promise<SpaceHeatmap> {
  const content = await objects.get(heatmapManifestKey('space', period));
  const manifest = HeatmapManifest.safeParse(jsonOrUndefined(content?.toString('utf8') ?? ''));
  if (!manifest.success) return { status: 'not-exported', reason: null, published_at: null, key: null };
  const { published_at, maps, excluded } = manifest.data;
  const isWanted = (one: { device_id: string; channel_id: string }) =>
    cameraKey(one.device_id, one.channel_id) === camera;
  const map = maps.find(isWanted);
  if (map === undefined) {
    const reason = excluded.find(isWanted)?.reason ?? null;
    return { status: reason === null ? 'not-exported' : 'missing', reason, published_at, key: null };
  }
  const prefix = heatmapPrefix('space', period, { deviceId: map.device_id, channelId: map.channel_id });
  return {
    status: map.status,
    reason: map.reason ?? null,
    published_at,
    key: map.status === 'missing' ? null : `${prefix}.png`,
  };
}

/** The newest snapshot of a camera that is stored, if it is not too old. */
export type LastSnapshots = (camera: string, now: Date) => Promise<{ key: string; takenAt: Date } | undefined>;

const snapshotTime = /\/date=(\d{4}-\d\d-\d\d)\/.*\/(\d\d)(\d\d)(\d\d)\.\w+$/;
const daysBack = 14;
const listsUnderWay = 7;

/** Finds snapshots by the names under which they are stored: their items lie among all that a camera ever told. */
export function createLastSnapshots(objects: Pick<ExportObjects, 'keys'>, timeZone: string): LastSnapshots {
  const lastOf = async (camera: string, date: string): Promise<string | undefined> => {
    const [deviceId = '', channelId = ''] = camera.split('#');
    let last: string | undefined;
    for await (const key of objects.keys(`${snapshotFolder(date, deviceId, channelId)}/`)) {
      if (snapshotTime.test(key)) last = key;
    }
    return last;
  };
  return async (camera, now) => {
    const today = zonedDate(now, timeZone).date;
    const dates = daysBetween(addDays(today, -daysBack), today).toReversed();
    for (let at = 0; at < dates.length; at += listsUnderWay) {
      const found = await eachLimited(dates.slice(at, at + listsUnderWay), listsUnderWay, (date) =>
        lastOf(camera, date),
      );
      for (const one of found) {
        if (one.status === 'rejected') throw one.reason;
        if (one.value !== undefined) return { key: one.value, takenAt: takenAt(one.value, timeZone) };
      }
    }
    return undefined;
  };
}

/** Snapshots are named by the time on the clocks of the tenant. */
function takenAt(key: string, timeZone: string): Date {
  const [, date = '', hours = '', minutes = '', seconds = ''] = snapshotTime.exec(key) ?? [];
  return new Date(localToInstant(Date.parse(`${date}T${hours}:${minutes}:${seconds}Z`), timeZone));
}

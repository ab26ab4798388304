import * as z from 'zod';
import type { Interval } from '#lib/devices/presence-history.ts';
import { type Item, textOf } from '#lib/events/attribute.ts';
import { addDays, daysBetween, isDate } from '#lib/time/calendar.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';
import { allLimited } from './all-limited.ts';
import { CalendarDay, spanOfDay } from './calendar-query.ts';
import { ItemId, itemId, readCameraId } from './item-id.ts';
import { type LinkSigner, ObjectLink } from './object-link.ts';
import { pageToken, readPageToken } from './page-token.ts';
import { route } from './route.ts';
import { eventSkOf, keyOf } from './stored-item.ts';

export type CameraSnapshotsDeps = {
  cameraSnapshots: {
    /** Snapshots of a camera in a stretch of time, stored and given up; a limited look where the camera tells of much else. */
    snapshots(camera: string, span: Interval): Promise<{ items: Item[]; isComplete: boolean }>;
  };
  signLink: LinkSigner;
  timeZone: string;
  now: () => Date;
};

const parallelReads = 6;
const pageSize = 24;
const unknownReason = 'unknown';

const Month = z.string().refine((text) => isDate(`${text}-01`), 'it takes a month as YYYY-MM');

export const SnapshotMonth = z.strictObject({
  month: z.string(),
  days: z
    .array(
      z.strictObject({
        date: z.string(),
        stored: z.int(),
        given_up: z.int(),
        reasons: z.record(z.string(), z.int()).describe('how many were given up for which reason'),
        is_complete: z.boolean().describe('false where the camera told of so much else that not all of it was read'),
      }),
    )
    .describe('the days of the month up to today'),
});
export type SnapshotMonth = z.infer<typeof SnapshotMonth>;

export const snapshotMonthRoute = route({
  path: '/api/cameras/{camera}/snapshots',
  summary: 'How many snapshots of a camera are stored, and were given up, on each day of a month',
  query: z.strictObject({ camera: ItemId, month: Month.optional().describe('this month unless given') }),
  answer: SnapshotMonth,
  handle: async ({ cameraSnapshots, timeZone, now }: CameraSnapshotsDeps, { camera: id, month: asked }) => {
    const camera = readCameraId(id);
    const today = zonedDate(now(), timeZone).date;
    const month = asked ?? today.slice(0, 7);
    const first = `${month}-01`;
    const last = addDays(`${addDays(first, 31).slice(0, 7)}-01`, -1);
    const dates = daysBetween(first, last < today ? last : today);
    const days = await allLimited(dates, parallelReads, async (date) => {
      const { items, isComplete } = await cameraSnapshots.snapshots(camera, spanOfDay(date, timeZone));
      const reasons: { [reason: string]: number } = {};
      const missing = items.filter((item) => !isStored(item));
      for (const reason of missing.map(reasonOf)) reasons[reason] = (reasons[reason] ?? 0) + 1;
      return {
        date,
        stored: items.length - missing.length,
        given_up: missing.length,
        reasons,
        is_complete: isComplete,
      };
    });
    return { month, days };
  },
});

export const SnapshotDay = z.strictObject({
  date: z.string(),
  snapshots: z
    .array(
      z.strictObject({
        event: ItemId,
        at: z.iso.datetime().describe('when it was taken, or given up'),
        slot: z.string().nullable().describe('the minute that it was asked for'),
        reason: z.string().nullable().describe('why there is none; null for one that is stored'),
        link: ObjectLink.optional(),
      }),
    )
    .describe('in the order of their times'),
  is_complete: z.boolean(),
  next: z.string().optional(),
});
export type SnapshotDay = z.infer<typeof SnapshotDay>;

export const snapshotDayRoute = route({
  path: '/api/cameras/{camera}/snapshots/{date}',
  summary: 'Snapshots of a camera on a day, with links to those that are stored',
  query: z.strictObject({
    camera: ItemId,
    date: CalendarDay,
    page: z.string().optional().describe('`next` of the page before'),
  }),
  answer: SnapshotDay,
  handle: async ({ cameraSnapshots, signLink, timeZone }: CameraSnapshotsDeps, { camera: id, date, page }) => {
    const list = `snapshots ${id} ${date}`;
    const after = page === undefined ? '' : readPageToken(list, z.string(), page);
    const { items, isComplete } = await cameraSnapshots.snapshots(readCameraId(id), spanOfDay(date, timeZone));
    const left = items.filter((item) => keyOf(item).sk > after);
    const shown = left.slice(0, pageSize);
    const last = shown.at(-1);
    return {
      date,
      snapshots: await Promise.all(shown.map((item) => snapshotOf(item, signLink))),
      is_complete: isComplete,
      ...(last !== undefined && left.length > shown.length ? { next: pageToken(list, keyOf(last).sk) } : {}),
    };
  },
});

const isStored = (item: Item): boolean => textOf(item['status']) === 'stored';
const reasonOf = (item: Item): string => textOf(item['reason']) ?? unknownReason;

async function snapshotOf(item: Item, signLink: LinkSigner): Promise<SnapshotDay['snapshots'][number]> {
  const { camera, sk } = keyOf(item);
  const s3Key = textOf(item['s3_key']);
  return {
    event: itemId(camera, eventSkOf(sk)),
    at: textOf(item['occurred_at']) ?? sk.split('#')[0] ?? '',
    slot: textOf(item['slot']) ?? null,
    reason: isStored(item) ? null : reasonOf(item),
    ...(isStored(item) && s3Key !== undefined ? { link: await signLink(s3Key) } : {}),
  };
}

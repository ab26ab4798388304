import * as z from 'zod';
import { cameraKey } from '#lib/events/event-keys.ts';
import type { ExportObjects } from '#lib/exports/export-objects.ts';
import type { Manifest } from '#lib/exports/manifest.ts';
import { eachLimited } from '#lib/runtime/each-limited.ts';
import { peoplePartition } from '#lib/statistics/people-rows.ts';
import { type Bucket, bucketsOf, lastDayOf, type Period, spanOf } from '#lib/statistics/period.ts';
import { daysBetween } from '#lib/time/calendar.ts';
import { type PeopleGrid, peopleForm, readCountGrid, type SourcesGrid, sourcesForm } from './count-grid.ts';
import { createGridStore, type StandingGrid } from './grid-store.ts';

/** Part of a period, with what was exported of it. */
export type Stretch<Grid> = { buckets: readonly Bucket[]; standing: StandingGrid<Grid> | undefined };

export type PeopleSource = {
  /** A period in its own buckets, as IVM counts them: hours of a day, days of a week or month, months of a year. */
  own(period: Period): Promise<Stretch<PeopleGrid>[]>;
  /** The hours of all days of a period. */
  hours(period: Period): Promise<Stretch<PeopleGrid>[]>;
  /** The three sources side by side: hours of a day, days of a longer period. */
  sources(period: Period): Promise<Stretch<SourcesGrid>[]>;
};

const readsUnderWay = 8;
/** A month of 500 cameras by the hour has 8 MB. */
const mostBytes = 48_000_000;

/**
 * Reads what was exported of people.
 *
 * @param zones zone of IVM's buckets, and zone of the days of what messages count
 */
export function createPeopleSource(
  objects: Pick<ExportObjects, 'get'>,
  zones: { statistics: string; tenant: string },
): PeopleSource {
  const grids = createGridStore(objects, mostBytes);

  const own = async (period: Period): Promise<Stretch<PeopleGrid>> => {
    const buckets = bucketsOf(period, zones.statistics);
    const standing = await grids.read('people', peoplePartition(period), 'own', (manifest) =>
      readCountGrid(objects, manifest, peopleForm, buckets),
    );
    return { buckets, standing };
  };
  const sources = async (start: string, isByHour: boolean): Promise<Stretch<SourcesGrid>> => {
    const day: Period = { granularity: 'day', start };
    const buckets = isByHour ? bucketsOf(day, zones.tenant) : [spanOf(day, zones.tenant)];
    const partition = [
      ['source', 'reconciliation'],
      ['date', start],
    ] as const;
    const standing = await grids.read('counts', partition, isByHour ? 'hours' : 'day', (manifest) =>
      readCountGrid(objects, manifest, sourcesForm, buckets),
    );
    return { buckets, standing };
  };
  return {
    own: async (period) => [await own(period)],
    hours: (period) => eachDay(period, (start) => own({ granularity: 'day', start })),
    sources: (period) => eachDay(period, (start) => sources(start, period.granularity === 'day')),
  };
}

async function eachDay<T>(period: Period, read: (date: string) => Promise<T>): Promise<T[]> {
  const days = await eachLimited(daysBetween(period.start, lastDayOf(period)), readsUnderWay, read);
  return days.map((day) => {
    if (day.status === 'rejected') throw day.reason;
    return day.value;
  });
}

const Coverage = z.object({
  excluded: z.array(z.object({ device_id: z.string(), channel_id: z.string(), reason: z.string() })).catch([]),
});

/** Why cameras are not in an export, by their keys. */
export const excludedCameras = ({ coverage }: Manifest): ReadonlyMap<string, string> =>
  new Map(
    Coverage.parse(coverage).excluded.map((one) => [cameraKey(one.device_id, one.channel_id), one.reason] as const),
  );

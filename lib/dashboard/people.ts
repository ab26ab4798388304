import * as z from 'zod';
import type { ExportObjects } from '#lib/exports/export-objects.ts';
import { bucketStatuses } from '#lib/statistics/judge-list.ts';
import { type Bucket, granularities, lastDayOf, type Period, periodAround } from '#lib/statistics/period.ts';
import { isDate } from '#lib/time/calendar.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';
import { ItemId, itemId, readCameraId } from './item-id.ts';
import { ObjectLink } from './object-link.ts';
import type { CountGrid, PeopleGrid, SourcesGrid } from './people/count-grid.ts';
import { excludedCameras, type PeopleSource, type Stretch } from './people/people-source.ts';
import { type LastSnapshots, spaceHeatmapOf } from './people/space-heatmap.ts';
import { countOf, type PeopleSum, sumCounts } from './people/sum-people.ts';
import { badParameter } from './problem.ts';
import { route } from './route.ts';

export type PeopleDeps = {
  people: {
    source: PeopleSource;
    objects: Pick<ExportObjects, 'get'>;
    snapshots: LastSnapshots;
    /** Zone in which dates and hours are told. */
    timeZone: string;
    weekStart: number;
    signLink: (key: string) => Promise<ObjectLink>;
    now: () => Date;
  };
};

/** More lines than this nobody tells apart, and more ids no address holds. */
const mostCameras = 50;

const day = z.string().refine(isDate, 'it is no day of the calendar');
const CameraIds = z
  .string()
  .transform((ids) => [...new Set(ids.split(','))])
  .pipe(z.array(ItemId).max(mostCameras))
  .describe(`ids of cameras with commas between them, at most ${mostCameras}; all that count where left out`);

const count = z.int().min(0);
const known = count.nullable();
const difference = z.int().nullable();
const gapReasons = [...z.enum(bucketStatuses).exclude(['ok', 'provisional']).options, 'no-row'] as const;

const BucketOf = z.strictObject({
  start: z.iso.datetime(),
  end: z.iso.datetime(),
  date: z.iso.date().describe('in the zone of the tenant'),
  hour: z.int().min(0).max(23).describe('on the clocks of the tenant'),
});

const PeopleBucket = BucketOf.extend({
  in: known.describe('by the cameras together, as far as it is known; null where it is known of none'),
  out: known,
  known: count.describe('cameras of which all is known'),
  partial: count.describe('cameras that were away for a part of it: more people may have come'),
  missing: count.describe('cameras of which nothing is known'),
  not_counting: count.describe('cameras that can’t count'),
  gap: z.enum(gapReasons).nullable().describe('why most of those that lack something do so'),
  is_provisional: z.boolean().describe('it was not over when it was counted'),
  has_begun: z.boolean(),
});

const PeopleCamera = z.strictObject({
  id: ItemId,
  in: z.array(known).describe('one for each bucket'),
  out: z.array(known),
  status: z.array(z.enum([...bucketStatuses, 'no-row'])),
  reason: z.string().nullable().describe('why the camera is in no export'),
});

export const People = z.strictObject({
  granularity: z.enum(granularities),
  period_start: z.iso.date(),
  period_end: z.iso.date().describe('the last day'),
  as_of: z.string().nullable().describe('when the newest of the counts were asked for'),
  exports: z.strictObject({ wanted: count, found: count }),
  camera_count: count.describe('cameras in the sums'),
  buckets: z.array(PeopleBucket),
  cameras: z.array(PeopleCamera).describe('those that were asked for by their ids'),
});
export type People = z.infer<typeof People>;

export const peopleRoute = route({
  path: '/api/people',
  summary: 'People in and out as the statistics of IVM count them',
  query: z.strictObject({
    granularity: z.enum(granularities).default('day'),
    period: day.describe('a day in the period'),
    cameras: CameraIds.optional(),
    buckets: z
      .enum(['own', 'hours'])
      .default('own')
      .describe('`own`: hours of a day, days of a week or month, months of a year; `hours`: not of a year'),
  }),
  answer: People,
  handle: async ({ people }: PeopleDeps, query) => {
    const period = periodAround(query.granularity, query.period, people.weekStart);
    if (query.buckets === 'hours' && period.granularity === 'year') {
      throw badParameter('buckets', 'the hours of a year are too many; ask for those of its months');
    }
    const stretches = await people.source[query.buckets](period);
    const chosen = query.cameras?.map(readCameraId);
    const cameras = chosen ?? camerasOf(stretches);
    const reasons = new Map(
      chosen === undefined
        ? []
        : stretches.flatMap(({ standing }) => (standing ? [...excludedCameras(standing.manifest)] : [])),
    );
    return {
      ...described(period, stretches),
      camera_count: cameras.length,
      buckets: stretches.flatMap((stretch) => sumsOf(stretch, cameras, people)),
      cameras: (chosen ?? []).map((camera) => {
        const counts = stretches.flatMap(({ buckets, standing }) =>
          withDuration(buckets).map(({ index }) => countOf(standing?.grid, camera, index)),
        );
        return {
          id: itemId(camera),
          in: counts.map((one) => one.in),
          out: counts.map((one) => one.out),
          status: counts.map((one) => one.status),
          reason: reasons.get(camera) ?? null,
        };
      }),
    };
  },
});

const Counted = z.strictObject({ in: known, out: known });
const FromMessages = Counted.extend({ messages: count });
const Difference = z.strictObject({
  in: difference,
  out: difference,
  hours: count.describe('hours of cameras in which both are known'),
});

export const PeopleSources = z.strictObject({
  granularity: z.enum(granularities),
  period_start: z.iso.date(),
  period_end: z.iso.date(),
  as_of: z.string().nullable(),
  exports: z.strictObject({ wanted: count, found: count }),
  camera_count: count,
  cameras_of: z.strictObject({ statistics: count, line: count, alarm: count }).describe('that told of anything'),
  buckets: z.array(
    BucketOf.extend({
      has_begun: z.boolean(),
      is_exported: z.boolean(),
      statistics: Counted.describe('of whole hours'),
      line: FromMessages.describe('lines that were crossed'),
      alarm: FromMessages.describe('alarms of customer flow, which are moments'),
      line_minus_statistics: Difference,
      alarm_minus_statistics: Difference,
    }),
  ),
});
export type PeopleSources = z.infer<typeof PeopleSources>;

export const peopleSourcesRoute = route({
  path: '/api/people/sources',
  summary: 'People by the three sources side by side, with their differences: hours of a day, days of a week or month',
  query: z.strictObject({
    granularity: z.enum(granularities).exclude(['year']).default('day'),
    period: day.describe('a day in the period'),
    cameras: CameraIds.optional(),
  }),
  answer: PeopleSources,
  handle: async ({ people }: PeopleDeps, query) => {
    const period = periodAround(query.granularity, query.period, people.weekStart);
    const stretches = await people.source.sources(period);
    const cameras = query.cameras?.map(readCameraId) ?? camerasOf(stretches);
    return {
      ...described(period, stretches),
      camera_count: cameras.length,
      cameras_of: {
        statistics: tellingCameras(stretches, cameras, ['statisticsIn', 'statisticsOut']),
        line: tellingCameras(stretches, cameras, ['lineIn', 'lineOut']),
        alarm: tellingCameras(stretches, cameras, ['alarmIn', 'alarmOut']),
      },
      buckets: stretches.flatMap((stretch) => sourcesOf(stretch, cameras, people)),
    };
  },
});

export const PeopleHeatmap = z.strictObject({
  status: z
    .enum(['ok', 'kept', 'missing', 'not-exported'])
    .describe('`kept`: IVM had none the last time, this is the one from before'),
  reason: z.string().nullable(),
  published_at: z.string().nullable(),
  picture: ObjectLink.nullable().describe('to be laid over the picture of the camera; its heat is relative'),
  snapshot: z
    .strictObject({ taken_at: z.iso.datetime(), picture: ObjectLink })
    .nullable()
    .describe('the last one, if one was stored in the last fourteen days'),
});
export type PeopleHeatmap = z.infer<typeof PeopleHeatmap>;

export const peopleHeatmapRoute = route({
  path: '/api/people/space-heatmap',
  summary: 'Where people were in the picture of a camera, and the last snapshot of it',
  query: z.strictObject({
    granularity: z.enum(granularities).default('day'),
    period: day.describe('a day in the period'),
    camera: ItemId,
  }),
  answer: PeopleHeatmap,
  handle: async ({ people }: PeopleDeps, query) => {
    const camera = readCameraId(query.camera);
    const period = periodAround(query.granularity, query.period, people.weekStart);
    const [heatmap, snapshot] = await Promise.all([
      spaceHeatmapOf(people.objects, period, camera),
      people.snapshots(camera, people.now()),
    ]);
    const { key, ...told } = heatmap;
    return {
      ...told,
      picture: key === null ? null : await people.signLink(key),
      snapshot:
        snapshot === undefined
          ? null
          : { taken_at: snapshot.takenAt.toISOString(), picture: await people.signLink(snapshot.key) },
    };
  },
});

/** Every camera that any of the exports tells of. */
const camerasOf = (stretches: readonly Stretch<CountGrid>[]): string[] => [
  ...new Set(stretches.flatMap(({ standing }) => [...(standing?.grid.cameras.keys() ?? [])])),
];

function described(period: Period, stretches: readonly Stretch<CountGrid>[]) {
  const standing = stretches.flatMap((one) => one.standing ?? []);
  return {
    granularity: period.granularity,
    period_start: period.start,
    period_end: lastDayOf(period),
    as_of:
      standing
        .flatMap(({ grid }) => grid.asOf ?? [])
        .toSorted()
        .at(-1) ?? null,
    exports: { wanted: stretches.length, found: standing.length },
  };
}

type Clock = { timeZone: string; now: () => Date };

/** Where clocks are set, an hour may last no time at all: there is no such hour. */
const withDuration = (buckets: readonly Bucket[]): { bucket: Bucket; index: number }[] =>
  buckets.map((bucket, index) => ({ bucket, index })).filter(({ bucket: { start, end } }) => start < end);

function bucketOf({ start, end }: Bucket, { timeZone, now }: Clock) {
  const { date, hour } = zonedDate(start, timeZone);
  return {
    start: start.toISOString(),
    end: end.toISOString(),
    date,
    hour: Number(hour),
    has_begun: start < now(),
  };
}

const nothing: PeopleSum = sumCounts([]);

const sumsOf = ({ buckets, standing }: Stretch<PeopleGrid>, cameras: readonly string[], clock: Clock) =>
  withDuration(buckets).map(({ bucket, index }) => {
    const described = bucketOf(bucket, clock);
    // Of what is to come nothing is missing.
    if (!described.has_begun) return { ...described, ...nothing };
    const sum = sumCounts(cameras.map((camera) => countOf(standing?.grid, camera, index)));
    return { ...described, ...sum, gap: cameras.length === 0 ? ('no-row' as const) : sum.gap };
  });

const sourcesOf = ({ buckets, standing }: Stretch<SourcesGrid>, cameras: readonly string[], clock: Clock) =>
  withDuration(buckets).map(({ bucket, index }) => {
    const sum = (measure: SourceMeasure): number | null =>
      standing === undefined ? null : sumOf(standing.grid, measure, cameras, index);
    return {
      ...bucketOf(bucket, clock),
      is_exported: standing !== undefined,
      statistics: { in: sum('statisticsIn'), out: sum('statisticsOut') },
      line: { in: sum('lineIn'), out: sum('lineOut'), messages: sum('lineMessages') ?? 0 },
      alarm: { in: sum('alarmIn'), out: sum('alarmOut'), messages: sum('alarmMessages') ?? 0 },
      line_minus_statistics: {
        in: sum('lineDifferenceIn'),
        out: sum('lineDifferenceOut'),
        hours: sum('lineCompared') ?? 0,
      },
      alarm_minus_statistics: {
        in: sum('alarmDifferenceIn'),
        out: sum('alarmDifferenceOut'),
        hours: sum('alarmCompared') ?? 0,
      },
    };
  });

type SourceMeasure = keyof SourcesGrid['values'];

/** How many of the cameras have any value of any of the measures. */
function tellingCameras(
  stretches: readonly Stretch<SourcesGrid>[],
  cameras: readonly string[],
  measures: readonly SourceMeasure[],
): number {
  const tells = (camera: string, { buckets, standing }: Stretch<SourcesGrid>) => {
    const offset = standing?.grid.cameras.get(camera);
    if (standing === undefined || offset === undefined) return false;
    const { values } = standing.grid;
    return measures.some((name) =>
      values[name].subarray(offset, offset + buckets.length).some((one) => !Number.isNaN(one)),
    );
  };
  return cameras.filter((camera) => stretches.some((stretch) => tells(camera, stretch))).length;
}

/** Of the cameras that have a value; `null` where none has. */
function sumOf(
  { cameras: offsets, values }: SourcesGrid,
  measure: SourceMeasure,
  cameras: readonly string[],
  bucket: number,
): number | null {
  let sum: number | null = null;
  for (const camera of cameras) {
    const offset = offsets.get(camera);
    const value = offset === undefined ? Number.NaN : (values[measure][offset + bucket] ?? Number.NaN);
    if (!Number.isNaN(value)) sum = (sum ?? 0) + value;
  }
  return sum;
}

import { countSources } from '#lib/counts/count-measures.ts';
import { exportedTypes } from '#lib/event-exports/event-tables.ts';
import { eachLimited } from '#lib/runtime/each-limited.ts';
import type { Metric } from '#lib/runtime/metrics.ts';
import { addDays } from '#lib/time/calendar.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';
import type { Partition } from './export-keys.ts';
import type { ExportObjects } from './export-objects.ts';
import { type Manifest, readStandingManifest } from './manifest.ts';

export type CheckExportsDeps = {
  objects: Pick<ExportObjects, 'get'>;
  timeZone: string;
  metric: Metric;
  now: () => Date;
};

export type ExportCheck = {
  date: string;
  /** Exports of that day that are not there, or of which buckets were still open; as their keys name them. */
  late: string[];
};

/**
 * Looks whether the exports of yesterday are there: people by day, the events of every type, the counts of every source.
 * The metric `ExportLate` is told for each set, also when it is 0, so that a check that does not run shows as well.
 */
export async function checkExports({ objects, timeZone, metric, now }: CheckExportsDeps): Promise<ExportCheck> {
  const date = addDays(zonedDate(now(), timeZone).date, -1);
  const late: string[] = [];
  for (const { set, exports } of await exportsOfDay(objects, date)) {
    const lateOfSet = exports.filter(({ manifest }) => manifest === undefined).map(({ id }) => id);
    metric('ExportLate', lateOfSet.length, { Set: set });
    late.push(...lateOfSet);
  }
  return { date, late };
}

export type DailyExport = {
  /** As its keys name it. */
  id: string;
  /** `undefined` where it is not there, or not of the whole day. */
  manifest: Manifest | undefined;
};

const readsAtOnce = 8;

/** The exports that must be there of a day, with what is there. */
export async function exportsOfDay(
  objects: Pick<ExportObjects, 'get'>,
  date: string,
): Promise<{ set: string; exports: DailyExport[] }[]> {
  const wanted = dailyExports(date);
  const all = wanted.flatMap(({ set, partitions }) => partitions.map((partition) => ({ set, partition })));
  const read = await eachLimited(all, readsAtOnce, async ({ set, partition }) => {
    const manifest = await readStandingManifest(objects, set, partition);
    const isWhole = manifest !== undefined && !isProvisional(manifest);
    const id = [set, ...partition.map(([name, value]) => `${name}=${value}`)].join('/');
    return { set, one: { id, manifest: isWhole ? manifest : undefined } };
  });
  const found = read.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
  return wanted.map(({ set }) => ({ set, exports: found.filter((one) => one.set === set).map(({ one }) => one) }));
}

/** Made by hand before the day was over, and not since. */
export const isProvisional = ({ coverage: { statuses } }: Pick<Manifest, 'coverage'>): boolean =>
  typeof statuses === 'object' && statuses !== null && 'provisional' in statuses;

/** What must be there of a day once the night is over. */
export const dailyExports = (date: string): readonly { set: string; partitions: readonly Partition[] }[] => [
  {
    set: 'people',
    partitions: [
      [
        ['granularity', 'day'],
        ['period', date],
      ],
    ],
  },
  {
    set: 'events',
    partitions: exportedTypes.map((type) => [
      ['message_type', type],
      ['date', date],
    ]),
  },
  {
    set: 'counts',
    partitions: [...countSources, 'reconciliation'].map((source) => [
      ['source', source],
      ['date', date],
    ]),
  },
];

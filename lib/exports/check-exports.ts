import { countSources } from '#lib/counts/count-measures.ts';
import { exportedTypes } from '#lib/event-exports/event-tables.ts';
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
  for (const { set, partitions } of dailyExports(date)) {
    const lateOfSet: string[] = [];
    for (const partition of partitions) {
      const manifest = await readStandingManifest(objects, set, partition);
      if (manifest !== undefined && !isProvisional(manifest)) continue;
      lateOfSet.push([set, ...partition.map(([name, value]) => `${name}=${value}`)].join('/'));
    }
    metric('ExportLate', lateOfSet.length, { Set: set });
    late.push(...lateOfSet);
  }
  return { date, late };
}

/** Made by hand before the day was over, and not since. */
const isProvisional = ({ coverage: { statuses } }: Manifest): boolean =>
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

import { requestedDays } from '#lib/exports/requested-days.ts';
import type { Metric } from '#lib/runtime/metrics.ts';
import { addDays, daysBetween } from '#lib/time/calendar.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';
import { granularities, type Period, periodAround } from './period.ts';
import { type StatisticsJob, statisticsSets } from './statistics-job.ts';

export type CollectStatisticsDeps = {
  queueJobs: (jobs: readonly { body: string }[]) => Promise<PromiseSettledResult<void>[]>;
  settings: { timeZone: string; weekStart: number };
  metric: Metric;
  now: () => Date;
};

export type StatisticsCollection = { first_day: string; last_day: string; jobs: number };

/** Yesterday, and the three days before it once more: cameras deliver late, and IVM counts what they deliver. */
const nightlyDays = 4;

/**
 * Queues the exports of a range of days, and of the weeks, months and years that they lie in: by night of the last days,
 * by hand of `{"date"}` or `{"from", "to"}`.
 *
 * @throws ConfigError `days-request` for days that are not understood, too many, or to come
 */
export async function collectStatistics(deps: CollectStatisticsDeps, event: unknown): Promise<StatisticsCollection> {
  const { timeZone, weekStart } = deps.settings;
  const today = zonedDate(deps.now(), timeZone).date;
  const days = requestedDays(event, today) ?? daysBetween(addDays(today, -nightlyDays), addDays(today, -1));
  const periods = new Map<string, Period>();
  for (const granularity of granularities) {
    for (const date of days) {
      const period = periodAround(granularity, date, weekStart);
      periods.set(`${granularity} ${period.start}`, period);
    }
  }
  const run = deps.now().toISOString();
  // What is read first in the morning first: people before heatmaps, days before years.
  const jobs = statisticsSets.flatMap((set) =>
    [...periods.values()].map(({ granularity, start }): StatisticsJob => ({ set, granularity, period: start, run })),
  );
  const results = await deps.queueJobs(jobs.map((job) => ({ body: JSON.stringify(job) })));
  const failed = results.find((result) => result.status === 'rejected');
  // Asked for twice, an export that is the same changes nothing.
  if (failed !== undefined) throw failed.reason;
  deps.metric('StatisticsRequested', jobs.length);
  return { first_day: days[0] ?? '', last_day: days.at(-1) ?? '', jobs: jobs.length };
}

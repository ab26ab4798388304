import * as z from 'zod';
import { ConfigError } from '#lib/errors.ts';
import type { Metric } from '#lib/runtime/metrics.ts';
import { addDays, daysBetween, isDate } from '#lib/time/calendar.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';
import { granularities, type Period, periodAround } from './period.ts';
import { type StatisticsJob, statisticsSets } from './statistics-job.ts';

const day = z.string().refine(isDate, 'no day of the calendar');

/** What a run by hand may ask for; a scheduled one asks for nothing. */
export const StatisticsRequest = z.union([
  z.strictObject({ date: day }),
  z.strictObject({ from: day, to: day }).refine(({ from, to }) => from <= to, 'from is after to'),
]);

export type CollectStatisticsDeps = {
  queueJobs: (jobs: readonly { body: string }[]) => Promise<PromiseSettledResult<void>[]>;
  settings: { timeZone: string; weekStart: number };
  metric: Metric;
  now: () => Date;
};

export type StatisticsCollection = { first_day: string; last_day: string; jobs: number };

/** Yesterday, and the three days before it once more: cameras deliver late, and IVM counts what they deliver. */
const nightlyDays = 4;
/** A year and a bit: each day costs three calls per channel. */
const mostDays = 400;

/**
 * Queues the exports of a range of days, and of the weeks, months and years that they lie in: by night of the last days,
 * by hand of `{"date"}` or `{"from", "to"}`.
 *
 * @throws ConfigError `statistics-request` for a range that is not understood, too long, or not over yet by a day
 */
export async function collectStatistics(deps: CollectStatisticsDeps, event: unknown): Promise<StatisticsCollection> {
  const { timeZone, weekStart } = deps.settings;
  const today = zonedDate(deps.now(), timeZone).date;
  const { from, to } = requestedRange(event, today);
  const days = daysBetween(from, to);
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
  return { first_day: from, last_day: to, jobs: jobs.length };
}

function requestedRange(event: unknown, today: string): { from: string; to: string } {
  if (event === undefined || event === null || (typeof event === 'object' && Object.keys(event).length === 0)) {
    return { from: addDays(today, -nightlyDays), to: addDays(today, -1) };
  }
  const result = StatisticsRequest.safeParse(event);
  if (!result.success) {
    throw new ConfigError('statistics-request', 'Give {"date": "YYYY-MM-DD"} or {"from": "…", "to": "…"}, or nothing');
  }
  const range = 'date' in result.data ? { from: result.data.date, to: result.data.date } : result.data;
  if (range.to > today) throw new ConfigError('statistics-request', 'Nothing is counted yet on a day to come');
  if (daysBetween(range.from, range.to).length > mostDays) {
    throw new ConfigError('statistics-request', `Ask for at most ${mostDays} days at a time`);
  }
  return range;
}

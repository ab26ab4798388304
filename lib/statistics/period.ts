import { addDays, daysBetween, weekdayOf } from '#lib/time/calendar.ts';
import { localToInstant } from '#lib/time/local-time.ts';

export const granularities = ['day', 'week', 'month', 'year'] as const;
export type Granularity = (typeof granularities)[number];

/** A day, week, month or year, named by its first day. */
export type Period = { granularity: Granularity; start: string };

/** A stretch of time that one value of a statistic is about; the end is not part of it. */
export type Bucket = { start: Date; end: Date };

/**
 * The period that a day lies in.
 *
 * @param weekStart the day on which weeks begin: 1 for Monday to 7 for Sunday
 */
export function periodAround(granularity: Granularity, date: string, weekStart: number): Period {
  switch (granularity) {
    case 'day':
      return { granularity, start: date };
    case 'week':
      return { granularity, start: addDays(date, -((weekdayOf(date) - weekStart + 7) % 7)) };
    case 'month':
      return { granularity, start: `${date.slice(0, 7)}-01` };
    case 'year':
      return { granularity, start: `${date.slice(0, 4)}-01-01` };
  }
}

export function lastDayOf({ granularity, start }: Period): string {
  switch (granularity) {
    case 'day':
      return start;
    case 'week':
      return addDays(start, 6);
    case 'month':
      return addDays(firstOfNextMonth(start), -1);
    case 'year':
      return `${start.slice(0, 4)}-12-31`;
  }
}

const firstOfNextMonth = (date: string): string => `${addDays(`${date.slice(0, 7)}-28`, 4).slice(0, 7)}-01`;

/**
 * The buckets of a period in the order of IVM's lists (10.4.1): 24 hours, 7 days, the days of the month, 12 months. Hours
 * go by the clock on the wall: where clocks are set, one of them lasts no time at all, or two hours.
 *
 * @param timeZone zone of the period
 */
export function bucketsOf(period: Period, timeZone: string): Bucket[] {
  const starts = bucketStarts(period);
  const instants = [...starts, `${addDays(lastDayOf(period), 1)}T00:00:00Z`].map(
    (local) => new Date(localToInstant(Date.parse(local), timeZone)),
  );
  return starts.map((_, index) => {
    const start = instants[index] ?? new Date(Number.NaN);
    return { start, end: instants[index + 1] ?? start };
  });
}

function bucketStarts(period: Period): string[] {
  const { granularity, start } = period;
  if (granularity === 'day') return hours.map((hour) => `${start}T${hour}:00:00Z`);
  if (granularity === 'year') return months.map((month) => `${start.slice(0, 4)}-${month}-01T00:00:00Z`);
  return daysBetween(start, lastDayOf(period)).map((date) => `${date}T00:00:00Z`);
}

const twoDigits = (number: number) => String(number).padStart(2, '0');
const hours = Array.from({ length: 24 }, (_, hour) => twoDigits(hour));
const months = Array.from({ length: 12 }, (_, month) => twoDigits(month + 1));

/** The span of a period as two instants. */
export function spanOf(period: Period, timeZone: string): Bucket {
  const buckets = bucketsOf(period, timeZone);
  const start = buckets[0]?.start ?? new Date(Number.NaN);
  return { start, end: buckets.at(-1)?.end ?? start };
}

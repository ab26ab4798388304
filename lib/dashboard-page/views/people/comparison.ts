import { type Granularity, lastDayOf, type Period, periodAround } from '#lib/statistics/period.ts';
import { addDays } from '#lib/time/calendar.ts';

export const comparisons = ['before', 'last-week', 'last-year'] as const;
export type Comparison = (typeof comparisons)[number];

/** What a period can be set beside: weeks of a week ago are those before it, and longer periods have no last week. */
export const comparisonsOf = (granularity: Granularity): readonly Comparison[] =>
  ({
    day: comparisons,
    week: ['before', 'last-year'] as const,
    month: ['before', 'last-year'] as const,
    year: ['before'] as const,
  })[granularity];

/** 52 weeks: the same day of the week, nearly a year ago. */
const daysOfWeeksPerYear = 364;

/** The period that one is set beside. Days and weeks of a year ago are those of the same weekdays. */
export function comparedPeriod({ granularity, start }: Period, comparison: Comparison, weekStart: number): Period {
  const around = (date: string) => periodAround(granularity, date, weekStart);
  if (comparison === 'before') return around(addDays(start, -1));
  if (comparison === 'last-week') return around(addDays(start, -7));
  if (granularity === 'day' || granularity === 'week') return around(addDays(start, -daysOfWeeksPerYear));
  return around(`${Number(start.slice(0, 4)) - 1}${start.slice(4)}`);
}

/** The period after one. */
export const nextPeriod = (period: Period, weekStart: number): Period =>
  periodAround(period.granularity, addDays(lastDayOf(period), 1), weekStart);

type Aligned = { date: string; hour: number };

/**
 * For each bucket the one that stands in its place in another period, if there is one: hours of a day go by the clock, since
 * days with a clock change have others; all else by the order. Several days of hours go by both.
 */
export function align<Bucket extends Aligned>(
  buckets: readonly Aligned[],
  others: readonly Bucket[],
  granularity: Granularity,
  isByHour: boolean,
): (Bucket | undefined)[] {
  if (!isByHour && granularity !== 'day') return buckets.map((_, index) => others[index]);
  const placed = new Map(placesOf(others).map((place, index) => [place, others[index]]));
  return placesOf(buckets).map((place) => placed.get(place));
}

/** Which day of the period, and which hour of it. */
function placesOf(buckets: readonly Aligned[]): string[] {
  const dates = [...new Set(buckets.map(({ date }) => date))];
  const numbers = new Map(dates.map((date, index) => [date, index]));
  return buckets.map(({ date, hour }) => `${numbers.get(date)} ${hour}`);
}

/** How much more or less was counted than in the place compared with, over the buckets in which both are known. */
export function change(
  values: readonly (number | null)[],
  others: readonly (number | null)[],
): { share: number | null; compared: number } {
  let [sum, otherSum, compared] = [0, 0, 0];
  for (const [index, value] of values.entries()) {
    const other = others[index] ?? null;
    if (value === null || other === null) continue;
    sum += value;
    otherSum += other;
    compared += 1;
  }
  return { share: compared === 0 || otherSum === 0 ? null : sum / otherSum - 1, compared };
}

/** What is known, added up; `null` where nothing is. */
export function knownSum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

export const net = (into: number | null, out: number | null): number | null =>
  into === null || out === null ? null : into - out;

import { addDays } from '#lib/time/calendar.ts';

/** From the beginning of one hour to that of another, past midnight where the second is not later; alike, it is all day. */
export type OpeningHours = { from: number; to: number };

export type FlowBucket = { date: string; hour: number; in: number | null; out: number | null; isWhole: boolean };

/** Whether the doors are open in an hour. */
export const isOpen = (hour: number, { from, to }: OpeningHours): boolean =>
  from < to ? hour >= from && hour < to : hour >= from || hour < to;

/** Since which opening the doors are open in an hour; `undefined` where they are closed. */
function openingOf({ date, hour }: { date: string; hour: number }, opening: OpeningHours): string | undefined {
  if (!isOpen(hour, opening)) return undefined;
  return hour >= opening.from ? date : addDays(date, -1);
}

/**
 * How many people are inside at the end of each hour, as in and out tell since the doors opened. It is what the counts add up
 * to, also where that is below zero. `null` while closed, and from an hour that is not known as a whole to the next opening.
 *
 * @param buckets hours in their order
 */
export function occupancy(buckets: readonly FlowBucket[], opening: OpeningHours): (number | null)[] {
  let current: string | undefined;
  let inside: number | null = null;
  return buckets.map((bucket, index) => {
    const opened = openingOf(bucket, opening);
    if (opened === undefined) {
      current = undefined;
      return null;
    }
    if (opened !== current) {
      // Of a day that the buckets begin in the middle of, nobody knows how many were inside.
      inside = index > 0 || bucket.hour === opening.from ? 0 : null;
    }
    current = opened;
    const { in: into, out, isWhole } = bucket;
    inside = inside === null || into === null || out === null || !isWhole ? null : inside + into - out;
    return inside;
  });
}

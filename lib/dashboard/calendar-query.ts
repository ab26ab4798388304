import * as z from 'zod';
import type { Interval } from '#lib/devices/presence-history.ts';
import { addDays, daysBetween, daysTo, isDate } from '#lib/time/calendar.ts';
import { startOfDay } from '#lib/time/local-time.ts';
import { ItemId } from './item-id.ts';
import { badParameter } from './problem.ts';

/** A day of the calendar in the tenant's zone. */
export const CalendarDay = z.string().refine(isDate, 'it takes a day as YYYY-MM-DD');

/** A camera, and the days of it that are asked for. */
export const CameraDaysQuery = z.strictObject({
  camera: ItemId,
  from: CalendarDay.optional().describe('first day'),
  to: CalendarDay.optional().describe('last day'),
});

/** First instant of a day to that of the next, in a zone. */
export const spanOfDay = (date: string, timeZone: string): Interval => ({
  start: startOfDay(date, timeZone),
  end: startOfDay(addDays(date, 1), timeZone),
});

/**
 * The days that a request asks for, both ends included.
 *
 * @param fallback how many days up to today where it names none
 * @throws RequestProblem where they are in the wrong order or more than `most`
 */
export function daysAsked(
  asked: { from?: string | undefined; to?: string | undefined },
  { today, fallback, most }: { today: string; fallback: number; most: number },
): string[] {
  const to = asked.to ?? (asked.from === undefined ? today : addDays(asked.from, fallback - 1));
  const from = asked.from ?? addDays(to, 1 - fallback);
  const count = (daysTo(to) ?? 0) - (daysTo(from) ?? 0) + 1;
  if (count < 1) throw badParameter('to', 'it has to be the day of `from`, or later');
  if (count > most) throw badParameter('from', `ask for ${most} days at most`);
  return daysBetween(from, to);
}

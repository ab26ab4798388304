import * as z from 'zod';
import { ConfigError } from '#lib/errors.ts';
import { daysBetween, isDate } from '#lib/time/calendar.ts';

const day = z.string().refine(isDate, 'no day of the calendar');
const Nothing = z.union([z.undefined(), z.null(), z.strictObject({})]);
const Range = z
  .union([
    z.strictObject({ date: day }).transform(({ date }) => ({ from: date, to: date })),
    z.strictObject({ from: day, to: day }),
  ])
  .refine(({ from, to }) => from <= to, 'from is after to');

/** A year and a bit: nobody wants more by a slip of the pen. */
const mostDays = 400;

/**
 * The days that an export is asked for by hand, as `{"date"}` or `{"from", "to"}`; `undefined` where nothing is said, and so
 * what is due is meant.
 *
 * @param latest the last day that can be asked for
 * @throws ConfigError `days-request` for anything else, too many days, or days to come
 */
export function requestedDays(event: unknown, latest: string): string[] | undefined {
  if (Nothing.safeParse(event).success) return undefined;
  const range = Range.safeParse(event);
  if (!range.success) {
    throw new ConfigError('days-request', 'Give {"date": "YYYY-MM-DD"} or {"from": "…", "to": "…"}, or nothing');
  }
  const { from, to } = range.data;
  if (to > latest) throw new ConfigError('days-request', `The last day that can be asked for is ${latest}`);
  const days = daysBetween(from, to);
  if (days.length > mostDays) throw new ConfigError('days-request', `Ask for at most ${mostDays} days at a time`);
  return days;
}

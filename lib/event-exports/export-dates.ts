import * as z from 'zod';
import { ConfigError } from '#lib/errors.ts';
import { addDays, daysBetween, isDate } from '#lib/time/calendar.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';

const day = z.string().refine(isDate, 'no day of the calendar');
const Request = z.union([
  z.strictObject({ date: day }),
  z.strictObject({ from: day, to: day }).refine(({ from, to }) => from <= to, 'from is after to'),
]);
const mostDays = 400;

/**
 * The days that an export is to be made of: by hand `{"date"}` or `{"from", "to"}`, else `undefined` for what is due.
 *
 * @throws ConfigError `export-request` for a range that is not understood, too long, or not over yet
 */
export function requestedDates(event: unknown, timeZone: string, now: Date): string[] | undefined {
  if (event === undefined || event === null || (typeof event === 'object' && Object.keys(event).length === 0)) {
    return undefined;
  }
  const result = Request.safeParse(event);
  if (!result.success) {
    throw new ConfigError('export-request', 'Give {"date": "YYYY-MM-DD"} or {"from": "…", "to": "…"}, or nothing');
  }
  const { from, to } = 'date' in result.data ? { from: result.data.date, to: result.data.date } : result.data;
  if (to >= zonedDate(now, timeZone).date)
    throw new ConfigError('export-request', 'Only days that are over are exported');
  const days = daysBetween(from, to);
  if (days.length > mostDays) throw new ConfigError('export-request', `Ask for at most ${mostDays} days at a time`);
  return days;
}

/** The day that was over last. */
export const yesterday = (timeZone: string, now: Date): string => addDays(zonedDate(now, timeZone).date, -1);

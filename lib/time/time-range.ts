import * as z from 'zod';
import { addDays, isDate } from './calendar.ts';
import { startOfDay } from './local-time.ts';

/** From an instant to before another. */
export type TimeRange = { from: Date; to: Date };

/** With seconds or without. */
const Instant = z.union([z.iso.datetime({ offset: true }), z.iso.datetime({ offset: true, precision: -1 })]);

/**
 * Reads the two ends of a range: a day of the calendar, which is in it as a whole, or an instant with its offset from UTC.
 *
 * @throws RangeError that says what is wrong with which
 */
export function readTimeRange(ends: { from: string; to: string }, timeZone: string): TimeRange {
  const range = {
    from: readStart('from', ends.from, timeZone),
    to: isDate(ends.to) ? startOfDay(addDays(ends.to, 1), timeZone) : readInstant('to', ends.to),
  };
  if (range.from >= range.to) throw new RangeError('--from has to be before --to');
  return range;
}

/**
 * Reads the instant that an option names: the beginning of a day of the calendar, or an instant with its offset from UTC.
 *
 * @throws RangeError that says what is wrong
 */
export const readStart = (name: string, text: string, timeZone: string): Date =>
  isDate(text) ? startOfDay(text, timeZone) : readInstant(name, text);

function readInstant(name: string, text: string): Date {
  if (Instant.safeParse(text).success) return new Date(text);
  throw new RangeError(
    `--${name} takes a date, as 2026-01-15, or an instant with its offset, as 2026-01-15T08:00+08:00`,
  );
}

import { zonedDate } from './zoned-date.ts';

const dayMs = 86_400_000;

/**
 * Turns a wall-clock time into an instant. Where clocks change, the offset in force before the change decides: a time that
 * occurs twice is its first occurrence, a time that was skipped lies as far behind the gap as it was written into it.
 *
 * @param localMs the wall-clock time as if it were UTC, in milliseconds since the epoch
 * @returns milliseconds since the epoch
 */
export function localToInstant(localMs: number, timeZone: string): number {
  const before = localMs - zoneOffsetMs(localMs - dayMs, timeZone);
  const after = localMs - zoneOffsetMs(localMs + dayMs, timeZone);
  const shows = (ms: number) => ms + zoneOffsetMs(ms, timeZone) === localMs;
  return !shows(before) && shows(after) ? after : before;
}

/** How far the clocks of a zone are ahead of UTC at an instant. */
export function zoneOffsetMs(ms: number, timeZone: string): number {
  const { date, time } = zonedDate(new Date(ms), timeZone);
  const clock = `${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}`;
  return Date.parse(`${date}T${clock}Z`) - Math.floor(ms / 1000) * 1000;
}

/** First instant of a calendar day (`YYYY-MM-DD`) in a zone. */
export const startOfDay = (date: string, timeZone: string): Date =>
  new Date(localToInstant(Date.parse(`${date}T00:00:00Z`), timeZone));

/** An instant in whole seconds as a zone writes it: `2024-02-29T08:00:00+08:00`. */
export function isoWithOffset(instant: Date, timeZone: string): string {
  const offsetMs = zoneOffsetMs(instant.getTime(), timeZone);
  const minutes = Math.abs(Math.round(offsetMs / 60_000));
  const pad = (count: number) => String(count).padStart(2, '0');
  const local = new Date(instant.getTime() + offsetMs).toISOString().slice(0, 19);
  return `${local}${offsetMs < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

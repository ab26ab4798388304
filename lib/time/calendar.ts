/** Days of the calendar as `YYYY-MM-DD`, without any zone. */

const dayMs = 86_400_000;

export function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

/** Of dates that have been asked for: there are but a few, and a row of an export has one of them each. */
const knownDays = new Map<string, number>();

/** Days from 1970 to a date; `undefined` where the text is none. */
export function daysTo(text: string): number | undefined {
  const known = knownDays.get(text);
  if (known !== undefined) return known;
  if (!isDate(text)) return undefined;
  const days = Date.parse(`${text}T00:00:00Z`) / dayMs;
  knownDays.set(text, days);
  return days;
}

/** The date so many days after 1970 began. */
export const dateAt = (days: number): string => new Date(days * dayMs).toISOString().slice(0, 10);

export const addDays = (date: string, days: number): string => dateAt(Date.parse(`${date}T00:00:00Z`) / dayMs + days);

/** @returns 1 for Monday to 7 for Sunday */
export const weekdayOf = (date: string): number => ((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7) + 1;

/** All days from the first to the last, both included. */
export function daysBetween(first: string, last: string): string[] {
  const days: string[] = [];
  for (let date = first; date <= last; date = addDays(date, 1)) days.push(date);
  return days;
}

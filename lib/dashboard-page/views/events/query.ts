import { addDays, isDate } from '../../../time/calendar.ts';
import { localToInstant, startOfDay, zoneOffsetMs } from '../../../time/local-time.ts';
import type { Query } from '../../api.ts';

const wallClock = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/;

/**
 * What the address says of a time as an instant: a day, a time of the tenant's clocks, or an instant already. The end of a
 * day is that of its last second. What is none of them is left to the API to refuse.
 */
export function instantOf(written: string | null, timeZone: string, isEnd = false): string | undefined {
  if (written === null || written === '') return undefined;
  if (isDate(written)) return startOfDay(isEnd ? addDays(written, 1) : written, timeZone).toISOString();
  const localMs = wallClock.test(written) ? Date.parse(`${written}Z`) : Number.NaN;
  return Number.isNaN(localMs) ? written : new Date(localToInstant(localMs, timeZone)).toISOString();
}

/** The same for a field of a form: the wall clock of the tenant to the minute. */
export function wallClockOf(written: string | null, timeZone: string, isEnd = false): string {
  const ms = Date.parse(instantOf(written, timeZone, isEnd) ?? '');
  return Number.isNaN(ms) ? '' : new Date(ms + zoneOffsetMs(ms, timeZone)).toISOString().slice(0, 16);
}

/** Filters of the view as they stand in the address. */
export const filterNames = ['type', 'camera', 'from', 'to', 'plate', 'alarm_type', 'text'] as const;

/** What the API is asked for. */
export function eventsQuery(filters: URLSearchParams, timeZone: string): Query {
  const plain = Object.fromEntries(filterNames.map((name) => [name, filters.get(name) ?? undefined]));
  return {
    ...plain,
    from: instantOf(filters.get('from'), timeZone),
    to: instantOf(filters.get('to'), timeZone, true),
  };
}

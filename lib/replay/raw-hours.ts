import { encodeId } from '#lib/events/event-keys.ts';
import { daysBetween } from '#lib/time/calendar.ts';
import type { TimeRange } from '#lib/time/time-range.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';

/** The objects of the raw archive of one message type and hour of arrival. */
export type RawHour = { messageType: string; date: string; hour: string; keys: string[] };

/**
 * Finds the objects of the raw archive that may hold what arrived in a range, hour by hour; the first and the last hour
 * also hold what arrived before or after it.
 */
export async function* rawHours(
  list: (prefix: string) => AsyncIterable<string>,
  messageTypes: readonly string[],
  { from, to }: TimeRange,
  timeZone: string,
): AsyncGenerator<RawHour> {
  const first = zonedDate(from, timeZone);
  const last = zonedDate(new Date(to.getTime() - 1), timeZone);
  for (const date of daysBetween(first.date, last.date)) {
    for (const messageType of messageTypes) {
      let current: RawHour | undefined;
      for await (const key of list(`raw/message_type=${encodeId(messageType)}/date=${date}/`)) {
        const hour = /\/hour=(\d\d)\//.exec(key)?.[1];
        const isBefore = date === first.date && (hour ?? '') < first.hour;
        const isAfter = date === last.date && (hour ?? '') > last.hour;
        if (hour === undefined || isBefore || isAfter) continue;
        if (current?.hour === hour) {
          current.keys.push(key);
          continue;
        }
        if (current !== undefined) yield current;
        current = { messageType, date, hour, keys: [key] };
      }
      if (current !== undefined) yield current;
    }
  }
}

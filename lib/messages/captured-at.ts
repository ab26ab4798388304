import { DecimalText, type Json, member } from '#lib/json/exact-json.ts';
import type { Columns } from './message-module.ts';
import { isPlausibleTime } from './occurred-at.ts';

const timeFields = ['pic_snapshot_timems', 'target_pic_time', 'pic_snapshot_time', 'face_pic_time'];

/** Reads a time in milliseconds or seconds since the epoch, whichever is plausible: fields break their own unit (10.1.4.5.4). */
function instant(value: Json | undefined): Date | undefined {
  const isNumeric =
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    value instanceof DecimalText ||
    (typeof value === 'string' && /^\d{10,13}$/.test(value));
  if (!isNumeric) return undefined;
  const count = Number(value instanceof DecimalText ? value.text : value);
  const ms = [count, count * 1000].find(isPlausibleTime);
  return ms === undefined ? undefined : new Date(ms);
}

/**
 * The column `captured_at`: when the camera itself says it took the picture, ISO 8601 UTC with milliseconds.
 *
 * Looks through the fields in order of precision, each in all the given places. Absent where no value lies in the years
 * 2015 to 2100: cameras with an unset clock send anything (10.1.4.5.5 shows 51767620).
 */
export function capturedAt(places: readonly (Json | undefined)[]): Columns {
  for (const field of timeFields) {
    for (const place of places) {
      const time = instant(member(place, field));
      if (time !== undefined) return { captured_at: time.toISOString() };
    }
  }
  return {};
}

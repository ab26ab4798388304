import { zonedDate } from '#lib/time/zoned-date.ts';

/** One instant in the spellings that IVM uses, all in the same zone. */
export type LocalTime = {
  /** `2023-02-13T21:17:09+08:00`: report_time, alarm_time. */
  iso: string;
  /** `2023-02-13 21:17:09`: push_time, create_time. */
  plain: string;
  /** `20230213211709`: within an alarm_uuid. */
  compact: string;
  /** `20230213`: within a picture's path. */
  date: string;
  /** Hours since local midnight, with fraction. */
  hourOfDay: number;
};

/** @param timeZone IANA name */
export function localTime(instant: Date, timeZone: string): LocalTime {
  const { date, time } = zonedDate(instant, timeZone);
  const [hours, minutes, seconds] = [time.slice(0, 2), time.slice(2, 4), time.slice(4, 6)];
  const clock = `${hours}:${minutes}:${seconds}`;
  const offsetMinutes = Math.round((Date.parse(`${date}T${clock}Z`) - instant.getTime()) / 60_000);
  const offset = Math.abs(offsetMinutes);
  const pad = (count: number) => String(count).padStart(2, '0');
  return {
    iso: `${date}T${clock}${offsetMinutes < 0 ? '-' : '+'}${pad(Math.floor(offset / 60))}:${pad(offset % 60)}`,
    plain: `${date} ${clock}`,
    compact: `${date}${time}`.replaceAll('-', ''),
    date: date.replaceAll('-', ''),
    hourOfDay: Number(hours) + Number(minutes) / 60 + Number(seconds) / 3600,
  };
}

/** The instant of a `yyyyMMddHHmmss` in a zone; `undefined` where the calendar or the zone does not have it. */
export function instantOf(compact: string, timeZone: string): Date | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(compact);
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1);
  const asUtcMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(asUtcMs)) return undefined;
  // The offset of the day before or that of the day after is in force, whether or not clocks change in between.
  const candidates = [-dayMs, dayMs].map((shiftMs) => new Date(asUtcMs - offsetMs(asUtcMs + shiftMs, timeZone)));
  return candidates.find((candidate) => localTime(candidate, timeZone).compact === compact);
}

const dayMs = 86_400_000;

function offsetMs(wholeSecondMs: number, timeZone: string): number {
  const { plain } = localTime(new Date(wholeSecondMs), timeZone);
  return Date.parse(`${plain.replace(' ', 'T')}Z`) - wholeSecondMs;
}

import { localToInstant } from '#lib/time/local-time.ts';

export type OccurredAtSource = 'event_time' | 'message_id' | 'none';
export type OccurredAt = { occurredAt: string; source: OccurredAtSource };

const firstPlausibleMs = Date.UTC(2015, 0, 1);
const endOfPlausibleMs = Date.UTC(2101, 0, 1);
const epoch = '1970-01-01T00:00:00.000Z';

/** Whether a time in milliseconds since the epoch lies in the years 2015 to 2100 (UTC), in which a camera can have lived. */
export const isPlausibleTime = (ms: number): boolean => ms >= firstPlausibleMs && ms < endOfPlausibleMs;

/**
 * When an event happened, the same each time its message comes: its own event time, zone-less ones read in the tenant's
 * zone, else the nanoseconds at the head of its message_id (reference 10.1.4.1), else the epoch. Never the time of arrival.
 *
 * @throws RangeError when `timeZone` is no IANA zone.
 */
export function occurredAt(message: {
  eventTime: string | undefined;
  messageId: string | undefined;
  timeZone: string;
}): OccurredAt {
  const eventMs = message.eventTime === undefined ? undefined : parseTime(message.eventTime, message.timeZone);
  if (eventMs !== undefined && isPlausibleTime(eventMs)) {
    return { occurredAt: new Date(eventMs).toISOString(), source: 'event_time' };
  }
  const nanoseconds = /^\d{19}/.exec(message.messageId ?? '')?.[0];
  const idMs = Number(nanoseconds?.slice(0, 13));
  if (isPlausibleTime(idMs)) return { occurredAt: new Date(idMs).toISOString(), source: 'message_id' };
  return { occurredAt: epoch, source: 'none' };
}

const timePattern =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)[T ](?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)(?:\.(?<fraction>\d{1,9}))?(?<zone>Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)?$/;

/** Milliseconds since the epoch of `yyyy-MM-dd[T ]HH:mm:ss[.f][offset]`; `undefined` for anything the calendar does not have. */
function parseTime(text: string, timeZone: string): number | undefined {
  const parts = timePattern.exec(text.trim())?.groups;
  if (parts === undefined) return undefined;
  const localMs = Date.UTC(
    Number(parts['year']),
    Number(parts['month']) - 1,
    Number(parts['day']),
    Number(parts['hour']),
    Number(parts['minute']),
    Number(parts['second']),
    Number((parts['fraction'] ?? '').slice(0, 3).padEnd(3, '0')),
  );
  // Date.UTC carries 31 February over into March; a time that does not come out as it went in does not exist.
  const wellFormed = `${parts['year']}-${parts['month']}-${parts['day']}T${parts['hour']}:${parts['minute']}:${parts['second']}`;
  if (new Date(localMs).toISOString().slice(0, 19) !== wellFormed) return undefined;
  return parts['zone'] === undefined ? localToInstant(localMs, timeZone) : localMs - offsetOf(parts['zone']);
}

function offsetOf(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', ''));
  return minutes * (zone.startsWith('-') ? -60_000 : 60_000);
}

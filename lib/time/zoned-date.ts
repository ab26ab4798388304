const formats = new Map<string, Intl.DateTimeFormat>();

/** Calendar date, hour and time of day of an instant in a time zone, as they stand in S3 keys. */
export type ZonedDate = { date: string; hour: string; time: string };

/**
 * @param timeZone IANA name
 * @throws RangeError when `timeZone` is no IANA zone or the date is invalid
 */
export function zonedDate(instant: Date, timeZone: string): ZonedDate {
  let format = formats.get(timeZone);
  if (format === undefined) {
    // Building a format costs a hundred times more than using it, and a stack has one zone.
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(timeZone, format);
  }
  const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes, length = 2) => (parts.get(type) ?? '').padStart(length, '0');
  return {
    date: `${part('year', 4)}-${part('month')}-${part('day')}`,
    hour: part('hour'),
    time: `${part('hour')}${part('minute')}${part('second')}`,
  };
}

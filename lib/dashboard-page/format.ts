import { useMemo } from 'preact/hooks';
import { useSettings } from './settings.tsx';

/** What stands for a value that there is none of. */
export const nothing = '–';

/** Writes times in the tenant's zone, and numbers, as the language that is chosen does. */
export function useFormat() {
  const { language, tenant } = useSettings();
  return useMemo(
    () => createFormat(language === 'zh' ? 'zh-CN' : 'en-GB', tenant.timeZone),
    [language, tenant.timeZone],
  );
}

/** @param timeZone IANA name of the zone in which times are written */
export function createFormat(locale: string, timeZone: string) {
  const formatter = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { timeZone, ...options });
  const dateTime = formatter({ dateStyle: 'medium', timeStyle: 'medium' });
  const day = formatter({ dateStyle: 'medium' });
  const clock = formatter({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const clockSeconds = formatter({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  const dayClock = formatter({
    month: 'numeric',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const dayMonth = formatter({ month: 'numeric', day: 'numeric' });
  const calendarMonth = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', year: 'numeric', month: 'long' });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const calendarDay = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', dateStyle: 'medium' });
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const precise = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: 'short' });
  const unit = (name: string, digits = 1) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: digits });
  const valid = (at: string | Date) => !Number.isNaN(new Date(at).getTime());
  return {
    dateTime: (at: string | Date) => (valid(at) ? dateTime.format(new Date(at)) : nothing),
    day: (at: string | Date) => (valid(at) ? day.format(new Date(at)) : nothing),
    clock: (at: string | Date) => (valid(at) ? clock.format(new Date(at)) : nothing),
    clockSeconds: (at: string | Date) => (valid(at) ? clockSeconds.format(new Date(at)) : nothing),
    /** Day and time in short, for the axis of some days. */
    dayClock: (at: string | Date) => (valid(at) ? dayClock.format(new Date(at)) : nothing),
    dayMonth: (at: string | Date) => (valid(at) ? dayMonth.format(new Date(at)) : nothing),
    /** A month of the calendar, `YYYY-MM`. */
    calendarMonth: (month: string) => calendarMonth.format(new Date(`${month}-01T00:00:00Z`)),
    /** A part of a whole, from 0 to 1. */
    percent: (share: number) => percent.format(share),
    /** A day of the calendar, `YYYY-MM-DD`. */
    calendarDay: (date: string) => calendarDay.format(new Date(`${date}T00:00:00Z`)),
    /** A number of things; `null` is what is not known. */
    count: (value: number | null | undefined) =>
      value === null || value === undefined ? nothing : whole.format(value),
    number: (value: number | null | undefined) =>
      value === null || value === undefined ? nothing : precise.format(value),
    bytes: (value: number | null | undefined) => {
      if (value === null || value === undefined) return nothing;
      const step = value <= 0 ? 0 : Math.min(4, Math.floor(Math.log10(value) / 3));
      return unit(['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'][step] ?? 'byte').format(
        value / 1000 ** step,
      );
    },
    /** A length of time in its largest fitting unit. */
    duration: (seconds: number | null | undefined) => {
      if (seconds === null || seconds === undefined) return nothing;
      const [name, value] = largestUnit(seconds);
      return unit(name).format(value);
    },
    /** How long ago, or how far ahead, an instant is. */
    ago: (at: string | Date, now: Date) => {
      if (!valid(at)) return nothing;
      const [name, value] = largestUnit((new Date(at).getTime() - now.getTime()) / 1000);
      return relative.format(Math.round(value), name);
    },
  };
}

function largestUnit(seconds: number): ['second' | 'minute' | 'hour' | 'day', number] {
  const size = Math.abs(seconds);
  if (size < 90) return ['second', seconds];
  if (size < 5_400) return ['minute', seconds / 60];
  if (size < 129_600) return ['hour', seconds / 3_600];
  return ['day', seconds / 86_400];
}

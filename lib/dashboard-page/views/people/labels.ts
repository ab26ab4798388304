import { useMemo } from 'preact/hooks';
import { type Granularity, lastDayOf, type Period } from '#lib/statistics/period.ts';
import { useSettings } from '../../settings.tsx';

type LabelledBucket = { start: string; end: string; date: string; hour: number };

/** What the buckets of a period are, as the texts name them. */
export function unitOf(granularity: Granularity, isByHour: boolean): 'hours' | 'days' | 'months' {
  if (isByHour || granularity === 'day') return 'hours';
  return granularity === 'year' ? 'months' : 'days';
}

/** Names of periods and of their parts, in the language that is chosen. */
export function useLabels() {
  const { language, tenant } = useSettings();
  return useMemo(
    () => createLabels(language === 'zh' ? 'zh-CN' : 'en-GB', tenant.timeZone),
    [language, tenant.timeZone],
  );
}
export type Labels = ReturnType<typeof createLabels>;

export function createLabels(locale: string, timeZone: string) {
  const calendar = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options });
    return (date: string) => format.format(new Date(`${date}T00:00:00Z`));
  };
  const fullDay = calendar({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
  const shortDay = calendar({ weekday: 'short', day: 'numeric', month: 'short' });
  const month = calendar({ month: 'long', year: 'numeric' });
  const shortMonth = calendar({ month: 'short', year: 'numeric' });
  const year = calendar({ year: 'numeric' });
  const weekday = calendar({ weekday: 'short' });
  const axis = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { timeZone, ...options });
    return (at: Date) => format.format(at);
  };
  const clock = axis({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const axisDay = axis({ day: 'numeric', month: 'short' });
  const axisMonth = axis({ month: 'short' });
  const clocks = (bucket: LabelledBucket) => `${clock(new Date(bucket.start))}–${clock(new Date(bucket.end))}`;
  return {
    period: (period: Period): string => {
      if (period.granularity === 'day') return fullDay(period.start);
      if (period.granularity === 'week') return `${shortDay(period.start)} – ${fullDay(lastDayOf(period))}`;
      return period.granularity === 'month' ? month(period.start) : year(period.start);
    },
    bucket: (bucket: LabelledBucket, granularity: Granularity, isByHour: boolean): string => {
      if (granularity === 'day') return clocks(bucket);
      if (isByHour) return `${shortDay(bucket.date)}, ${clocks(bucket)}`;
      return granularity === 'year' ? shortMonth(bucket.date) : shortDay(bucket.date);
    },
    /** Of the axis of a chart, at any instant. */
    axis: { day: clock, week: axisDay, month: axisDay, year: axisMonth } satisfies {
      [granularity in Granularity]: (at: Date) => string;
    },
    /** @param number 1 for Monday to 7 for Sunday */
    weekday: (number: number): string => weekday(`2024-01-0${number}`),
    hour: (hour: number): string => String(hour).padStart(2, '0'),
  };
}

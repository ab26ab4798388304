import { type Granularity, granularities, type Period, periodAround } from '#lib/statistics/period.ts';
import { isDate } from '#lib/time/calendar.ts';
import { type Comparison, comparisonsOf } from './comparison.ts';
import type { OpeningHours } from './occupancy.ts';

export const measures = ['flow', 'in', 'out', 'net', 'occupancy'] as const;
export type Measure = (typeof measures)[number];
export const parts = ['counts', 'sources', 'heat'] as const;
export const sources = ['statistics', 'line', 'alarm'] as const;
export type Source = (typeof sources)[number];

export type PeopleFilters = {
  part: (typeof parts)[number];
  period: Period;
  cameras: string[];
  layout: 'sum' | 'side';
  measure: Measure;
  comparison: Comparison | undefined;
  opening: OpeningHours;
  source: Source | undefined;
  direction: 'in' | 'out';
};

/** As many as the API takes. */
export const mostCameras = 50;
const allDay: OpeningHours = { from: 0, to: 0 };

const oneOf = <T extends string>(list: readonly T[], value: string | null): T | undefined =>
  list.find((one) => one === value);

/**
 * What the address asks for. What it does not say, or says in a way that nobody understands, is as it is at first.
 *
 * @param usual the day that is shown at first, and the opening hours that were set last
 */
export function readPeopleFilters(
  filters: URLSearchParams,
  usual: { day: string; opening: string | null; weekStart: number },
): PeopleFilters {
  const granularity: Granularity = oneOf(granularities, filters.get('by')) ?? 'day';
  const date = filters.get('period') ?? '';
  const cameras = (filters.get('cameras') ?? '').split(',').filter((id) => /^[\w-]+$/.test(id));
  return {
    part: oneOf(parts, filters.get('part')) ?? 'counts',
    period: periodAround(granularity, isDate(date) ? date : usual.day, usual.weekStart),
    cameras: [...new Set(cameras)].slice(0, mostCameras),
    layout: filters.get('layout') === 'side' ? 'side' : 'sum',
    measure: oneOf(measures, filters.get('measure')) ?? 'flow',
    comparison: oneOf(comparisonsOf(granularity), filters.get('compare')),
    opening: readOpening(filters.get('open')) ?? readOpening(usual.opening) ?? allDay,
    source: oneOf(sources, filters.get('source')),
    direction: filters.get('direction') === 'out' ? 'out' : 'in',
  };
}

/** Opening hours as the address and the browser keep them: `9-21`. */
export function readOpening(text: string | null): OpeningHours | undefined {
  const [, from, to] = /^(\d{1,2})-(\d{1,2})$/.exec(text ?? '') ?? [];
  const opening = { from: Number(from), to: Number(to) };
  return opening.from <= 23 && opening.to <= 23 ? opening : undefined;
}

export const writeOpening = ({ from, to }: OpeningHours): string => `${from}-${to}`;

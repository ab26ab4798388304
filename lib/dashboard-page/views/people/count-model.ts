import type { People } from '../../../dashboard/people.ts';
import { align } from './comparison.ts';
import { isOpen } from './occupancy.ts';
import type { PeopleFilters } from './people-filters.ts';
import { type CountLine, cameraLines, type LineMeasure, sumLine, valuesOf } from './shown-counts.ts';

export type Mark = NonNullable<CountLine['gaps'][number]> | 'unknown';

/** What the part "counts" shows: lines, and the values of each, also of the period that they are compared with. */
export type CountModel = {
  data: People;
  before: People | undefined;
  isByHour: boolean;
  isSide: boolean;
  lines: CountLine[];
  /** Drawn of each line. */
  measures: readonly LineMeasure[];
  values(line: CountLine, measure: LineMeasure): (number | null)[];
  /** Of the same line in the period compared with, in the places of this one. */
  valuesBefore(line: CountLine, measure: LineMeasure): (number | null)[];
  /** The bucket that is compared with, for each. */
  places: (People['buckets'][number] | undefined)[];
  /** Buckets to be marked as not known. */
  marks: (Mark | undefined)[];
};

export function countModel(
  data: People,
  before: People | undefined,
  filters: Pick<PeopleFilters, 'layout' | 'measure' | 'opening'>,
  isByHour: boolean,
): CountModel {
  const isSide = filters.layout === 'side' && data.cameras.length > 0;
  const linesOf = (people: People) => (isSide ? cameraLines(people) : [sumLine(people)]);
  const lines = linesOf(data);
  const linesBefore = before === undefined ? [] : linesOf(before);
  const places =
    before === undefined
      ? data.buckets.map(() => undefined)
      : align(data.buckets, before.buckets, data.granularity, isByHour);
  const indexBefore = new Map(before?.buckets.map((bucket, index) => [bucket, index]));
  const values = (line: CountLine, measure: LineMeasure) => valuesOf(line, measure, filters.opening);
  const side = filters.measure === 'flow' ? (['in'] as const) : ([filters.measure] as const);
  return {
    data,
    before,
    isByHour,
    isSide,
    lines,
    measures: filters.measure === 'flow' && !isSide ? ['in', 'out'] : side,
    values,
    valuesBefore: (line, measure) => {
      const same = linesBefore.find(({ camera }) => camera === line.camera);
      const all = same === undefined ? [] : values(same, measure);
      return places.map((place) => (place === undefined ? null : (all[indexBefore.get(place) ?? -1] ?? null)));
    },
    places,
    marks: marksOf(lines, filters, data),
  };
}

/** A bucket is marked where any line lacks it: which one, the table of the cameras tells. */
function marksOf(
  lines: readonly CountLine[],
  { measure, opening }: Pick<PeopleFilters, 'measure' | 'opening'>,
  { buckets }: People,
): (Mark | undefined)[] {
  const values = measure === 'occupancy' ? lines.map((line) => valuesOf(line, measure, opening)) : [];
  return buckets.map(({ has_begun, hour }, index) => {
    if (measure === 'occupancy') {
      const isKnown = !has_begun || !isOpen(hour, opening) || values.every((one) => one[index] !== null);
      return isKnown ? undefined : 'unknown';
    }
    return lines.map((line) => line.gaps[index]).find((gap) => gap !== undefined);
  });
}

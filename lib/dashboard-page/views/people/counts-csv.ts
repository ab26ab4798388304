import type { CountModel } from './count-model.ts';
import { type CsvCell, csvOf } from './csv.ts';

const header = [
  'bucket_start',
  'bucket_end',
  'camera',
  'in',
  'out',
  'net',
  'status',
  'cameras_known',
  'cameras_partial',
  'cameras_missing',
  'cameras_not_counting',
] as const;

/**
 * What the part "counts" shows, as CSV: a row for each bucket and line. What is not known is empty, and has a status.
 *
 * @param hasHours whether the buckets are hours, so that occupancy can be told
 */
export function countsCsv(model: CountModel, nameOf: (id: string) => string, hasHours: boolean): string {
  const { data, before, isSide, lines, values, valuesBefore, places } = model;
  const { cameras } = data;
  const rows = lines.flatMap((line, number) => {
    const columns = [
      ...(hasHours ? [values(line, 'occupancy')] : []),
      ...(before === undefined
        ? []
        : [places.map((place) => place?.start ?? null), valuesBefore(line, 'in'), valuesBefore(line, 'out')]),
    ];
    return data.buckets.map((bucket, index): CsvCell[] => {
      const { known, partial, missing, not_counting, gap, has_begun } = bucket;
      const ofSum = has_begun ? (partial + missing === 0 && known > 0 ? 'ok' : (gap ?? 'ok')) : 'not-begun';
      return [
        bucket.start,
        bucket.end,
        line.camera === undefined ? '' : nameOf(line.camera),
        line.buckets[index]?.in,
        line.buckets[index]?.out,
        line.net[index],
        isSide && has_begun ? cameras[number]?.status[index] : statusOf(ofSum, bucket.is_provisional),
        ...(isSide ? [null, null, null, null] : [known, partial, missing, not_counting]),
        ...columns.map((column) => column[index]),
      ];
    });
  });
  return csvOf(
    [
      ...header,
      ...(hasHours ? ['occupancy'] : []),
      ...(before === undefined ? [] : ['compared_bucket_start', 'compared_in', 'compared_out']),
    ],
    rows,
  );
}

const statusOf = (status: string, isProvisional: boolean): string =>
  status === 'ok' && isProvisional ? 'provisional' : status;

import type { PeopleSources } from '../../../dashboard/people.ts';
import { csvOf } from './csv.ts';

const differences = ['line_minus_statistics', 'alarm_minus_statistics'] as const;

/** The sources side by side with their differences, as CSV; what is not known is empty. */
export const sourcesCsv = ({ buckets }: PeopleSources): string =>
  csvOf(
    [
      'bucket_start',
      'bucket_end',
      'statistics_in',
      'statistics_out',
      ...(['line', 'alarm'] as const).flatMap((name) => [`${name}_in`, `${name}_out`, `${name}_messages`]),
      ...differences.flatMap((name) => [`${name}_in`, `${name}_out`, `${name}_camera_hours`]),
    ],
    buckets
      .filter(({ has_begun }) => has_begun)
      .map((bucket) => [
        bucket.start,
        bucket.end,
        bucket.statistics.in,
        bucket.statistics.out,
        ...[bucket.line, bucket.alarm].flatMap((one) => [one.in, one.out, one.messages]),
        ...differences.flatMap((name) => [bucket[name].in, bucket[name].out, bucket[name].hours]),
      ]),
  );

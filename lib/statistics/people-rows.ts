import type { Partition } from '#lib/exports/export-keys.ts';
import type { ExportTable, Row } from '#lib/exports/export-table.ts';
import type { PeopleLists } from '#lib/ivm/statistics-client.ts';
import { isoWithOffset } from '#lib/time/local-time.ts';
import { type BucketStatus, type ChannelFacts, judgeList, type ListFailure } from './judge-list.ts';
import { bucketsOf, type Period } from './period.ts';

/** Rows of the people statistics: one per channel and bucket that has begun. */
export const peopleTable = {
  columns: [
    { name: 'device_id', type: 'text' },
    { name: 'channel_id', type: 'text' },
    { name: 'channel_name', type: 'text' },
    { name: 'granularity', type: 'text' },
    { name: 'period_start', type: 'date' },
    { name: 'bucket_start', type: 'text', isRecurring: true },
    { name: 'bucket_seconds', type: 'integer' },
    { name: 'in', type: 'integer' },
    { name: 'out', type: 'integer' },
    { name: 'status', type: 'text' },
    { name: 'version', type: 'integer', isStamp: true },
    { name: 'as_of', type: 'text', isStamp: true },
  ],
} as const satisfies ExportTable;

/** Where the export of a period lies. */
export const peoplePartition = ({ granularity, start }: Period): Partition => [
  ['granularity', granularity],
  ['period', start],
];

export type PeopleAnswer = PeopleLists | ListFailure;

export type PeopleQuestion = {
  channel: { deviceId: string; channelId: string; channelName: string };
  period: Period;
  /** Zone of IVM's buckets, and zone in which the rows tell their times. */
  zones: { statistics: string; tenant: string };
  facts: ChannelFacts;
  asOf: Date;
  version: number;
};

/** The worse of the two lists decides: a row with one of its counts unknown is not a good one. */
const badness: readonly BucketStatus[] = [
  'ok',
  'provisional',
  'offline',
  'missing',
  'no-package',
  'unsupported',
  'error',
];

/** Rows of one channel, with a status each, and what was odd about the answer. */
export function peopleRows(answer: PeopleAnswer, question: PeopleQuestion): { rows: Row[]; reason?: string } {
  const { channel, period, zones, facts, asOf, version } = question;
  const buckets = bucketsOf(period, zones.statistics);
  const isFailed = 'reason' in answer;
  const into = judgeList(isFailed ? answer : answer.in, buckets, facts, asOf);
  const out = judgeList(isFailed ? answer : answer.out, buckets, facts, asOf);
  const rows = into.buckets.map(({ bucket, value, status }, index): Row => {
    const other = out.buckets[index];
    const statuses = [status, other?.status ?? 'error'];
    return {
      device_id: channel.deviceId,
      channel_id: channel.channelId,
      channel_name: channel.channelName,
      granularity: period.granularity,
      period_start: period.start,
      bucket_start: isoWithOffset(bucket.start, zones.tenant),
      bucket_seconds: (bucket.end.getTime() - bucket.start.getTime()) / 1000,
      in: value,
      out: other?.value ?? null,
      status: statuses.toSorted((one, two) => badness.indexOf(two) - badness.indexOf(one))[0] ?? 'error',
      version,
      as_of: asOf.toISOString(),
    };
  });
  const reason = into.reason ?? out.reason;
  return { rows, ...(reason === undefined ? {} : { reason }) };
}

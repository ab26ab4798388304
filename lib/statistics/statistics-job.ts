import type { SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { readJob } from '#lib/runtime/read-job.ts';
import { granularities } from './period.ts';

export const statisticsSets = ['people', 'time', 'space'] as const;

/** One export to make: the body of a message in the queue `statistics`. */
export const StatisticsJob = z.object({
  /** People in and out, or one of the two kinds of heatmap. */
  set: z.enum(statisticsSets),
  granularity: z.enum(granularities),
  /** First day of the period. */
  period: z.iso.date(),
  /** Names the run that asked: what one try has read of IVM, the next try of the same run need not read again. */
  run: z.string().min(1),
});
export type StatisticsJob = z.infer<typeof StatisticsJob>;

/** A job as it was received; `receives` counts how often. */
export type ReceivedStatisticsJob = { job: StatisticsJob; receives: number };

/** @throws PermanentError `not-a-job` */
export const receivedStatisticsJob = (record: SQSRecord): ReceivedStatisticsJob => ({
  job: readJob(record, StatisticsJob, 'statistics'),
  receives: Number(record.attributes.ApproximateReceiveCount),
});

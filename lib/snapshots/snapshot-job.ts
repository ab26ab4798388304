import type { SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { readJob } from '#lib/runtime/read-job.ts';

/** One snapshot to take: the body of a message in the queue `snapshots`. */
export const SnapshotJob = z.object({
  device_id: z.string().min(1),
  channel_id: z.string().min(1),
  /** Minute of the request, ISO 8601 UTC: a channel gives one picture for it, however often it is asked. */
  slot: z.iso.datetime(),
  /** Whether IVM keeps the picture and names its URL, or sends it in its answer. */
  storage: z.boolean(),
  /** Calls to IVM that gave no picture so far, and what came of the last. */
  failures: z.int().min(0).default(0),
  reason: z.string().optional(),
});
export type SnapshotJob = z.infer<typeof SnapshotJob>;

/** @throws PermanentError `not-a-job` */
export const receivedSnapshotJob = (record: SQSRecord): SnapshotJob => readJob(record, SnapshotJob, 'snapshot');

import type { SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { readJob } from '#lib/runtime/read-job.ts';

/**
 * One picture to fetch: the body of a message in the queues `pictures` and `picture-retries`, snake_case like the item
 * it fills. Written by the store functions and by `retry-pictures`, read by `store-pictures`.
 */
export const PictureJob = z.object({
  /** Keys of the picture item: partition, and `<event sk>#picture#<kind>`. */
  camera: z.string().min(1),
  sk: z.string().min(1),
  kind: z.string().min(1),
  message_type: z.string().min(1),
  message_id: z.string().min(1),
  /** First 8 hex digits of the SHA-256 of the message body. */
  hash8: z.string().length(8),
  device_id: z.string(),
  channel_id: z.string(),
  /** Times are ISO 8601 UTC with milliseconds. */
  occurred_at: z.iso.datetime(),
  received_at: z.iso.datetime(),
  /** As the message carries it; absent where the picture has to be asked for. */
  url: z.string().optional(),
  /** Alarms: what POST …/alarms/pictures is asked with. */
  alarm_uuid: z.string().optional(),
  /** TLV: what POST …/intelligence-data/pictures is asked with (target_data and vehicle_data only). */
  data_id: z.string().optional(),
  /** The undocumented field that announced `url`. */
  undocumented_field: z.string().optional(),
  /** When the URL dies: its own `expire=`, else received_at + 300 s. Jobs without a URL have none. */
  deadline: z.iso.datetime().optional(),
  /** How often IVM has said that this picture is not there yet. */
  not_ready: z.int().min(0).default(0),
});
export type PictureJob = z.infer<typeof PictureJob>;

/** A job as it was received; `receives` counts how often. */
export type ReceivedJob = { job: PictureJob; receives: number };

/** @throws PermanentError `not-a-job` */
export const receivedJob = (record: SQSRecord): ReceivedJob => ({
  job: readJob(record, PictureJob, 'picture'),
  receives: Number(record.attributes.ApproximateReceiveCount),
});

/** Why a picture is missing. `none-or-expired` is not counted as a miss: IVM has no such picture, or no longer. */
export type MissingReason =
  | 'not-ready'
  | 'gone'
  | 'none-or-expired'
  | 'expired'
  | 'forbidden-host'
  | 'too-large'
  | 'not-an-image'
  | 'unsupported'
  | 'unreachable';

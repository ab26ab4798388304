import { createHash } from 'node:crypto';
import { type Item, integer, text } from '#lib/events/attribute.ts';
import { cameraKey, encodeId, eventSk } from '#lib/events/event-keys.ts';
import type { VerifiedPicture } from '#lib/pictures/verify-picture.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';
import type { SnapshotJob } from './snapshot-job.ts';

/** What became of a snapshot. */
export type SnapshotResult =
  | { status: 'stored'; picture: VerifiedPicture; key: string; takenAt: Date }
  | { status: 'missing'; reason: string; at: Date };

export type SnapshotSettings = { timeZone: string; retentionDays: number };

const secondsPerDay = 86_400;

/** Where a snapshot lies in the bucket: by the time it was taken, in the tenant's zone. */
export function snapshotKey(job: SnapshotJob, takenAt: Date, extension: string, timeZone: string): string {
  const { date, time } = zonedDate(takenAt, timeZone);
  return `${snapshotFolder(date, encodeId(job.device_id), encodeId(job.channel_id))}/${time}.${extension}`;
}

/** @param deviceId encoded, as is the channel's, as in the key of a camera */
export const snapshotFolder = (date: string, deviceId: string, channelId: string): string =>
  `snapshots/date=${date}/device_id=${deviceId}/channel_id=${channelId}`;

/** The event of a snapshot, beside those that IVM pushes: `message_type` is `snapshot`. */
export function snapshotItem(job: SnapshotJob, result: SnapshotResult, settings: SnapshotSettings): Item {
  const when = result.status === 'stored' ? result.takenAt : result.at;
  const occurredAt = when.toISOString();
  const messageId = `snapshot-${job.slot}`;
  const camera = cameraKey(job.device_id, job.channel_id);
  const hash =
    result.status === 'stored'
      ? result.picture.sha256
      : createHash('sha256').update(`${camera}|${job.slot}`).digest('hex');
  return {
    camera: text(camera),
    sk: text(eventSk(occurredAt, messageId, hash)),
    message_id: text(messageId),
    message_type: text('snapshot'),
    device_id: text(job.device_id),
    channel_id: text(job.channel_id),
    occurred_at: text(occurredAt),
    occurred_at_source: text(result.status === 'stored' ? 'call' : 'given-up'),
    day: text(`snapshot#${zonedDate(when, settings.timeZone).date}`),
    slot: text(job.slot),
    attempts: integer(job.failures + (result.status === 'stored' ? 1 : 0)),
    expires_at: integer(Math.floor(when.getTime() / 1000) + settings.retentionDays * secondsPerDay),
    status: text(result.status),
    ...(result.status === 'missing'
      ? { reason: text(result.reason) }
      : {
          s3_key: text(result.key),
          content_type: text(result.picture.contentType),
          bytes: integer(result.picture.bytes.length),
          sha256: text(result.picture.sha256),
        }),
  };
}

import { encodeId } from '#lib/events/event-keys.ts';
import type { EventRecord } from '#lib/events/event-record.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';
import type { PictureJob } from './picture-job.ts';

type OfEvent = Pick<PictureJob, 'message_type' | 'message_id' | 'hash8' | 'device_id' | 'channel_id' | 'occurred_at'>;

/** What of an event stands in the keys of its pictures. */
export const pictureKeyParts = (record: EventRecord): OfEvent => ({
  message_type: record.messageType,
  message_id: record.messageId,
  hash8: record.hash8,
  device_id: record.deviceId,
  channel_id: record.channelId,
  occurred_at: record.occurredAt,
});

/** Where a picture lies in the bucket: by the event's own time in the tenant's zone; ids are percent-encoded. */
export const pictureKey = (job: OfEvent & Pick<PictureJob, 'kind'>, timeZone: string, extension: string): string =>
  `${picturePrefix(job, timeZone)}${job.kind}.${extension}`;

/** What the keys of all pictures of an event begin with, and no others. */
export function picturePrefix(job: OfEvent, timeZone: string): string {
  const { date, time } = zonedDate(new Date(job.occurred_at), timeZone);
  const folder = [
    'pictures',
    `message_type=${job.message_type}`,
    `date=${date}`,
    `device_id=${encodeId(job.device_id)}`,
    `channel_id=${encodeId(job.channel_id)}`,
  ].join('/');
  return `${folder}/${time}-${encodeId(job.message_id)}-${job.hash8}-`;
}

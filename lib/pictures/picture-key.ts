import { encodeId } from '#lib/events/event-keys.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';
import type { PictureJob } from './picture-job.ts';

/** Where a picture lies in the bucket: by the event's own time in the tenant's zone; ids are percent-encoded. */
export function pictureKey(job: PictureJob, timeZone: string, extension: string): string {
  const { date, time } = zonedDate(new Date(job.occurred_at), timeZone);
  const folder = [
    'pictures',
    `message_type=${job.message_type}`,
    `date=${date}`,
    `device_id=${encodeId(job.device_id)}`,
    `channel_id=${encodeId(job.channel_id)}`,
  ].join('/');
  return `${folder}/${time}-${encodeId(job.message_id)}-${job.hash8}-${job.kind}.${extension}`;
}

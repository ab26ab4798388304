import { type Item, integer, text, textOf } from '#lib/events/attribute.ts';
import type { WantedPicture } from '#lib/messages/message-module.ts';
import { pictureDeadline } from './picture-deadline.ts';
import { PictureJob } from './picture-job.ts';
import { notReadyUsedUp, openHour } from './retry-schedule.ts';

/** The event, or the part of one, that a picture belongs to. */
export type PictureOwner = {
  camera: string;
  /** Sort key of the event. */
  sk: string;
  messageType: string;
  messageId: string;
  hash8: string;
  deviceId: string;
  channelId: string;
  occurredAt: string;
  receivedAt: string;
  /** When the event is forgotten, epoch seconds: its pictures' items go with it. */
  expiresAtSeconds: number;
  alarmUuid?: string;
  dataId?: string;
};

/** Long enough that a picture whose job is on its way is never swept, short enough for one whose job was lost. */
const firstSweepMs = 600_000;

const pictureSk = (owner: PictureOwner, kind: string): string => `${owner.sk}#picture#${kind}`;

/** The item of a picture that is yet to come; written before its job is queued, so that no crash between can lose it. */
export function wantedPictureItem(owner: PictureOwner, wanted: WantedPicture, now: Date): Item {
  const sweepAt = new Date(now.getTime() + firstSweepMs);
  return {
    camera: text(owner.camera),
    sk: text(pictureSk(owner, wanted.kind)),
    kind: text(wanted.kind),
    status: text('wanted'),
    attempts: integer(0),
    next_try_at: text(sweepAt.toISOString()),
    open_hour: text(openHour(sweepAt)),
    message_type: text(owner.messageType),
    message_id: text(owner.messageId),
    hash8: text(owner.hash8),
    device_id: text(owner.deviceId),
    channel_id: text(owner.channelId),
    occurred_at: text(owner.occurredAt),
    received_at: text(owner.receivedAt),
    expires_at: integer(owner.expiresAtSeconds),
    ...(owner.alarmUuid === undefined ? {} : { alarm_uuid: text(owner.alarmUuid) }),
    ...(owner.dataId === undefined ? {} : { data_id: text(owner.dataId) }),
    ...(wanted.url === undefined || !URL.canParse(wanted.url) ? {} : { url_host: text(new URL(wanted.url).host) }),
    ...(wanted.undocumentedField === undefined ? {} : { undocumented_field: text(wanted.undocumentedField) }),
  };
}

/** The job that fetches a picture as its message announced it. */
export function pictureJob(owner: PictureOwner, wanted: WantedPicture): PictureJob {
  return {
    camera: owner.camera,
    sk: pictureSk(owner, wanted.kind),
    kind: wanted.kind,
    message_type: owner.messageType,
    message_id: owner.messageId,
    hash8: owner.hash8,
    device_id: owner.deviceId,
    channel_id: owner.channelId,
    occurred_at: owner.occurredAt,
    received_at: owner.receivedAt,
    ...(owner.alarmUuid === undefined ? {} : { alarm_uuid: owner.alarmUuid }),
    ...(owner.dataId === undefined ? {} : { data_id: owner.dataId }),
    ...(wanted.undocumentedField === undefined ? {} : { undocumented_field: wanted.undocumentedField }),
    ...(wanted.url === undefined
      ? {}
      : { url: wanted.url, deadline: pictureDeadline(wanted.url, new Date(owner.receivedAt)).toISOString() }),
    not_ready: 0,
  };
}

/**
 * The job that asks once more for the picture of an open item. It has no URL, since those live five minutes and are kept
 * nowhere. `undefined` where the item is no open picture.
 */
export function jobOfItem(item: Item): PictureJob | undefined {
  if (textOf(item['status']) !== 'wanted') return undefined;
  const texts = Object.fromEntries(Object.entries(item).map(([name, attribute]) => [name, textOf(attribute)]));
  return PictureJob.safeParse({ ...texts, not_ready: notReadyUsedUp }).data;
}

import { createHash } from 'node:crypto';
import { type EventRecord, eventRecord } from '#lib/events/event-record.ts';

/** What one message becomes, as the store functions make it. */
export function storedRecord(
  message: { messageType: string; messageId: string | number; data: unknown },
  receivedAt: Date,
): EventRecord {
  const { messageType, messageId, data } = message;
  const body = Buffer.from(
    `{"message_id":${messageId},"message_type":"${messageType}","data":${JSON.stringify(data)},"test":false}`,
  );
  const bodySha256 = createHash('sha256').update(body).digest('hex');
  return eventRecord(
    { receivedAt: receivedAt.toISOString(), subscription: 'path', body, bodySha256 },
    { timeZone: 'Asia/Shanghai', retentionDays: 365, facePictures: 'keep' },
  );
}

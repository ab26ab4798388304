import type { SQSRecord } from 'aws-lambda';
import type { QueuedMessage } from './store-messages.ts';

/** Reads a record of an inbound queue as `receive-callback` wrote it. */
export function queuedMessage(record: SQSRecord): QueuedMessage {
  const attribute = (name: string) => record.messageAttributes[name]?.stringValue;
  const spillKey = attribute('spill');
  const keyId = attribute('key_id');
  return {
    queueMessageId: record.messageId,
    // A message put in by hand has no attributes of ours: SQS knows when it came.
    receivedAt: attribute('received_at') ?? new Date(Number(record.attributes.SentTimestamp)).toISOString(),
    subscription: attribute('subscription') ?? '-',
    body: Buffer.from(record.body, 'utf8'),
    ...(spillKey === undefined ? {} : { spillKey }),
    ...(keyId === undefined ? {} : { keyId }),
  };
}

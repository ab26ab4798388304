import { hash } from 'node:crypto';
import type { SQSRecord } from 'aws-lambda';

/** A message as SQS hands it to a function. */
export const queuedRecord = (
  id: string,
  queueUrl: string,
  body: string,
  attributes: { readonly [name: string]: string },
): SQSRecord => ({
  messageId: `queue-${id}`,
  receiptHandle: `receipt-${id}`,
  body,
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: String(Date.now()),
    SenderId: 'bench',
    ApproximateFirstReceiveTimestamp: String(Date.now()),
  },
  messageAttributes: Object.fromEntries(
    Object.entries(attributes).map(([name, stringValue]) => [name, { dataType: 'String', stringValue }]),
  ),
  md5OfBody: hash('md5', body),
  eventSource: 'aws:sqs',
  eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${queueUrl.split('/').at(-1)}`,
  awsRegion: 'us-east-1',
});

import {
  type BatchResultErrorEntry,
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { TransientError } from '#lib/errors.ts';
import type { DeadLetter, DeadLetters, MessageAttribute, MessageContent } from '#lib/operator/redrive-queue.ts';
import { queueDepth } from './queue-depth.ts';

/** Most entries of a batch, of whatever kind. */
const batchLimit = 10;
/** Of all messages of a batch together, and so of a single one. */
const batchLimitBytes = 1_048_576;
/**
 * Long enough to look through tens of thousands of messages, short enough to wait for where a run was killed and could not
 * let go of them.
 */
const holdSeconds = 300;
/** Any wait makes SQS ask all of its servers, not only some of them. */
const waitSeconds = 1;

/** Dead letters of a queue in SQS. */
export function createDeadLetters(queueUrl: string, deadLetterUrl: string, client = new SQSClient({})): DeadLetters {
  return {
    count: async () => {
      const { visible, inFlight, delayed } = await queueDepth(deadLetterUrl, client);
      return visible + inFlight + delayed;
    },
    receive: async () => {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: deadLetterUrl,
          MaxNumberOfMessages: batchLimit,
          VisibilityTimeout: holdSeconds,
          WaitTimeSeconds: waitSeconds,
          MessageSystemAttributeNames: ['SentTimestamp'],
          MessageAttributeNames: ['All'],
        }),
      );
      return Messages.map(toDeadLetter);
    },
    sendBack: async (messages) =>
      settle(batches(messages, sizeBytes), (batch) =>
        client.send(
          new SendMessageBatchCommand({
            QueueUrl: queueUrl,
            Entries: batch.map(({ body, attributes }, index) => ({
              Id: String(index),
              MessageBody: body,
              MessageAttributes: Object.fromEntries(
                Object.entries(attributes).map(([name, value]) => [name, toAttributeValue(value)]),
              ),
            })),
          }),
        ),
      ),
    delete: async (receipts) =>
      settle(batches(receipts), (batch) =>
        client.send(
          new DeleteMessageBatchCommand({
            QueueUrl: deadLetterUrl,
            Entries: batch.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle })),
          }),
        ),
      ),
    release: async (receipts) => {
      await settle(batches(receipts), (batch) =>
        client.send(
          new ChangeMessageVisibilityBatchCommand({
            QueueUrl: deadLetterUrl,
            Entries: batch.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: 0 })),
          }),
        ),
      );
    },
  };
}

function batches<T>(all: readonly T[], size: (one: T) => number = () => 0): T[][] {
  const made: T[][] = [];
  let current: T[] = [];
  let currentBytes = 0;
  for (const one of all) {
    const bytes = size(one);
    if (made.length === 0 || current.length === batchLimit || currentBytes + bytes > batchLimitBytes) {
      current = [];
      currentBytes = 0;
      made.push(current);
    }
    current.push(one);
    currentBytes += bytes;
  }
  return made;
}

type BatchAnswer = {
  Successful?: readonly { Id?: string | undefined }[] | undefined;
  Failed?: readonly BatchResultErrorEntry[] | undefined;
};

/** One result per entry, in their order; only what SQS has confirmed is fulfilled. Entries have their index as `Id`. */
async function settle<T>(
  all: readonly (readonly T[])[],
  call: (batch: readonly T[]) => Promise<BatchAnswer>,
): Promise<PromiseSettledResult<void>[]> {
  const results: PromiseSettledResult<void>[] = [];
  for (const batch of all) {
    try {
      const { Successful = [], Failed = [] } = await call(batch);
      const confirmed = new Set(Successful.map(({ Id }) => Id));
      const codes = new Map(Failed.map(({ Id, Code }) => [Id, Code]));
      results.push(
        ...batch.map((_entry, index): PromiseSettledResult<void> => {
          const id = String(index);
          if (confirmed.has(id)) return { status: 'fulfilled', value: undefined };
          const reason = new TransientError('queue-refused', `SQS refused it: ${codes.get(id) ?? 'unknown'}`);
          return { status: 'rejected', reason };
        }),
      );
    } catch (reason) {
      results.push(...batch.map((): PromiseSettledResult<void> => ({ status: 'rejected', reason })));
    }
  }
  return results;
}

const toDeadLetter = ({ MessageId, ReceiptHandle, Body, Attributes, MessageAttributes = {} }: Message): DeadLetter => ({
  id: MessageId ?? '',
  receipt: ReceiptHandle ?? '',
  body: Body ?? '',
  sentAt: new Date(Number(Attributes?.SentTimestamp ?? 0)),
  attributes: Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        dataType: DataType ?? 'String',
        ...(StringValue === undefined ? {} : { stringValue: StringValue }),
        ...(BinaryValue === undefined ? {} : { binaryValue: BinaryValue }),
      },
    ]),
  ),
});

const toAttributeValue = ({ dataType, stringValue, binaryValue }: MessageAttribute): MessageAttributeValue => ({
  DataType: dataType,
  ...(stringValue === undefined ? {} : { StringValue: stringValue }),
  ...(binaryValue === undefined ? {} : { BinaryValue: binaryValue }),
});

/** As SQS counts: names, types and values of attributes too. */
const sizeBytes = ({ body, attributes }: MessageContent): number =>
  Object.entries(attributes).reduce(
    (sum, [name, { dataType, stringValue = '', binaryValue }]) =>
      sum + Buffer.byteLength(name + dataType + stringValue) + (binaryValue?.byteLength ?? 0),
    Buffer.byteLength(body),
  );

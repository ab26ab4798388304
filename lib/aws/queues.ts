import {
  ChangeMessageVisibilityCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { ConfigError } from '#lib/errors.ts';
import type { SourceQueues } from '#lib/runtime/sqs-handler.ts';
import { clientSettings } from './client-settings.ts';
import { inBatches } from './sqs-batches.ts';
import { textAttributes } from './text-attributes.ts';

type Attributes = { [name: string]: string | undefined };

/** Sends a message with text attributes; rejects when SQS has not confirmed it within `timeoutMs`. */
export function createSender(client = new SQSClient(clientSettings())) {
  return async (queueUrl: string, body: string, attributes: Attributes, timeoutMs: number): Promise<void> => {
    await client.send(
      new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body, MessageAttributes: textAttributes(attributes) }),
      { abortSignal: AbortSignal.timeout(timeoutMs) },
    );
  };
}

export type QueueJob = {
  body: string;
  delaySeconds?: number;
  /** Of the message that it is about: its log lines and its dead letter carry it. */
  messageId?: string;
};

/**
 * Sends jobs in batches.
 *
 * @returns one result per job, in their order; a rejected one was not queued and may be sent again.
 */
export function createJobQueue(queueUrl: string, client = new SQSClient(clientSettings())) {
  return async (jobs: readonly QueueJob[]): Promise<PromiseSettledResult<void>[]> => {
    const entries = jobs.map(({ body, delaySeconds, messageId }) => ({
      MessageBody: body,
      ...(delaySeconds === undefined ? {} : { DelaySeconds: delaySeconds }),
      ...(messageId === undefined ? {} : { MessageAttributes: textAttributes({ message_id: printable(messageId) }) }),
    }));
    return inBatches(entries, (Entries) => client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries })));
  };
}

/** The dead-letter attribute `reason` is for people: long enough to understand, short enough for every body. */
const reasonLimit = 300;

/**
 * The queues that feed a function and their dead-letter queues, as two lists in the same order (`SOURCE_QUEUE_URLS`,
 * `DEAD_LETTER_QUEUE_URLS`).
 */
export function createSourceQueues(
  sourceUrls: readonly string[],
  deadLetterUrls: readonly string[],
  client = new SQSClient(clientSettings()),
): SourceQueues {
  const queueOf = (record: SQSRecord): { url: string; deadLetterUrl: string } => {
    const name = record.eventSourceARN.split(':').at(-1);
    const index = sourceUrls.findIndex((one) => one.split('/').at(-1) === name);
    const url = sourceUrls[index];
    const deadLetterUrl = deadLetterUrls[index];
    if (url === undefined || deadLetterUrl === undefined) {
      throw new ConfigError('env', 'Add the queue to SOURCE_QUEUE_URLS and DEAD_LETTER_QUEUE_URLS in serverless.yml');
    }
    return { url, deadLetterUrl };
  };
  return {
    park: async (record, reason, code) => {
      const original = Object.fromEntries(
        Object.entries(record.messageAttributes).map(([name, { stringValue }]) => [name, stringValue]),
      );
      const attributes = { ...original, reason: printable(reason), code: printable(code) };
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueOf(record).deadLetterUrl,
          MessageBody: record.body,
          MessageAttributes: textAttributes(attributes),
        }),
      );
    },
    delay: async (record, seconds) => {
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queueOf(record).url,
          ReceiptHandle: record.receiptHandle,
          VisibilityTimeout: seconds,
        }),
      );
    },
  };
}

/** An attribute that SQS surely takes: printable ASCII, never empty. */
const printable = (text: string): string => text.replaceAll(/[^\x20-\x7E]/g, '?').slice(0, reasonLimit) || 'unknown';

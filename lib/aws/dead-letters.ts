import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { DeadLetter, DeadLetters, MessageAttribute } from '#lib/operator/redrive-queue.ts';
import { clientSettings } from './client-settings.ts';
import { queueDepth } from './queue-depth.ts';
import { batchLimit, inBatches } from './sqs-batches.ts';

/**
 * Long enough to look through tens of thousands of messages, short enough to wait for where a run was killed and could not
 * let go of them.
 */
const redriveHoldSeconds = 300;
/** Any wait makes SQS ask all of its servers, not only some of them. */
const waitSeconds = 1;

/**
 * Dead letters of a queue in SQS.
 *
 * @param options.holdSeconds how long what is received is held, unless it is released; enough for a redrive unless given
 */
export function createDeadLetters(
  queueUrl: string,
  deadLetterUrl: string,
  client = new SQSClient(clientSettings()),
  { holdSeconds = redriveHoldSeconds } = {},
): DeadLetters {
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
    sendBack: async (messages) => {
      const entries = messages.map(({ body, attributes }) => ({
        MessageBody: body,
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, value]) => [name, toAttributeValue(value)]),
        ),
      }));
      return inBatches(entries, (Entries) => client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries })));
    },
    delete: async (receipts) =>
      inBatches(
        receipts.map((ReceiptHandle) => ({ ReceiptHandle })),
        (Entries) => client.send(new DeleteMessageBatchCommand({ QueueUrl: deadLetterUrl, Entries })),
      ),
    release: async (receipts) => {
      await inBatches(
        receipts.map((ReceiptHandle) => ({ ReceiptHandle, VisibilityTimeout: 0 })),
        (Entries) => client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: deadLetterUrl, Entries })),
      );
    },
  };
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

import { setTimeout as delay } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { ConfigError, TransientError } from '#lib/errors.ts';
import type { Item } from '#lib/events/attribute.ts';
import { type QueueDepth, queueDepth } from './queue-depth.ts';
import { batchLimit, inBatches } from './sqs-batches.ts';

export type StoreAccess = {
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** Endpoints. */
  sqs: string;
  s3: string;
  dynamodb: string;
};

type KeyElement = { AttributeName: string; KeyType: 'HASH' | 'RANGE' };
export type TableSchema = {
  name: string;
  attributes: readonly { AttributeName: string; AttributeType: 'S' | 'N' | 'B' }[];
  keys: readonly KeyElement[];
  indexes: readonly {
    IndexName: string;
    KeySchema: readonly KeyElement[];
    Projection: { ProjectionType: 'ALL' | 'KEYS_ONLY' | 'INCLUDE'; NonKeyAttributes?: readonly string[] | undefined };
  }[];
};

/** What feeds a function from a queue. */
export type QueueReceiver = {
  /** Up to ten records; waits for the first up to `waitSeconds` (0–20). */
  receive(queueArn: string, queueUrl: string, max: number, waitSeconds: number): Promise<SQSRecord[]>;
  /** @throws TransientError where one could not be deleted: it will come again */
  delete(queueUrl: string, receiptHandles: readonly string[]): Promise<void>;
};

/** Sets up and looks after the stores of a stack outside of AWS; on AWS CloudFormation does. */
export type Provisioning = QueueReceiver & {
  clients: { sqs: SQSClient; s3: S3Client; dynamodb: DynamoDBClient };
  /** Creates a queue or brings its attributes up to date. */
  createQueue(name: string, queueUrl: string, attributes: { readonly [name: string]: string }): Promise<void>;
  createBucket(name: string): Promise<void>;
  /** Returns once the table can be used. @throws ConfigError where it exists with other keys or indexes */
  createTable(table: TableSchema): Promise<void>;
  depth(queueUrl: string): Promise<QueueDepth>;
  /** All items of a table, some attributes of each. */
  items(tableName: string, attributes: readonly string[]): AsyncGenerator<Item>;
  close(): void;
};

const waitMs = 20;
const mostWaits = 500;

export function createProvisioning(access: StoreAccess): Provisioning {
  const { region, accessKeyId, secretAccessKey } = access;
  const common = { region, credentials: { accessKeyId, secretAccessKey } };
  const sqs = new SQSClient({ ...common, endpoint: access.sqs });
  const s3 = new S3Client({ ...common, endpoint: access.s3, forcePathStyle: true });
  const dynamodb = new DynamoDBClient({ ...common, endpoint: access.dynamodb });

  return {
    clients: { sqs, s3, dynamodb },
    createQueue: async (name, queueUrl, attributes) => {
      // Without attributes, since an existing queue with others would be refused.
      await sqs.send(new CreateQueueCommand({ QueueName: name }));
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes: { ...attributes } }));
    },
    createBucket: async (name) => {
      try {
        await s3.send(new HeadBucketCommand({ Bucket: name }));
      } catch {
        await s3.send(new CreateBucketCommand({ Bucket: name }));
      }
    },
    createTable: async (table) => {
      const shape = shapeOf(table.keys, table.indexes);
      const describe = async () => (await dynamodb.send(new DescribeTableCommand({ TableName: table.name }))).Table;
      try {
        const Table = await describe();
        if (shapeOf(Table?.KeySchema ?? [], Table?.GlobalSecondaryIndexes ?? []) === shape) return;
        throw new ConfigError(
          'data-outdated',
          `The table ${table.name} on disk has other keys or indexes than serverless.yml: use another --data`,
        );
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
      await dynamodb.send(
        new CreateTableCommand({
          TableName: table.name,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [...table.attributes],
          KeySchema: [...table.keys],
          ...(table.indexes.length === 0
            ? {}
            : {
                GlobalSecondaryIndexes: table.indexes.map(({ IndexName, KeySchema, Projection }) => ({
                  IndexName,
                  KeySchema: [...KeySchema],
                  Projection: {
                    ProjectionType: Projection.ProjectionType,
                    ...(Projection.NonKeyAttributes === undefined
                      ? {}
                      : { NonKeyAttributes: [...Projection.NonKeyAttributes] }),
                  },
                })),
              }),
        }),
      );
      for (let waits = 0; (await describe())?.TableStatus !== 'ACTIVE'; waits += 1) {
        if (waits === mostWaits)
          throw new TransientError('table-not-ready', `The table ${table.name} does not get ready`);
        await delay(waitMs);
      }
    },
    depth: (queueUrl) => queueDepth(queueUrl, sqs),
    receive: async (queueArn, queueUrl, max, waitSeconds) => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: Math.min(max, batchLimit),
          WaitTimeSeconds: waitSeconds,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
      );
      return Messages.map((message) => toRecord(message, queueArn, region));
    },
    delete: async (queueUrl, receiptHandles) => {
      const results = await inBatches(
        receiptHandles.map((ReceiptHandle) => ({ ReceiptHandle })),
        (Entries) => sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries })),
      );
      const [failure, ...others] = results.filter((result) => result.status === 'rejected');
      if (failure !== undefined) {
        const text = `SQS did not delete ${1 + others.length} messages: they come again`;
        throw new TransientError('queue-refused', text, { cause: failure.reason });
      }
    },
    async *items(tableName, attributes) {
      const names = Object.fromEntries(attributes.map((name, index) => [`#a${index}`, name]));
      let start: Item | undefined;
      do {
        const page = await dynamodb.send(
          new ScanCommand({
            TableName: tableName,
            ProjectionExpression: Object.keys(names).join(', '),
            ExpressionAttributeNames: names,
            ConsistentRead: true,
            ...(start === undefined ? {} : { ExclusiveStartKey: start }),
          }),
        );
        yield* (page.Items ?? []) as Item[];
        start = page.LastEvaluatedKey as Item | undefined;
      } while (start !== undefined);
    },
    close: () => {
      sqs.destroy();
      s3.destroy();
      dynamodb.destroy();
    },
  };
}

function shapeOf(
  keys:
    | readonly Partial<KeyElement>[]
    | readonly { AttributeName?: string | undefined; KeyType?: string | undefined }[],
  indexes: readonly {
    IndexName?: string | undefined;
    KeySchema?: readonly { AttributeName?: string | undefined; KeyType?: string | undefined }[] | undefined;
  }[],
): string {
  const text = (schema: typeof keys) =>
    schema.map(({ AttributeName, KeyType }) => `${AttributeName}:${KeyType}`).join();
  return [
    text(keys),
    ...indexes.map(({ IndexName, KeySchema = [] }) => `${IndexName}=${text(KeySchema)}`).toSorted(),
  ].join(' ');
}

/** A message as Lambda gives it to a function. */
function toRecord(message: Message, queueArn: string, region: string): SQSRecord {
  const {
    ApproximateReceiveCount = '1',
    ApproximateFirstReceiveTimestamp = '0',
    SentTimestamp = '0',
    SenderId = '',
  } = message.Attributes ?? {};
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: { ApproximateReceiveCount, SentTimestamp, SenderId, ApproximateFirstReceiveTimestamp },
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [
        name,
        {
          ...(value.StringValue === undefined ? {} : { stringValue: value.StringValue }),
          ...(value.BinaryValue === undefined
            ? {}
            : { binaryValue: Buffer.from(value.BinaryValue).toString('base64') }),
          stringListValues: [],
          binaryListValues: [],
          dataType: value.DataType ?? 'String',
        },
      ]),
    ),
    md5OfBody: message.MD5OfBody ?? '',
    ...(message.MD5OfMessageAttributes === undefined ? {} : { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}

import { gunzipSync } from 'node:zlib';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { createObjectStore } from '#lib/aws/objects.ts';
import { readParquet } from '#lib/exports/parquet.ts';
import type { EmbeddedStores } from './embedded-stores.ts';

/**
 * Everything that the stores hold, as text by the place where it lies: keys, objects as their readers read them, items
 * with all attributes, messages of the queues named.
 */
export async function readAll(
  { stores, bucket, tables, queueUrl }: EmbeddedStores,
  queues: readonly string[],
): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  const objects = createObjectStore(bucket, stores.clients.s3);
  for await (const key of objects.keys('')) all.set(`s3 ${key}`, await readable(key, await objects.get(key)));
  for (const [name, table] of Object.entries(tables)) {
    // A page is 1 MB: the tests write less.
    const { Items = [] } = await stores.clients.dynamodb.send(
      new ScanCommand({ TableName: table, ConsistentRead: true }),
    );
    for (const [index, item] of Items.entries()) all.set(`${name} ${index}`, JSON.stringify(item));
  }
  for (const queue of queues) {
    const { Messages = [] } = await stores.clients.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl(queue),
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 0,
        MessageAttributeNames: ['All'],
      }),
    );
    for (const { MessageId, Body, MessageAttributes } of Messages) {
      all.set(`${queue} ${MessageId}`, `${Body} ${JSON.stringify(MessageAttributes)}`);
    }
  }
  return all;
}

/** Places whose name or content has a text in it. */
export const placesOf = (all: ReadonlyMap<string, string>, text: string): string[] =>
  [...all].filter(([place, content]) => `${place} ${content}`.includes(text)).map(([place]) => place);

async function readable(key: string, content: Buffer | undefined): Promise<string> {
  if (content === undefined) return '';
  if (key.endsWith('.gz')) return gunzipSync(content).toString('utf8');
  if (!key.endsWith('.parquet')) return content.toString('utf8');
  return JSON.stringify(await readParquet(content), (_name, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}

/**
 * What the embedded stores take by themselves: the calls that a message and its pictures lead to, as fast as the stores
 * answer, with nothing of the product between. The stores have a process of their own, as much of one as the stack leaves
 * to them. Arguments: how many messages; prints how many there were each second.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { BatchWriteItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { createProvisioning, type StoreAccess } from '#lib/aws/provisioning.ts';
import { eachLimited } from '#lib/runtime/each-limited.ts';
import { drawnPicture } from './drawn-picture.ts';

export type StoresReady = { access: StoreAccess; bucket: string; table: string; inbox: string; pictures: string };

/** Of a hundred messages in the mix that `npm start` sends. */
const perHundred = { items: 142, pictures: 145, rawObjects: 3 };
const [batchItems, batchMessages, atOnce] = [25, 10, 16];

const count = Number(process.argv[2]);
const stores = fork(new URL('stores-process.ts', import.meta.url), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
const [ready] = (await once(stores, 'message')) as [StoresReady];
const { access, bucket, table, inbox, pictures } = ready;
const provisioning = createProvisioning(access);
const { sqs, s3, dynamodb } = provisioning.clients;

async function times(many: number, act: (index: number) => Promise<unknown>): Promise<void> {
  const indexes = Array.from({ length: Math.ceil(many) }, (_, index) => index);
  const results = await eachLimited(indexes, atOnce, async (index) => {
    await act(index);
  });
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
const text = (value: string) => ({ S: value });
const body = JSON.stringify({ message_id: '1676373406883530016', data: 'x'.repeat(2_000) });
const itemOf = (name: string) => ({ camera: text('DEVICE#0'), sk: text(name), data: text(body), day: text('any#day') });

async function takeAll(queueUrl: string, many: number): Promise<void> {
  for (let taken = 0; taken < many; ) {
    const records = await provisioning.receive('arn:aws:sqs:us-east-1:0:queue', queueUrl, batchMessages, 1);
    taken += records.length;
    await provisioning.delete(
      queueUrl,
      records.map(({ receiptHandle }) => receiptHandle),
    );
  }
}

async function hundred(name: string): Promise<void> {
  await times(100, () => sqs.send(new SendMessageCommand({ QueueUrl: inbox, MessageBody: body })));
  await takeAll(inbox, 100);
  await times(perHundred.rawObjects, (index) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key: `raw/${name}-${index}`, Body: Buffer.alloc(20_000, body) })),
  );
  await times(perHundred.items / batchItems, (batch) =>
    dynamodb.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [table]: Array.from({ length: batchItems }, (_, index) => ({
            PutRequest: { Item: itemOf(`${name}-${batch}-${index}`) },
          })),
        },
      }),
    ),
  );
  const keyOf = (index: number) => ({ camera: text('DEVICE#0'), sk: text(`${name}-picture-${index}`) });
  await times(perHundred.pictures, (index) =>
    dynamodb.send(new PutItemCommand({ TableName: table, Item: { ...keyOf(index), status: text('wanted') } })),
  );
  const jobs = Math.ceil(perHundred.pictures / batchMessages) * batchMessages;
  await times(jobs / batchMessages, () =>
    sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: pictures,
        Entries: Array.from({ length: batchMessages }, (_, index) => ({
          Id: `${index}`,
          MessageBody: body.slice(0, 800),
        })),
      }),
    ),
  );
  await takeAll(pictures, jobs);
  await times(perHundred.pictures, async (index) => {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `pictures/${name}-${index}`, Body: drawnPicture }));
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: table,
        Key: keyOf(index),
        UpdateExpression: 'SET #status = :stored',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':stored': text('stored') },
      }),
    );
  });
}

const startedMs = performance.now();
for (let index = 0; index < count / 100; index += 1) await hundred(`hundred-${index}`);
console.log((count / (performance.now() - startedMs)) * 1_000);
provisioning.close();
stores.disconnect();

/**
 * Writes events of the documented messages. Arguments: `batched` as the store functions do, or `single` with a PutItem
 * for each and a client as anyone makes it; a file with bodies; how many batches of 25 to warm up with, how many to
 * measure.
 */
import { readFileSync } from 'node:fs';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createEventsTable } from '#lib/aws/events-table.ts';
import { sha256Hex } from '#lib/callback/raw-body.ts';
import { type Item, text } from '#lib/events/attribute.ts';
import { eventRecord } from '#lib/events/event-record.ts';
import { argument, cpuOf, report } from '../harness/measure.ts';

const batchSize = 25;
const [way, file, warmUps, counted] = [argument(0), argument(1), Number(argument(2)), Number(argument(3))];
const settings = { timeZone: 'Asia/Shanghai', retentionDays: 365, facePictures: 'keep' } as const;
const events = (JSON.parse(readFileSync(file, 'utf8')) as string[]).map((one): Item => {
  const body = Buffer.from(one);
  const message = { receivedAt: new Date().toISOString(), subscription: '-', body, bodySha256: sha256Hex(body) };
  return eventRecord(message, settings).event;
});

let written = 0;
function nextBatch(): Item[] {
  return Array.from({ length: batchSize }, () => {
    written += 1;
    return { ...events[written % events.length], sk: text(`event-${written}`) };
  });
}

const client = new DynamoDBClient({});
const table = createEventsTable('events');
const write = {
  batched: async (items: readonly Item[]) => {
    const results = await table.putAll(items);
    if (results.some(({ status }) => status === 'rejected')) throw new Error('an event was not written');
  },
  single: async (items: readonly Item[]) => {
    for (const item of items) await client.send(new PutItemCommand({ TableName: 'events', Item: item }));
  },
}[way];
async function writeBatches(count: number): Promise<void> {
  for (let batch = 0; batch < count; batch += 1) await write?.(nextBatch());
}

await writeBatches(warmUps);
const cpu = await cpuOf(() => writeBatches(counted));
if (written === 0 || write === undefined) throw new Error(`there is no way ${way}`);
report({ cpu: cpu / counted / batchSize });
process.exit();

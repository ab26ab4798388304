import { setTimeout as wait } from 'node:timers/promises';
import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { TransientError } from '#lib/errors.ts';
import { type Item, text } from '#lib/events/attribute.ts';
import type { ReplayMessagesDeps } from '#lib/replay/replay-messages.ts';
import { type ItemKey, keyOf } from '#lib/replay/replay-plan.ts';
import { clientSettings } from './client-settings.ts';
import { createEventsTable } from './events-table.ts';
import { queryItems } from './query-items.ts';

const readLimit = 100;
const readAttempts = 6;
const firstPauseMs = 50;

/** The table `events` for whoever replays: what stands of a message is read as it is, rewritten and moved. */
export function createReplayedEvents(
  tableName: string,
  client = new DynamoDBClient(clientSettings()),
  random: () => number = Math.random,
): ReplayMessagesDeps['events'] {
  const keysOf = ({ camera, sk }: ItemKey): Item => ({ camera: text(camera), sk: text(sk) });
  const query = (input: Omit<QueryCommandInput, 'TableName'>): Promise<Item[]> =>
    Array.fromAsync(queryItems(client, { ...input, TableName: tableName }));
  const readSome = async (keys: readonly ItemKey[]): Promise<Item[]> => {
    const items: Item[] = [];
    let open = keys.map(keysOf);
    for (let attempt = 0; open.length > 0; attempt += 1) {
      if (attempt === readAttempts) throw new TransientError('items-unprocessed', 'DynamoDB is throttling reads');
      if (attempt > 0) await wait(random() * firstPauseMs * 2 ** attempt);
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: open, ConsistentRead: true } } }),
      );
      items.push(...((Responses?.[tableName] ?? []) as Item[]));
      open = (UnprocessedKeys?.[tableName]?.Keys ?? []) as Item[];
    }
    return items;
  };
  /** `false` where the item is not in the condition asked for. */
  const isDone = async (send: () => Promise<unknown>): Promise<boolean> => {
    try {
      await send();
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };
  const status = { '#status': 'status' };

  return {
    ...createEventsTable(tableName, client, random),
    family: ({ camera, sk }) =>
      query({
        KeyConditionExpression: 'camera = :camera AND begins_with(sk, :sk)',
        ExpressionAttributeValues: { ':camera': text(camera), ':sk': text(sk) },
        ConsistentRead: true,
      }),
    keysByDay: async (day, eventSk) => {
      const items = await query({
        IndexName: 'by-day',
        KeyConditionExpression: '#day = :day AND begins_with(sk, :sk)',
        ProjectionExpression: 'camera, sk',
        ExpressionAttributeNames: { '#day': 'day' },
        ExpressionAttributeValues: { ':day': text(day), ':sk': text(eventSk) },
      });
      return items.map(keyOf);
    },
    read: async (keys) => {
      const items: Item[] = [];
      for (let at = 0; at < keys.length; at += readLimit)
        items.push(...(await readSome(keys.slice(at, at + readLimit))));
      return items;
    },
    putUnlessStored: async (item) => {
      const put = new PutItemCommand({
        TableName: tableName,
        Item: item,
        ConditionExpression: 'attribute_not_exists(sk) OR #status <> :stored',
        ExpressionAttributeNames: status,
        ExpressionAttributeValues: { ':stored': text('stored') },
      });
      await isDone(() => client.send(put));
    },
    remove: ({ status: seen, ...key }) => {
      const condition =
        seen === undefined
          ? {}
          : {
              ConditionExpression: 'attribute_not_exists(sk) OR #status = :seen',
              ExpressionAttributeNames: status,
              ExpressionAttributeValues: { ':seen': text(seen) },
            };
      return isDone(() => client.send(new DeleteItemCommand({ TableName: tableName, Key: keysOf(key), ...condition })));
    },
  };
}

import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { PermanentError, TransientError } from '#lib/errors.ts';
import type { Item } from '#lib/events/attribute.ts';
import type { EventsTable } from '#lib/intake/store-messages.ts';
import { isValidationError, itemKey, writeBatch, writeLimit } from './batch-write.ts';
import { clientSettings } from './client-settings.ts';

/** The table `events`: immutable facts, so that writing one again changes nothing. */
export function createEventsTable(
  tableName: string,
  client = new DynamoDBClient(clientSettings()),
  random: () => number = Math.random,
): EventsTable {
  const putSingly = async (item: Item): Promise<void> => {
    try {
      await client.send(new PutItemCommand({ TableName: tableName, Item: item }));
    } catch (error) {
      if (isValidationError(error)) {
        throw new PermanentError('item-refused', 'DynamoDB does not take this item: report it with its raw line', {
          cause: error,
        });
      }
      throw error;
    }
  };

  const putBatch = async (items: readonly Item[]): Promise<PromiseSettledResult<void>[]> => {
    let left: Set<string>;
    try {
      const requests = items.map((item) => ({ PutRequest: { Item: item } }));
      const unprocessed = await writeBatch(client, tableName, requests, random);
      left = new Set(unprocessed.map(({ PutRequest }) => itemKey(PutRequest?.Item as Item | undefined)));
    } catch (reason) {
      // One item that DynamoDB refuses fails its whole batch: find out which, one at a time.
      if (isValidationError(reason)) return Promise.allSettled(items.map(putSingly));
      return items.map(() => ({ status: 'rejected', reason }));
    }
    return items.map((item) =>
      left.has(itemKey(item))
        ? { status: 'rejected', reason: new TransientError('items-unprocessed', 'DynamoDB is throttling writes') }
        : { status: 'fulfilled', value: undefined },
    );
  };

  return {
    putAll: async (items) => {
      const distinct = [...new Map(items.map((item) => [itemKey(item), item])).values()];
      const outcome = new Map<string, PromiseSettledResult<void>>();
      for (let at = 0; at < distinct.length; at += writeLimit) {
        const batch = distinct.slice(at, at + writeLimit);
        const results = await putBatch(batch);
        for (const [index, item] of batch.entries()) {
          const result = results[index];
          if (result !== undefined) outcome.set(itemKey(item), result);
        }
      }
      return items.map((item) => outcome.get(itemKey(item)) ?? { status: 'fulfilled', value: undefined });
    },
    putIfAbsent: async (item) => {
      try {
        await client.send(
          new PutItemCommand({ TableName: tableName, Item: item, ConditionExpression: 'attribute_not_exists(sk)' }),
        );
        return undefined;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
      const { Item: present } = await client.send(
        new GetItemCommand({
          TableName: tableName,
          Key: { camera: item['camera'] ?? { S: '' }, sk: item['sk'] ?? { S: '' } },
          ConsistentRead: true,
        }),
      );
      return present as Item | undefined;
    },
  };
}

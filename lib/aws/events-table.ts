import { setTimeout as wait } from 'node:timers/promises';
import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DynamoDBClient,
  DynamoDBServiceException,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { PermanentError, TransientError } from '#lib/errors.ts';
import { type Item, textOf } from '#lib/events/attribute.ts';
import type { EventsTable } from '#lib/intake/store-messages.ts';
import { clientSettings } from './client-settings.ts';

const batchLimit = 25;
const batchAttempts = 6;
const firstPauseMs = 50;

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
    let open = [...items];
    for (let attempt = 0; attempt < batchAttempts && open.length > 0; attempt += 1) {
      if (attempt > 0) await wait(random() * firstPauseMs * 2 ** attempt);
      try {
        const { UnprocessedItems } = await client.send(
          new BatchWriteItemCommand({
            RequestItems: { [tableName]: open.map((item) => ({ PutRequest: { Item: item } })) },
          }),
        );
        const unprocessed = new Set(
          (UnprocessedItems?.[tableName] ?? []).map(({ PutRequest }) => keyOf(PutRequest?.Item as Item | undefined)),
        );
        open = open.filter((item) => unprocessed.has(keyOf(item)));
      } catch (error) {
        // One item that DynamoDB refuses fails its whole batch: find out which, one at a time.
        if (isValidationError(error)) return Promise.allSettled(items.map(putSingly));
        if (attempt === batchAttempts - 1) return items.map(() => ({ status: 'rejected', reason: error }));
      }
    }
    const left = new Set(open.map(keyOf));
    return items.map((item) =>
      left.has(keyOf(item))
        ? { status: 'rejected', reason: new TransientError('items-unprocessed', 'DynamoDB is throttling writes') }
        : { status: 'fulfilled', value: undefined },
    );
  };

  return {
    putAll: async (items) => {
      const distinct = [...new Map(items.map((item) => [keyOf(item), item])).values()];
      const outcome = new Map<string, PromiseSettledResult<void>>();
      for (let at = 0; at < distinct.length; at += batchLimit) {
        const batch = distinct.slice(at, at + batchLimit);
        const results = await putBatch(batch);
        for (const [index, item] of batch.entries()) {
          const result = results[index];
          if (result !== undefined) outcome.set(keyOf(item), result);
        }
      }
      return items.map((item) => outcome.get(keyOf(item)) ?? { status: 'fulfilled', value: undefined });
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

const keyOf = (item: Item | undefined): string => `${textOf(item?.['camera'])}\n${textOf(item?.['sk'])}`;

const isValidationError = (error: unknown): boolean =>
  error instanceof DynamoDBServiceException && error.name === 'ValidationException';

import { setTimeout as wait } from 'node:timers/promises';
import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  DynamoDBServiceException,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { type Item, textOf } from '#lib/events/attribute.ts';

/** Most requests that DynamoDB takes at once. */
export const writeLimit = 25;
const attempts = 6;
const firstPauseMs = 50;

/**
 * Writes up to 25 items of the table `events`, again and again with growing pauses for those that DynamoDB leaves.
 *
 * @returns the requests that it has left in the end
 * @throws at once what says that an item is wrong, else what the last attempt failed with
 */
export async function writeBatch(
  client: DynamoDBClient,
  tableName: string,
  requests: readonly WriteRequest[],
  random: () => number,
): Promise<WriteRequest[]> {
  let open = [...requests];
  for (let attempt = 0; attempt < attempts && open.length > 0; attempt += 1) {
    if (attempt > 0) await wait(random() * firstPauseMs * 2 ** attempt);
    try {
      const { UnprocessedItems } = await client.send(
        new BatchWriteItemCommand({ RequestItems: { [tableName]: open } }),
      );
      const unprocessed = new Set((UnprocessedItems?.[tableName] ?? []).map(requestKey));
      open = open.filter((request) => unprocessed.has(requestKey(request)));
    } catch (error) {
      if (isValidationError(error) || attempt === attempts - 1) throw error;
    }
  }
  return open;
}

export const itemKey = (item: Item | undefined): string => `${textOf(item?.['camera'])}\n${textOf(item?.['sk'])}`;

export const isValidationError = (error: unknown): boolean =>
  error instanceof DynamoDBServiceException && error.name === 'ValidationException';

const requestKey = ({ PutRequest, DeleteRequest }: WriteRequest): string =>
  itemKey((PutRequest?.Item ?? DeleteRequest?.Key) as Item | undefined);

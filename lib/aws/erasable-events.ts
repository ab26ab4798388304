import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { ErasableItems } from '#lib/erasure/erase-events.ts';
import { TransientError } from '#lib/errors.ts';
import { type Item, text } from '#lib/events/attribute.ts';
import { writeBatch, writeLimit } from './batch-write.ts';
import { clientSettings } from './client-settings.ts';

/** Parts of the table that are read at the same time. */
const segments = 4;

/** The whole table `events`, to be looked through and thinned out. */
export function createErasableEvents(
  tableName: string,
  client = new DynamoDBClient(clientSettings()),
  random: () => number = Math.random,
): ErasableItems {
  const visitSegment = async (segment: number, visit: (items: readonly Item[]) => Promise<void>) => {
    let start: Item | undefined;
    do {
      const page = await client.send(
        new ScanCommand({
          TableName: tableName,
          Segment: segment,
          TotalSegments: segments,
          ConsistentRead: true,
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      );
      await visit((page.Items ?? []) as Item[]);
      start = page.LastEvaluatedKey as Item | undefined;
    } while (start !== undefined);
  };
  return {
    visit: async (visit) => {
      await Promise.all(Array.from({ length: segments }, (_, segment) => visitSegment(segment, visit)));
    },
    delete: async (keys) => {
      for (let at = 0; at < keys.length; at += writeLimit) {
        const requests = keys.slice(at, at + writeLimit).map(({ camera, sk }) => ({
          DeleteRequest: { Key: { camera: text(camera), sk: text(sk) } },
        }));
        const left = await writeBatch(client, tableName, requests, random);
        if (left.length > 0) throw new TransientError('items-unprocessed', 'DynamoDB is throttling: run it again');
      }
    },
  };
}

import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type Item, integer, text, textOf } from '#lib/events/attribute.ts';
import { jobOfItem } from '#lib/pictures/picture-items.ts';
import type { OpenPictures } from '#lib/pictures/retry-pictures.ts';
import { openHour } from '#lib/pictures/retry-schedule.ts';
import type { PictureItemKey, PictureItems } from '#lib/pictures/store-pictures.ts';
import { clientSettings } from './client-settings.ts';

const closed = ['open_hour', 'next_try_at'];

/** Picture items of the table `events`: `wanted` becomes `stored` or `missing`, and what is stored stays so. */
export function createPictureItems(
  tableName: string,
  client = new DynamoDBClient(clientSettings()),
): PictureItems & OpenPictures {
  const keyOf = ({ camera, sk }: PictureItemKey): Item => ({ camera: text(camera), sk: text(sk) });
  const read = async (key: PictureItemKey): Promise<Item | undefined> => {
    const { Item: item } = await client.send(
      new GetItemCommand({ TableName: tableName, Key: keyOf(key), ConsistentRead: true }),
    );
    return item as Item | undefined;
  };
  /** Changes an item that has not come to its end yet, which it tells; one that has, or that is gone, stays as it is. */
  const update = async (
    key: PictureItemKey,
    { set, remove = [], attempts = 1 }: { set: Item; remove?: readonly string[]; attempts?: 0 | 1 },
    isOpenTo: readonly string[],
  ): Promise<boolean> => {
    const names = Object.keys(set);
    const clauses = [
      `SET ${names.map((_, index) => `#s${index} = :s${index}`).join(', ')}`,
      ...(remove.length === 0 ? [] : [`REMOVE ${remove.join(', ')}`]),
      ...(attempts === 0 ? [] : ['ADD attempts :one']),
    ];
    const statuses = Object.fromEntries(isOpenTo.map((status, index) => [`:open${index}`, text(status)]));
    try {
      await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: keyOf(key),
          UpdateExpression: clauses.join(' '),
          ConditionExpression: `#status IN (${Object.keys(statuses).join(', ')})`,
          ExpressionAttributeNames: {
            '#status': 'status',
            ...Object.fromEntries(names.map((name, index) => [`#s${index}`, name])),
          },
          ExpressionAttributeValues: {
            ...statuses,
            ...(attempts === 0 ? {} : { ':one': integer(1) }),
            ...Object.fromEntries(names.map((name, index) => [`:s${index}`, set[name] ?? text('')])),
          },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };

  return {
    isOpen: async (key) => textOf((await read(key))?.['status']) === 'wanted',
    markStored: async (key, { s3Key, contentType, bytes, sha256, fetchedAt }) => {
      const isMarked = await update(
        key,
        {
          set: {
            status: text('stored'),
            s3_key: text(s3Key),
            content_type: text(contentType),
            bytes: integer(bytes),
            sha256: text(sha256),
            fetched_at: text(fetchedAt.toISOString()),
          },
          remove: [...closed, 'reason'],
        },
        // A picture that was given up for missing and came after all is as good as any.
        ['wanted', 'missing'],
      );
      return isMarked || (await read(key)) !== undefined ? 'kept' : 'gone';
    },
    markMissing: async (key, reason) => {
      await update(key, { set: { status: text('missing'), reason: text(reason) }, remove: closed }, ['wanted']);
    },
    postpone: async (key, reason, nextTryAt) => {
      await update(
        key,
        {
          set: {
            reason: text(reason),
            next_try_at: text(nextTryAt.toISOString()),
            open_hour: text(openHour(nextTryAt)),
          },
        },
        ['wanted'],
      );
    },
    async *due(hour, until) {
      let start: Item | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName: tableName,
            IndexName: 'open-pictures',
            KeyConditionExpression: 'open_hour = :hour AND next_try_at <= :until',
            ExpressionAttributeValues: { ':hour': text(hour), ':until': text(until.toISOString()) },
            ...(start === undefined ? {} : { ExclusiveStartKey: start }),
          }),
        );
        for (const item of (page.Items ?? []) as Item[]) {
          yield { camera: textOf(item['camera']) ?? '', sk: textOf(item['sk']) ?? '' };
        }
        start = page.LastEvaluatedKey as Item | undefined;
      } while (start !== undefined);
    },
    job: async (key) => {
      const item = await read(key);
      return item === undefined ? undefined : jobOfItem(item);
    },
    reschedule: async (key, nextTryAt) => {
      await update(
        key,
        {
          set: { next_try_at: text(nextTryAt.toISOString()), open_hour: text(openHour(nextTryAt)) },
          attempts: 0,
        },
        ['wanted'],
      );
    },
  };
}

import { BatchGetItemCommand, DynamoDBClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { allLimited } from '#lib/dashboard/all-limited.ts';
import type { CameraDays } from '#lib/dashboard/camera-completeness.ts';
import type { CameraDetailsDeps } from '#lib/dashboard/camera-details.ts';
import type { CameraSnapshotsDeps } from '#lib/dashboard/camera-snapshots.ts';
import { createRecentAnswers } from '#lib/dashboard/recent-answers.ts';
import type { ItemKey } from '#lib/dashboard/stored-item.ts';
import { TransientError } from '#lib/errors.ts';
import { type Item, text } from '#lib/events/attribute.ts';
import { clientSettings } from './client-settings.ts';
import { createObjectStore, listObjects } from './objects.ts';
import { queryItems } from './query-items.ts';
import { numbered } from './state-items.ts';

/** A page is a megabyte of what is looked at: what a camera tells of in a busy day, and in three of most. */
const mostPagesOfDay = 8;
const mostPagesBack = 3;
/** Cameras times types times days whose sums are kept in memory: some 15 MB. */
const mostCameraDays = 100_000;
const keysPerBatch = 100;
const parallelBatches = 4;
const mostTries = 5;

/** Reads single cameras in the table `events`. */
export function createCameraItems(
  tableName: string,
  client = new DynamoDBClient(clientSettings()),
): CameraDetailsDeps['cameraItems'] & CameraSnapshotsDeps['cameraSnapshots'] {
  /** Pages of a query, up to so many. */
  async function* pages(input: Omit<QueryCommandInput, 'TableName'>, most: number) {
    let start: Item | undefined;
    for (let page = 1; ; page += 1) {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          ...input,
          TableName: tableName,
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      );
      start = LastEvaluatedKey as Item | undefined;
      const isLast = start === undefined;
      yield { items: Items as Item[], isLast };
      if (isLast || page === most) return;
    }
  }
  return {
    statuses: (deviceId, date) =>
      Array.fromAsync(
        queryItems(client, {
          TableName: tableName,
          IndexName: 'by-day',
          KeyConditionExpression: '#day = :day',
          FilterExpression: 'device_id = :device',
          ExpressionAttributeNames: { '#day': 'day' },
          ExpressionAttributeValues: { ':day': text(`device_status#${date}`), ':device': text(deviceId) },
        }),
      ),
    items: createBatchReader(tableName, client),
    async *storedPictures(camera, before) {
      const query = {
        KeyConditionExpression: 'camera = :camera AND sk < :before',
        FilterExpression: '#status = :stored',
        ProjectionExpression: 'camera, sk, message_type, kind, s3_key, occurred_at',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':camera': text(camera),
          ':before': text(before.toISOString()),
          ':stored': text('stored'),
        },
        ScanIndexForward: false,
      };
      for await (const { items } of pages(query, mostPagesBack)) yield* items;
    },
    isKnown: async (camera) => {
      const { Count = 0 } = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'camera = :camera',
          ExpressionAttributeValues: { ':camera': text(camera) },
          Select: 'COUNT',
          Limit: 1,
        }),
      );
      return Count > 0;
    },
    snapshots: async (camera, { start, end }) => {
      const found: Item[] = [];
      let isComplete = false;
      const query = {
        KeyConditionExpression: 'camera = :camera AND sk BETWEEN :from AND :to',
        FilterExpression: 'message_type = :type',
        ExpressionAttributeValues: {
          ':camera': text(camera),
          ':from': text(start.toISOString()),
          ':to': text(end.toISOString()),
          ':type': text('snapshot'),
        },
      };
      for await (const { items, isLast } of pages(query, mostPagesOfDay)) {
        found.push(...items);
        isComplete = isLast;
      }
      return { items: found, isComplete };
    },
  };
}

/** Reads items of the table `events` by their keys, without the body of the message. */
export function createBatchReader(tableName: string, client: DynamoDBClient) {
  const columns =
    'camera sk occurred_at message_type method qos time_delay packet_loss_rate offline_reason_type itgt_type target_type vehicle_color vehicle_type car_pre_brand car_pre_brand_name'.split(
      ' ',
    );
  const projection = {
    ProjectionExpression: columns.map((_, index) => `#c${index}`).join(', '),
    ExpressionAttributeNames: numbered('#c', columns),
  };
  const readBatch = async (keys: readonly ItemKey[]): Promise<Item[]> => {
    const found: Item[] = [];
    let wanted: Item[] = keys.map(({ camera, sk }) => ({ camera: text(camera), sk: text(sk) }));
    // What did not fit into an answer is named in it.
    for (let tries = 0; wanted.length > 0; tries += 1) {
      if (tries === mostTries) throw new TransientError('items-left', 'DynamoDB leaves items unread: it is busy');
      const { Responses = {}, UnprocessedKeys = {} } = await client.send(
        new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: wanted, ...projection } } }),
      );
      found.push(...((Responses[tableName] ?? []) as Item[]));
      wanted = (UnprocessedKeys[tableName]?.Keys ?? []) as Item[];
    }
    return found;
  };
  return async (keys: readonly ItemKey[]): Promise<Item[]> => {
    const batches = Array.from({ length: Math.ceil(keys.length / keysPerBatch) }, (_, index) =>
      keys.slice(index * keysPerBatch, (index + 1) * keysPerBatch),
    );
    return (await allLimited(batches, parallelBatches, readBatch)).flat();
  };
}

/** What the views of cameras and vehicles read with, but for the inventory. */
export function createCameraDeps(env: { EVENTS_TABLE: string; BUCKET: string }, now: () => Date) {
  const items = createCameraItems(env.EVENTS_TABLE);
  return {
    cameraItems: items,
    cameraSnapshots: items,
    exports: createStoredExports(env.BUCKET),
    readManifests: createRecentAnswers<CameraDays>(mostCameraDays),
    now,
  };
}

/** Exports in the bucket: which there are, in which version, and what they hold. */
export function createStoredExports(bucket: string, client = new S3Client(clientSettings())) {
  const { get } = createObjectStore(bucket, client);
  return { get, list: (prefix: string, after: string) => listObjects(client, bucket, prefix, after) };
}

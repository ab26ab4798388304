import { DynamoDBClient, GetItemCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { EventDetailsDeps } from '#lib/dashboard/event-details.ts';
import type { ItemsPage, KeyRange } from '#lib/dashboard/event-feed.ts';
import type { EventsDeps } from '#lib/dashboard/events.ts';
import { keyOf } from '#lib/dashboard/stored-item.ts';
import { type Item, text } from '#lib/events/attribute.ts';
import { clientSettings } from './client-settings.ts';
import { createObjectStore } from './objects.ts';
import { createPrivacyKeyReader } from './secrets.ts';

/** What the view of events reads with, beside the inventory. */
export function createEventDeps(env: {
  BUCKET: string;
  EVENTS_TABLE: string;
  PLATES: 'clear' | 'hashed';
  PRIVACY_KEY_SECRET_ID: string;
}): Pick<EventsDeps & EventDetailsDeps, 'eventItems' | 'readObject' | 'plateKey'> {
  return {
    eventItems: createEventItems(env.EVENTS_TABLE),
    readObject: createObjectStore(env.BUCKET, new S3Client(clientSettings())).get,
    plateKey: env.PLATES === 'hashed' ? createPrivacyKeyReader(env.PRIVACY_KEY_SECRET_ID) : undefined,
  };
}

const summary =
  'camera sk event_camera message_type message_id device_id channel_id occurred_at received_at alarm_type classification alarm_status itgt_type plate_char method channel_state unbind_type'.split(
    ' ',
  );

/** Reads events in the table `events`, the newest first. */
export function createEventItems(
  tableName: string,
  client = new DynamoDBClient(clientSettings()),
): EventDetailsDeps['eventItems'] {
  const page = async (
    input: Omit<QueryCommandInput, 'TableName'>,
    { from, upTo }: KeyRange,
    next: Item | undefined,
  ): Promise<ItemsPage> => {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        ...input,
        TableName: tableName,
        ExpressionAttributeValues: { ...input.ExpressionAttributeValues, ':from': text(from), ':to': text(upTo) },
        ScanIndexForward: false,
        ...(next === undefined ? {} : { ExclusiveStartKey: next }),
      }),
    );
    return { items: Items as Item[], ...(LastEvaluatedKey === undefined ? {} : { next: LastEvaluatedKey as Item }) };
  };
  const firstOf = async (input: Omit<QueryCommandInput, 'TableName'>, most: number): Promise<Item[]> => {
    const { Items = [] } = await client.send(new QueryCommand({ ...input, TableName: tableName, Limit: most }));
    return Items as Item[];
  };
  const item: EventDetailsDeps['eventItems']['item'] = async ({ camera, sk }) => {
    const { Item: found } = await client.send(
      new GetItemCommand({ TableName: tableName, Key: { camera: text(camera), sk: text(sk) } }),
    );
    return found as Item | undefined;
  };
  return {
    ofDay: (day, range, most, next) =>
      page(
        {
          IndexName: 'by-day',
          KeyConditionExpression: '#day = :day AND sk BETWEEN :from AND :to',
          ExpressionAttributeNames: { '#day': 'day' },
          ExpressionAttributeValues: { ':day': text(day) },
          Limit: most,
        },
        range,
        next,
      ),
    ofCamera: (camera, range, most, next) =>
      page(
        {
          KeyConditionExpression: 'camera = :camera AND sk BETWEEN :from AND :to',
          ProjectionExpression: summary.map((name) => `#${name}`).join(', '),
          ExpressionAttributeNames: Object.fromEntries(summary.map((name) => [`#${name}`, name])),
          ExpressionAttributeValues: { ':camera': text(camera) },
          Limit: most,
        },
        range,
        next,
      ),
    ofPlate: (plate, { from, upTo }, most, next) =>
      page(
        {
          IndexName: 'by-plate',
          KeyConditionExpression: 'plate_prefix = :prefix AND plate_time BETWEEN :from AND :to',
          ExpressionAttributeValues: { ':prefix': text([...plate].slice(0, 2).join('')) },
          Limit: most,
        },
        { from: `${plate}#${from}`, upTo: `${plate}#${upTo}` },
        next,
      ),
    item,
    pictures: ({ camera, sk }, most) =>
      firstOf(
        {
          KeyConditionExpression: 'camera = :camera AND begins_with(sk, :sk)',
          ExpressionAttributeValues: { ':camera': text(camera), ':sk': text(`${sk}#picture#`) },
        },
        most,
      ),
    partKeys: async (day, sk, most) => {
      const items = await firstOf(
        {
          IndexName: 'by-day',
          KeyConditionExpression: '#day = :day AND begins_with(sk, :sk)',
          ProjectionExpression: 'camera, sk',
          ExpressionAttributeNames: { '#day': 'day' },
          ExpressionAttributeValues: { ':day': text(day), ':sk': text(`${sk}#`) },
        },
        most,
      );
      return items.map(keyOf);
    },
  };
}

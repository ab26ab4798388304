import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { createRecentAnswers } from '#lib/dashboard/recent-answers.ts';
import type { CountedVehicles, VehicleSummaryDeps } from '#lib/dashboard/vehicle-summary.ts';
import type { VehiclesDeps } from '#lib/dashboard/vehicles.ts';
import { type Item, text, textOf } from '#lib/events/attribute.ts';
import { clientSettings } from './client-settings.ts';
import { createBatchReader } from './dashboard-cameras.ts';
import { queryItems } from './query-items.ts';
import { createPrivacyKeyReader } from './secrets.ts';

const mostCountedDays = 100;

/** What the view of vehicles reads with, beside what cameras do. */
export function createVehicleDeps(env: {
  EVENTS_TABLE: string;
  PLATES: 'clear' | 'hashed';
  PRIVACY_KEY_SECRET_ID: string;
}) {
  return {
    plates: {
      ...createPlateIndex(env.EVENTS_TABLE),
      isHashed: env.PLATES === 'hashed',
      readKey: createPrivacyKeyReader(env.PRIVACY_KEY_SECRET_ID),
    },
    newestEvents: createNewestEvents(env.EVENTS_TABLE),
    countedVehicles: createRecentAnswers<CountedVehicles>(mostCountedDays),
  };
}

/** Reads the index by plate of the table `events`, and what belongs to its entries. */
export function createPlateIndex(
  tableName: string,
  client = new DynamoDBClient(clientSettings()),
): Pick<VehiclesDeps['plates'], 'page' | 'pictures'> {
  return {
    page: async ({ prefix, from, to, isNewestFirst }, most, after) => {
      const { Items = [], LastEvaluatedKey: last } = await client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: 'by-plate',
          KeyConditionExpression: 'plate_prefix = :prefix AND plate_time BETWEEN :from AND :to',
          ExpressionAttributeValues: { ':prefix': text(prefix), ':from': text(from), ':to': text(to) },
          ScanIndexForward: !isNewestFirst,
          Limit: most,
          ...(after === undefined
            ? {}
            : {
                ExclusiveStartKey: {
                  camera: text(after.camera),
                  sk: text(after.sk),
                  plate_prefix: text(prefix),
                  plate_time: text(after.plateTime),
                },
              }),
        }),
      );
      const textIn = (name: string) => textOf((last as Item | undefined)?.[name]) ?? '';
      return {
        items: Items as Item[],
        ...(last === undefined
          ? {}
          : { last: { camera: textIn('camera'), sk: textIn('sk'), plateTime: textIn('plate_time') } }),
      };
    },
    pictures: ({ camera, sk }) =>
      Array.fromAsync(
        queryItems(client, {
          TableName: tableName,
          KeyConditionExpression: 'camera = :camera AND begins_with(sk, :sk)',
          ExpressionAttributeValues: { ':camera': text(camera), ':sk': text(`${sk}#picture#`) },
        }),
      ),
  };
}

/** Reads the newest events of a type and day. */
export function createNewestEvents(
  tableName: string,
  client = new DynamoDBClient(clientSettings()),
): VehicleSummaryDeps['newestEvents'] {
  return {
    ofDay: async (messageType, date, most) => {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: 'by-day',
          KeyConditionExpression: '#day = :day',
          ExpressionAttributeNames: { '#day': 'day' },
          ExpressionAttributeValues: { ':day': text(`${messageType}#${date}`) },
          ScanIndexForward: false,
          Limit: most,
        }),
      );
      return { items: Items as Item[], isComplete: LastEvaluatedKey === undefined };
    },
    items: createBatchReader(tableName, client),
  };
}

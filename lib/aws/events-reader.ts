import { DynamoDBClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { Item } from '#lib/events/attribute.ts';
import { text } from '#lib/events/attribute.ts';
import { clientSettings } from './client-settings.ts';
import { queryItems } from './query-items.ts';

/** Reads the table `events` page by page, so that no day is too large. */
export type EventsReader = {
  /** Events and parts of events of a type and day, with their summary columns only (index `by-day`), by sort key. */
  day(messageType: string, date: string): AsyncGenerator<Item>;
  /** Everything of a camera from one instant to before another: events, their parts and pictures, by sort key. */
  camera(camera: string, from: Date, to: Date): AsyncGenerator<Item>;
  /** The sort key of the newest event of a type and day before an instant: cameras with a wrong clock tell of the future. */
  newest(messageType: string, date: string, before: Date): Promise<string | undefined>;
  /** How many events of a type happened from one instant to before another of the same day, counted up to a limit. */
  count(messageType: string, date: string, from: Date, to: Date, limit: number): Promise<number>;
};

export function createEventsReader(tableName: string, client = new DynamoDBClient(clientSettings())): EventsReader {
  const query = (input: Omit<QueryCommandInput, 'TableName'>) => queryItems(client, { ...input, TableName: tableName });
  const byDay = { IndexName: 'by-day', ExpressionAttributeNames: { '#day': 'day' } };
  return {
    day: (messageType, date) =>
      query({
        ...byDay,
        KeyConditionExpression: '#day = :day',
        ExpressionAttributeValues: { ':day': text(`${messageType}#${date}`) },
      }),
    camera: (camera, from, to) =>
      query({
        // Sort keys begin with the instant; the end is not part of the range, and no key equals an instant alone.
        KeyConditionExpression: 'camera = :camera AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: {
          ':camera': text(camera),
          ':from': text(from.toISOString()),
          ':to': text(to.toISOString()),
        },
      }),
    newest: async (messageType, date, before) => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          ...byDay,
          TableName: tableName,
          KeyConditionExpression: '#day = :day AND sk < :before',
          ExpressionAttributeValues: {
            ':day': text(`${messageType}#${date}`),
            ':before': text(before.toISOString()),
          },
          ScanIndexForward: false,
          Limit: 1,
        }),
      );
      return Items[0]?.['sk']?.S;
    },
    count: async (messageType, date, from, to, limit) => {
      const { Count = 0 } = await client.send(
        new QueryCommand({
          ...byDay,
          TableName: tableName,
          KeyConditionExpression: '#day = :day AND sk BETWEEN :from AND :to',
          ExpressionAttributeValues: {
            ':day': text(`${messageType}#${date}`),
            ':from': text(from.toISOString()),
            ':to': text(to.toISOString()),
          },
          Select: 'COUNT',
          Limit: limit,
        }),
      );
      return Count;
    },
  };
}

import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type Attribute, type Item, integer, text } from '#lib/events/attribute.ts';
import { clientSettings } from './client-settings.ts';

const secondsPerDay = 86_400;

/** When the table may forget an item. */
export const inDays = (now: Date, days: number): Attribute =>
  integer(Math.floor(now.getTime() / 1000) + days * secondsPerDay);

/** Placeholders of an expression, `#a0`, `#a1` …, and what they stand for. */
export const numbered = <T>(prefix: string, list: readonly T[]): Record<string, T> =>
  Object.fromEntries(list.map((element, index) => [`${prefix}${index}`, element]));

type Condition = { expression: string; values: Item; names: Record<string, string> };

/** The table `state`, item by item; each kind of item has an adapter of its own. */
export function createStateItems(tableName: string, client = new DynamoDBClient(clientSettings())) {
  return {
    get: async (kind: string, id: string): Promise<Item | undefined> => {
      const { Item: item } = await client.send(
        new GetItemCommand({ TableName: tableName, Key: { kind: text(kind), id: text(id) }, ConsistentRead: true }),
      );
      return item as Item | undefined;
    },
    put: async (kind: string, id: string, attributes: Item): Promise<void> => {
      await client.send(
        new PutItemCommand({ TableName: tableName, Item: { ...attributes, kind: text(kind), id: text(id) } }),
      );
    },
    /** Sets attributes and leaves the others; gives `false` where the condition does not hold. */
    update: async (kind: string, id: string, set: Item, condition?: Condition) => {
      const names = Object.keys(set);
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: { kind: text(kind), id: text(id) },
            UpdateExpression: `SET ${names.map((_, index) => `#s${index} = :s${index}`).join(', ')}`,
            ExpressionAttributeNames: {
              ...numbered('#s', names),
              ...condition?.names,
            },
            ExpressionAttributeValues: {
              ...numbered(':s', Object.values(set)),
              ...condition?.values,
            },
            ...(condition === undefined ? {} : { ConditionExpression: condition.expression }),
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
    /** Removes an item; does nothing where the condition does not hold. */
    remove: async (kind: string, id: string, condition?: Condition): Promise<void> => {
      try {
        await client.send(
          new DeleteItemCommand({
            TableName: tableName,
            Key: { kind: text(kind), id: text(id) },
            ...(condition === undefined
              ? {}
              : {
                  ConditionExpression: condition.expression,
                  ExpressionAttributeNames: condition.names,
                  ExpressionAttributeValues: condition.values,
                }),
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
    any: async (kind: string): Promise<boolean> => {
      const { Count = 0 } = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'kind = :kind',
          ExpressionAttributeValues: { ':kind': text(kind) },
          Select: 'COUNT',
          Limit: 1,
          ConsistentRead: true,
        }),
      );
      return Count > 0;
    },
    /** Items of a kind from the last id to the first, of those before `before` where it is given. */
    newest: async (kind: string, limit: number, before?: string): Promise<Item[]> => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: before === undefined ? 'kind = :kind' : 'kind = :kind AND id < :before',
          ExpressionAttributeValues: {
            ':kind': text(kind),
            ...(before === undefined ? {} : { ':before': text(before) }),
          },
          ScanIndexForward: false,
          Limit: limit,
        }),
      );
      return Items as Item[];
    },
    /** @param isConsistent whether what was written a moment ago has to be among them */
    query: async (kind: string, { isConsistent = false } = {}): Promise<Item[]> => {
      const items: Item[] = [];
      let start: Item | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName: tableName,
            KeyConditionExpression: 'kind = :kind',
            ExpressionAttributeValues: { ':kind': text(kind) },
            ConsistentRead: isConsistent,
            ...(start === undefined ? {} : { ExclusiveStartKey: start }),
          }),
        );
        items.push(...((page.Items ?? []) as Item[]));
        start = page.LastEvaluatedKey as Item | undefined;
      } while (start !== undefined);
      return items;
    },
  };
}

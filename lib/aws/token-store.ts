import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type Item, integer, text, textOf } from '#lib/events/attribute.ts';
import type { TokenStore } from '#lib/tokens/token-source.ts';
import { clientSettings } from './client-settings.ts';

/** The table `tokens`: the access token, and the lease of whoever is asking for another one. */
export function createTokenStore(
  tableName: string,
  now: () => Date,
  client = new DynamoDBClient(clientSettings()),
): TokenStore & { clear(): Promise<void> } {
  const tokenKey = { id: text('access-token') };
  const leaseKey = { id: text('access-token-lease') };
  const remove = async (key: Item, condition?: { expression: string; values: Item }): Promise<void> => {
    try {
      await client.send(
        new DeleteItemCommand({
          TableName: tableName,
          Key: key,
          ...(condition === undefined
            ? {}
            : { ConditionExpression: condition.expression, ExpressionAttributeValues: condition.values }),
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  };
  return {
    read: async () => {
      const { Item: item } = await client.send(
        new GetItemCommand({ TableName: tableName, Key: tokenKey, ConsistentRead: true }),
      );
      const stored = item as Item | undefined;
      const token = textOf(stored?.['token']);
      if (token === undefined) return undefined;
      return {
        token,
        expiresAt: new Date(textOf(stored?.['expires_at']) ?? 0),
        askedAt: new Date(textOf(stored?.['asked_at']) ?? 0),
      };
    },
    write: async ({ token, expiresAt, askedAt }) => {
      await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: {
            ...tokenKey,
            token: text(token),
            expires_at: text(expiresAt.toISOString()),
            asked_at: text(askedAt.toISOString()),
          },
        }),
      );
    },
    lease: async (holder, until) => {
      try {
        await client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: { ...leaseKey, holder: text(holder), until_ms: integer(until.getTime()) },
            ConditionExpression: 'attribute_not_exists(id) OR until_ms < :now',
            ExpressionAttributeValues: { ':now': integer(now().getTime()) },
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
    release: (holder) => remove(leaseKey, { expression: 'holder = :holder', values: { ':holder': text(holder) } }),
    clear: async () => {
      await remove(tokenKey);
      await remove(leaseKey);
    },
  };
}

import { type DynamoDBClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { Item } from '#lib/events/attribute.ts';

/** What a query finds, a page at a time. */
export async function* queryItems(client: DynamoDBClient, input: QueryCommandInput): AsyncGenerator<Item> {
  let start: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand({ ...input, ...(start === undefined ? {} : { ExclusiveStartKey: start }) }),
    );
    yield* (page.Items ?? []) as Item[];
    start = page.LastEvaluatedKey as Item | undefined;
  } while (start !== undefined);
}

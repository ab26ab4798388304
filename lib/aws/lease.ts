import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { integer, text } from '#lib/events/attribute.ts';
import { clientSettings } from './client-settings.ts';
import { createStateItems } from './state-items.ts';

/** Lets one run at a time do something: an item `lease` of the table `state`. */
export function createLease(
  tableName: string,
  name: string,
  holder: string,
  now: () => Date,
  client = new DynamoDBClient(clientSettings()),
) {
  const items = createStateItems(tableName, client);
  return {
    /** `false` while somebody else has it. */
    take: (until: Date): Promise<boolean> =>
      items.update(
        'lease',
        name,
        { holder: text(holder), until_ms: integer(until.getTime()) },
        {
          expression: 'attribute_not_exists(#until) OR #until <= :now',
          names: { '#until': 'until_ms' },
          values: { ':now': integer(now().getTime()) },
        },
      ),
    release: async (): Promise<void> => {
      await items.update(
        'lease',
        name,
        { until_ms: integer(0) },
        { expression: '#holder = :holder', names: { '#holder': 'holder' }, values: { ':holder': text(holder) } },
      );
    },
  };
}

import type { Provisioning } from '#lib/aws/provisioning.ts';

/** Creates a table like `state`, for a test that must not share the kinds of its items. */
export const createStateTable = (stores: Provisioning, name: string): Promise<void> =>
  stores.createTable({
    name,
    attributes: [
      { AttributeName: 'kind', AttributeType: 'S' },
      { AttributeName: 'id', AttributeType: 'S' },
    ],
    keys: [
      { AttributeName: 'kind', KeyType: 'HASH' },
      { AttributeName: 'id', KeyType: 'RANGE' },
    ],
    indexes: [],
  });

import { isDeepStrictEqual } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { integer, text, textOf, texts } from '#lib/events/attribute.ts';
import { keyText } from '#lib/replay/replay-plan.ts';
import type { ReplayedStates } from '#lib/replay/replay-states.ts';
import type { MovedMessages } from '#lib/replay/standing-items.ts';
import { clientSettings } from './client-settings.ts';
import { createStateItems } from './state-items.ts';
import { stateKey, stateValue } from './state-table.ts';

/** States of devices and channels, for messages that come again. */
export function createReplayedStates(tableName: string, client = new DynamoDBClient(clientSettings())): ReplayedStates {
  const items = createStateItems(tableName, client);
  return {
    isNews: async (change) => {
      const { kind, id } = stateKey(change);
      const known = (await items.get(kind, id))?.[change.aspect];
      const order = known !== undefined && 'M' in known ? textOf(known.M['order']) : undefined;
      if (order === undefined || order < change.order) return true;
      return order === change.order && !isDeepStrictEqual(known, stateValue(change));
    },
    restate: async (change) => {
      const { kind, id } = stateKey(change);
      const set = { [change.aspect]: stateValue(change) };
      const applied = await items.update(kind, id, set, {
        expression: 'attribute_not_exists(#aspect) OR #aspect.#order <= :order',
        names: { '#aspect': change.aspect, '#order': 'order' },
        values: { ':order': text(change.order) },
      });
      return applied ? 'applied' : 'older';
    },
  };
}

/** Where messages stand that were moved from the key in their raw line: items `moved` of the table `state`. */
export function createMovedMessages(tableName: string, client = new DynamoDBClient(clientSettings())): MovedMessages {
  const items = createStateItems(tableName, client);
  // Hardly any stack has moved a message, and then there is nothing to ask for each.
  let isAny: Promise<boolean> | undefined;
  return {
    places: async (inLine) => {
      isAny ??= items.any('moved');
      if (!(await isAny)) return [];
      const places = (await items.get('moved', keyText(inLine)))?.['places'];
      return (places !== undefined && 'L' in places ? places.L : []).map((place) => {
        const [camera = '', sk = ''] = (textOf(place) ?? '').split(' ');
        return { camera, sk };
      });
    },
    remember: async (inLine, places, expiresAtSeconds) => {
      isAny = Promise.resolve(true);
      await items.put('moved', keyText(inLine), {
        places: texts(places.map(keyText)),
        expires_at: integer(expiresAtSeconds),
      });
    },
  };
}

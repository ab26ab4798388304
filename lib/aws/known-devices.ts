import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Item, textOf } from '#lib/events/attribute.ts';
import { clientSettings } from './client-settings.ts';
import { createStateItems } from './state-items.ts';

const isOf = (encodedId: string, key: string | undefined): boolean =>
  key === encodedId || key?.startsWith(`${encodedId}#`) === true;

/** Where a message stood and stands: partition and sort key, with a blank between. */
const placesOf = (item: Item): string[] => {
  const { places = { L: [] } } = item;
  return [item['id'], ...('L' in places ? places.L : [])].flatMap((place) => textOf(place) ?? []);
};

/** Kinds of items of the table `state` that tell of devices, and which of them tell of one. */
const kinds: readonly (readonly [kind: string, isAbout: (item: Item, encodedId: string) => boolean])[] = [
  ...['device', 'channel', 'snapshot'].map(
    (kind) => [kind, (item: Item, encodedId: string) => isOf(encodedId, textOf(item['id']))] as const,
  ),
  ['spill', (item, encodedId) => isOf(encodedId, textOf(item['stored_camera']))],
  ['moved', (item, encodedId) => placesOf(item).some((place) => isOf(encodedId, place))],
  // A report lists devices as they were found last, and is written anew within the hour.
  ['report', (item, encodedId) => JSON.stringify(item).includes(JSON.stringify(decodeURIComponent(encodedId)))],
];

/**
 * Forgets what the table `state` knows of a device, by its id as it stands in keys. A device that is still there at IVM is
 * listed anew by the next look at the inventory.
 *
 * @returns how many items it was
 */
export async function eraseKnownDevice(
  tableName: string,
  encodedId: string,
  isDryRun: boolean,
  client = new DynamoDBClient(clientSettings()),
): Promise<number> {
  const items = createStateItems(tableName, client);
  let count = 0;
  for (const [kind, isAbout] of kinds) {
    for (const item of (await items.query(kind)).filter((one) => isAbout(one, encodedId))) {
      if (!isDryRun) await items.remove(kind, textOf(item['id']) ?? '');
      count += 1;
    }
  }
  return count;
}

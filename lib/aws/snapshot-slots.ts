import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { integer, text, textOf } from '#lib/events/attribute.ts';
import type { SnapshotSlots } from '#lib/snapshots/take-snapshots.ts';
import { clientSettings } from './client-settings.ts';
import { createStateItems } from './state-items.ts';

/** Who may ask which channel for a snapshot, and which slots are settled: items `snapshot` of the table `state`. */
export function createSnapshotSlots(
  tableName: string,
  now: () => Date,
  client = new DynamoDBClient(clientSettings()),
): SnapshotSlots {
  const items = createStateItems(tableName, client);
  return {
    claim: async (camera, slot, until) => {
      const isClaimed = await items.update(
        'snapshot',
        camera,
        { until_ms: integer(until.getTime()) },
        {
          expression:
            '(attribute_not_exists(#until) OR #until <= :now) AND (attribute_not_exists(#settled) OR #settled < :slot)',
          names: { '#until': 'until_ms', '#settled': 'settled_slot' },
          values: { ':now': integer(now().getTime()), ':slot': text(slot) },
        },
      );
      if (isClaimed) return 'claimed';
      const settled = textOf((await items.get('snapshot', camera))?.['settled_slot']);
      return settled !== undefined && settled >= slot ? 'done' : 'taken';
    },
    hold: async (camera, until) => {
      await items.update('snapshot', camera, { until_ms: integer(until.getTime()) });
    },
    settle: async (camera, slot) => {
      await items.update(
        'snapshot',
        camera,
        { settled_slot: text(slot) },
        {
          expression: 'attribute_not_exists(#settled) OR #settled < :slot',
          names: { '#settled': 'settled_slot' },
          values: { ':slot': text(slot) },
        },
      );
    },
  };
}

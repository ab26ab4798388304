import type { Provisioning } from '#lib/aws/provisioning.ts';
import { createDeviceStates } from '#lib/aws/state-table.ts';
import { sha256Hex } from '#lib/callback/raw-body.ts';
import { trackDevices } from '#lib/devices/track-devices.ts';
import { type Item, textOf } from '#lib/events/attribute.ts';
import { eventRecord } from '#lib/events/event-record.ts';
import type { OutgoingMessage } from '#lib/simulator/ivm-simulator.ts';
import { createStateTable } from '../support/state-table.ts';

const aspects = ['presence', 'description', 'quality', 'upgrade', 'package', 'storage'];

/** What a table knows of devices and channels: their aspects by kind and id. */
export async function deviceStates(stores: Provisioning, table: string): Promise<Map<string, Item>> {
  const states = new Map<string, Item>();
  for await (const { kind, id, ...known } of stores.items(table, ['kind', 'id', ...aspects])) {
    if (textOf(kind) === 'device' || textOf(kind) === 'channel') states.set(`${textOf(kind)} ${textOf(id)}`, known);
  }
  return states;
}

/** What is known of devices where the messages come one by one, in the order in which they were written. */
export async function deviceStatesInOrder(
  stores: Provisioning,
  messages: readonly OutgoingMessage[],
): Promise<Map<string, Item>> {
  const name = 'states-in-order';
  await createStateTable(stores, name);
  const states = createDeviceStates(name, stores.clients.dynamodb);
  for (const { body, subscription } of messages) {
    const message = { receivedAt: new Date().toISOString(), subscription, body, bodySha256: sha256Hex(body) };
    await trackDevices(states, [
      eventRecord(message, { timeZone: 'Asia/Shanghai', retentionDays: 365, facePictures: 'keep' }),
    ]);
  }
  return deviceStates(stores, name);
}

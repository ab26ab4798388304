import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { StateChange } from '#lib/devices/device-states.ts';
import type { PresenceFact } from '#lib/devices/presence-history.ts';
import { type Attribute, type Item, text, textOf } from '#lib/events/attribute.ts';
import { fitAttribute } from '#lib/events/fit-attribute.ts';
import type { InventoryChannel, InventoryChannels } from '#lib/inventory/inventory-channel.ts';
import type { InventoryStore, KnownEntry } from '#lib/inventory/sync-inventory.ts';
import { clientSettings } from './client-settings.ts';
import { createStateItems } from './state-items.ts';
import { createDeviceStates } from './state-table.ts';

/** Devices and channels in the table `state`. */
export function createInventoryStore(
  tableName: string,
  client = new DynamoDBClient(clientSettings()),
): InventoryStore & InventoryChannels & { markCounting(cameras: readonly string[], at: string): Promise<void> } {
  const items = createStateItems(tableName, client);
  return {
    ...createDeviceStates(tableName, client),
    known: async () => {
      const [devices, channels] = await Promise.all([items.query('device'), items.query('channel')]);
      return [...devices.map(knownDevice), ...channels.map(knownChannel)];
    },
    canonical: canonicalValues,
    writeReport: async (report) => {
      const { attribute } = fitAttribute(report, 'report');
      await items.put('report', 'inventory', attribute !== undefined && 'M' in attribute ? attribute.M : {});
    },
    channels: async () => {
      const [devices, channels] = await Promise.all([items.query('device'), items.query('channel')]);
      const deviceOf = new Map(devices.map((item) => [textOf(item['id']), item]));
      return channels.map((item) => inventoryChannel(item, deviceOf.get((textOf(item['id']) ?? '').split('#')[0])));
    },
    markCounting: async (cameras, at) => {
      for (const camera of cameras) await items.update('channel', camera, { counting_since: text(at) });
    },
  };
}

const mapOf = (item: Item | undefined, aspect: string): Item => {
  const attribute = item?.[aspect];
  return attribute !== undefined && 'M' in attribute ? attribute.M : {};
};
const flagOf = (attribute: Attribute | undefined): boolean | undefined =>
  attribute !== undefined && 'BOOL' in attribute ? attribute.BOOL : undefined;
const listOf = (attribute: Attribute | undefined): string[] =>
  attribute !== undefined && 'L' in attribute ? attribute.L.flatMap((element) => textOf(element) ?? []) : [];

function knownDevice(item: Item): KnownEntry {
  return { deviceId: decodedId(item, 0), ...knownAspects(item) };
}

function knownChannel(item: Item): KnownEntry {
  return { deviceId: decodedId(item, 0), channelId: decodedId(item, 1), ...knownAspects(item) };
}

/** Ids stand percent-encoded in the key; an overlong one that was cut there stands whole in what a listing wrote. */
function decodedId(item: Item, part: 0 | 1): string {
  const listed = textOf(mapOf(item, 'inventory')[part === 0 ? 'device_id' : 'channel_id']);
  const encoded = (textOf(item['id']) ?? '').split('#')[part] ?? '-';
  return listed ?? (encoded === '-' ? '' : decodeURIComponent(encoded));
}

function knownAspects(item: Item): Omit<KnownEntry, 'deviceId' | 'channelId'> {
  const canonicalOf = (aspect: string) => (item[aspect] === undefined ? undefined : canonicalMap(mapOf(item, aspect)));
  const aspects = (['inventory', 'package', 'listing'] as const).flatMap((aspect) => {
    const canonical = canonicalOf(aspect);
    return canonical === undefined ? [] : [[aspect, canonical] as const];
  });
  return {
    aspects: Object.fromEntries(aspects),
    isOnline: flagOf(mapOf(item, 'presence')['online']),
    isVanished: textOf(mapOf(item, 'listing')['status']) === 'vanished',
  };
}

function canonicalValues(values: StateChange['values']): string {
  const { attribute } = fitAttribute(values, 'values');
  return attribute !== undefined && 'M' in attribute ? canonicalMap(attribute.M) : '';
}

/** The order of a change is no part of what it says. */
function canonicalMap({ order: _order, ...values }: Item): string {
  const entries = Object.entries(values).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify(entries);
}

function inventoryChannel(item: Item, device: Item | undefined): InventoryChannel {
  const listed = mapOf(item, 'inventory');
  const described = mapOf(item, 'description');
  const ofDevice = mapOf(device, 'inventory');
  const packageOf = (one: Item | undefined) => textOf(mapOf(one, 'package')['status']);
  const isGone =
    [item, device].some((one) => textOf(mapOf(one, 'listing')['status']) === 'vanished') ||
    [item, device].some((one) => packageOf(one) === 'gone');
  return {
    deviceId: decodedId(item, 0),
    channelId: decodedId(item, 1),
    deviceName:
      textOf(listed['device_name']) ??
      textOf(ofDevice['device_name']) ??
      textOf(mapOf(device, 'description')['device_name']) ??
      '',
    channelName: textOf(listed['channel_name']) ?? textOf(described['channel_name']) ?? '',
    protocol: textOf(listed['access_protocol']) ?? textOf(ofDevice['access_protocol']) ?? '',
    abilities: [
      ...new Set([
        ...listOf(listed['abilities']),
        ...listOf(ofDevice['abilities']),
        ...listOf(described['channel_ability']),
      ]),
    ],
    isOnline: isOnline(item, device),
    presence: [
      ...presenceFacts(device, { deviceId: decodedId(item, 0) }),
      ...presenceFacts(item, { deviceId: decodedId(item, 0), channelId: decodedId(item, 1) }),
    ],
    status: isGone ? 'gone' : statusOf(packageOf(item)),
    lacking: listOf(mapOf(item, 'package')['lacking']),
    hasCountedPeople: item['counting_since'] !== undefined,
  };
}

function presenceFacts(item: Item | undefined, ids: Pick<PresenceFact, 'deviceId' | 'channelId'>): PresenceFact[] {
  const presence = mapOf(item, 'presence');
  const online = flagOf(presence['online']);
  // The order of a change begins with its time.
  const at = new Date((textOf(presence['order']) ?? '').split('#')[0] ?? '');
  return online === undefined || Number.isNaN(at.getTime()) ? [] : [{ ...ids, at, online, isObservation: true }];
}

/** A channel of a device that is offline is offline, whatever was last heard of the channel itself. */
function isOnline(item: Item, device: Item | undefined): boolean | undefined {
  const own = flagOf(mapOf(item, 'presence')['online']);
  return flagOf(mapOf(device, 'presence')['online']) === false ? false : own;
}

const statusOf = (status: string | undefined): InventoryChannel['status'] =>
  status === 'granted' || status === 'no-package' ? status : 'unknown';

import { applyChanges, type DeviceStates, type StateChange } from '#lib/devices/device-states.ts';
import type { Channel, Device, InventoryClient } from '#lib/ivm/inventory-client.ts';
import { log } from '#lib/runtime/log.ts';
import type { Metric } from '#lib/runtime/metrics.ts';
import { type ChannelPackages, channelPackages, isFrozenState, type PackageState } from './channel-packages.ts';
import { type Listing, listAllChannels, listAllDevices } from './list-inventory.ts';

/** What the state table holds of one device or channel, as far as a sync compares it. */
export type KnownEntry = {
  deviceId: string;
  channelId?: string;
  /** Values of the aspects that are compared whole, in a canonical text. */
  aspects: { readonly [aspect in ComparedAspect]?: string };
  /** `undefined` where nothing is known. */
  isOnline: boolean | undefined;
  isVanished: boolean;
};

export type ComparedAspect = 'inventory' | 'package' | 'listing';

export type InventoryStore = DeviceStates & {
  known(): Promise<KnownEntry[]>;
  /** Text of an aspect's values, as `known` gives it. */
  canonical(values: StateChange['values']): string;
  writeReport(report: InventoryReport): Promise<void>;
};

type PackageTally = { [state in PackageState]: number };

export type InventoryReport = {
  synced_at: string;
  devices: number;
  channels: number;
  /** `false`: less came than IVM says there is, so that nothing was taken for vanished. */
  is_complete: boolean;
  changed: number;
  vanished: number;
  returned: number;
  access: PackageTally;
  industry_data: PackageTally;
  frozen: number;
  /** Channels that can't send data. */
  without_package: number;
};

export type SyncInventoryDeps = {
  ivm: InventoryClient;
  inventory: InventoryStore;
  metric: Metric;
  now: () => Date;
};

/**
 * Brings the state of all devices and channels to what IVM lists: names, abilities, packages, whether they are online,
 * and marks those that are listed no more. Writes only what differs. Each aspect carries the time at which the sync
 * began, so that news of a callback that came meanwhile stand.
 *
 * @throws what IVM answers where a listing can't be read to its end; nothing was written then
 */
export async function syncInventory({ ivm, inventory, metric, now }: SyncInventoryDeps): Promise<InventoryReport> {
  const startedAt = now().toISOString();
  const devices = await listAllDevices(ivm);
  const channels = await listAllChannels(ivm);
  const known = new Map((await inventory.known()).map((entry) => [keyOf(entry), entry]));

  const frozenDevices = new Set(
    devices.entries
      .filter(({ device_system_state }) => isFrozenState(device_system_state))
      .map(({ device_id }) => device_id),
  );
  const packages = channels.entries.map((channel) => channelPackages(channel, frozenDevices.has(channel.device_id)));
  const order = `${startedAt}#inventory`;
  const listed = [
    ...devices.entries.flatMap((device) => deviceChanges(device, order)),
    ...channels.entries.flatMap((channel, index) => channelChanges(channel, packages[index], order)),
  ];
  const changed = listed.filter((change) => {
    const entry = known.get(keyOf(change));
    // A callback says more of a presence than a listing, and all of it stands while the two agree.
    if (change.aspect === 'presence') return entry?.isOnline !== change.values['online'];
    return entry?.aspects[change.aspect] !== inventory.canonical(change.values);
  });
  const vanished = vanishedEntries(known, { devices, channels });
  const vanishings = vanished.map(
    (entry): AspectChange => ({
      ...idsOf(entry),
      aspect: 'listing',
      order,
      values: { status: 'vanished', vanished_at: startedAt },
    }),
  );
  await apply(inventory, [...changed, ...vanishings]);

  const listedKeys = new Set(listed.map(keyOf));
  const isComplete = devices.isComplete && channels.isComplete;
  const report: InventoryReport = {
    synced_at: startedAt,
    devices: devices.entries.length,
    channels: channels.entries.length,
    is_complete: isComplete,
    changed: changed.length,
    // What only callbacks have told of was never there to vanish.
    vanished: vanished.filter(({ aspects }) => aspects.listing !== undefined).length,
    returned: [...known.values()].filter((entry) => entry.isVanished && listedKeys.has(keyOf(entry))).length,
    access: tally(packages.map(({ access }) => access)),
    industry_data: tally(packages.map(({ industryData }) => industryData)),
    frozen: packages.filter(({ isFrozen }) => isFrozen).length,
    without_package: packages.filter(({ status }) => status === 'no-package').length,
  };
  await inventory.writeReport(report);
  metric('ChannelsListed', report.channels);
  metric('ChannelsWithoutPackage', report.without_package);
  if (report.vanished > 0) metric('CamerasVanished', report.vanished);
  if (!isComplete) {
    metric('InventoryIncomplete');
    log.warn('IVM listed less than it says there is; nothing was taken for vanished', {
      devices: report.devices,
      channels: report.channels,
    });
  }
  return report;
}

type AspectChange = StateChange & { aspect: ComparedAspect | 'presence' };

async function apply(inventory: InventoryStore, changes: readonly AspectChange[]): Promise<void> {
  const [failed] = (await applyChanges(inventory, changes)).values();
  // What was written stands, and the rest differs still at the next run.
  if (failed !== undefined) throw failed.reason;
}

function deviceChanges(device: Device, order: string): AspectChange[] {
  const base = { deviceId: device.device_id, order };
  return [
    {
      ...base,
      aspect: 'inventory',
      values: {
        device_id: device.device_id,
        device_name: device.device_name,
        device_type: device.device_type,
        access_protocol: device.access_protocol,
        abilities: device.device_ability,
        frozen: isFrozenState(device.device_system_state),
      },
    },
    ...presence(base, device.device_state),
    { ...base, aspect: 'package', values: { status: 'granted' } },
    { ...base, aspect: 'listing', values: { status: 'listed' } },
  ];
}

function channelChanges(channel: Channel, packages: ChannelPackages | undefined, order: string): AspectChange[] {
  const base = { deviceId: channel.device_id, channelId: channel.channel_id, order };
  return [
    {
      ...base,
      aspect: 'inventory',
      values: {
        device_id: channel.device_id,
        channel_id: channel.channel_id,
        device_name: channel.device_name,
        channel_name: channel.channel_name,
        channel_type: channel.channel_type,
        access_protocol: channel.access_protocol,
        abilities: channel.channel_ability,
      },
    },
    ...presence(base, channel.channel_state),
    { ...base, aspect: 'listing', values: { status: 'listed' } },
    ...(packages === undefined
      ? []
      : [
          {
            ...base,
            aspect: 'package' as const,
            values: {
              status: packages.status,
              lacking: packages.lacking,
              access: packages.access,
              industry_data: packages.industryData,
              frozen: packages.isFrozen,
            },
          },
        ]),
  ];
}

/** What is not registered is neither online nor offline. */
const presence = (base: Omit<StateChange, 'aspect' | 'values'>, state: string): AspectChange[] =>
  state === 'ONLINE' || state === 'OFFLINE'
    ? [{ ...base, aspect: 'presence', values: { online: state === 'ONLINE' } }]
    : [];

/** Only a complete listing says what is not in it; channels are judged by the listing of channels. */
function vanishedEntries(
  known: ReadonlyMap<string, KnownEntry>,
  { devices, channels }: { devices: Listing<Device>; channels: Listing<Channel> },
): KnownEntry[] {
  const present = new Set([
    ...devices.entries.map(({ device_id }) => keyOf({ deviceId: device_id })),
    ...channels.entries.map(({ device_id, channel_id }) => keyOf({ deviceId: device_id, channelId: channel_id })),
  ]);
  return [...known.values()].filter((entry) => {
    const isJudged = entry.channelId === undefined ? devices.isComplete : channels.isComplete;
    return isJudged && !entry.isVanished && !present.has(keyOf(entry));
  });
}

const keyOf = ({ deviceId, channelId }: { deviceId: string; channelId?: string }): string =>
  channelId === undefined ? deviceId : `${deviceId}#${channelId}`;

const idsOf = ({ deviceId, channelId }: KnownEntry): { deviceId: string; channelId?: string } =>
  channelId === undefined ? { deviceId } : { deviceId, channelId };

function tally(states: readonly PackageState[]): PackageTally {
  const counts: PackageTally = { granted: 0, arrears: 0, closed: 0, unknown: 0 };
  for (const state of states) counts[state] += 1;
  return counts;
}

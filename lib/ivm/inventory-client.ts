import { channels } from './operations/channels.ts';
import { devices } from './operations/devices.ts';
import { operationCaller } from './operations/operation-caller.ts';
import type { TokenCalls } from './token-calls.ts';

const deviceTexts = [
  'device_id',
  'device_name',
  'device_type',
  'device_state',
  'device_system_state',
  'access_protocol',
] as const;
const channelTexts = [
  'device_id',
  'device_name',
  'channel_id',
  'channel_name',
  'channel_state',
  'channel_system_state',
  'channel_type',
  'access_protocol',
] as const;

/** Texts are empty where IVM does not tell them; the ids never are. */
export type Device = { [name in (typeof deviceTexts)[number]]: string } & { device_ability: string[] };
export type Channel = { [name in (typeof channelTexts)[number]]: string } & {
  channel_resource_state: string[];
  channel_ability: string[];
};

/** A page of a listing. `total` is of the whole listing, `undefined` where the answer does not say it. */
export type Page<Entry> = { total: number | undefined; entries: Entry[] };

export type InventoryClient = {
  /**
   * All devices of the user, the oldest first (6.2).
   *
   * @param page from 0: this interface counts pages
   * @param limit entries on a page, 1 to 1000
   */
  listDevices(page: number, limit: number): Promise<Page<Device>>;
  /**
   * All channels of the user, the oldest first (7.2).
   *
   * @param row from 0: this interface counts rows
   * @param limit entries on a page, 1 to 1000
   */
  listChannels(row: number, limit: number): Promise<Page<Channel>>;
};

export function createInventoryClient(calls: TokenCalls, userId: string): InventoryClient {
  const call = operationCaller(calls, userId);
  // What is added meanwhile comes last, so that it shifts no page.
  const order = { sort_by: 'create_time', direction: 'ASC' } as const;
  return {
    listDevices: async (page, limit) => {
      const reply = await call('listDevices', devices.listDevices, { ...order, offset: page, limit });
      const entries = reply.devices
        .map((device) => ({ ...textsOf(device, deviceTexts), device_ability: device.device_ability }))
        .filter(({ device_id }) => device_id !== '');
      return { total: totalOf(reply), entries };
    },
    listChannels: async (row, limit) => {
      const reply = await call('listChannels', channels.listChannels, { ...order, offset: row, limit });
      const entries = reply.channels
        .map((channel) => ({
          ...textsOf(channel, channelTexts),
          channel_resource_state: channel.channel_resource_state,
          channel_ability: channel.channel_ability,
        }))
        .filter(({ device_id, channel_id }) => device_id !== '' && channel_id !== '');
      return { total: totalOf(reply), entries };
    },
  };
}

const textsOf = <Name extends string>(
  entry: { readonly [name in Name]?: string | undefined },
  names: readonly Name[],
): { [name in Name]: string } =>
  Object.fromEntries(names.map((name) => [name, entry[name] ?? ''])) as { [name in Name]: string };

/** A total below zero is none: all that is known would be beyond it, and count as vanished. */
const totalOf = ({ total }: { total?: number | undefined }): number | undefined =>
  total === undefined || total < 0 ? undefined : total;

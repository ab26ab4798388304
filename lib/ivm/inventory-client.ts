import type * as z from 'zod';
import { type ChannelEntry, ChannelsReply, type DeviceEntry, DevicesReply } from './replies.ts';
import type { TokenCalls } from './token-calls.ts';

export type Device = z.output<typeof DeviceEntry>;
export type Channel = z.output<typeof ChannelEntry>;

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

export function createInventoryClient({ call }: TokenCalls, userId: string): InventoryClient {
  const query = (offset: number, limit: number) => ({
    offset: String(offset),
    limit: String(limit),
    // What is added meanwhile comes last, so that it shifts no page.
    sort_by: 'create_time',
    direction: 'ASC',
  });
  return {
    listDevices: async (page, limit) => {
      const request = { name: 'listDevices', method: 'GET', path: `/v1/${userId}/devices` } as const;
      const { total, devices } = await call(DevicesReply, { ...request, query: query(page, limit) });
      return { total, entries: devices };
    },
    listChannels: async (row, limit) => {
      const request = { name: 'listChannels', method: 'GET', path: `/v1/${userId}/channels` } as const;
      const { total, channels } = await call(ChannelsReply, { ...request, query: query(row, limit) });
      return { total, entries: channels };
    },
  };
}

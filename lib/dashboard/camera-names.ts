import * as z from 'zod';
import { cameraKey } from '#lib/events/event-keys.ts';
import type { InventoryChannel, InventoryChannels } from '#lib/inventory/inventory-channel.ts';
import { ItemId, itemId } from './item-id.ts';
import { pageToken, readPageToken } from './page-token.ts';
import { route } from './route.ts';

export type CameraNamesDeps = { inventory: InventoryChannels };

const pageSize = 1_000;
const list = 'camera-names';

/** What a camera goes by: to choose it, and to show beside what comes from it. */
export const CameraName = z.strictObject({
  id: ItemId,
  device_id: z.string(),
  channel_id: z.string(),
  name: z.string().describe('of the channel, else of the device, else the ids'),
});
export type CameraName = z.infer<typeof CameraName>;

export const cameraName = ({ deviceId, channelId, deviceName, channelName }: InventoryChannel): CameraName => ({
  id: itemId(cameraKey(deviceId, channelId)),
  device_id: deviceId,
  channel_id: channelId,
  name: channelName || deviceName || `${deviceId} / ${channelId}`,
});

export const CameraNames = z.strictObject({ cameras: z.array(CameraName), next: z.string().optional() });
export type CameraNames = z.infer<typeof CameraNames>;

export const cameraNamesRoute = route({
  path: '/api/camera-names',
  summary: 'Names of all cameras that are known, in the order of their names',
  query: z.strictObject({ page: z.string().optional().describe('`next` of the page before') }),
  answer: CameraNames,
  handle: async ({ inventory }: CameraNamesDeps, { page }) => {
    const start = page === undefined ? 0 : readPageToken(list, z.int().min(0), page);
    const names = (await inventory.channels())
      .map(cameraName)
      .toSorted((one, other) => one.name.localeCompare(other.name, 'zh') || (one.id < other.id ? -1 : 1));
    const end = start + pageSize;
    return { cameras: names.slice(start, end), ...(end < names.length ? { next: pageToken(list, end) } : {}) };
  },
});

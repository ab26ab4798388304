import * as z from 'zod';
import { cameraKey } from '#lib/events/event-keys.ts';
import type { InventoryChannel, InventoryChannels } from '#lib/inventory/inventory-channel.ts';
import { CameraName, cameraName } from './camera-names.ts';
import { readCameraId } from './item-id.ts';
import { pageToken, readPageToken } from './page-token.ts';
import { notFound } from './problem.ts';
import { route } from './route.ts';

export type CamerasDeps = { inventory: InventoryChannels };

const pageSize = 50;
const order = new Intl.Collator('zh', { numeric: true });

/** `gone`: deleted or unbound, or not listed any more; whether it is online can't be known then. */
export const CameraState = z.enum(['online', 'offline', 'unknown', 'gone']);
export type CameraState = z.infer<typeof CameraState>;

/** What is known of a camera now. */
export const Camera = CameraName.extend({
  device_name: z.string(),
  channel_name: z.string(),
  protocol: z.string().nullable().describe('`HOLO` or `GB28181`; null where no listing has named it'),
  state: CameraState,
  since: z.iso.datetime().nullable().describe('the change, or the look, that the state is known from'),
  package: z.enum(['granted', 'no-package', 'gone', 'unknown']),
  lacking: z.array(z.string()).describe('what keeps it from sending data: `access`, `industry-data`, `frozen`'),
  abilities: z.array(z.string()),
});
export type Camera = z.infer<typeof Camera>;

export const Cameras = z.strictObject({
  cameras: z.array(Camera),
  counts: z
    .record(CameraState, z.int())
    .describe('how many cameras are in which state, of those that the text is found in'),
  next: z.string().optional(),
});
export type Cameras = z.infer<typeof Cameras>;

export const camerasRoute = route({
  path: '/api/cameras',
  summary: 'Cameras that a listing or a callback has told of, in the order of their names, those that are gone last',
  query: z.strictObject({
    text: z.string().max(200).optional().describe('a piece of the name or of an id'),
    state: CameraState.optional(),
    page: z.string().optional().describe('`next` of the page before'),
  }),
  answer: Cameras,
  handle: async ({ inventory }: CamerasDeps, { text = '', state, page }) => {
    const list = `cameras ${state ?? ''} ${text}`;
    const start = page === undefined ? 0 : readPageToken(list, z.int().min(0), page);
    const piece = folded(text.trim());
    const found = (await inventory.channels()).map(cameraOf).filter((camera) => isFound(camera, piece));
    const counts: Cameras['counts'] = { online: 0, offline: 0, unknown: 0, gone: 0 };
    for (const one of found) counts[one.state] += 1;
    const listed = found.filter((one) => state === undefined || one.state === state).toSorted(byPlaceInList);
    const end = start + pageSize;
    return {
      cameras: listed.slice(start, end),
      counts,
      ...(end < listed.length ? { next: pageToken(list, end) } : {}),
    };
  },
});

/** Those that are gone come last: nobody looks for them first, and in time they are many. */
const byPlaceInList = (one: Camera, other: Camera): number =>
  Number(one.state === 'gone') - Number(other.state === 'gone') ||
  order.compare(one.name, other.name) ||
  (one.id < other.id ? -1 : 1);

/** What is known of a channel of the inventory, as the API tells it. */
export function cameraOf(channel: InventoryChannel): Camera {
  const state = stateOf(channel);
  return {
    ...cameraName(channel),
    device_name: channel.deviceName,
    channel_name: channel.channelName,
    protocol: channel.protocol === '' ? null : channel.protocol,
    state,
    since: sinceOf(channel, state),
    package: channel.status,
    lacking: [...channel.lacking],
    abilities: [...channel.abilities],
  };
}

function stateOf({ status, isOnline }: InventoryChannel): CameraState {
  if (status === 'gone') return 'gone';
  if (isOnline === undefined) return 'unknown';
  return isOnline ? 'online' : 'offline';
}

/** It is online since the last of device and channel came, and offline since the first of them went. */
function sinceOf({ presence }: InventoryChannel, state: CameraState): string | null {
  if (state !== 'online' && state !== 'offline') return null;
  const times = presence
    .filter(({ online }) => online === (state === 'online'))
    .map(({ at }) => at.getTime())
    .toSorted((one, other) => one - other);
  const at = state === 'online' ? times.at(-1) : times[0];
  return at === undefined ? null : new Date(at).toISOString();
}

const folded = (text: string): string => text.normalize('NFKC').toLowerCase();

const isFound = ({ name, device_name, device_id, channel_id }: Camera, piece: string): boolean =>
  piece === '' || [name, device_name, device_id, channel_id].some((one) => folded(one).includes(piece));

/** A camera as requests name it, with what the inventory knows of it. */
export type AskedCamera = {
  /** Partition key of the table `events`. */
  key: string;
  deviceId: string;
  channelId: string;
  /** `undefined` for one that only events have told of. */
  channel: InventoryChannel | undefined;
};

/** @throws RequestProblem where the id is none */
export async function askedCamera({ inventory }: CamerasDeps, id: string): Promise<AskedCamera> {
  const key = readCameraId(id);
  const channel = (await inventory.channels()).find((one) => cameraKey(one.deviceId, one.channelId) === key);
  const { deviceId, channelId } = channel ?? idsOf(key);
  return { key, deviceId, channelId, channel };
}

function idsOf(key: string): { deviceId: string; channelId: string } {
  const [deviceId = '', channelId = ''] = key.split('#').map((part) => {
    try {
      return part === '-' ? '' : decodeURIComponent(part);
    } catch {
      throw notFound('unknown-camera', 'There is no such camera');
    }
  });
  return { deviceId, channelId };
}

import { cameraKey } from '#lib/events/event-keys.ts';
import type { InventoryChannel } from '#lib/inventory/inventory-channel.ts';

/** A channel of which statistics are asked. */
export type CountingChannel = { deviceId: string; channelId: string; channelName: string; camera: string };

export type ExcludedChannel = { device_id: string; channel_id: string; reason: string };

/** Channels that can count, in the order of their keys, and the others with why not. */
export function countingChannels(channels: readonly InventoryChannel[]): {
  counting: CountingChannel[];
  excluded: ExcludedChannel[];
} {
  const counting: CountingChannel[] = [];
  const excluded: ExcludedChannel[] = [];
  for (const channel of channels) {
    const { deviceId, channelId, channelName } = channel;
    const reason = whyNot(channel);
    if (reason === undefined) {
      counting.push({ deviceId, channelId, channelName, camera: cameraKey(deviceId, channelId) });
    } else {
      excluded.push({ device_id: deviceId, channel_id: channelId, reason });
    }
  }
  return { counting: counting.toSorted((one, other) => (one.camera < other.camera ? -1 : 1)), excluded };
}

/** Only HOLO devices count (10.4.1), those whose abilities say so or whose counts have been seen. */
function whyNot(channel: InventoryChannel): string | undefined {
  if (channel.protocol === 'GB28181') return 'protocol-gb28181';
  if (!channel.abilities.includes('flowstatis') && !channel.hasCountedPeople) return 'no-ability';
  return channel.status === 'gone' ? 'gone' : undefined;
}

import type { PresenceFact } from '#lib/devices/presence-history.ts';

/** What is known of a channel, put together from listings and callbacks. */
export type InventoryChannel = {
  deviceId: string;
  channelId: string;
  deviceName: string;
  channelName: string;
  /** `HOLO`, `GB28181`, or empty where no listing has named it. */
  protocol: string;
  /** Of the channel and of its device. */
  abilities: readonly string[];
  isOnline: boolean | undefined;
  /** Since when its device and itself are there or away, as far as that is known. */
  presence: readonly PresenceFact[];
  /** `gone`: deleted or unbound, or not listed any more. */
  status: 'granted' | 'no-package' | 'gone' | 'unknown';
  /** What keeps it from working: `access`, `industry-data`, `frozen`. */
  lacking: readonly string[];
  /** Lines that people cross have been reported from it. */
  hasCountedPeople: boolean;
};

export type InventoryChannels = { channels(): Promise<InventoryChannel[]> };

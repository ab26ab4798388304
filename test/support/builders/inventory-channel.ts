import type { InventoryChannel } from '#lib/inventory/inventory-channel.ts';

/** A channel that is there, online, and has all it needs, but for what is given. */
export const inventoryChannel = (more: Partial<InventoryChannel> = {}): InventoryChannel => ({
  deviceId: 'DEVICE01',
  channelId: '0',
  deviceName: 'Recorder',
  channelName: 'North gate',
  protocol: 'HOLO',
  abilities: ['flowstatis'],
  isOnline: true,
  presence: [],
  status: 'granted',
  lacking: [],
  hasCountedPeople: false,
  ...more,
});

import type { Camera } from '../cameras.ts';

/** What the tenant has said of a device, and when it was added and changed. */
export type DeviceRecord = {
  createdAt: Date;
  updatedAt: Date;
  description: string;
  /** Text over the picture, of a device that speaks GB/T 28181. */
  osd: string;
  /** User name by which such a device registers. */
  username: string;
};

export type DeviceRecords = {
  of(camera: Camera): DeviceRecord;
  /** Notes something of a device, and that it was changed now. */
  change(deviceId: string, change: Partial<DeviceRecord>): void;
  /** A device that was added now, of which nothing from before counts. */
  start(deviceId: string, record: Partial<DeviceRecord>): void;
};

/** When the simulated tenant was set up: one device a minute, in the order of the list. */
const createdFrom = Date.parse('2024-01-01T00:00:00Z');

export function createDeviceRecords(now: () => Date): DeviceRecords {
  const records = new Map<string, Partial<DeviceRecord>>();
  return {
    of: ({ deviceId, index }) => {
      const createdAt = new Date(createdFrom + index * 60_000);
      const known = records.get(deviceId);
      return { createdAt, updatedAt: createdAt, description: '', osd: '', username: 'camera', ...known };
    },
    change: (deviceId, change) => {
      records.set(deviceId, { ...records.get(deviceId), ...change, updatedAt: now() });
    },
    start: (deviceId, record) => {
      records.set(deviceId, { ...record, createdAt: now(), updatedAt: now() });
    },
  };
}

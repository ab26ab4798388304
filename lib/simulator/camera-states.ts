import type { Camera } from './cameras.ts';

/** State of a package as 7.2 spells it. */
export type PackageState = 'GRANT' | 'ARREAR' | 'CLOSED';
export type Packages = { management: PackageState; industryData: PackageState };

/** What happens to cameras while the simulator runs, all of it by its controls. */
export type CameraStates = {
  /** A device, or one of its channels, is away from one moment to another, or for good. */
  setOffline(deviceId: string, channelId: string | undefined, from: Date, until?: Date): void;
  setPackages(deviceId: string, channelId: string, packages: Partial<Packages>): void;
  setFrozen(deviceId: string, channelId: string, isFrozen: boolean): void;
  removeDevice(deviceId: string): void;
  /** Those that have not been removed. */
  present(): Camera[];
  find(deviceId: string, channelId: string): Camera | undefined;
  isOnline(camera: Camera, at: Date): boolean;
  packages(camera: Camera): Packages;
  isFrozen(camera: Camera): boolean;
};

export function createCameraStates(cameras: readonly Camera[]): CameraStates {
  const absences: { deviceId: string; channelId: string | undefined; from: Date; until: Date | undefined }[] = [];
  const packages = new Map<string, Packages>();
  const frozen = new Set<string>();
  const removed = new Set<string>();
  const granted: Packages = { management: 'GRANT', industryData: 'GRANT' };
  const idOf = (deviceId: string, channelId: string) => `${deviceId}#${channelId}`;
  const present = () => cameras.filter(({ deviceId }) => !removed.has(deviceId));
  return {
    setOffline: (deviceId, channelId, from, until) => {
      absences.push({ deviceId, channelId, from, until });
    },
    setPackages: (deviceId, channelId, some) => {
      const id = idOf(deviceId, channelId);
      packages.set(id, { ...granted, ...packages.get(id), ...some });
    },
    setFrozen: (deviceId, channelId, isFrozen) => {
      if (isFrozen) frozen.add(idOf(deviceId, channelId));
      else frozen.delete(idOf(deviceId, channelId));
    },
    removeDevice: (deviceId) => {
      removed.add(deviceId);
    },
    present,
    find: (deviceId, channelId) =>
      present().find((camera) => camera.deviceId === deviceId && camera.channelId === channelId),
    isOnline: (camera, at) =>
      !absences.some(
        ({ deviceId, channelId, from, until }) =>
          deviceId === camera.deviceId &&
          (channelId === undefined || channelId === camera.channelId) &&
          from <= at &&
          (until === undefined || at < until),
      ),
    packages: ({ deviceId, channelId }) => packages.get(idOf(deviceId, channelId)) ?? granted,
    isFrozen: ({ deviceId, channelId }) => frozen.has(idOf(deviceId, channelId)),
  };
}

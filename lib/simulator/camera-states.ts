import type { Camera } from './cameras.ts';

/** State of a package as 7.2 spells it. */
export type PackageState = 'GRANT' | 'ARREAR' | 'CLOSED';
/** Access, industry data flow, continuous storage and storage of motion. */
export type Packages = {
  management: PackageState;
  industryData: PackageState;
  fullRecord: PackageState;
  eventRecord: PackageState;
};

/** A device that the tenant adds: one camera that has never been heard of. */
export type NewDevice = Pick<Camera, 'deviceId' | 'deviceName' | 'deviceType' | 'protocol'>;

/** What happens to cameras while the simulator runs, by its controls and by its interfaces. */
export type CameraStates = {
  /** A device, or one of its channels, is away from one moment to another, or for good. */
  setOffline(deviceId: string, channelId: string | undefined, from: Date, until?: Date): void;
  setPackages(deviceId: string, channelId: string, packages: Partial<Packages>): void;
  setFrozen(deviceId: string, channelId: string, isFrozen: boolean): void;
  renameDevice(deviceId: string, name: string): void;
  renameChannel(deviceId: string, channelId: string, name: string): void;
  /** One that was removed comes back with all its channels; any other waits to register, and never does. */
  addDevice(device: NewDevice): void;
  removeDevice(deviceId: string): void;
  /** Those that have not been removed, under the names that they have by now. */
  present(): Camera[];
  find(deviceId: string, channelId: string): Camera | undefined;
  isRegistered(camera: Camera): boolean;
  isOnline(camera: Camera, at: Date): boolean;
  packages(camera: Camera): Packages;
  isFrozen(camera: Camera): boolean;
};

export function createCameraStates(cameras: readonly Camera[]): CameraStates {
  const absences: { deviceId: string; channelId: string | undefined; from: Date; until: Date | undefined }[] = [];
  const packages = new Map<string, Packages>();
  const frozen = new Set<string>();
  const removed = new Set<string>();
  const added: Camera[] = [];
  const deviceNames = new Map<string, string>();
  const channelNames = new Map<string, string>();
  const usual: Packages = { management: 'GRANT', industryData: 'GRANT', fullRecord: 'CLOSED', eventRecord: 'CLOSED' };
  const none: Packages = { ...usual, management: 'CLOSED', industryData: 'CLOSED' };
  const idOf = (deviceId: string, channelId: string) => `${deviceId}#${channelId}`;
  const isRegistered = ({ index }: Camera) => index < cameras.length;
  const packagesOf = (camera: Camera | undefined, id: string): Packages =>
    packages.get(id) ?? (camera === undefined || isRegistered(camera) ? usual : none);

  const withNames = (camera: Camera): Camera => {
    const { deviceName, channelName } = camera;
    const renamed = {
      deviceName: deviceNames.get(camera.deviceId) ?? deviceName,
      channelName: channelNames.get(idOf(camera.deviceId, camera.channelId)) ?? channelName,
    };
    return renamed.deviceName === deviceName && renamed.channelName === channelName
      ? camera
      : { ...camera, ...renamed };
  };
  const present = () =>
    [...cameras, ...added].filter(({ deviceId }) => !removed.has(deviceId)).map((camera) => withNames(camera));
  const find = (deviceId: string, channelId: string) =>
    present().find((camera) => camera.deviceId === deviceId && camera.channelId === channelId);

  return {
    setOffline: (deviceId, channelId, from, until) => {
      absences.push({ deviceId, channelId, from, until });
    },
    setPackages: (deviceId, channelId, some) => {
      const id = idOf(deviceId, channelId);
      packages.set(id, { ...packagesOf(find(deviceId, channelId), id), ...some });
    },
    setFrozen: (deviceId, channelId, isFrozen) => {
      if (isFrozen) frozen.add(idOf(deviceId, channelId));
      else frozen.delete(idOf(deviceId, channelId));
    },
    renameDevice: (deviceId, name) => {
      deviceNames.set(deviceId, name);
    },
    renameChannel: (deviceId, channelId, name) => {
      channelNames.set(idOf(deviceId, channelId), name);
    },
    addDevice: (device) => {
      if (removed.delete(device.deviceId)) return;
      added.push({
        ...device,
        ...unheardOf,
        index: cameras.length + added.length,
        channelId: device.protocol === 'HOLO' ? '0' : device.deviceId,
        channelName: device.deviceName,
      });
    },
    removeDevice: (deviceId) => {
      removed.add(deviceId);
    },
    present,
    find,
    isRegistered,
    isOnline: (camera, at) =>
      isRegistered(camera) &&
      !absences.some(
        ({ deviceId, channelId, from, until }) =>
          deviceId === camera.deviceId &&
          (channelId === undefined || channelId === camera.channelId) &&
          from <= at &&
          (until === undefined || at < until),
      ),
    packages: (camera) => packagesOf(camera, idOf(camera.deviceId, camera.channelId)),
    isFrozen: ({ deviceId, channelId }) => frozen.has(idOf(deviceId, channelId)),
  };
}

/** Of a device that has never registered nothing is known. */
const unheardOf = {
  countsPeople: false,
  view: 'yard',
  model: '',
  firmware: '',
  imageWidth: 0,
  imageHeight: 0,
  sdcUuid: '',
  hasUnsetClock: false,
} as const;

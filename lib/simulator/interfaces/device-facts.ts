import type { Json, JsonObject } from '#lib/json/exact-json.ts';
import type { Camera } from '../cameras.ts';
import { localTime } from '../local-time.ts';
import type { Tenant } from './tenant.ts';

/** A device with its channels, one at least. */
export type Device = [Camera, ...Camera[]];

export type ChannelState = 'ONLINE' | 'OFFLINE' | 'UNREGISTERED';

/** What the interfaces of chapters 5 to 7 tell of devices and channels alike. */
export type DeviceFacts = {
  devices(): Device[];
  state(device: Device): ChannelState;
  systemState(camera: Camera): 'NORMAL' | 'UNAVAILABLE_FROZEN';
  channelState(camera: Camera): ChannelState;
  /** Packages of a channel as 7.2 spells them. */
  resources(camera: Camera): string[];
  createdAt(camera: Camera): Date;
  updatedAt(camera: Camera): Date;
  /** `YYYY-MM-DD HH:mm:ss` */
  time(instant: Date): string;
  /** Abilities that are managed in the cloud, where they were asked for. */
  cloudAbilities(
    camera: Camera,
    asked: { need_cloud_ability?: boolean | undefined; ability?: readonly string[] | undefined },
  ): JsonObject;
};

export function createDeviceFacts({ states, records, now, timeZone }: Tenant): DeviceFacts {
  const channelState = (camera: Camera): ChannelState => {
    if (!states.isRegistered(camera)) return 'UNREGISTERED';
    return states.isOnline(camera, now()) ? 'ONLINE' : 'OFFLINE';
  };
  return {
    devices: () => [...Map.groupBy(states.present(), ({ deviceId }) => deviceId).values()] as Device[],
    state: (device) => {
      const all = device.map((camera) => channelState(camera));
      return all.find((one) => one === 'ONLINE') ?? all[0] ?? 'OFFLINE';
    },
    systemState: (camera) => (states.isFrozen(camera) ? 'UNAVAILABLE_FROZEN' : 'NORMAL'),
    channelState,
    resources: (camera) => {
      const { management, eventRecord, fullRecord, industryData } = states.packages(camera);
      return [
        `MANAGEMENT_${management}`,
        `EVENT_RECORD_${eventRecord}`,
        `FULL_RECORD_${fullRecord}`,
        `INDUSTRY_DATA_${industryData}`,
      ];
    },
    createdAt: (camera) => records.of(camera).createdAt,
    updatedAt: (camera) => records.of(camera).updatedAt,
    time: (instant) => localTime(instant, timeZone).plain,
    cloudAbilities: (camera, { need_cloud_ability: isNeeded = false, ability }) => {
      if (!isNeeded) return {};
      const names = abilitiesOf(camera).filter((name) => ability === undefined || ability.includes(name));
      // A text here, where 19.1 tells a flag.
      return {
        device_cloud_ability: Object.fromEntries(names.map((name): [string, Json] => [name, { support: 'true' }])),
      };
    },
  };
}

/** Abilities by the names of the reference (20.5). */
export const abilitiesOf = ({ countsPeople, model }: Camera): string[] => {
  if (model === '') return [];
  return countsPeople ? ['ptz', 'flowstatis', 'talk'] : ['ptz', 'talk'];
};

/** The three kinds that listings are asked for, where devices themselves are told in more. */
export const kindOf = ({ deviceType }: Camera): string => (deviceType.startsWith('IPC') ? 'IPC' : deviceType);

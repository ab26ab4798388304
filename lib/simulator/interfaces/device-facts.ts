import type { Json, JsonObject } from '#lib/json/exact-json.ts';
import type { Camera } from '../cameras.ts';
import { localTime } from '../local-time.ts';
import { byTime, isWanted } from './listing.ts';
import type { Tenant } from './tenant.ts';

/** A device with its channels, one at least. */
export type Device = [Camera, ...Camera[]];

export type ChannelState = 'ONLINE' | 'OFFLINE' | 'UNREGISTERED';

/** Which devices 5.2 and 6.2 are asked for. */
export type DevicesAsked = {
  access_protocol?: readonly string[] | undefined;
  device_state?: readonly string[] | undefined;
  device_system_state?: readonly string[] | undefined;
  device_type?: readonly string[] | undefined;
  device_name?: string | undefined;
  sort_by?: string | undefined;
  direction?: 'ASC' | 'DESC' | undefined;
};

/** What the interfaces of chapters 5 to 7 tell of devices and channels alike. */
export type DeviceFacts = {
  devices(): Device[];
  state(device: Device): ChannelState;
  systemState(camera: Camera): 'NORMAL' | 'UNAVAILABLE_FROZEN';
  channelState(camera: Camera): ChannelState;
  /** Packages of a channel as 7.2 spells them. */
  resources(camera: Camera): string[];
  /** Devices that are wanted, in the order that is wanted: those added last come first unless it is said otherwise. */
  wanted(devices: readonly Device[], asked: DevicesAsked): Device[];
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
  const state = (device: Device): ChannelState => {
    const all = device.map((camera) => channelState(camera));
    return all.find((one) => one === 'ONLINE') ?? all[0] ?? 'OFFLINE';
  };
  const systemState = (camera: Camera) => (states.isFrozen(camera) ? 'UNAVAILABLE_FROZEN' : 'NORMAL');
  const createdAt = (camera: Camera): Date => records.of(camera).createdAt;
  const updatedAt = (camera: Camera): Date => records.of(camera).updatedAt;
  return {
    devices: () => [...Map.groupBy(states.present(), ({ deviceId }) => deviceId).values()] as Device[],
    wanted: (devices, asked) => {
      const { sort_by: sortedBy, direction = 'DESC' } = asked;
      const found = devices.filter(
        (device) =>
          isWanted(asked.access_protocol, device[0].protocol) &&
          isWanted(asked.device_state, state(device)) &&
          isWanted(asked.device_system_state, systemState(device[0])) &&
          isWanted(asked.device_type, kindOf(device[0])) &&
          device[0].deviceName.includes(asked.device_name ?? ''),
      );
      return byTime(found, ([camera]) => (sortedBy === 'update_time' ? updatedAt : createdAt)(camera), direction);
    },
    state,
    systemState,
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
    createdAt,
    updatedAt,
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

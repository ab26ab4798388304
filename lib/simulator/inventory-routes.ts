import type { Json, JsonObject } from '#lib/json/exact-json.ts';
import type { ApiAnswer, ApiRequest } from './api-server.ts';
import type { CameraStates } from './camera-states.ts';
import type { Camera } from './cameras.ts';
import { type IvmCode, IvmRefusal } from './ivm-refusal.ts';

/** When the simulated tenant was set up: one device a minute, in the order of the list. */
const createdFrom = Date.parse('2024-01-01T00:00:00Z');
const mostRows = 1000;

/** The listings of devices (6.2) and channels (7.2), with what differs between them. */
export function createInventoryRoutes(states: CameraStates, now: () => Date) {
  return {
    listDevices: (request: ApiRequest): ApiAnswer => {
      const { limit, offset, isDescending } = pagingOf(request, { smallestLimit: 0, descendsByDefault: true });
      const cameras = [...new Map(states.present().map((camera) => [camera.deviceId, camera])).values()];
      const channelsOf = Map.groupBy(states.present(), ({ deviceId }) => deviceId);
      const filters = filtersOf(request, ['device_state', 'device_system_state', 'access_protocol', 'device_type']);
      const rows = cameras
        .map((camera) => device(states, channelsOf.get(camera.deviceId) ?? [], now()))
        .filter((row) => filters.every(({ name, values }) => isOneOf(row[name], values)));
      // This interface counts pages, and says how many there are as a number.
      const start = offset * limit;
      return { json: { devices: ordered(rows, isDescending).slice(start, start + limit), total: rows.length } };
    },
    listChannels: (request: ApiRequest): ApiAnswer => {
      const { limit, offset, isDescending } = pagingOf(request, { smallestLimit: 1, descendsByDefault: false });
      const filters = filtersOf(request, ['device_id', 'channel_state', 'channel_system_state', 'access_protocol']);
      const resources = filtersOf(request, ['channel_resource_state']);
      const rows = states
        .present()
        .map((camera) => channel(states, camera, now()))
        .filter((row) => filters.every(({ name, values }) => isOneOf(row[name], values)))
        .filter((row) => {
          const held = row['channel_resource_state'];
          return resources.every(({ values }) => Array.isArray(held) && values.some((value) => held.includes(value)));
        });
      // This one counts rows, and says how many there are as a text.
      return {
        json: { total: String(rows.length), channels: ordered(rows, isDescending).slice(offset, offset + limit) },
      };
    },
  };
}

function pagingOf(
  { query }: ApiRequest,
  { smallestLimit, descendsByDefault }: { smallestLimit: number; descendsByDefault: boolean },
): { limit: number; offset: number; isDescending: boolean } {
  const direction = query.get('direction') ?? (descendsByDefault ? 'DESC' : 'ASC');
  if (!/^(?:asc|desc)$/i.test(direction)) throw new IvmRefusal('IVM.10020011');
  if (!['create_time', 'update_time'].includes(query.get('sort_by') ?? 'create_time')) {
    throw new IvmRefusal('IVM.10020012');
  }
  return {
    limit: integerOf(query.get('limit') ?? '10', smallestLimit, mostRows, 'IVM.10020009'),
    offset: integerOf(query.get('offset') ?? '0', 0, 2_147_483_646, 'IVM.10020010'),
    isDescending: /^desc$/i.test(direction),
  };
}

function integerOf(text: string, least: number, most: number, code: IvmCode): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) throw new IvmRefusal(code);
  return value;
}

const filtersOf = ({ query }: ApiRequest, names: readonly string[]): { name: string; values: string[] }[] =>
  names.flatMap((name) => {
    const text = query.get(name);
    return text === null ? [] : [{ name, values: text.split(',') }];
  });

const isOneOf = (value: Json | undefined, values: readonly string[]): boolean =>
  typeof value === 'string' && values.includes(value);

const ordered = (rows: readonly JsonObject[], isDescending: boolean): JsonObject[] =>
  isDescending ? rows.toReversed() : [...rows];

const timeOf = (camera: Camera): string =>
  new Date(createdFrom + camera.index * 60_000).toISOString().slice(0, 19).replace('T', ' ');

function device(states: CameraStates, channels: readonly Camera[], at: Date): JsonObject {
  const [camera] = channels;
  if (camera === undefined) throw new RangeError('a device has at least one channel');
  const online = channels.filter((one) => states.isOnline(one, at)).length;
  return {
    device_id: camera.deviceId,
    device_name: camera.deviceName,
    device_state: online > 0 ? 'ONLINE' : 'OFFLINE',
    device_system_state: 'NORMAL',
    device_type: camera.deviceType,
    manufacture: 'huawei',
    device_ability: camera.countsPeople ? 'ptz,flowstatis,talk' : 'ptz,talk',
    access_protocol: camera.protocol,
    // A number in the table, a text in what the live service shows.
    channel_total: channels.length === 1 ? '1' : channels.length,
    channel_online_total: online,
    channel_offline_total: channels.length - online,
    org_list: { device_org_id: '1234567890', device_org_name: 'All devices', device_org_level: '1' },
    create_time: timeOf(camera),
    update_time: timeOf(camera),
  };
}

function channel(states: CameraStates, camera: Camera, at: Date): JsonObject {
  const { management, industryData } = states.packages(camera);
  return {
    device_id: camera.deviceId,
    device_name: camera.deviceName,
    channel_id: camera.channelId,
    channel_name: camera.channelName,
    channel_state: states.isOnline(camera, at) ? 'ONLINE' : 'OFFLINE',
    create_time: `${timeOf(camera)}.0`,
    update_time: `${timeOf(camera)}.0`,
    model: camera.model,
    access_protocol: camera.protocol,
    channel_system_state: states.isFrozen(camera) ? 'UNAVAILABLE_FROZEN' : 'NORMAL',
    channel_resource_state: [
      `MANAGEMENT_${management}`,
      'EVENT_RECORD_CLOSED',
      'FULL_RECORD_CLOSED',
      `INDUSTRY_DATA_${industryData}`,
    ],
    channel_ability: ['ptz'],
    channel_firmware: null,
    config_state: null,
    device_org_name: 'All devices',
    channel_type: 'IPC',
    resolution: null,
  };
}

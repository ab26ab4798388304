import type { JsonObject } from '#lib/json/exact-json.ts';
import { type Camera, holoDeviceId } from './cameras.ts';
import type { MessageWorld } from './message-world.ts';
import { createDeck, type Random } from './seeded-random.ts';

type StatusWriter = (world: MessageWorld, camera: Camera) => { method: string; param: JsonObject };

const minuteMs = 60_000;

/**
 * Writes `data` of device_status messages (reference 10.1.4.3), of every method in turn. A device that went offline is the
 * next that comes back.
 */
export function createStatusWriter(world: MessageWorld): () => JsonObject {
  const awayDevices: Camera[] = [];
  const hiddenChannels: Camera[] = [];

  const login: StatusWriter = (_, camera) => {
    const back = awayDevices.shift() ?? camera;
    return { method: 'login', param: { ...param(world, back), video_channel: [channel(back, { channel_state: 1 })] } };
  };
  const logout: StatusWriter = (_, camera) => {
    awayDevices.push(camera);
    return { method: 'logout', param: offlineParam(world, camera, 'device_offline') };
  };
  const channelState: StatusWriter = (_, camera) => {
    const back = hiddenChannels.shift();
    if (back === undefined) hiddenChannels.push(camera);
    const shown = back ?? camera;
    const time = world.local(world.now()).iso;
    const state = back === undefined ? 'offline' : 'online';
    const about = {
      channel_state: back === undefined ? 0 : 1,
      alarm_uuid: `${shown.deviceId}_${shown.channelId}_channel_${state}_${time}`,
    };
    return {
      method: 'channel_state_notice',
      param: { ...param(world, shown), device_type: '', video_channel: [channel(shown, about)] },
    };
  };

  const next = createDeck(world.random, [login, logout, channelState, renamed, upgraded, offlineReason]);
  return () => next()(world, world.camera());
}

const renamed: StatusWriter = (world, camera) =>
  writeChannelName(world, camera, (random) => `${camera.channelName} (${random.integer(1, 9)})`);

/** `data` of the message that a channel has another name. */
export const writeChannelName = (
  world: MessageWorld,
  camera: Camera,
  nameOf: (random: Random) => string,
): ReturnType<StatusWriter> => ({
  method: 'channel_name_notice',
  param: {
    ...param(world, camera),
    channel_id: camera.channelId,
    video_channel: [channel(camera, { channel_state: 1, channel_name: nameOf(world.random) })],
  },
});

function upgraded(world: MessageWorld, camera: Camera): ReturnType<StatusWriter> {
  const status = world.random.chance(0.8) ? 'success' : 'failure';
  const uuid = `${camera.deviceId}_${camera.channelId}_upgrade_${world.local(world.now()).iso}`;
  const files = [
    { file_type: 0, file_name: 'SDC_10.0.RC12.bin', package_name: '基础软件包', status },
    { file_type: 8, file_name: 'ITGT_vehicle_2.4.bin', package_name: '机非人算法包', status: 'not_required' },
  ];
  return {
    method: 'upgrade_result',
    param: {
      ...param(world, camera),
      alarm_uuid: uuid,
      overall_upgrade_status: status,
      video_channel: [channel(camera, { channel_state: 1, status_list: files, alarm_uuid: uuid })],
    },
  };
}

function offlineReason(world: MessageWorld, camera: Camera): ReturnType<StatusWriter> {
  return {
    method: 'offline_reason_notice',
    param: {
      ...offlineParam(world, camera, 'offline_reason'),
      offline_reason_type: world.random.pick(['NORMAL', 'NETWORK']),
    },
  };
}

const param = (world: MessageWorld, camera: Camera): JsonObject => {
  const now = world.local(world.now());
  return {
    device_id: camera.deviceId,
    device_name: camera.deviceName,
    channel_id: '',
    time: now.iso,
    video_channel: null,
    overall_upgrade_status: '',
    device_type: camera.deviceType,
    offline_reason_type: '',
    qos: world.random.integer(80, 100) / 100,
    time_delay: world.random.integer(5, 60),
    packet_loss_rate: world.random.integer(0, 5) / 100,
    push_time: now.plain,
  };
};

function offlineParam(world: MessageWorld, camera: Camera, event: string): JsonObject {
  const onlineMinutes = world.random.integer(10, 5000);
  const { iso } = world.local(world.now());
  return {
    ...param(world, camera),
    online_time: onlineMinutes * 60,
    last_login_time: world.local(new Date(world.now().getTime() - onlineMinutes * minuteMs)).plain,
    alarm_uuid: `${camera.deviceId}_${event}_${iso}`,
    // Not among the documented reasons, but in the reference's example.
    offline_reason_type: 'TMOUT',
    qos: 0,
    time_delay: 0,
    packet_loss_rate: 0,
  };
}

const channel = (camera: Camera, about: JsonObject): JsonObject => ({
  channel_id: camera.channelId,
  channel_name: camera.channelName,
  channel_state: 1,
  channel_ability: ['talk', 'intelligent', 'soundlightalarm', ...(camera.view === 'entrance' ? ['flowstatis'] : [])],
  device_type: camera.deviceType,
  manufacture: 'huawei',
  firmware: camera.firmware,
  model: camera.model,
  status_list: null,
  alarm_uuid: '',
  ...about,
});

const unbindTypes = [
  'DELETE_DEVICE',
  'UNBIND_DEVICE',
  'UNBIND_MANAGE',
  'UNBIND_MOTION',
  'UNBIND_NORMAL',
  'UNBIND_DATAFLOW',
] as const;
export type UnbindType = (typeof unbindTypes)[number];

/** What was unbound: a device, or a channel from a resource. */
export type Unbound = { deviceId: string; channelId?: string; resourceId?: string };

/** `data` of a device_unbind message (reference 10.1.4.4). */
export const writeUnbound = (type: UnbindType, unbound: readonly Unbound[]): JsonObject => ({
  message_type: type,
  devices: unbound.map(({ deviceId, channelId = '', resourceId }) => ({
    device_id: deviceId,
    channel_id: channelId,
    message: resourceId === undefined ? null : { resource_id: resourceId },
  })),
});

/**
 * Writes `data` of device_unbind messages (reference 10.1.4.4), of every type in turn. They are about old devices that
 * appear nowhere else: one that was unbound would send nothing any more.
 */
export function createUnbindWriter({ random }: MessageWorld): () => JsonObject {
  const next = createDeck(random, unbindTypes);
  return () => {
    const type = next();
    const isPackage = type !== 'DELETE_DEVICE' && type !== 'UNBIND_DEVICE';
    const unbound = Array.from({ length: random.integer(1, 3) }, () => oldDevice(random, isPackage));
    return writeUnbound(type, unbound);
  };
}

function oldDevice(random: Random, isPackage: boolean): Unbound {
  const deviceId = holoDeviceId(random);
  return isPackage ? { deviceId, channelId: '0', resourceId: random.bytes(16).toString('hex') } : { deviceId };
}

import type { InputOf, ReplyOf } from '#lib/ivm/operations/operation.ts';
import type { OperationName, Operations } from '#lib/ivm/operations/operations.ts';
import type { Camera } from '#lib/simulator/cameras.ts';
import type { IvmSimulator } from '#lib/simulator/ivm-simulator.ts';

/** Calls an interface of the simulated IVM. */
export type Call = <Name extends OperationName>(
  name: Name,
  input: InputOf<Operations[Name]>,
) => Promise<ReplyOf<Operations[Name]>>;

/** A grey pixel, in place of a face. */
const picture =
  '/9j/4AAQSkZJRgABAQEAAAAAAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q==';
const gbDeviceId = '34020000001320000777';
const firstGroup = '1234567890';
/** The day before that of the simulated clock, on the clocks of Beijing. */
const night = { start_time: '2026-01-14 22:00:00', end_time: '2026-01-14 23:59:59' };

/**
 * Calls every interface once at least, in the order of the chapters but where one needs what another leaves behind: something is
 * opened before it is listed, and deleted after.
 *
 * @param receiverUrl answers the trial of a callback
 */
export async function callEverything(call: Call, simulator: IvmSimulator, receiverUrl: string): Promise<void> {
  const cameras = camerasOf(simulator);
  await callCallbacks(call, receiverUrl);
  await callGroups(call, cameras);
  await callDevices(call, cameras);
  await callControl(call, idsOf(cameras.dome));
  await callResources(call, cameras);
  await callRecording(call, idsOf(cameras.recorder));
  await callMedia(call, cameras);
  await callPictures(call, simulator, idsOf(cameras.dome));
  await callTargets(call, cameras);
  await callSettings(call, cameras);
  await call('batchDisableServices', { resource_type_code: 'RECORD', channels: [idsOf(cameras.recorder)] });
  await call('deleteCallback', { subscription_type: 'DEVICE_ALARM' });
  await call('batchDeleteDevices', { devices: [gbDeviceId] });
}

type Cameras = { recorder: Camera; dome: Camera; gbCamera: Camera; gbRecorder: Camera };

function camerasOf({ cameras }: IvmSimulator): Cameras {
  const find = (wanted: (camera: Camera) => boolean): Camera => {
    const found = cameras.find(wanted);
    if (found === undefined) throw new RangeError('the simulated IVM has no such camera');
    return found;
  };
  return {
    recorder: find(({ deviceType, protocol }) => deviceType === 'NVR' && protocol === 'HOLO'),
    dome: find(({ deviceType }) => deviceType === 'IPC-CONCH'),
    gbCamera: find(({ deviceType, protocol }) => deviceType.startsWith('IPC') && protocol === 'GB28181'),
    gbRecorder: find(({ deviceType, protocol }) => deviceType === 'NVR' && protocol === 'GB28181'),
  };
}

type Ids = { device_id: string; channel_id: string };
const idsOf = ({ deviceId, channelId }: Camera): Ids => ({ device_id: deviceId, channel_id: channelId });

/** Chapter 10.1. */
async function callCallbacks(call: Call, receiverUrl: string): Promise<void> {
  const subscription = { subscription_type: 'DEVICE_ALARM' } as const;
  await call('setCallback', { ...subscription, callback_url: receiverUrl, auth_key: 'example-key' });
  await call('showCallback', subscription);
}

/** Chapter 5. */
async function callGroups(call: Call, { recorder, gbCamera }: Cameras): Promise<void> {
  const create = async (name: string, parent = firstGroup) => {
    const { device_org_id: id = '' } = await call('createDeviceOrg', {
      device_org_name: name,
      parent_org_id: parent,
    });
    return { device_org_id: id };
  };
  const north = await create('North gate');
  await call('updateDeviceOrg', { ...north, device_org_name: 'North' });
  await call('moveDevices', { ...north, device_ids: [recorder.deviceId, gbCamera.deviceId] });
  const door = await create('Door', north.device_org_id);
  await call('listSubDeviceOrgs', { device_org_id: firstGroup });
  await call('listOrgDevices', { ...north, limit: 2 });
  await call('searchDeviceOrgTree', { device_org_name: 'North' });
  await call('deleteDeviceOrg', door);
}

/** Chapters 6 and 7. */
async function callDevices(call: Call, { recorder, gbCamera }: Cameras): Promise<void> {
  const device = { device_id: recorder.deviceId };
  await call('showDevice', { ...device, need_cloud_ability: true });
  await call('listDevices', { limit: 2, direction: 'ASC', need_cloud_ability: true });
  await call('updateDevice', { ...device, device_name: 'North gate', description: 'Recorder of the north gate' });
  await call('showDeviceGateway', { device_id: gbCamera.deviceId });
  await call('addHoloDevice', { device_id: 'EXAMPLE12345678', verification_code: '12345678' });
  await call('batchAddGbDevices', {
    devices: [
      {
        device_id: gbDeviceId,
        device_name: 'Garden',
        device_username: 'garden',
        device_password: 'Garden-gate-7',
        algorithm: 'SHA256',
      },
    ],
  });
  await call('updateGbAccount', { device_id: gbDeviceId, device_username: 'garden-gate' });
  await call('updateChannel', { ...idsOf(recorder), channel_name: 'West lane' });
  await call('listChannels', { ...device, limit: 2 });
  await call('showChannel', { ...idsOf(recorder), need_cloud_ability: true });
}

/** Chapters 8 and 15. */
async function callControl(call: Call, ids: Ids): Promise<void> {
  const { control_token: token = '' } = await call('acquirePtzLock', ids);
  await call('controlPtz', { ...ids, direction: 'LEFT', control_lock: token });
  await call('createPreset', { ...ids, preset_name: 'Gate' });
  await call('updatePreset', { ...ids, preset_index: 1, preset_name: 'West gate' });
  await call('listPresets', ids);
  await call('moveToPreset', { ...ids, preset_index: '1', control_token: token });
  const track = { cruise_type: 'CRUISE_TRACK', cruise_name: 'Night' } as const;
  const point = { preset_index: 1, dwel_time: 30 };
  const { cruises_id: id = 0 } = await call('createCruiseTrack', {
    ...ids,
    ...track,
    cruise_points: [{ ...point, speed_level: 3 }],
  });
  await call('updateCruiseTrack', {
    ...ids,
    ...track,
    cruises_id: id,
    cruise_points: [{ ...point, speedLevel: 5 }],
  });
  await call('switchCruiseTrack', { ...ids, cruises_id: id, enable_cruise: 'OPEN' });
  await call('listCruiseTracks', ids);
  await call('showCruiseTrack', { ...ids, cruises_id: id });
  await call('deleteCruiseTrack', { ...ids, cruises_id: id });
  await call('deletePreset', { ...ids, preset_index: 1 });
  await call('releasePtzLock', ids);
}

/** Chapters 12 and 13. */
async function callResources(call: Call, { recorder }: Cameras): Promise<void> {
  const { resources } = await call('listResources', {});
  const enable = async (kind: 'NORMAL' | 'MOTION') => {
    const isOnDemand = ({ resource_type_code: code, total_num: total }: (typeof resources)[number]) =>
      code === kind && total === -1;
    const id = resources.find(isOnDemand)?.resource_id ?? '';
    await call('batchEnableServices', { resource_id: id, storage_day: 7, channels: [idsOf(recorder)] });
    return id;
  };
  await call('listResourceChannels', { resource_id: await enable('NORMAL'), limit: 2 });
  await enable('MOTION');
  await call('listChannelResources', idsOf(recorder));
}

/** Chapter 11. */
async function callRecording(call: Call, ids: Ids): Promise<void> {
  const evening = { day_of_week: 3, start_time: '18:00:00', end_time: '23:59:59' };
  await call('batchSetRecordConfig', { channel_record_configs: [{ ...ids, stream_type: 'SECONDARY_STREAM_1' }] });
  await call('showRecordConfig', ids);
  await call('batchSetRecordPlan', { plans: [{ ...ids, time_sections: [evening] }] });
  await call('showRecordPlan', ids);
  await call('batchSetTimePolicy', {
    channel_time_policies: [{ ...ids, time_policies: [{ storage_days: 30, storage_type: 'PLAN_RECORD' }] }],
  });
  await call('showTimePolicy', ids);
  const alarm = { alarm_type: 'region_invasion_alarm', advance_time: 10, after_time: 20 } as const;
  await call('batchSetRecordAlarmPlan', { channels: [{ ...ids, plans: [alarm], time_sections: [evening] }] });
  await call('showRecordAlarmPlan', ids);
  await call('batchDeleteRecordPlan', { channels: [ids] });
}

/** Chapter 9. */
async function callMedia(call: Call, { recorder, gbRecorder }: Cameras): Promise<void> {
  const ids = idsOf(recorder);
  const span = { ...ids, ...night };
  const live = { ...ids, stream_type: 'PRIMARY_STREAM' } as const;
  const { live_connections: connections } = await call('createLiveConnections', {
    channels: [
      { ...live, live_protocol: 'HTTPS_HLS' },
      { ...live, live_protocol: 'HOLO' },
    ],
    expire_time: 300,
  });
  await call('listPlaybackRecords', { ...span, record_position: 'CLOUD', limit: 2 });
  await call('showPlaybackConnection', { ...span, record_position: 'DEVICE', playback_protocol: 'HOLO' });
  await call('listCloudRecords', { ...span, limit: 2 });
  await call('showCloudRecordPlaybackUrl', { ...span, playback_protocol: 'HLS_HTTPS' });
  await call('listDeviceRecords', { ...span, limit: 2 });
  await call('showDeviceRecordWebPlaybackUrl', { ...span, protocol: 'HLS_DEV_HTTPS' });
  await call('showGbDeviceRecordPlaybackUrl', { ...idsOf(gbRecorder), ...night });
  await call('batchGetLiveUrls', { channels: [{ ...live, live_protocol: 'HLS_HTTPS' }] });
  await call('batchGetLiveP2pConnections', { channels: [live] });
  await call('batchGetPlaybackP2pConnections', { channels: [{ ...live, ...night }] });
  const url = connections[0]?.cloud_trans_connections?.live_url ?? '';
  await call('batchDeletePlayUrls', { urls: [{ url }] });
}

/** Chapters 10.2 to 10.4. */
async function callPictures(call: Call, simulator: IvmSimulator, ids: Ids): Promise<void> {
  const dataOf = (type: 'target_data' | 'device_alarm') =>
    (JSON.parse(simulator.message(type).body.toString()) as { data: { data_id?: string; alarm_uuid?: string } }).data;
  await call('batchGetIntelligencePictures', {
    data_classification: 'TARGET',
    type: 'ALL',
    data_ids: [dataOf('target_data').data_id ?? ''],
  });
  await call('batchGetAlarmPictures', { alarm_uuids: [dataOf('device_alarm').alarm_uuid ?? ''] });
  await call('snapDevice', { ...ids, storage: 'true' });
  const day = { ...ids, type: 'DAY' } as const;
  await call('showPeopleStatistics', { ...day, start_date: '20260114' });
  await call('showTimeHeatmap', { ...day, start_time: '2026-01-14 00:00:00' });
  await call('showSpaceHeatmap', { ...day, start_time: '2026-01-14 00:00:00' });
}

/** Chapter 14. */
async function callTargets(call: Call, { recorder }: Cameras): Promise<void> {
  const device = { device_id: recorder.deviceId };
  const named = (name: string) => ({ ...device, group_name: name });
  const { group_id: id = 0 } = await call('createTargetGroupV2', { ...named('Staff'), group_type: 'WHITE' });
  const { group_id: textId } = await call('createTargetGroup', { ...named('Guests'), group_type: 'WHITE' });
  const group = { ...device, group_id: id };
  const other = { ...device, group_id: Number(textId) };
  const person = {
    name: 'Example Person',
    gender: 'female',
    age: 34,
    country: 'Utopia',
    native: 'Amaurot',
    occupation: 'gardener',
    phone: '13000000000',
    email: 'person@ivm.example',
    domicile: '1 Example Road',
    remark: 'invented',
    jpegBase64: picture,
  } as const;
  const { targets } = await call('batchAddTargets', {
    ...group,
    targets: [{ ...person, work_no: '1001', external_target_id: 'staff_1001' }],
  });
  const targetId = targets[0]?.target_id ?? '';
  await call('updateTargetGroupV2', { ...group, group_name: 'All staff', group_type: 'WHITE', enable: 'OPEN' });
  await call('updateTargetGroup', { ...other, group_name: 'Visitors', group_type: 'WHITE', enable: 'CLOSE' });
  await call('listTargetGroups', device);
  await call('queryTargets', { ...device, target_ids: [targetId] });
  await call('listTargetIds', { ...group, count: 10 });
  await call('listTargets', { ...group, count: 10 });
  await call('countTargets', group);
  await call('batchUpdateTargets', { ...group, targets: [{ ...person, target_id: targetId, work_no: '1002' }] });
  await call('batchDeleteTargets', { ...group, target_ids: [targetId] });
  await call('deleteTargetGroupV2', group);
  await call('deleteTargetGroup', other);
}

/** Chapters 16 to 19. */
async function callSettings(call: Call, { recorder, dome }: Cameras): Promise<void> {
  const ids = idsOf(dome);
  await call('showSecurityKeyState', ids);
  await call('setSecurityKey', { ...ids, current_security_key: '', new_security_key: 'Example-Key-7' });
  await call('showStreamAbility', ids);
  const main = { stream_type: 0, encode_type: 'H.265', resolution: '1920*1080', frame_rate: 25 } as const;
  await call('setStreamDetail', { ...ids, stream_num: 1, max_frame_rate: 25, stream_info: [main] });
  await call('showStreamDetail', ids);
  await call('batchSetTargetAuthorization', {
    device_id: recorder.deviceId,
    state: 'OPENED',
    channels: ['-1', recorder.channelId],
  });
  await call('showTargetAuthorization', idsOf(recorder));
  const { deviceType, model, firmware } = dome;
  await call('batchShowVersionAbilities', { versions: [{ device_type: deviceType, model, firmware }] });
}

import type { JsonObject } from '#lib/json/exact-json.ts';
import type { Route } from '../api-server.ts';
import type { Camera } from '../cameras.ts';
import type { Unbound } from '../device-messages.ts';
import { IvmRefusal } from '../ivm-refusal.ts';
import { abilitiesOf, createDeviceFacts, type Device, kindOf } from './device-facts.ts';
import { resultsOf } from './item-results.ts';
import { onPage } from './listing.ts';
import type { Serve } from './operation-route.ts';
import type { Tenant } from './tenant.ts';

/** Where simulated devices of GB/T 28181 register; the address is of those that documents use. */
const sipServer = {
  sip_server_id: '34020000002000000001',
  sip_server_domain: '3402000000',
  sip_server_host: '203.0.113.10',
};
const sipPort = 5060;

/** Devices: finding, adding, changing and deleting them (6.1 to 6.8). The verification code of one is the end of its id. */
export function createDeviceRoutes(serve: Serve, tenant: Tenant): Route[] {
  const { states, groups, records, find, announce } = tenant;
  const facts = createDeviceFacts(tenant);

  const aboutDevice = (device: Device): JsonObject => {
    const [camera] = device;
    return {
      device_id: camera.deviceId,
      device_name: camera.deviceName,
      device_state: facts.state(device),
      device_system_state: facts.systemState(camera),
      device_type: camera.deviceType,
      manufacture: 'huawei',
      device_ability: abilitiesOf(camera).join(','),
      access_protocol: camera.protocol,
      // A number in the table, a text in what the live service shows.
      channel_total: device.length === 1 ? '1' : device.length,
      sdk_ability: '',
      create_time: facts.time(facts.createdAt(camera)),
      update_time: facts.time(facts.updatedAt(camera)),
    };
  };
  const listed = (device: Device): JsonObject => {
    const online = device.filter((camera) => facts.channelState(camera) === 'ONLINE').length;
    const group = groups.of(device[0].deviceId);
    return {
      ...aboutDevice(device),
      channel_online_total: online,
      channel_offline_total: device.length - online,
      // A list in the table, a single one in the example.
      org_list: {
        device_org_id: group.id,
        device_org_name: group.name,
        device_org_level: String(group.level),
      },
    };
  };
  const gbDevice = (deviceId: string): Camera => {
    const [camera] = find.device(deviceId);
    if (camera.protocol !== 'GB28181') throw new IvmRefusal('IVM.20000041');
    return camera;
  };

  return [
    serve('showDevice', (asked) => {
      const device = find.device(asked.device_id);
      const [camera] = device;
      const group = groups.of(camera.deviceId);
      const isHolo = camera.protocol === 'HOLO';
      return {
        ...aboutDevice(device),
        ...facts.cloudAbilities(camera, asked),
        mac: '00-00-5E-00-53-01',
        description: records.of(camera).description,
        model: camera.model,
        stream_total: 3,
        firmware: camera.firmware,
        protocol_version: isHolo ? '2.0.0' : '2016',
        device_ip: '192.0.2.10',
        device_port: isHolo ? '8090' : '5060',
        device_org_id: group.id,
        device_org_name: group.name,
        sn: camera.deviceId,
        operator_total: '0',
      };
    }),
    serve('listDevices', (asked) => {
      const found = facts.wanted(facts.devices(), asked);
      const rows = onPage(found, asked);
      return {
        devices: rows.map((device) => ({ ...listed(device), ...facts.cloudAbilities(device[0], asked) })),
        total: found.length,
      };
    }),
    serve(
      'showDeviceGateway',
      ({ device_id: deviceId }) => {
        const { username } = records.of(gbDevice(deviceId));
        return { device_id: deviceId, device_username: username, ...sipServer, sip_server_port: sipPort };
      },
      { device_id: 'IVM.20000041' },
    ),
    serve('updateDevice', (asked) => {
      const device = find.device(asked.device_id);
      const [camera] = device;
      const { name, osd, isForDevice } = asChanged(camera, asked);
      const { description } = asked;
      if (name === undefined && osd === undefined && description === undefined) throw new IvmRefusal('IVM.10022010');
      if (isForDevice && facts.state(device) !== 'ONLINE') throw new IvmRefusal('IVM.20000036');
      if (name !== undefined) states.renameDevice(camera.deviceId, name);
      records.change(camera.deviceId, {
        ...(description === undefined ? {} : { description }),
        ...(osd === undefined ? {} : { osd }),
      });
      const [changed] = find.device(camera.deviceId);
      const record = records.of(changed);
      return {
        device_id: changed.deviceId,
        device_name: changed.deviceName,
        description: record.description,
        osd: record.osd,
      };
    }),
    serve(
      'updateGbAccount',
      ({ device_id: deviceId, device_username: username, device_password: password }) => {
        const camera = gbDevice(deviceId);
        if (username === undefined && password === undefined) throw new IvmRefusal('IVM.10022010');
        if (username !== undefined) checkUsername(username);
        if (password !== undefined) checkPassword(password);
        if (facts.channelState(camera) === 'ONLINE') throw new IvmRefusal('IVM.20000031');
        records.change(deviceId, username === undefined ? {} : { username });
        return { device_id: deviceId, device_username: records.of(camera).username };
      },
      { device_id: 'IVM.20000041' },
    ),
    serve('addHoloDevice', ({ device_id: deviceId, verification_code: code, description = '' }) => {
      if (find.isThere(deviceId)) throw new IvmRefusal('IVM.20000001');
      if (code !== deviceId.slice(-8)) throw new IvmRefusal('IVM.20000003');
      states.addDevice({ deviceId, deviceName: 'huawei_sdc', deviceType: 'IPC', protocol: 'HOLO' });
      records.start(deviceId, { description });
      const device = find.device(deviceId);
      const [camera] = device;
      return {
        device_id: deviceId,
        device_name: camera.deviceName,
        device_type: kindOf(camera),
        // Here the reference knows no third state.
        device_state: facts.state(device) === 'ONLINE' ? 'ONLINE' : 'OFFLINE',
        manufacture: 'huawei',
      };
    }),
    serve(
      'batchAddGbDevices',
      ({ devices }) => {
        const { failed, results } = resultsOf(
          devices.map((device, index) => ({ ...device, index })),
          ({ device_id }) => ({ device_id }),
          ({ index, device_id: deviceId, device_name: deviceName, device_username: username, ...device }) => {
            if (devices.findIndex((other) => other.device_id === deviceId) < index) {
              throw new IvmRefusal('IVM.20000051');
            }
            if (find.isThere(deviceId)) throw new IvmRefusal('IVM.20000001');
            if (username !== undefined) checkUsername(username);
            checkPassword(device.device_password);
            const deviceType = deviceId.slice(10, 13) === '132' ? 'IPC' : 'NVR';
            states.addDevice({ deviceId, deviceName, deviceType, protocol: 'GB28181' });
            records.start(deviceId, {
              description: device.description ?? '',
              ...(username === undefined ? {} : { username }),
            });
            return { ...sipServer, sip_server_port: String(sipPort) };
          },
        );
        return { failed_num: failed, devices: results };
      },
      { devices: { tooFew: 'IVM.10022003', tooMany: 'IVM.10022004' }, device_id: 'IVM.10022024' },
    ),
    serve(
      'batchDeleteDevices',
      ({ devices }) => {
        const deleted: Unbound[] = [];
        const { failed, results } = resultsOf(
          devices,
          (deviceId) => ({ device_id: deviceId }),
          (deviceId) => {
            states.removeDevice(find.device(deviceId)[0].deviceId);
            deleted.push({ deviceId });
            return undefined;
          },
        );
        announce().unbound('DELETE_DEVICE', deleted);
        return { failed_num: failed, devices: results };
      },
      { devices: { tooFew: 'IVM.10022017', tooMany: 'IVM.10022016' } },
    ),
  ];
}

type Change = {
  device_name?: string | undefined;
  modify_type?: 'DEFAULT' | 'OSD' | 'DEVICE_NAME' | 'ALL' | undefined;
  osd?: string | undefined;
};

/**
 * What a change is about (6.4): HOLO does not look at `modify_type`, GB/T 28181 needs what it names.
 *
 * @returns `isForDevice` where the device has to be online for it
 */
function asChanged({ protocol }: Camera, { device_name: name, modify_type: type = 'DEFAULT', osd }: Change) {
  if (protocol === 'HOLO') return { name, osd: undefined, isForDevice: true };
  const needsName = type !== 'OSD';
  const needsOsd = type === 'OSD' || type === 'ALL';
  if ((needsName && name === undefined) || (needsOsd && osd === undefined)) throw new IvmRefusal('IVM.10022010');
  return {
    name: needsName ? name : undefined,
    osd: needsOsd ? osd : type === 'DEFAULT' ? name : undefined,
    isForDevice: type !== 'DEVICE_NAME',
  };
}

function checkUsername(username: string): void {
  if (!/^[A-Za-z-][A-Za-z0-9-]*$/.test(username)) throw new IvmRefusal('IVM.10022008');
}

function checkPassword(password: string): void {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(password));
  if (kinds.length < 3) throw new IvmRefusal('IVM.10022032');
}

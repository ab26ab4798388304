import type { JsonObject } from '#lib/json/exact-json.ts';
import type { Route } from '../api-server.ts';
import type { Camera } from '../cameras.ts';
import { IvmRefusal } from '../ivm-refusal.ts';
import { abilitiesOf, createDeviceFacts, type Device, kindOf } from './device-facts.ts';
import { type DeviceGroup, rootGroupId } from './device-groups.ts';
import { resultsOf } from './item-results.ts';
import { isWanted, onPage } from './listing.ts';
import type { Serve } from './operation-route.ts';
import type { Tenant } from './tenant.ts';

/** Groups of devices (5.1 to 5.7). */
export function createDeviceGroupRoutes(serve: Serve, tenant: Tenant): Route[] {
  const { states, groups, records, find, enterpriseId } = tenant;
  const facts = createDeviceFacts(tenant);

  /** Neither renamed nor deleted, nor given devices or groups of its own. */
  const belowRoot = (id: string): DeviceGroup => {
    if (id === rootGroupId) throw new IvmRefusal('IVM.20001009');
    return groups.find(id);
  };
  const devicesWithin = (id: string): Device[] => {
    const within = new Set(groups.within(id).map((group) => group.id));
    return facts.devices().filter(([{ deviceId }]) => within.has(groups.of(deviceId).id));
  };
  const onlineOf = (devices: readonly Device[]) => devices.filter((device) => facts.state(device) === 'ONLINE').length;
  const isLeaf = ({ id }: DeviceGroup) => (groups.below(id).length === 0 ? 1 : 0);
  const aboutGroup = (group: DeviceGroup) => {
    const devices = devicesWithin(group.id);
    return {
      device_org_id: group.id,
      device_org_name: group.name,
      device_org_level: group.level,
      camera_count: devices.length,
      camera_online_count: onlineOf(devices),
      is_leaf: isLeaf(group),
    };
  };
  const subGroup = (group: DeviceGroup): JsonObject => {
    const channels = devicesWithin(group.id).flat();
    const online = channels.filter((camera) => facts.channelState(camera) === 'ONLINE').length;
    return {
      ...aboutGroup(group),
      channel_count: channels.length,
      channel_online_count: online,
      channel_offline_count: channels.length - online,
    };
  };
  const node = (group: DeviceGroup, isFound: (group: DeviceGroup) => boolean): JsonObject => ({
    ...aboutGroup(group),
    enterprise_id: enterpriseId,
    parent_id: group.parentId ?? '',
    is_result: isFound(group) ? 1 : 0,
    children: groups.below(group.id).map((child) => node(child, isFound)),
  });
  const channelRow = (camera: Camera): JsonObject => ({
    channel_id: camera.channelId,
    channel_name: camera.channelName,
    channel_state: facts.channelState(camera),
    channel_system_state: facts.systemState(camera),
    channel_resource_state: facts.resources(camera),
    channel_model: camera.model,
    // A text with commas here, a list in 7.2.
    channel_ability: abilitiesOf(camera).join(','),
    invalid_type: 'NORMAL',
    storage_card_status: '2',
    mask_mode: 'CLOSE',
  });
  const deviceRow = (device: Device): JsonObject => {
    const [camera] = device;
    return {
      device_id: camera.deviceId,
      device_name: camera.deviceName,
      device_state: facts.state(device),
      device_type: kindOf(camera),
      device_system_state: facts.systemState(camera),
      access_protocol: camera.protocol,
      manufacture: 'huawei',
      device_ability: abilitiesOf(camera).join(','),
      // Numbers by the table, texts by the example.
      channel_total: String(device.length),
      operator_total: '0',
      channels: device.map(channelRow),
      channel_online_count: device.filter((one) => facts.channelState(one) === 'ONLINE').length,
      channel_allocated_total: device.length,
      audio_input_count: 0,
      audio_output_count: 0,
      model: camera.model,
      firmware: camera.firmware,
      create_time: facts.time(facts.createdAt(camera)),
      update_time: facts.time(facts.updatedAt(camera)),
      device_org_name: groups.of(camera.deviceId).name,
      ...(camera.protocol === 'HOLO'
        ? {}
        : { gb_access_state: states.isRegistered(camera) ? 'CONNECTED' : 'NOT_CONNECTED' }),
    };
  };

  return [
    serve('listSubDeviceOrgs', ({ device_org_id }) => ({
      orgs: groups.below(groups.find(device_org_id).id).map(subGroup),
    })),
    serve('listOrgDevices', (asked) => {
      const { device_org_id: id, is_current_org: which = '2', group_ids: ids, ability } = asked;
      const all = devicesWithin(id);
      const inGroup = ([{ deviceId }]: Device): boolean => {
        const own = groups.of(deviceId).id;
        if (ids !== undefined && !ids.includes(own)) return false;
        return which === '2' || (own === id) === (which === '1');
      };
      const found = facts.wanted(all, asked).filter((device) => {
        const [camera] = device;
        return (
          inGroup(device) &&
          isWanted(asked.device_id, camera.deviceId) &&
          isWanted(asked.manufactures, 'huawei') &&
          (ability === undefined || abilitiesOf(camera).includes(ability === 'ptz' ? 'ptz' : 'flowstatis')) &&
          (asked.channel_resource_state === undefined ||
            device.some((one) => facts.resources(one).some((state) => isWanted(asked.channel_resource_state, state))))
        );
      });
      return {
        devices: onPage(found, asked).map(deviceRow),
        total: found.length,
        device_total: all.length,
        admin_total: 0,
        online_total: onlineOf(all),
      };
    }),
    serve('updateDeviceOrg', ({ device_org_id: id, device_org_name: name }) => {
      const group = groups.rename(belowRoot(id).id, name);
      return { device_org_id: group.id, device_org_name: group.name };
    }),
    serve('createDeviceOrg', ({ parent_org_id: parentId, device_org_name: name }) => {
      // The reference says that nothing is added to the root, though it names no other way to a group of the first level.
      if (parentId === rootGroupId) throw new IvmRefusal('IVM.20001006');
      return { device_org_id: groups.create(name, parentId).id };
    }),
    serve('deleteDeviceOrg', ({ device_org_id: id }) => {
      if (devicesWithin(belowRoot(id).id).length > 0) throw new IvmRefusal('IVM.20001008');
      for (const group of groups.within(id)) groups.delete(group.id);
      return { device_org_id: id };
    }),
    serve('moveDevices', ({ device_org_id: id, device_ids: deviceIds }) => {
      const target = belowRoot(id);
      const { failed, results } = resultsOf(
        deviceIds,
        (deviceId) => ({ device_id: deviceId }),
        (deviceId) => {
          if (!find.isThere(deviceId)) throw new IvmRefusal('IVM.10022035');
          if (groups.of(deviceId).id === target.id) throw new IvmRefusal('IVM.20000050');
          groups.move(deviceId, target.id);
          records.change(deviceId, {});
        },
      );
      return { failed_num: failed, results };
    }),
    serve('searchDeviceOrgTree', ({ device_org_name: part }) => {
      const isFound = ({ name }: DeviceGroup) => name.includes(part);
      // What is below a group that was found is told within it.
      const isWithinFound = ({ parentId }: DeviceGroup): boolean => {
        if (parentId === undefined) return false;
        const parent = groups.find(parentId);
        return isFound(parent) || isWithinFound(parent);
      };
      const found = groups.all().filter((group) => isFound(group) && !isWithinFound(group));
      return { result: found.map((group) => node(group, isFound)) };
    }),
  ];
}

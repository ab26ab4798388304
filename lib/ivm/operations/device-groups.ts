import * as z from 'zod';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

const SubGroup = told.object({
  device_org_id: told.text.describe('id of the group'),
  device_org_name: told.text.describe('name of the group'),
  device_org_level: told.whole.describe('depth of the group: 1 right below the root'),
  camera_count: told.whole.describe('devices of the group and of those below it'),
  camera_online_count: told.whole.describe('devices of the group and of those below it that are online'),
  is_leaf: told.oneNumberOf(1, 0).describe('1 where no group is below it, 0 where there are some'),
  channel_count: told.whole.describe('channels of the group and of those below it'),
  channel_online_count: told.whole.describe('channels of the group and of those below it that are online'),
  channel_offline_count: told.whole.describe('channels of the group and of those below it that are offline'),
});

const ChannelOfDevice = told.object({
  channel_resource_state: told
    .list(told.text)
    .describe('packages of the channel: each of the kinds is granted, in arrears or closed'),
  channel_state: told
    .oneOf('OFFLINE', 'ONLINE', 'UNREGISTERED')
    .describe('state of the channel; UNREGISTERED is one that was never registered'),
  channel_system_state: told.oneOf('NORMAL', 'UNAVAILABLE_FROZEN').describe('whether the device is frozen'),
  channel_id: told.text.describe('id of the channel'),
  channel_name: told.text.describe('name of the channel'),
  channel_model: told.text.describe('model of the device behind the channel'),
  channel_model_e: told.text.describe('model of the device behind the channel, in its former place: see channel_model'),
  invalid_type: told.oneOf('NORMAL', 'CHANNEL_ID_INVALID').describe('whether the id of the channel is a valid one'),
  channel_ability: told.text.describe('abilities of the channel'),
  storage_card_status: told
    .oneOf('0', '1', '2', '3', '-1')
    .describe('memory card: 0 in order, 1 to be formatted, 2 none, 3 being formatted, -1 not supported'),
  mask_mode: told.oneOf('OPEN', 'CLOSE').describe('whether areas are masked for privacy'),
});

const DeviceOfGroup = told.object({
  device_id: told.text.describe('id of the device'),
  device_name: told.text.describe('name of the device'),
  device_state: told
    .oneOf('OFFLINE', 'ONLINE', 'UNREGISTERED')
    .describe('state of the device; UNREGISTERED is one that was never registered'),
  device_type: told
    .oneOf('IPC', 'NVR', 'MEdge')
    .describe('type of the device: a camera, an NVR, or an IVS1800 (MEdge)'),
  device_system_state: told.oneOf('NORMAL', 'UNAVAILABLE_FROZEN').describe('whether the device is frozen'),
  access_protocol: told.oneOf('HOLO', 'GB28181').describe('protocol by which it is connected'),
  manufacture: told.text.describe('manufacturer'),
  device_ability: told.text.describe('abilities of the device'),
  channel_total: told.whole.describe('how many channels there are'),
  channels: told.list(ChannelOfDevice).describe('channels of the device or of the request'),
  operator_total: told.whole.describe('users other than administrators who have the device'),
  model: told.text.describe('model of the device'),
  create_time: told.text.describe('when the device was added'),
  update_time: told.text.describe(
    'when the device was changed last; coming online and moving to a group count as changes',
  ),
  device_org_name: told.text.describe('name of the group'),
  firmware: told.text.describe('device types and versions that are asked about'),
  channel_allocated_total: told.whole.describe('channels that are allocated'),
  channel_online_count: told.whole.describe('channels that are online'),
  audio_input_count: told.whole.describe('audio inputs'),
  audio_output_count: told.whole.describe('audio outputs'),
  gb_access_state: told
    .oneOf(
      'NOT_CONNECTED',
      'NO_AUTHENTICATION_INFO',
      'AUTHENTICATION_FAILED',
      'CATALOG_ERROR',
      'UNKNOWN_ERROR',
      'CONNECTED',
    )
    .describe(
      'why a device of GB/T 28181 is not online: not heard of, lacking data, refused, wrong channels, unknown, or CONNECTED',
    ),
});

const MovedDevice = told.object({
  device_id: told.text.describe('id of the device'),
  result: told.outcome,
});

const groupMembers = {
  device_org_id: told.text.describe('id of the group'),
  device_org_level: told.whole.describe('depth of the group: 1 right below the root'),
  device_org_name: told.text.describe('name of the group'),
  enterprise_id: told.whole.describe('id of the enterprise'),
  is_leaf: told.oneNumberOf(1, 0).describe('1 where no group is below it, 0 where there are some'),
  is_result: told.whole.describe('whether the group itself matches the search'),
  parent_id: told.text.describe('id of the group above'),
  camera_count: told.whole.describe('how many devices there are'),
  camera_online_count: told.whole.describe('how many devices are online'),
};

/** A group with all that are below it. */
type GroupNode = z.output<ReturnType<typeof told.object<typeof groupMembers>>> & { children: GroupNode[] };

const GroupBelow: z.ZodType<GroupNode> = told.object({
  ...groupMembers,
  children: z.lazy(() => told.list(GroupBelow)).describe('groups below it'),
});

const FoundGroup = told.object({
  enterprise_id: told.text.describe('id of the enterprise'),
  device_org_id: told.text.describe('id of the group'),
  device_org_name: told.text.describe('name of the group'),
  parent_id: told.text.describe('id of the group above'),
  device_org_level: told.whole.describe('depth of the group: 1 right below the root'),
  is_leaf: told.oneNumberOf(1, 0).describe('1 where no group is below it, 0 where there are some'),
  is_result: told.whole.describe('whether the group itself matches the search'),
  camera_count: told.whole.describe('how many devices there are'),
  camera_online_count: told.whole.describe('how many devices are online'),
  children: told.list(GroupBelow).describe('groups below it'),
});

/** Groups of devices, which IVM calls organisations (chapter 5). */
export const deviceGroups = {
  /** Lists the direct groups below of a device group, starting from the root node (5.1). */
  listSubDeviceOrgs: operation({
    section: '5.1',
    summary: 'List the direct groups below of a device group, starting from the root node.',
    method: 'GET',
    path: '/v1/{user_id}/device-orgs/{device_org_id}/sub-orgs',
    effect: 'read',
    notes: [
      'The root group has device_org_id "0"; walk down level by level from there.',
      'device_org_level is 1 for first-level children, 2 for the next level, and so on.',
    ],
    parameters: z.strictObject({
      device_org_id: sent.digits(1, 25).describe('id of the group above those that are wanted; 0 is the root'),
    }),
    query: sent.nothing,
    body: sent.nothing,
    reply: told.object({
      orgs: told.list(SubGroup).describe('what was found, or became of each item'),
    }),
  }),
  /** Pages through the devices (with their channels) that belong to a device group (5.2). */
  listOrgDevices: operation({
    section: '5.2',
    summary: 'Page through the devices (with their channels) that belong to a device group.',
    method: 'GET',
    path: '/v1/{user_id}/device-orgs/{device_org_id}/devices',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'offset is a page number (0 = first page), not a row offset.',
      'Most filters accept several values joined by an ASCII comma; ability accepts a single value only.',
      'Default order is create_time descending; user_order currently has no effect.',
      'limit defaults to 10 and may be as large as 1000.',
      'channel_model_e is deprecated in favour of channel_model.',
    ],
    paging: {
      counts: 'pages',
      offset: 'offset',
      limit: 'limit',
      mostPerPage: 1000,
      entries: 'devices',
      total: 'total',
    },
    parameters: z.strictObject({
      device_org_id: sent.digits(1, 25).describe('id of the group; 0 is the root'),
    }),
    query: z.strictObject({
      access_protocol: sent
        .several(sent.oneOf('HOLO', 'GB28181'))
        .describe('protocols of the devices that are wanted')
        .optional(),
      channel_resource_state: sent
        .several(
          sent.oneOf(
            'MANAGEMENT_GRANT',
            'MANAGEMENT_ARREAR',
            'MANAGEMENT_CLOSED',
            'EVENT_RECORD_GRANT',
            'EVENT_RECORD_ARREAR',
            'EVENT_RECORD_CLOSED',
            'FULL_RECORD_GRANT',
            'FULL_RECORD_ARREAR',
            'FULL_RECORD_CLOSED',
            'INDUSTRY_DATA_GRANT',
            'INDUSTRY_DATA_ARREAR',
            'INDUSTRY_DATA_CLOSED',
          ),
        )
        .describe('packages of the channels that are wanted: each of the kinds granted, in arrears or closed')
        .optional(),
      ability: sent.oneOf('algorithm', 'ptz').describe('ability of the devices that are wanted, one alone').optional(),
      device_id: sent.deviceId.describe('id of the device').optional(),
      device_name: sent.weighedText(1, 128).describe('name of the device').optional(),
      device_state: sent
        .several(sent.oneOf('OFFLINE', 'ONLINE', 'UNREGISTERED'))
        .describe('states of the devices that are wanted')
        .optional(),
      device_system_state: sent
        .several(sent.oneOf('NORMAL', 'UNAVAILABLE_FROZEN'))
        .describe('states of the account of the devices that are wanted')
        .optional(),
      device_type: sent
        .several(sent.oneOf('IPC', 'NVR', 'MEdge'))
        .describe('types of the devices that are wanted: cameras, NVR, IVS1800 (MEdge)')
        .optional(),
      direction: sent.oneOf('ASC', 'DESC').describe('order, downwards where left out').optional(),
      group_ids: sent
        .several(sent.textOf(1, 25))
        .describe('ids of groups whose devices are wanted; 0 is the root')
        .optional(),
      is_current_org: sent
        .oneOf('0', '1', '2')
        .describe('0 groups below, 1 this group, 2 both; all groups where left out')
        .optional(),
      limit: sent.whole(0, 1000).describe('entries in an answer; 10 where left out').optional(),
      manufactures: sent
        .several(sent.textOf(1, 64))
        .describe(
          'manufacturers of the devices that are wanted, each of 1 to 64 characters of which a Chinese one counts as 2',
        )
        .optional(),
      offset: sent.whole(0, 2147483646).describe('page to begin with, from 0; 0 where left out').optional(),
      sort_by: sent
        .oneOf('create_time', 'update_time', 'operator_total')
        .describe('what is sorted by; create_time where left out')
        .optional(),
      user_order: sent
        .oneNumberOf(0, 1)
        .describe('order by the number of users, without effect at present: 0 upwards, 1 downwards')
        .optional(),
    }),
    body: sent.nothing,
    reply: told.object({
      devices: told.list(DeviceOfGroup).describe('devices that were found'),
      total: told.whole.describe('how many match'),
      device_total: told.whole.describe('devices in all'),
      admin_total: told.whole.describe('administrators in all'),
      online_total: told.whole.describe('devices that are online'),
    }),
  }),
  /** Renames a device group (5.3). */
  updateDeviceOrg: operation({
    section: '5.3',
    summary: 'Rename a device group.',
    method: 'PUT',
    path: '/v1/{user_id}/device-orgs/{device_org_id}',
    effect: 'change',
    notes: [
      'The root node cannot be edited.',
      'A Chinese character counts as two characters towards the 50-character limit.',
    ],
    parameters: z.strictObject({
      device_org_id: sent.digits(1, 25).describe('id of the group; the root can’t be changed'),
    }),
    query: sent.nothing,
    body: z.strictObject({
      device_org_name: sent
        .weighedText(1, 50)
        .describe('new name of the group, of letters, digits, blanks, hyphens and underscores'),
    }),
    reply: told.object({
      device_org_id: told.text.describe('id of the group'),
      device_org_name: told.text.describe('name of the group'),
    }),
  }),
  /** Creates a device group under a group (5.4). */
  createDeviceOrg: operation({
    section: '5.4',
    summary: 'Create a device group under a group.',
    method: 'POST',
    path: '/v1/{user_id}/device-orgs',
    effect: 'change',
    notes: ['The description says that no child can be created under the root node.'],
    isOnce: true,
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      device_org_name: sent
        .weighedText(1, 50)
        .describe('name of the group, of letters, digits, blanks, hyphens and underscores'),
      parent_org_id: sent.digits(1, 25).describe('id of the group above; nothing can be added to the root'),
    }),
    reply: told.object({
      device_org_id: told.text.describe('id of the group'),
    }),
  }),
  /** Deletes one device group (5.5). */
  deleteDeviceOrg: operation({
    section: '5.5',
    summary: 'Delete one device group.',
    method: 'DELETE',
    path: '/v1/{user_id}/device-orgs/{device_org_id}',
    effect: 'destroy',
    notes: ['The root node cannot be deleted; a group that still holds devices is refused (IVM.20001008).'],
    parameters: z.strictObject({
      device_org_id: sent.digits(1, 25).describe('id of the group; the root can’t be deleted'),
    }),
    query: sent.nothing,
    body: sent.nothing,
    reply: told.object({
      device_org_id: told.text.describe('id of the group'),
    }),
  }),
  /** Moves up to 100 devices into another device group (5.6). */
  moveDevices: operation({
    section: '5.6',
    summary: 'Move up to 100 devices into another device group.',
    method: 'POST',
    path: '/v1/{user_id}/device-orgs/{device_org_id}/move-devices',
    effect: 'change',
    protocols: ['HOLO', 'GB28181'],
    notes: ['Devices cannot be placed directly under the root node.'],
    outcomes: ['results'],
    parameters: z.strictObject({
      device_org_id: sent.digits(1, 25).describe('id of the group to move to; the root takes no devices'),
    }),
    query: sent.nothing,
    body: z.strictObject({
      device_ids: z.array(sent.deviceId).min(1).max(100).describe('ids of the devices'),
    }),
    reply: told.object(
      {
        failed_num: told.whole.describe('devices that were not moved'),
        results: told.list(MovedDevice).describe('what became of each device'),
      },
      { fail_num: 'failed_num', failNum: 'failed_num' },
    ),
  }),
  /** Finds groups by a part of their name, and gives them as a tree (5.7). */
  searchDeviceOrgTree: operation({
    section: '5.7',
    summary: 'Find device groups by a fuzzy name match and return them as a tree.',
    method: 'GET',
    path: '/v1/{user_id}/device-orgs/tree',
    effect: 'read',
    notes: [
      'children is recursive.',
      'is_result tells whether a node itself matched the search (meaning of the integer values is not printed).',
    ],
    parameters: sent.nothing,
    query: z.strictObject({
      device_org_name: sent
        .weighedText(1, 50)
        .describe('name of the group, of letters, digits, blanks, hyphens and underscores'),
    }),
    body: sent.nothing,
    reply: told.object({
      result: told.list(FoundGroup).describe('what was found, or became of each item'),
    }),
  }),
};

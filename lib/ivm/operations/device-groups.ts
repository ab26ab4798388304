import * as z from 'zod';
import { byPage, devicesAsked, packageStates } from './devices.ts';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

const groupId = sent.digits(1, 25);

/** Parameters of the path of what takes any group, and of what refuses the root. */
const ofGroup = z.strictObject({ device_org_id: groupId.describe('id of the group; 0 is the root') });
const ofGroupBelowRoot = z.strictObject({ device_org_id: groupId.describe('id of the group; the root is refused') });

const groupNameInput = sent
  .weighedText(1, 50)
  .describe('name of the group, of letters, digits, blanks, hyphens and underscores');

/** What all answers tell of a group. */
const groupMembers = {
  device_org_id: told.text.describe('id of the group'),
  device_org_name: told.text.describe('name of the group'),
  device_org_level: told.whole.describe('depth of the group: 1 right below the root'),
  is_leaf: told.oneNumberOf(1, 0).describe('1 where no group is below it, 0 where there are some'),
};

const SubGroup = told.object({
  ...groupMembers,
  camera_count: told.whole.describe('devices of the group and of those below it'),
  camera_online_count: told.whole.describe('devices of the group and of those below it that are online'),
  // The table says of this one, too, that it counts those online; in the example it is the sum of both.
  channel_count: told.whole.describe('channels of the group and of those below it'),
  channel_online_count: told.whole.describe('channels of the group and of those below it that are online'),
  channel_offline_count: told.whole.describe('channels of the group and of those below it that are offline'),
});

const ChannelOfDevice = told.object({
  channel_resource_state: told
    .list(told.text)
    .describe('packages of the channel, several at once: each of the kinds is granted, in arrears or closed'),
  channel_state: told
    .oneOf('OFFLINE', 'ONLINE', 'UNREGISTERED')
    .describe('state of the channel; UNREGISTERED is one that was never registered'),
  channel_system_state: told.oneOf('NORMAL', 'UNAVAILABLE_FROZEN').describe('whether the device is frozen'),
  channel_id: told.text.describe('id of the channel'),
  channel_name: told.text.describe('name of the channel'),
  channel_model: told.text.describe('model of the device behind the channel'),
  channel_model_e: told.text.describe('model of the device behind the channel; given up for channel_model'),
  invalid_type: told.oneOf('NORMAL', 'CHANNEL_ID_INVALID').describe('whether the id of the channel is a valid one'),
  // Printed as a text here and as a list elsewhere.
  channel_ability: told.words.describe('abilities of the channel'),
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
  device_ability: told.words.describe('abilities of the device'),
  channel_total: told.whole.describe('how many channels there are'),
  channels: told.list(ChannelOfDevice).describe('channels of the device'),
  operator_total: told.whole.describe('users other than administrators who have the device'),
  model: told.text.describe('model of the device'),
  create_time: told.text.describe('when the device was added'),
  update_time: told.text.describe(
    'when the device was changed last; coming online and moving to a group count as changes',
  ),
  device_org_name: told.text.describe('name of the group'),
  firmware: told.text.describe('version of its software'),
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
    .describe('why a device of GB/T 28181 is not online: not heard of, lacking data, refused, wrong channels, unknown'),
});

const MovedDevice = told.object({
  device_id: told.text.describe('id of the device'),
  result: told.outcome,
});

const nodeMembers = {
  ...groupMembers,
  // A number in one of the tables: ids of enterprises may exceed what a double holds.
  enterprise_id: told.text.describe('id of the enterprise'),
  parent_id: told.text.describe('id of the group above'),
  is_result: told.whole.describe('whether the group itself matches the search; its values are not documented'),
  camera_count: told.whole.describe('how many devices there are'),
  camera_online_count: told.whole.describe('how many devices are online'),
};

/** A group with all that are below it. */
type GroupNode = z.output<ReturnType<typeof told.answer<typeof nodeMembers>>> & { children: GroupNode[] };

const GroupNode: z.ZodType<GroupNode | undefined> = told.object({
  ...nodeMembers,
  children: z.lazy(() => told.list(GroupNode)).describe('groups right below it'),
});

// The same once more, not within itself: the test against the catalogue looks for the members of the groups below.
const FoundGroup = told.object({
  ...nodeMembers,
  children: told.list(GroupNode).describe('groups right below it'),
});

/** The tree of groups that devices are sorted into, which IVM calls organisations (chapter 5). */
export const deviceGroups = {
  /**
   * Lists the groups right below a group, with how many devices and channels each of them holds: the whole tree is
   * walked down level by level, from the root. IVM.20001001 says that there is no such group, IVM.20001003 that the
   * user has no right to it (5.1).
   */
  listSubDeviceOrgs: operation({
    section: '5.1',
    summary: 'List the groups right below a group.',
    method: 'GET',
    path: '/v1/{user_id}/device-orgs/{device_org_id}/sub-orgs',
    effect: 'read',
    notes: ['The root has the id 0.'],
    parameters: ofGroup,
    query: sent.nothing,
    body: sent.nothing,
    reply: told.answer({
      orgs: told.list(SubGroup).describe('groups right below it'),
    }),
  }),
  /**
   * Lists the devices of a group page by page, with their channels, the ones added last first unless it is asked
   * otherwise. A page or a limit that is out of range gives IVM.10020010 or IVM.10020009; for the latter the table of
   * codes wants a limit of 1 at least, where this takes 0. IVM.20001001 says that there is no such group (5.2).
   */
  listOrgDevices: operation({
    section: '5.2',
    summary: 'List the devices of a group with their channels, page by page.',
    method: 'GET',
    path: '/v1/{user_id}/device-orgs/{device_org_id}/devices',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'The offset counts pages; where no order is asked for, the devices added last come first.',
      'A channel that was never registered is UNREGISTERED here, and UNALLOCATED in listChannels.',
    ],
    paging: byPage,
    parameters: ofGroup,
    query: z.strictObject({
      ...devicesAsked,
      channel_resource_state: sent
        .several(sent.oneOf(...packageStates))
        .describe('packages of the channels that are wanted: each of the kinds granted, in arrears or closed')
        .optional(),
      ability: sent.oneOf('algorithm', 'ptz').describe('ability of the devices that are wanted, one alone').optional(),
      device_id: sent.deviceId.describe('id of the device that is wanted').optional(),
      device_name: sent.weighedText(1, 128).describe('part of the name of the devices that are wanted').optional(),
      direction: sent.oneOf('ASC', 'DESC').describe('order, downwards where left out').optional(),
      group_ids: sent
        .several(sent.textOf(1, 25))
        .describe('ids of groups whose devices are wanted; 0 is the root')
        .optional(),
      is_current_org: sent
        .oneOf('0', '1', '2')
        .describe('0 groups below, 1 this group, 2 all groups, as where left out')
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
        .describe(
          'what is sorted by, operator_total being the number of users who have a device; create_time where left out',
        )
        .optional(),
      user_order: sent
        .oneNumberOf(0, 1)
        .describe('order by the number of users, without effect at present: 0 upwards, 1 downwards')
        .optional(),
    }),
    body: sent.nothing,
    reply: told.answer({
      devices: told.list(DeviceOfGroup).describe('devices that were found'),
      total: told.whole.describe('how many match'),
      device_total: told.whole.describe('devices in all'),
      admin_total: told.whole.describe('administrators in all'),
      online_total: told.whole.describe('devices that are online'),
    }),
  }),
  /**
   * Renames a group, the root excepted. IVM.20001004 says that the name is taken, IVM.20001005 that it is not allowed,
   * IVM.20001001 that there is no such group (5.3).
   */
  updateDeviceOrg: operation({
    section: '5.3',
    summary: 'Rename a group.',
    method: 'PUT',
    path: '/v1/{user_id}/device-orgs/{device_org_id}',
    effect: 'change',
    notes: ['The root can’t be renamed.'],
    parameters: ofGroupBelowRoot,
    query: sent.nothing,
    body: z.strictObject({
      device_org_name: groupNameInput,
    }),
    reply: told.answer({
      device_org_id: told.text.describe('id of the group'),
      device_org_name: told.text.describe('name of the group'),
    }),
  }),
  /**
   * Creates a group below another one, and gives its id. IVM.20001004 says that the name is taken, IVM.20001006 that
   * there is no group above, IVM.20001007 that the tree would become too deep (5.4).
   */
  createDeviceOrg: operation({
    section: '5.4',
    summary: 'Create a group below another one.',
    method: 'POST',
    path: '/v1/{user_id}/device-orgs',
    effect: 'change',
    notes: [
      'The reference allows none right below the root, and names no other way to get a group of the first level.',
    ],
    isOnce: true,
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      device_org_name: groupNameInput,
      parent_org_id: groupId.describe('id of the group above; by the reference not the root'),
    }),
    reply: told.answer({
      device_org_id: told.text.describe('id of the group'),
    }),
  }),
  /**
   * Deletes a group that holds no devices: IVM.20001008 says that it holds some, IVM.20001009 that it is the root,
   * IVM.20001001 that there is no such group (5.5).
   */
  deleteDeviceOrg: operation({
    section: '5.5',
    summary: 'Delete a group that holds no devices.',
    method: 'DELETE',
    path: '/v1/{user_id}/device-orgs/{device_org_id}',
    effect: 'destroy',
    notes: ['The root can’t be deleted, nor a group that holds devices.'],
    parameters: ofGroupBelowRoot,
    query: sent.nothing,
    body: sent.nothing,
    reply: told.answer({
      device_org_id: told.text.describe('id of the group'),
    }),
  }),
  /**
   * Moves up to 100 devices to another group, and tells of each what became of it: IVM.10022035 is one that does not
   * exist, for which an example prints IVM.10022037, and IVM.20000050 one that is in the group already (5.6).
   */
  moveDevices: operation({
    section: '5.6',
    summary: 'Move devices to another group.',
    method: 'POST',
    path: '/v1/{user_id}/device-orgs/{device_org_id}/move-devices',
    effect: 'change',
    protocols: ['HOLO', 'GB28181'],
    notes: ['The root takes no devices.'],
    outcomes: ['results'],
    parameters: ofGroupBelowRoot,
    query: sent.nothing,
    body: z.strictObject({
      device_ids: z.array(sent.deviceId).min(1).max(100).describe('ids of the devices'),
    }),
    reply: told.answer(
      {
        failed_num: told.whole.describe('devices that were not moved'),
        results: told.list(MovedDevice).describe('what became of each device'),
      },
      told.failedNumSpellings,
    ),
  }),
  /**
   * Finds groups by a part of their name, and gives them as trees with all that is below them. IVM.20001005 says that
   * the name is not allowed (5.7).
   */
  searchDeviceOrgTree: operation({
    section: '5.7',
    summary: 'Find groups by a part of their name.',
    method: 'GET',
    path: '/v1/{user_id}/device-orgs/tree',
    effect: 'read',
    notes: ['Groups may come that do not match themselves; is_result tells, with values that are not documented.'],
    parameters: sent.nothing,
    query: z.strictObject({
      device_org_name: groupNameInput.describe('part of the name of the groups'),
    }),
    body: sent.nothing,
    reply: told.answer({
      result: told.list(FoundGroup).describe('groups that were found, with those below them'),
    }),
  }),
};

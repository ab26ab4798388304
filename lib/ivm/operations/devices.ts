import * as z from 'zod';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

/** What is asked about abilities, of one or of many. */
export const abilitiesAsked = {
  ability: z
    .array(z.string())
    .min(0)
    .max(10)
    .describe('abilities that are asked about, up to 10; all of them where left out')
    .optional(),
  need_cloud_ability: z
    .boolean()
    .describe('whether abilities that are managed in the cloud are told; false where left out')
    .optional(),
  need_specification: z.boolean().describe('whether limits of abilities are told; false where left out').optional(),
};

/** Limits of abilities by their names, of which the reference lists none. */
export const cloudAbility = told
  .object({})
  .describe('abilities that are managed in the cloud, with their limits; only where need_cloud_ability is true');

/** Which devices are wanted. */
export const devicesAsked = {
  access_protocol: sent
    .several(sent.oneOf('HOLO', 'GB28181'))
    .describe('protocols of the devices that are wanted')
    .optional(),
  device_state: sent
    .several(sent.oneOf('OFFLINE', 'ONLINE', 'UNREGISTERED'))
    .describe('states of the devices that are wanted')
    .optional(),
  device_system_state: sent
    .several(sent.oneOf('NORMAL', 'UNAVAILABLE_FROZEN'))
    .describe('whether devices that are frozen are wanted, or those that are not')
    .optional(),
  device_type: sent
    .several(sent.oneOf('IPC', 'NVR', 'MEdge'))
    .describe('types of the devices that are wanted: cameras connected directly, NVR, IVS1800 (MEdge)')
    .optional(),
};

/** Devices are listed page by page, wherever they are. */
export const byPage = {
  counts: 'pages',
  offset: 'offset',
  limit: 'limit',
  mostPerPage: 1000,
  entries: 'devices',
  total: 'total',
} as const;

/** States of the packages of a channel. */
export const packageStates = [
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
] as const;

/** What one device and the list of them tell alike. */
const deviceMembers = {
  device_id: told.text.describe('id of the device'),
  device_name: told.text.describe('name of the device'),
  device_state: told
    .oneOf('OFFLINE', 'ONLINE', 'UNREGISTERED')
    .describe('state of the device; UNREGISTERED is one that was never registered'),
  device_type: told
    .oneOf('IPC', 'NVR', 'MEdge', 'IPC-BULLET', 'IPC-BOX', 'IPC-CONCH', 'IPDOME')
    .describe('common camera (IPC), NVR, IVS1800 (MEdge), bullet, box, dome (IPC-CONCH) or PTZ dome (IPDOME)'),
  device_system_state: told.oneOf('NORMAL', 'UNAVAILABLE_FROZEN').describe('whether the device is frozen'),
  // The table of the list prints a number; its example has the names.
  access_protocol: told.oneOf('GB28181', 'HOLO').describe('protocol by which it is connected'),
  manufacture: told.text.describe('manufacturer, such as HUAWEI'),
  device_ability: told.words.describe('abilities of the device'),
  device_cloud_ability: cloudAbility,
  channel_total: told.whole.describe('how many channels there are'),
  create_time: told.text.describe('when the device was added'),
  update_time: told.text.describe(
    'when the device was changed last; coming online and moving to a group count as changes',
  ),
  sdk_ability: told.text.describe('abilities of the SDK'),
};

const GroupOfDevice = told.object({
  device_org_id: told.text.describe('id of the group'),
  device_org_name: told.text.describe('name of the group'),
  device_org_level: told.whole.describe('depth of the group'),
});

const ListedDevice = told.object({
  ...deviceMembers,
  channel_online_total: told.whole.describe('channels that are online'),
  channel_offline_total: told.whole.describe('channels that are offline'),
  org_list: told.list(GroupOfDevice).describe('groups that the device is in'),
});

/** Where a device registers. */
const sipServer = {
  sip_server_id: told.text.describe('id of the SIP server'),
  sip_server_domain: told.text.describe('domain of the SIP server'),
  sip_server_host: told.text.describe('address of the SIP server'),
  sip_server_port: told.text.describe('port of the SIP server'),
};

const gbUsername = sent.textOf(5, 32);
const gbPassword = sent.textOf(8, 32);

const GbDeviceInput = z.strictObject({
  device_id: sent.gbDeviceId.describe('id of the device'),
  device_name: sent
    .weighedText(1, 128)
    .describe('name of the device, of letters, digits, blanks, hyphens and underscores'),
  device_username: gbUsername
    .describe('user name of the device, letters, digits and hyphens, no digit first')
    .optional(),
  device_password: gbPassword.describe(
    'password by which the device registers, with three of lower case, upper case, digits and others',
  ),
  description: sent.textOf(0, 128).describe('what is said of the device').optional(),
  algorithm: sent
    .oneOf('MD5', 'SHA256')
    .describe('how the device proves its password; SHA256 where the device knows it, since MD5 is weak'),
});

const AddedGbDevice = told.object({
  device_id: told.text.describe('id of the device'),
  ...sipServer,
  result: told.outcome,
});

const DeletedDevice = told.object({
  device_id: told.text.describe('id of the device'),
  result: told.outcome,
});

/** Devices, which are cameras and recorders: finding, adding, changing and deleting them (chapter 6). */
export const devices = {
  /**
   * Looks up one device, and gives its state, its model, its group and what it can do. IVM.20000010 says that there is
   * no such device, IVM.10022002 that it is another enterprise's: that one may come with status 200 (6.1).
   */
  showDevice: operation({
    section: '6.1',
    summary: 'Look up one device.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: ['Abilities that are managed in the cloud are told only where need_cloud_ability is true.'],
    parameters: sent.ofDevice,
    query: z.strictObject(abilitiesAsked),
    body: sent.nothing,
    reply: told.answer({
      ...deviceMembers,
      mac: told.text.describe('MAC address'),
      description: told.text.describe('what is said of the device'),
      model: told.text.describe('model, such as D2150'),
      stream_total: told.whole.describe('streams of each channel'),
      firmware: told.text.describe('firmware of the camera'),
      protocol_version: told.text.describe('version of the protocol between the device and IVM, such as 2.0.0'),
      device_ip: told.text.describe('IP address of the device'),
      device_port: told.text.describe('port of the device'),
      device_org_id: told.text.describe('id of the group'),
      sn: told.text.describe('serial number, the same as the id of the device'),
      device_org_name: told.text.describe('name of the group that the device is in'),
      operator_total: told.text.describe('how many operators there are'),
    }),
  }),
  /**
   * Lists the devices of the user page by page, the ones added last first unless it is asked otherwise. A page or a
   * limit that is out of range gives IVM.10020010 or IVM.10020009; for the latter the table of codes wants a limit of 1
   * at least, where this takes 0 (6.2).
   */
  listDevices: operation({
    section: '6.2',
    summary: 'List the devices of the user, page by page.',
    method: 'GET',
    path: '/v1/{user_id}/devices',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'The offset counts pages; where no order is asked for, the devices added last come first.',
      'Abilities that are managed in the cloud are told only where need_cloud_ability is true.',
    ],
    paging: byPage,
    parameters: sent.nothing,
    query: z.strictObject({
      ...devicesAsked,
      device_name: sent.weighedText(0, 128).describe('part of the name of the devices that are wanted').optional(),
      ...abilitiesAsked,
      direction: sent.oneOf('ASC', 'DESC').describe('order, downwards where left out').optional(),
      limit: sent.whole(0, 1000).describe('entries in an answer; 10 where left out').optional(),
      offset: sent
        .whole(0, 2147483646)
        .describe('page to begin with, from 0; times the limit it must stay below 2147483646; 0 where left out')
        .optional(),
      sort_by: sent
        .oneOf('create_time', 'update_time')
        .describe('what is sorted by; create_time where left out')
        .optional(),
    }),
    body: sent.nothing,
    reply: told.answer({
      devices: told.list(ListedDevice).describe('devices that were found'),
      total: told.whole.describe('how many match'),
    }),
  }),
  /**
   * Gives the SIP server at which a device of GB/T 28181 registers, and its user name there. Any other device gives
   * IVM.20000041 or IVM.10022027 (6.3).
   */
  showDeviceGateway: operation({
    section: '6.3',
    summary: 'Tell where a device of GB/T 28181 registers.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/gateway',
    effect: 'read',
    protocols: ['GB28181'],
    parameters: sent.ofGbDevice,
    query: sent.nothing,
    body: sent.nothing,
    reply: told.answer({
      device_username: told.text.describe('user name at the SIP server'),
      ...sipServer,
      device_id: told.text.describe('id of the device'),
    }),
  }),
  /**
   * Changes the name and the description of a device, and the text over the picture of one that speaks GB/T 28181.
   * Names of more than 64 characters may be refused (IVM.10022012), though the section takes 128; a device that is not
   * online gives IVM.20000036, and where nothing is to be changed it is IVM.10022010 (6.4).
   */
  updateDevice: operation({
    section: '6.4',
    summary: 'Rename or describe a device, or change the text over its picture.',
    method: 'PUT',
    path: '/v1/{user_id}/devices/{device_id}',
    effect: 'change',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'Devices that speak HOLO do not look at modify_type.',
      'Those that speak GB/T 28181 have to be online, unless modify_type is DEVICE_NAME.',
      'Where a picture has several lines of text, the first one is changed.',
      'For names the table of codes knows 64 characters at most, the interface 128.',
    ],
    parameters: sent.ofDevice,
    query: sent.nothing,
    body: z.strictObject({
      device_name: sent
        .weighedText(1, 128)
        .describe('letters, digits, blanks, hyphens and underscores; GB/T 28181 needs it, but with OSD')
        .optional(),
      description: sent
        .weighedText(1, 128)
        .describe('what is to be said of the device, of letters, digits, blanks, hyphens and underscores')
        .optional(),
      modify_type: sent
        .oneOf('DEFAULT', 'OSD', 'DEVICE_NAME', 'ALL')
        .describe(
          'DEFAULT sets name and text by device_name, OSD the text, DEVICE_NAME the name, ALL both; else DEFAULT',
        )
        .optional(),
      osd: sent
        .weighedText(1, 63, 3)
        .describe('text over the picture, a Chinese character as 3; heeded, and needed, with OSD and ALL alone')
        .optional(),
    }),
    reply: told.answer({
      device_name: told.text.describe('name of the device'),
      description: told.text.describe('what is said of the device'),
      device_id: told.text.describe('id of the device'),
      osd: told.text.describe('text over the picture'),
    }),
  }),
  /**
   * Replaces the user name or the password, or both, by which a device of GB/T 28181 registers. The device must not be
   * online (IVM.20000031). Refused names give IVM.10022008, refused passwords IVM.10022009 or, where they are weak,
   * IVM.10022032 (6.5).
   */
  updateGbAccount: operation({
    section: '6.5',
    summary: 'Replace the user name or password by which a GB/T 28181 device registers.',
    method: 'PUT',
    path: '/v1/{user_id}/devices/{device_id}/gb-account',
    effect: 'destroy',
    protocols: ['GB28181'],
    notes: ['The device must not be online.', 'It takes device_username or device_password at least.'],
    parameters: sent.ofGbDevice,
    query: sent.nothing,
    body: z.strictObject({
      device_username: gbUsername
        .describe('user name, letters, digits and hyphens, no digit first; needed where there is no device_password')
        .optional(),
      device_password: gbPassword
        .describe('password, with three of lower case, upper case, digits and others; needed without device_username')
        .optional(),
    }),
    reply: told.answer({
      device_username: told.text.describe('user name of the device'),
      device_id: told.text.describe('id of the device'),
    }),
  }),
  /**
   * Adds a HoloSens device by its verification code, and gives what it is. It may be there already (IVM.20000001), be
   * bound to another enterprise (IVM.20000000) or be used in a private app (IVM.20000046). A wrong code is answered as
   * if the server were at fault: 500, with IVM.20000003 (6.6).
   */
  addHoloDevice: operation({
    section: '6.6',
    summary: 'Add a HoloSens device by its verification code.',
    method: 'POST',
    path: '/v1/{user_id}/devices/holosens',
    effect: 'change',
    protocols: ['HOLO'],
    notes: ['A wrong verification code is answered with status 500 and IVM.20000003.'],
    isOnce: true,
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      device_id: sent.deviceId.describe('id of the device'),
      verification_code: sent.textOf(8, 8).describe('verification code of the device, 8 letters or digits'),
      description: sent.textOf(0, 128).describe('what is said of the device').optional(),
    }),
    reply: told.answer({
      device_id: deviceMembers.device_id,
      device_name: deviceMembers.device_name,
      device_type: deviceMembers.device_type,
      device_state: told.oneOf('OFFLINE', 'ONLINE').describe('whether the device is online'),
      manufacture: deviceMembers.manufacture,
    }),
  }),
  /**
   * Adds devices of GB/T 28181, up to 100 at once, and gives for each what became of it and where it has to register.
   * Items fail on their own: IVM.20000001 for a device that is there already, IVM.20000051 for one that is twice in the
   * list (6.7).
   */
  batchAddGbDevices: operation({
    section: '6.7',
    summary: 'Add up to 100 GB/T 28181 devices.',
    method: 'POST',
    path: '/v1/{user_id}/devices/gb/batch-add',
    effect: 'change',
    protocols: ['GB28181'],
    notes: [
      'The answer is 200 even where devices were not added: each has a result of its own.',
      'The 11th to 13th digit of an id say what the device is: 132 a camera, 111 a DVR, 118 an NVR.',
    ],
    isOnce: true,
    outcomes: ['devices'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      devices: z.array(GbDeviceInput).min(1).max(100).describe('devices that are to be added'),
    }),
    reply: told.answer(
      {
        failed_num: told.whole.describe('devices that were not added'),
        devices: told.list(AddedGbDevice).describe('what became of each device'),
      },
      told.failedNumSpellings,
    ),
  }),
  /**
   * Deletes devices, up to 100 at once, and gives what became of each. Items fail on their own: IVM.20000010 for a
   * device that is not there, IVM.20000013 for one that could not be deleted, IVM.20000028 where some of its data is
   * left and it should be deleted once more (6.8).
   */
  batchDeleteDevices: operation({
    section: '6.8',
    summary: 'Delete up to 100 devices.',
    method: 'POST',
    path: '/v1/{user_id}/devices/batch-delete',
    effect: 'destroy',
    protocols: ['HOLO', 'GB28181'],
    notes: ['The answer is 200 even where devices were not deleted: each has a result of its own.'],
    outcomes: ['devices'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      devices: z.array(sent.deviceId).min(1).max(100).describe('ids of the devices'),
    }),
    reply: told.answer(
      {
        failed_num: told.whole.describe('devices that were not deleted'),
        devices: told.list(DeletedDevice).describe('what became of each device'),
      },
      told.failedNumSpellings,
    ),
  }),
};

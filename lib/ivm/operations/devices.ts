import * as z from 'zod';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

const deviceTypes = ['IPC', 'NVR', 'MEdge', 'IPC-BULLET', 'IPC-BOX', 'IPC-CONCH', 'IPDOME'] as const;

const GroupOfDevice = told.object({
  device_org_id: told.text.describe('id of the group'),
  device_org_name: told.text.describe('name of the group'),
  device_org_level: told.whole.describe('depth of the group'),
});

const Device = told.object({
  device_id: told.text.describe('id of the device'),
  device_name: told.text.describe('name of the device'),
  device_state: told
    .oneOf('OFFLINE', 'ONLINE', 'UNREGISTERED')
    .describe('state of the device; UNREGISTERED is one that was never registered'),
  device_type: told
    .oneOf(...deviceTypes)
    .describe('type of the device: a camera, an NVR, an IVS1800 (MEdge), or the kind of camera'),
  device_system_state: told.oneOf('NORMAL', 'UNAVAILABLE_FROZEN').describe('whether the device is frozen'),
  create_time: told.text.describe('when it was made'),
  update_time: told.text.describe('when it was changed last; coming online and moving to a group count as changes'),
  access_protocol: told.whole.describe('protocol by which it is connected'),
  manufacture: told.text.describe('manufacturer'),
  device_ability: told.text.describe('abilities of the device'),
  device_cloud_ability: told.text.describe('abilities that are managed in the cloud, with their limits'),
  channel_total: told.whole.describe('how many channels there are'),
  channel_online_total: told.whole.describe('channels that are online'),
  channel_offline_total: told.whole.describe('channels that are offline'),
  org_list: told.list(GroupOfDevice).describe('groups that were found'),
  sdk_ability: told.text.describe('abilities of the SDK'),
});

const GbDeviceInput = z.strictObject({
  device_id: sent.gbDeviceId.describe('id of the device'),
  device_name: sent.weighedText(1, 128).describe('name of the device'),
  device_username: sent
    .textOf(5, 32)
    .describe('user name of the device, letters, digits and hyphens, no digit first')
    .optional(),
  device_password: sent
    .textOf(8, 32)
    .describe('password by which the device registers, with three of lower case, upper case, digits and others'),
  description: sent.textOf(0, 128).describe('what is said of the device').optional(),
  algorithm: sent
    .oneOf('MD5', 'SHA256')
    .describe('how the device proves its password; SHA256 where the device knows it, since MD5 is weak'),
});

const AddedGbDevice = told.object({
  device_id: told.text.describe('id of the device'),
  sip_server_id: told.text.describe('id of the SIP server'),
  sip_server_domain: told.text.describe('domain of the SIP server'),
  sip_server_host: told.text.describe('address of the SIP server'),
  sip_server_port: told.text.describe('port of the SIP server'),
  result: told.outcome,
});

const DeletedDevice = told.object({
  device_id: told.text.describe('id of the device'),
  result: told.outcome,
});

/** Devices (chapter 6). */
export const devices = {
  /** Gets the details of one device by its ID (6.1). */
  showDevice: operation({
    section: '6.1',
    summary: 'Get the details of one device by its ID.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'Route clash: GET /v1/{user_id}/devices/snap (10.3.1) matches the same template; the literal segment must win.',
      'device_cloud_ability is returned only when need_cloud_ability=true.',
      'update_time also changes when the device comes back online or is moved to another group.',
      'sn equals device_id.',
    ],
    parameters: sent.ofDevice,
    query: z.strictObject({
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
    }),
    body: sent.nothing,
    reply: told.object({
      mac: told.text.describe('MAC address'),
      device_id: told.text.describe('id of the device'),
      device_name: told.text.describe('name of the device'),
      device_state: told
        .oneOf('OFFLINE', 'ONLINE', 'UNREGISTERED')
        .describe('state of the device; UNREGISTERED is one that was never registered'),
      access_protocol: told.oneOf('GB28181', 'HOLO').describe('protocol by which it is connected'),
      device_type: told
        .oneOf(...deviceTypes)
        .describe('type of the device: a camera, an NVR, an IVS1800 (MEdge), or the kind of camera'),
      device_system_state: told.oneOf('NORMAL', 'UNAVAILABLE_FROZEN').describe('whether the device is frozen'),
      description: told.text.describe('what is said of the device'),
      model: told.text.describe('model, such as D2150'),
      manufacture: told.text.describe('manufacturer, such as HUAWEI'),
      channel_total: told.whole.describe('how many channels there are'),
      stream_total: told.whole.describe('streams of each channel'),
      firmware: told.text.describe('firmware of the camera'),
      device_ability: told.text.describe('abilities of the device'),
      device_cloud_ability: told.text.describe('abilities that are managed in the cloud, with their limits'),
      create_time: told.text.describe('when it was made'),
      update_time: told.text.describe('when it was changed last; coming online and moving to a group count as changes'),
      protocol_version: told.text.describe('version of the protocol between the device and IVM, such as 2.0.0'),
      device_ip: told.text.describe('IP address of the device'),
      device_port: told.text.describe('port of the device'),
      device_org_id: told.text.describe('id of the group'),
      sn: told.text.describe('serial number, the same as the id of the device'),
      device_org_name: told.text.describe('name of the group that the device is in'),
      operator_total: told.text.describe('users who have the device'),
      sdk_ability: told.text.describe('abilities of the SDK'),
    }),
  }),
  /** Pages through all devices of the user with optional filters (6.2). */
  listDevices: operation({
    section: '6.2',
    summary: 'Page through all devices of the user with optional filters.',
    method: 'GET',
    path: '/v1/{user_id}/devices',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'offset is a page number (0 = first page) and offset*limit must stay below 2147483646.',
      'Filters accept several values joined by an ASCII comma.',
      'Default order is create_time descending; limit defaults to 10.',
    ],
    paging: {
      counts: 'pages',
      offset: 'offset',
      limit: 'limit',
      mostPerPage: 1000,
      entries: 'devices',
      total: 'total',
    },
    parameters: sent.nothing,
    query: z.strictObject({
      access_protocol: sent.oneOf('HOLO', 'GB28181').describe('protocols of the devices that are wanted').optional(),
      device_name: sent.weighedText(0, 128).describe('name of the device').optional(),
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
    reply: told.object({
      devices: told.list(Device).describe('devices that were found'),
      total: told.whole.describe('how many match'),
    }),
  }),
  /** Gets the SIP server (gateway) parameters of a GB/T 28181 device (6.3). */
  showDeviceGateway: operation({
    section: '6.3',
    summary: 'Get the SIP server (gateway) parameters of a GB/T 28181 device.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/gateway',
    effect: 'read',
    protocols: ['GB28181'],
    notes: ['GB28181 devices only.'],
    parameters: sent.ofGbDevice,
    query: sent.nothing,
    body: sent.nothing,
    reply: told.object({
      device_username: told.text.describe('user name at the SIP server'),
      sip_server_id: told.text.describe('id of the SIP server'),
      sip_server_domain: told.text.describe('domain of the SIP server'),
      sip_server_host: told.text.describe('address of the SIP server'),
      sip_server_port: told.text.describe('port of the SIP server'),
      device_id: told.text.describe('id of the device'),
    }),
  }),
  /** Changes the name and description of a device and, for GB devices, its OSD text (6.4). */
  updateDevice: operation({
    section: '6.4',
    summary: 'Change the name and description of a device and, for GB devices, its OSD text.',
    method: 'PUT',
    path: '/v1/{user_id}/devices/{device_id}',
    effect: 'change',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'HoloSens devices ignore modify_type; for GB devices it decides whether name, OSD or both change and which fields must be present.',
      'GB: DEFAULT, OSD and ALL need an online device; DEVICE_NAME works in any state.',
      'Only the first OSD line of a device can be changed; OSD length is 1-63 with three bytes counted per Chinese character (the name counts two).',
      'osd is ignored when modify_type is DEFAULT or DEVICE_NAME.',
    ],
    parameters: sent.ofDevice,
    query: sent.nothing,
    body: z.strictObject({
      device_name: sent.weighedText(1, 128).describe('name of the device').optional(),
      description: sent
        .weighedText(1, 128)
        .describe('what is to be said of the device, of letters, digits, blanks, hyphens and underscores')
        .optional(),
      modify_type: sent
        .oneOf('DEFAULT', 'OSD', 'DEVICE_NAME', 'ALL')
        .describe(
          'what is changed, for GB/T 28181 alone: DEFAULT name and OSD by device_name, OSD by osd, DEVICE_NAME the name in any state, ALL both; all but DEVICE_NAME need the device online',
        )
        .optional(),
      osd: sent
        .weighedText(1, 63, 3)
        .describe(
          'text over the picture, in which a Chinese character counts as 3; not heeded with DEFAULT and DEVICE_NAME',
        )
        .optional(),
    }),
    reply: told.object({
      device_name: told.text.describe('name of the device'),
      description: told.text.describe('what is said of the device'),
      device_id: told.text.describe('id of the device'),
      osd: told.text.describe('text over the picture'),
    }),
  }),
  /** Changes the registration user name and/or password of a GB device (6.5). */
  updateGbAccount: operation({
    section: '6.5',
    summary: 'Change the registration user name and/or password of a GB device.',
    method: 'PUT',
    path: '/v1/{user_id}/devices/{device_id}/gb-account',
    effect: 'destroy',
    protocols: ['GB28181'],
    notes: [
      'Only while the device is NOT online (IVM.20000031 otherwise).',
      'At least one of device_username and device_password must be sent.',
      'Password: 8-32 characters with at least three of lower case, upper case, digit, special character.',
    ],
    parameters: sent.ofGbDevice,
    query: sent.nothing,
    body: z.strictObject({
      device_username: sent
        .textOf(5, 32)
        .describe(
          'user name of the device, letters, digits and hyphens, no digit first; needed where there is no device_password',
        )
        .optional(),
      device_password: sent
        .textOf(8, 32)
        .describe(
          'password by which the device registers, with three of lower case, upper case, digits and others; needed where there is no device_username',
        )
        .optional(),
    }),
    reply: told.object({
      device_username: told.text.describe('user name of the device'),
      device_id: told.text.describe('id of the device'),
    }),
  }),
  /** Registers a HoloSens device with its verification code (6.6). */
  addHoloDevice: operation({
    section: '6.6',
    summary: 'Register a HoloSens device with its verification code.',
    method: 'POST',
    path: '/v1/{user_id}/devices/holosens',
    effect: 'change',
    protocols: ['HOLO'],
    notes: ['verification_code is exactly 8 letters or digits.'],
    isOnce: true,
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      device_id: sent.deviceId.describe('id of the device'),
      verification_code: sent.textOf(8, 8).describe('verification code of the device, 8 letters or digits'),
      description: sent.textOf(0, 128).describe('what is said of the device').optional(),
    }),
    reply: told.object({
      device_id: told.text.describe('id of the device'),
      device_name: told.text.describe('name of the device'),
      device_type: told
        .oneOf(...deviceTypes)
        .describe('type of the device: a camera, an NVR, an IVS1800 (MEdge), or the kind of camera'),
      device_state: told.oneOf('OFFLINE', 'ONLINE').describe('whether the device is online'),
      manufacture: told.text.describe('manufacturer'),
    }),
  }),
  /** Registers up to 100 GB/T 28181 devices (6.7). */
  batchAddGbDevices: operation({
    section: '6.7',
    summary: 'Register up to 100 GB/T 28181 devices.',
    method: 'POST',
    path: '/v1/{user_id}/devices/gb/batch-add',
    effect: 'change',
    protocols: ['GB28181'],
    notes: [
      'Digits 11-13 of the 20-digit device ID must be 132 (IPC), 111 (DVR) or 118 (NVR).',
      'algorithm selects the digest used at SIP registration; MD5 is described as risky, SHA256 is recommended if the device supports it.',
    ],
    isOnce: true,
    outcomes: ['devices'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      devices: z.array(GbDeviceInput).min(1).max(100).describe('devices that are to be added'),
    }),
    reply: told.object(
      {
        failed_num: told.whole.describe('how many failed'),
        devices: told.list(AddedGbDevice).describe('what became of each device'),
      },
      { fail_num: 'failed_num', failNum: 'failed_num' },
    ),
  }),
  /** Deletes up to 100 devices (6.8). */
  batchDeleteDevices: operation({
    section: '6.8',
    summary: 'Delete up to 100 devices.',
    method: 'POST',
    path: '/v1/{user_id}/devices/batch-delete',
    effect: 'destroy',
    protocols: ['HOLO', 'GB28181'],
    notes: ['Uses POST on /devices/batch-delete, not DELETE.'],
    outcomes: ['devices'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      devices: z.array(sent.deviceId).min(1).max(100).describe('ids of the devices'),
    }),
    reply: told.object(
      {
        failed_num: told.whole.describe('devices that were not deleted'),
        devices: told.list(DeletedDevice).describe('what became of each device'),
      },
      { fail_num: 'failed_num', failNum: 'failed_num' },
    ),
  }),
};

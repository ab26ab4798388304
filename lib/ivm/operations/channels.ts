import * as z from 'zod';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

const Channel = told.object({
  device_id: told.text.describe('id of the device'),
  device_name: told.text.describe('name of the device'),
  channel_id: told.text.describe('id of the channel'),
  channel_name: told.text.describe('name of the channel'),
  channel_state: told
    .oneOf('OFFLINE', 'ONLINE', 'UNALLOCATED')
    .describe('state of the channel; UNALLOCATED is one that was never registered'),
  model: told.text.describe('model of the device behind the channel'),
  access_protocol: told.oneOf('HOLO', 'GB28181').describe('protocol by which its device is connected'),
  create_time: told.text.describe('when the channel was added'),
  update_time: told.text.describe('when the channel was changed last'),
  channel_system_state: told.oneOf('NORMAL', 'UNAVAILABLE_FROZEN').describe('whether the channel is frozen'),
  channel_resource_state: told
    .list(told.text)
    .describe('packages of the channel: each of the kinds is granted, in arrears or closed'),
  channel_ability: told.list(told.text).describe('abilities of the channel'),
  channel_firmware: told.text.describe('firmware of the device behind the channel, such as SDC 10.0.0'),
  config_state: told.oneOf('TRUE', 'FALSE').describe('whether settings can be changed in batches from afar'),
  device_org_name: told.text.describe('name of the group'),
  channel_type: told
    .oneOf('IPC', 'IPC-BULLET', 'IPC-BOX', 'IPC-CONCH', 'IPDOME')
    .describe('kind of camera: common, bullet, box, dome (IPC-CONCH) or PTZ dome (IPDOME)'),
  resolution: told.text.describe('resolution of the picture'),
});

/** Channels of devices (chapter 7). */
export const channels = {
  /** Renames a channel (7.1). */
  updateChannel: operation({
    section: '7.1',
    summary: 'Rename a channel.',
    method: 'PUT',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}',
    effect: 'change',
    protocols: ['HOLO'],
    notes: ['HoloSens devices only; channel_id is 0-999.'],
    parameters: z.strictObject({
      channel_id: sent.holoChannelId().describe('id of the channel'),
      device_id: sent.deviceId.describe('id of the device'),
    }),
    query: sent.nothing,
    body: z.strictObject({
      channel_name: sent.weighedText(1, 128).describe('name of the channel'),
    }),
    reply: told.object({
      ...told.channelIds,
      channel_name: told.text.describe('name of the channel'),
    }),
  }),
  /** Pages through channels with several filters (7.2). */
  listChannels: operation({
    section: '7.2',
    summary: 'Page through channels with several filters.',
    method: 'GET',
    path: '/v1/{user_id}/channels',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'Unlike 5.2 and 6.2, offset counts rows (0 = start at the first match) and the default order is ascending.',
      'channel_state and channel_system_state accept one value only; access_protocol and channel_resource_state accept comma-separated lists.',
    ],
    paging: {
      counts: 'rows',
      offset: 'offset',
      limit: 'limit',
      mostPerPage: 1000,
      entries: 'channels',
      total: 'total',
    },
    parameters: sent.nothing,
    query: z.strictObject({
      access_protocol: sent.oneOf('HOLO', 'GB28181').describe('protocols of the devices that are wanted').optional(),
      channel_name: sent.weighedText(1, 128).describe('name of the channel').optional(),
      channel_resource_state: sent
        .oneOf(
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
          'CUSTOMER_GROUP_GRANT',
          'CUSTOMER_GROUP_ARREAR',
          'CUSTOMER_GROUP_CLOSED',
        )
        .describe('packages of the channels that are wanted: each of the kinds granted, in arrears or closed')
        .optional(),
      channel_state: sent
        .oneOf('OFFLINE', 'ONLINE', 'UNALLOCATED')
        .describe('state of the channels that are wanted, one alone')
        .optional(),
      channel_system_state: sent
        .oneOf('NORMAL', 'UNAVAILABLE_FROZEN')
        .describe('state of the account of the channels that are wanted, one alone')
        .optional(),
      device_id: sent.deviceId.describe('id of the device').optional(),
      direction: sent.oneOf('ASC', 'DESC').describe('order, upwards where left out').optional(),
      limit: sent.whole(1, 1000).describe('entries in an answer; 10 where left out').optional(),
      offset: sent.whole(0, 2147483646).describe('row to begin with, from 0; 0 where left out').optional(),
      sort_by: sent
        .oneOf('create_time', 'update_time')
        .describe('what is sorted by; create_time where left out')
        .optional(),
    }),
    body: sent.nothing,
    reply: told.object({
      total: told.whole.describe('how many there are in all'),
      channels: told.list(Channel).describe('channels that were found'),
    }),
  }),
  /** Gets the details of one channel (7.3). */
  showChannel: operation({
    section: '7.3',
    summary: 'Get the details of one channel.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: ['device_cloud_ability is returned only when need_cloud_ability=true.'],
    parameters: sent.ofChannel,
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
      ...told.channelIds,
      channel_name: told.text.describe('name of the channel'),
      channel_state: told
        .oneOf('OFFLINE', 'ONLINE', 'UNREGISTERED')
        .describe('state of the channel; UNREGISTERED is one that was never registered'),
      access_protocol: told.oneOf('HOLO', 'GB28181').describe('protocol by which its device is connected'),
      channel_system_state: told.oneOf('NORMAL', 'UNAVAILABLE_FROZEN').describe('whether the device is frozen'),
      channel_resource_state: told
        .list(told.text)
        .describe('packages of the channel: each of the kinds is granted, in arrears or closed'),
      channel_ability: told.text.describe('abilities of the channel'),
      device_cloud_ability: told.text.describe('abilities that are managed in the cloud, with their limits'),
      model: told.text.describe('model of the device behind the channel, such as D3250'),
      channel_intelligent: told.text.describe('algorithms that the channel has'),
      firmware: told.text.describe('firmware of the device behind the channel, such as SDC 10.0.0'),
      create_time: told.text.describe('when the channel was added'),
      update_time: told.text.describe('when the channel was changed last'),
      sn: told.text.describe('serial number'),
      channel_firmware_id: told.text.describe('firmware of the device behind the channel'),
      channel_type: told.text.describe('kind of the channel'),
      resolution: told.text.describe('resolution of the picture'),
    }),
  }),
};

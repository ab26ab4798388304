import * as z from 'zod';
import { abilitiesAsked, cloudAbility, devicesAsked, packageStates } from './devices.ts';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

/** What one channel and the list of them tell alike. */
const channelMembers = {
  ...told.channelIds,
  channel_name: told.text.describe('name of the channel'),
  access_protocol: told.oneOf('HOLO', 'GB28181').describe('protocol by which its device is connected'),
  channel_system_state: told.oneOf('NORMAL', 'UNAVAILABLE_FROZEN').describe('whether the channel is frozen'),
  channel_resource_state: told.words.describe(
    'packages of the channel: each of the kinds is granted, in arrears or closed',
  ),
  // The list has them as a list, one channel as a text.
  channel_ability: told.words.describe('abilities of the channel'),
  model: told.text.describe('model of the device behind the channel, such as D3250'),
  create_time: told.text.describe('when the channel was added'),
  update_time: told.text.describe('when the channel was changed last'),
  resolution: told.text.describe('resolution of the picture'),
};

const firmware = told.text.describe('firmware of the device behind the channel, such as SDC 10.0.0');

const ListedChannel = told.object({
  ...channelMembers,
  device_name: told.text.describe('name of the device'),
  channel_state: told
    .oneOf('OFFLINE', 'ONLINE', 'UNALLOCATED')
    .describe('state of the channel; UNALLOCATED is one that was never registered'),
  channel_firmware: firmware,
  config_state: told.oneOf('TRUE', 'FALSE').describe('whether settings can be changed in batches from afar'),
  device_org_name: told.text.describe('name of the group'),
  channel_type: told
    .oneOf('IPC', 'IPC-BULLET', 'IPC-BOX', 'IPC-CONCH', 'IPDOME')
    .describe('kind of camera: common, bullet, box, dome (IPC-CONCH) or PTZ dome (IPDOME)'),
});

/** Channels, each of which is one camera of a device (chapter 7). */
export const channels = {
  /**
   * Renames a channel of a HoloSens device. Names of more than 64 characters may be refused (IVM.10022023), though the
   * section takes 128; a channel that is not there gives IVM.10022007 (7.1).
   */
  updateChannel: operation({
    section: '7.1',
    summary: 'Rename a channel.',
    method: 'PUT',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}',
    effect: 'change',
    protocols: ['HOLO'],
    notes: ['For names the table of codes knows 64 characters at most, the interface 128.'],
    parameters: z.strictObject({
      channel_id: sent.holoChannelId().describe('id of the channel'),
      device_id: sent.deviceId.describe('id of the device'),
    }),
    query: sent.nothing,
    body: z.strictObject({
      channel_name: sent.weighedText(1, 128).describe('name of the channel: letters, digits, blanks, underscores'),
    }),
    reply: told.answer({
      ...told.channelIds,
      channel_name: channelMembers.channel_name,
    }),
  }),
  /**
   * Lists the channels of the user piece by piece, the ones added first at the top unless it is asked otherwise. A row
   * or a limit that is out of range gives IVM.10020010 or IVM.10020009 (7.2).
   */
  listChannels: operation({
    section: '7.2',
    summary: 'List the channels of the user, piece by piece.',
    method: 'GET',
    path: '/v1/{user_id}/channels',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'The offset counts rows, where that of listDevices counts pages.',
      'Where no order is asked for, the channels added first come first.',
      'A channel that was never registered is UNALLOCATED here, and UNREGISTERED in showChannel.',
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
      access_protocol: devicesAsked.access_protocol,
      channel_name: sent.weighedText(1, 128).describe('name of the channels that are wanted').optional(),
      channel_resource_state: sent
        .several(sent.oneOf(...packageStates, 'CUSTOMER_GROUP_GRANT', 'CUSTOMER_GROUP_ARREAR', 'CUSTOMER_GROUP_CLOSED'))
        .describe('packages of the channels that are wanted: each of the kinds granted, in arrears or closed')
        .optional(),
      channel_state: sent
        .oneOf('OFFLINE', 'ONLINE', 'UNALLOCATED')
        .describe('state of the channels that are wanted, one alone; UNALLOCATED is never registered')
        .optional(),
      channel_system_state: sent
        .oneOf('NORMAL', 'UNAVAILABLE_FROZEN')
        .describe('whether channels that are frozen are wanted, or those that are not; one alone')
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
    reply: told.answer({
      total: told.whole.describe('how many match'),
      channels: told.list(ListedChannel).describe('channels that were found'),
    }),
  }),
  /**
   * Looks up one channel, and gives its state, its packages and what it can do. IVM.10022007 says that there is no such
   * channel, IVM.10022018 that it is another enterprise's (7.3).
   */
  showChannel: operation({
    section: '7.3',
    summary: 'Look up one channel.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'Abilities that are managed in the cloud are told only where need_cloud_ability is true.',
      'A channel that was never registered is UNREGISTERED here, and UNALLOCATED in listChannels.',
    ],
    parameters: sent.ofChannel,
    query: z.strictObject(abilitiesAsked),
    body: sent.nothing,
    reply: told.answer({
      ...channelMembers,
      channel_state: told
        .oneOf('OFFLINE', 'ONLINE', 'UNREGISTERED')
        .describe('state of the channel; UNREGISTERED is one that was never registered'),
      device_cloud_ability: cloudAbility,
      channel_intelligent: told.text.describe('algorithms that the channel has'),
      firmware,
      sn: told.text.describe('serial number'),
      channel_firmware_id: told.text.describe('firmware of the device behind the channel'),
      channel_type: told.text.describe('kind of the channel'),
    }),
  }),
};

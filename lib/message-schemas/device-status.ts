import {
  channelAbilities,
  deviceTypes,
  offlineReasons,
  statusMethods,
  upgradeFileTypes,
  upgradeStatuses,
} from './enumerations.ts';
import { choice, decimal, id, integer, keyword, keywords, list, messageData, object, text } from './fields.ts';

const upgrade = object('progress of one firmware file', {
  file_type: choice('kind of firmware file', upgradeFileTypes),
  file_name: text('name of the file'),
  package_name: text('name of the package type the file belongs to'),
  status: keyword('progress of the upgrade', upgradeStatuses),
});

const channel = object('a video channel the change is about', {
  channel_id: id('channel'),
  channel_name: text('name of the channel'),
  channel_state: choice('state of the channel', { 0: 'offline', 1: 'online' }),
  channel_ability: keywords('abilities of the channel', channelAbilities),
  device_type: keyword('kind of camera behind the channel', deviceTypes),
  manufacture: text('manufacturer of the camera behind the channel'),
  firmware: text('firmware version of the camera behind the channel'),
  model: text('model of the camera behind the channel'),
  status_list: list('progress of each firmware file; null unless the method is upgrade_result', upgrade),
  alarm_uuid: text('identifier of the event, with which the result of an upgrade can be asked for'),
});

const param = object('the device and what changed', {
  device_id: id('device'),
  device_name: text('name of the device'),
  channel_id: id('channel; empty where the change is about the device or about the listed channels'),
  time: text('time of the change', 'ISO 8601 with offset'),
  video_channel: list('video channels the change is about', channel),
  online_time: integer('how long the device was last online', 's'),
  last_login_time: text('when the device last came online', 'yyyy-MM-dd HH:mm:ss without zone'),
  alarm_uuid: text('identifier of the event, with which the result of an upgrade can be asked for'),
  overall_upgrade_status: keyword('progress of the whole upgrade', upgradeStatuses),
  device_type: keyword('kind of device', deviceTypes),
  offline_reason_type: keyword('why the device is offline', offlineReasons),
  qos: decimal('quality of the network, on an undocumented scale'),
  time_delay: decimal('delay of the network, in an undocumented unit'),
  packet_loss_rate: decimal('rate of lost packets, in an undocumented unit'),
  push_time: text('time IVM pushed the message', 'yyyy-MM-dd HH:mm:ss without zone'),
});

/** `data` of a device_status (reference 10.1.4.3). */
export const DeviceStatusData = messageData('a change of state of a device or of its channels', {
  method: keyword('what changed', statusMethods),
  param,
});

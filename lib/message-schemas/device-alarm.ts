import { ageGroupNames, alarmClassifications, alarmStatuses, alarmTypes } from './enumerations.ts';
import { id, integer, keyword, messageData, object, text } from './fields.ts';

const targetFields = {
  alarm_uuid: text('identifier of the alarm, with which its pictures can be asked for'),
  target_id: id("identifier of the target in the device's library, -1 where it is in none"),
  name: text('name of the person'),
  gender: keyword('gender', { male: 'male', female: 'female', unknown: 'unknown' }),
  organization: text('organisation of the person'),
  age: integer('age, 0 where unknown', 'years'),
  age_group: keyword('age group', ageGroupNames),
  similarity: integer('similarity to the library entry'),
  target_alarm_type: text('name of the target group on the device that raised the alarm'),
  group_id: id('identifier of the target library'),
  appear_cnt: integer('how often the target appeared'),
  frequency_id: id('identifier of the frequency rule'),
  targetgroup_name: text('name of the target library'),
};

const dataFields = {
  device_id: id('device that raised the alarm'),
  device_name: text('name of the device'),
  channel_type: text('type of the channel'),
  channel_id: id('channel that raised the alarm'),
  channel_name: text('name of the channel'),
  alarm_type: keyword('type of alarm', alarmTypes),
  alarm_type_name: text('name of the alarm type, given by the device or a third-party algorithm'),
  alarm_status: keyword('phase of the alarm', alarmStatuses),
  alarm_time: text('time of the alarm', 'ISO 8601 with offset'),
  alarm_uuid: text('identifier of the alarm, with which its pictures can be asked for'),
  classification: keyword('class of alarm algorithm', alarmClassifications),
  target: object('the person behind the alarm; only where the device recognises targets', targetFields),
  alarm_attr: text('reserved for clearing alarms, empty at present'),
  enter_count: integer('people who entered; only in people flow alarms', 'persons'),
  leave_count: integer('people who left; only in people flow alarms', 'persons'),
  repeat_count: integer('people who loitered; only in people flow alarms', 'persons'),
};

/** `data` of a device_alarm (reference 10.1.4.2). */
export const DeviceAlarmData = messageData('an alarm of a device, a channel or a third-party algorithm', dataFields);

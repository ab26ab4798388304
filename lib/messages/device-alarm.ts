import { isJsonObject, type Json, member } from '#lib/json/exact-json.ts';
import { ageGroupNames, alarmClassifications, alarmStatuses, alarmTypes } from './enumerations.ts';
import { id, integer, keyword, messageData, object, text } from './fields.ts';
import type { MessageModule, WantedPicture } from './message-module.ts';
import { picturesWanted } from './pictures-wanted.ts';
import { cameraOf, column, columnsOf, idColumn, textMember } from './read-fields.ts';

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

const dataNames = new Set(Object.keys(dataFields));
const targetNames = new Set(Object.keys(targetFields));

const alarmUuid = (data: Json | undefined): string | undefined =>
  textMember(data, 'alarm_uuid') ?? textMember(member(data, 'target'), 'alarm_uuid');

// Alarm pictures have no URL in the message; the alarm API gives them by alarm_uuid (reference 10.2.2).
function alarmPictures(data: Json | undefined): WantedPicture[] {
  if (alarmUuid(data) === undefined) return [];
  return isJsonObject(member(data, 'target')) ? [{ kind: 'alarm' }, { kind: 'target-group' }] : [{ kind: 'alarm' }];
}

/** Alarms (reference 10.1.4.2). */
export const deviceAlarm: MessageModule = {
  messageType: 'device_alarm',
  section: '10.1.4.2',
  schema: DeviceAlarmData,
  camera: cameraOf,
  eventTime: (data) => textMember(data, 'alarm_time'),
  columns(data) {
    const target = member(data, 'target');
    return {
      ...columnsOf(data, [
        'device_name',
        'channel_name',
        'channel_type',
        'alarm_type',
        'alarm_type_name',
        'classification',
        'alarm_status',
        'enter_count',
        'leave_count',
        'repeat_count',
      ]),
      ...column('alarm_uuid', alarmUuid(data)),
      ...idColumn('target_id', member(target, 'target_id')),
      ...column('target_name', member(target, 'name')),
      ...column('target_gender', member(target, 'gender')),
      ...column('target_age', member(target, 'age')),
      ...column('target_age_group', member(target, 'age_group')),
      ...column('target_organization', member(target, 'organization')),
      ...column('target_similarity', member(target, 'similarity')),
      ...column('target_appear_cnt', member(target, 'appear_cnt')),
      ...column('target_group_name', member(target, 'targetgroup_name')),
    };
  },
  children: () => [],
  pictures(data) {
    if (member(data, 'classification') === 'DEVICE') return [];
    const announced = picturesWanted([
      { path: 'data', value: data, known: dataNames },
      { path: 'data.target', value: member(data, 'target'), known: targetNames },
    ]);
    return [...alarmPictures(data), ...announced.own];
  },
};

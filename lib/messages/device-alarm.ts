import { isJsonObject, type Json, member } from '#lib/json/exact-json.ts';
import { createFieldInspector } from './field-inspector.ts';
import type { MessageModule, WantedPicture } from './message-module.ts';
import { outlines } from './outlines.ts';
import { picturesWanted } from './pictures-wanted.ts';
import { cameraOf, column, columnsOf, idColumn, textMember } from './read-fields.ts';

const outline = outlines.device_alarm;
const dataNames = new Set(Object.keys(outline));
const targetNames = new Set(Object.keys(outline.target));

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
  inspectFields: createFieldInspector(outline),
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

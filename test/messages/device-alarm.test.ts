import { describe, expect, it } from 'vitest';
import type { Json } from '#lib/json/exact-json.ts';
import { deviceAlarm } from '#lib/messages/device-alarm.ts';
import { exampleData } from './support/examples.ts';

const alarm = (more: { [key: string]: Json }): Json => ({ device_id: 'D', channel_id: '1', alarm_uuid: 'U', ...more });

describe('deviceAlarm', () => {
  it('lifts the columns of an alarm with a target, its identifiers as text', () => {
    expect(deviceAlarm.columns(exampleData('device_alarm-mask_alarm'))).toEqual({
      device_name: 'test-NVR B16',
      channel_name: '107 IO告警灯设备',
      channel_type: 'video_input',
      alarm_type: 'mask_alarm',
      classification: 'TARGET_DET',
      alarm_status: 'pulse',
      alarm_uuid: '219123456CYP***_0_mask_alarm_20230210173730_148',
      target_id: '-1',
      target_gender: 'male',
      target_age: 50,
      target_age_group: 'MIDDLE_AGE',
      target_organization: '陌生人',
      target_similarity: 0,
      target_appear_cnt: 21,
    });
  });

  it('keeps people counts, zero included', () => {
    expect(deviceAlarm.columns(alarm({ enter_count: 3, leave_count: 0, repeat_count: 1 }))).toEqual({
      alarm_uuid: 'U',
      enter_count: 3,
      leave_count: 0,
      repeat_count: 1,
    });
  });

  it('names camera and time', () => {
    const data = exampleData('device_alarm-io_event');
    expect(deviceAlarm.camera(data)).toEqual({ deviceId: 'TEST123***', channelId: '2' });
    expect(deviceAlarm.eventTime(data)).toBe('2023-02-13T17:21:52+08:00');
  });

  it.each<{ title: string; data: Json; pictures: object[] }>([
    { title: 'the alarm picture of any alarm', data: alarm({}), pictures: [{ kind: 'alarm' }] },
    {
      title: 'the picture of the target group where there is a target',
      data: alarm({ target: {} }),
      pictures: [{ kind: 'alarm' }, { kind: 'target-group' }],
    },
    {
      title: 'only the alarm picture where the target is null',
      data: alarm({ target: null }),
      pictures: [{ kind: 'alarm' }],
    },
    { title: 'nothing for class DEVICE', data: alarm({ classification: 'DEVICE', target: {} }), pictures: [] },
    { title: 'nothing without an identifier', data: alarm({ alarm_uuid: '' }), pictures: [] },
    {
      title: 'what the identifier of the target stands for',
      data: alarm({ alarm_uuid: '', target: { alarm_uuid: 'V' } }),
      pictures: [{ kind: 'alarm' }, { kind: 'target-group' }],
    },
    {
      title: 'a picture in an undocumented field',
      data: alarm({ alarm_uuid: '', target: { jpeg: 'http://198.51.100.7:8080/a' } }),
      pictures: [{ kind: 'other-jpeg', url: 'http://198.51.100.7:8080/a', undocumentedField: 'data.target.jpeg' }],
    },
  ])('wants $title', ({ data, pictures }) => {
    expect(deviceAlarm.pictures(data)).toEqual(pictures);
  });

  it('has no parts of its own', () => {
    expect(deviceAlarm.children(exampleData('device_alarm-mask_alarm'))).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { deviceStatus } from '#lib/messages/device-status.ts';
import { exampleData } from './support/examples.ts';

describe('deviceStatus', () => {
  it('lifts the columns of a log-out', () => {
    expect(deviceStatus.columns(exampleData('device_status-logout'))).toEqual({
      method: 'logout',
      device_name: 'HoloSens SDC',
      device_type: 'IPC-BOX',
      offline_reason_type: 'TMOUT',
      qos: 0,
      time_delay: 0,
      packet_loss_rate: 0,
      online_time: 1077,
      alarm_uuid: '021RMK2202091846_device_offline_2023-02-13T20:59:55+08:00',
    });
  });

  it('has no parts where the channels are null', () => {
    expect(deviceStatus.children(exampleData('device_status-logout'))).toEqual([]);
  });

  it('names the device of param, with no channel, and the zoned time', () => {
    const data = exampleData('device_status-logout');
    expect(deviceStatus.camera(data)).toEqual({ deviceId: '021123456MKR****', channelId: '' });
    expect(deviceStatus.eventTime(data)).toBe('2023-02-13T20:59:55+08:00');
  });

  it('makes a part of each channel, in its own camera', () => {
    const data = exampleData('device_status-channel_state_notice');
    expect(deviceStatus.children(data)).toEqual([
      {
        part: 'device',
        index: 0,
        deviceId: '219123456CYP****',
        channelId: '14',
        columns: {
          channel_name: '${time@sys: YYYY-MM-DD}',
          channel_state: 0,
          device_type: 'IPC-BOX',
          manufacture: 'huawei',
          firmware: 'SDC 8.0.T2002',
          method: 'channel_state_notice',
          model: 'M2120-10-EI',
          alarm_uuid: '219123456CYP***_14_channel_offline_2023-02-13T21:17:09+08:00',
        },
        data: expect.objectContaining({ channel_id: '14', status_list: null }),
        pictures: [],
      },
    ]);
  });

  it('takes the first status of a channel, and the overall one where it has none', () => {
    const upgrade = {
      method: 'upgrade_result',
      param: {
        device_id: 'D',
        overall_upgrade_status: 'failure',
        video_channel: [
          { channel_id: '0', status_list: [{ file_type: 0 }, { status: 'success' }] },
          { channel_id: '1', status_list: [] },
        ],
      },
    };
    expect(deviceStatus.columns(upgrade)).toEqual({ method: 'upgrade_result', upgrade_status: 'failure' });
    expect(deviceStatus.children(upgrade).map(({ columns }) => columns)).toEqual([
      { method: 'upgrade_result', upgrade_status: 'success' },
      { method: 'upgrade_result', upgrade_status: 'failure' },
    ]);
  });

  it('takes a lone channel, as the reference prints it, for a list of one', () => {
    const children = deviceStatus.children({ param: { device_id: 'D', video_channel: { channel_id: 3 } } });
    expect(children.map(({ deviceId, channelId }) => ({ deviceId, channelId }))).toEqual([
      { deviceId: 'D', channelId: '3' },
    ]);
  });

  it('wants no pictures', () => {
    const data = { param: { video_channel: [], new_pic: 'https://ivm.example.com/a' } };
    expect(deviceStatus.pictures(data)).toEqual([]);
  });
});

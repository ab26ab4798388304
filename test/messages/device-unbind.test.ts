import { describe, expect, it } from 'vitest';
import { deviceUnbind } from '#lib/messages/device-unbind.ts';
import { exampleData } from './support/examples.ts';

describe('deviceUnbind', () => {
  it('keeps the inner message_type as unbind_type', () => {
    expect(deviceUnbind.columns(exampleData('device_unbind-UNBIND_MANAGE'))).toEqual({ unbind_type: 'UNBIND_MANAGE' });
  });

  it('belongs to its first device and carries no time', () => {
    const data = {
      devices: [
        { device_id: 'A', channel_id: '' },
        { device_id: 'B', channel_id: '2' },
      ],
    };
    expect(deviceUnbind.camera(data)).toEqual({ deviceId: 'A', channelId: '' });
    expect(deviceUnbind.eventTime(data)).toBeUndefined();
  });

  it('belongs to no camera without devices', () => {
    expect(deviceUnbind.camera({ devices: [] })).toEqual({ deviceId: '', channelId: '' });
  });

  it('makes a part of each device, with its package', () => {
    const data = {
      devices: [
        { device_id: 'A', channel_id: '', message: null },
        { device_id: 'B', channel_id: '2', message: { resource_id: 156 } },
      ],
    };
    expect(deviceUnbind.children(data)).toEqual([
      { part: 'device', index: 0, deviceId: 'A', channelId: '', columns: {}, data: data.devices[0], pictures: [] },
      {
        part: 'device',
        index: 1,
        deviceId: 'B',
        channelId: '2',
        columns: { resource_id: '156' },
        data: data.devices[1],
        pictures: [],
      },
    ]);
  });

  it('wants no pictures', () => {
    expect(deviceUnbind.pictures({ devices: [], pic: 'https://ivm.example.com/a' })).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { sha256Hex } from '#lib/callback/raw-body.ts';
import type { DeviceStates } from '#lib/devices/device-states.ts';
import { stateChanges, trackDevices } from '#lib/devices/track-devices.ts';
import { TransientError } from '#lib/errors.ts';
import { eventRecord } from '#lib/events/event-record.ts';
import { memoryDeviceStates } from '../support/fakes/memory-device-states.ts';
import { exampleMessage } from '../support/fixtures.ts';

function recordOf(body: string) {
  const bytes = Buffer.from(body);
  const message = {
    receivedAt: '2026-01-01T00:00:00.000Z',
    subscription: 'device-exception',
    body: bytes,
    bodySha256: sha256Hex(bytes),
  };
  return eventRecord(message, { timeZone: 'Asia/Shanghai', retentionDays: 30, facePictures: 'keep' });
}
const changesOf = (name: string) => stateChanges(recordOf(exampleMessage(name).text));

describe('stateChanges', () => {
  it('tells a log-in, with the device and its channels', () => {
    const changes = changesOf('device_status-login');
    expect(changes).toContainEqual({
      deviceId: '219123456CYP***',
      aspect: 'presence',
      order: '2023-02-13T12:43:47.000Z#1676292308043441909',
      values: { online: true },
    });
    expect(changes).toContainEqual(
      expect.objectContaining({
        deviceId: '219123456CYP***',
        channelId: '7',
        aspect: 'presence',
        values: { online: true },
      }),
    );
    expect(changes).toContainEqual(
      expect.objectContaining({ aspect: 'description', values: { device_name: 'MicroEdge', device_type: 'MEdge' } }),
    );
  });

  it('tells a log-out with its reason', () => {
    expect(changesOf('device_status-logout')).toContainEqual(
      expect.objectContaining({
        aspect: 'presence',
        values: {
          online: false,
          offline_reason_type: 'TMOUT',
          online_time: 1077,
          last_login_time: '2023-02-13 20:41:58',
        },
      }),
    );
  });

  it('tells of a channel that went offline, and nothing of the presence of its device', () => {
    const presences = changesOf('device_status-channel_state_notice').filter(({ aspect }) => aspect === 'presence');
    expect(presences).toEqual([expect.objectContaining({ channelId: '14', values: { online: false } })]);
  });

  it('tells which package a channel has lost, and which device is gone', () => {
    expect(changesOf('device_unbind-UNBIND_MANAGE')).toEqual([
      expect.objectContaining({
        channelId: '0',
        aspect: 'package',
        values: { status: 'no-package', lacking: ['access'], resource_id: '791afbac769f4edea98fea92bc5fcc7d' },
      }),
    ]);
    expect(changesOf('device_unbind-DELETE_DEVICE')).toEqual([
      { deviceId: '11111111111111111111', aspect: 'package', order: expect.any(String), values: { status: 'gone' } },
    ]);
  });

  it.each([
    ['an alarm', exampleMessage('device_alarm-io_event').text],
    [
      'a status without a device',
      '{"message_type":"device_status","data":{"method":"login","param":{"device_id":""}}}',
    ],
    ['a status of odd types', '{"message_type":"device_status","data":{"method":7,"param":[{"video_channel":"x"}]}}'],
    [
      'an unbinding of an unknown kind',
      '{"message_type":"device_unbind","data":{"message_type":"NEW","devices":[{"device_id":"D"}]}}',
    ],
  ])('finds nothing in %s', (_title, body) => {
    expect(stateChanges(recordOf(body))).toEqual([]);
  });
});

describe('trackDevices', () => {
  const records = ['device_status-login', 'device_status-logout', 'device_unbind-UNBIND_MANAGE'].map((name) =>
    recordOf(exampleMessage(name).text),
  );

  it('applies every change of a batch', async () => {
    const { states, known } = memoryDeviceStates();
    await trackDevices(states, records);
    const oneByOne = memoryDeviceStates();
    for (const change of records.flatMap(stateChanges)) await oneByOne.states.apply([change]);
    expect(known).toEqual(oneByOne.known);
  });

  it('fails the messages of which a change could not be written', async () => {
    const { states } = memoryDeviceStates();
    const reason = new TransientError('throttled', 'later');
    const withoutChannels: DeviceStates = {
      apply: async (changes) => {
        if (changes.some(({ channelId }) => channelId !== undefined)) throw reason;
        return states.apply(changes);
      },
    };
    const [, logout] = records;
    const alarm = recordOf(exampleMessage('device_alarm-io_event').text);
    expect(await trackDevices(withoutChannels, [...records, alarm])).toEqual([
      { status: 'rejected', reason },
      { status: 'fulfilled', value: undefined },
      { status: 'rejected', reason },
      { status: 'fulfilled', value: undefined },
    ]);
    for (const change of stateChanges(logout ?? alarm)) expect(await states.apply([change])).toBe('older');
  });
});

import { describe, expect, it, vi } from 'vitest';
import type { Subscription } from '#lib/callback/subscriptions.ts';
import { operationsOf } from './operations.ts';
import { callbackReceiver, simulatedIvm, subscribe } from './simulated-ivm.ts';

/** A tenant that takes messages of one kind. */
async function listening(subscription: Subscription) {
  const simulator = await simulatedIvm();
  const receiver = await callbackReceiver();
  await subscribe(simulator, receiver, { subscription });
  const told = async (count: number): Promise<unknown[]> => {
    await vi.waitFor(() => expect(receiver.received).toHaveLength(count));
    return receiver.received.map(({ body }) => (JSON.parse(body) as { data: unknown }).data);
  };
  const [first] = simulator.cameras;
  if (first === undefined) throw new Error('there are no cameras');
  return { simulator, client: await operationsOf(simulator), receiver, told, first };
}

describe('what calls bring about', () => {
  it('is told of devices that are deleted, in one message, and of none where none was', async () => {
    const { simulator, client, told, first } = await listening('DEVICE_UNBIND');
    const last = simulator.cameras.at(-1);
    await client.batchDeleteDevices({ devices: ['NOSUCHDEVICE'] });
    await client.batchDeleteDevices({ devices: [first.deviceId, 'NOSUCHDEVICE', last?.deviceId ?? ''] });
    expect(await told(1)).toEqual([
      {
        message_type: 'DELETE_DEVICE',
        devices: [first.deviceId, last?.deviceId].map((id) => ({ device_id: id, channel_id: '', message: null })),
      },
    ]);
    expect(simulator.stats.messages).toEqual({ device_unbind: 1 });
  });

  it('is told of channels whose resource is taken, with the resource', async () => {
    const { client, told, first } = await listening('DEVICE_UNBIND');
    const ids = { device_id: first.deviceId, channel_id: first.channelId };
    const release = () => client.batchDisableServices({ resource_type_code: 'DATAFLOW', channels: [ids] });
    await release();
    // It was not bound any more.
    await release();
    expect(await told(1)).toEqual([
      {
        message_type: 'UNBIND_DATAFLOW',
        devices: [{ ...ids, message: { resource_id: expect.stringMatching(/^[0-9a-f]{32}$/) } }],
      },
    ]);
  });

  it('is told of a channel that has another name', async () => {
    const { client, told, first } = await listening('DEVICE_EXCEPTION');
    await client.updateChannel({ device_id: first.deviceId, channel_id: first.channelId, channel_name: 'West lane' });
    expect(await told(1)).toMatchObject([
      {
        method: 'channel_name_notice',
        param: {
          device_id: first.deviceId,
          channel_id: first.channelId,
          video_channel: [{ channel_name: 'West lane' }],
        },
      },
    ]);
  });

  it('is done whether or not somebody takes what is told', async () => {
    const { simulator, client, first } = await listening('TARGET_DATA');
    await client.batchDeleteDevices({ devices: [first.deviceId] });
    await vi.waitFor(() => expect(simulator.stats.deliveries['not-subscribed']).toBe(1));
    expect((await client.listChannels({ device_id: first.deviceId })).total).toBe(0);
  });
});

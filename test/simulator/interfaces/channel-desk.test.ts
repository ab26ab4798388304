import { describe, expect, it } from 'vitest';
import { operationsOf } from '../operations.ts';
import { call, callPath, get, refused, simulatedIvm, tokenOf, userId } from '../simulated-ivm.ts';

async function channels() {
  const simulator = await simulatedIvm();
  const [first] = simulator.cameras;
  const gb = simulator.cameras.find(({ protocol }) => protocol === 'GB28181');
  if (first === undefined || gb === undefined) throw new Error('a kind of camera is missing');
  const ids = { device_id: first.deviceId, channel_id: first.channelId };
  return { simulator, client: await operationsOf(simulator), first, gb, ids };
}

describe('a channel', () => {
  it('is told with its state, its packages and what it can do', async () => {
    const { simulator, client, first, ids } = await channels();
    simulator.states.setPackages(first.deviceId, first.channelId, { fullRecord: 'GRANT' });
    expect(await client.showChannel({ ...ids, need_cloud_ability: true })).toMatchObject({
      ...ids,
      channel_name: first.channelName,
      channel_state: 'ONLINE',
      channel_resource_state: ['MANAGEMENT_GRANT', 'EVENT_RECORD_CLOSED', 'FULL_RECORD_GRANT', 'INDUSTRY_DATA_GRANT'],
      channel_ability: ['ptz', 'flowstatis', 'talk'],
      device_cloud_ability: { ptz: { support: 'true' } },
      firmware: first.firmware,
    });
    await expect(client.showChannel({ ...ids, channel_id: '77' })).rejects.toMatchObject({ code: 'IVM.10022007' });
  });

  it('is UNREGISTERED by itself where the list says UNALLOCATED', async () => {
    const { client } = await channels();
    await client.addHoloDevice({ device_id: 'GARDEN12345678', verification_code: '12345678' });
    const ids = { device_id: 'GARDEN12345678', channel_id: '0' };
    expect((await client.showChannel(ids)).channel_state).toBe('UNREGISTERED');
    expect((await client.listChannels({ channel_state: 'UNALLOCATED' })).channels).toMatchObject([ids]);
  });

  it('tells its abilities as a text, where the list has a list', async () => {
    const { simulator, ids } = await channels();
    const token = await tokenOf(simulator);
    const read = (path: string) => get(simulator, callPath(userId, path), token);
    const { body } = await read(`devices/${ids.device_id}/channels/${ids.channel_id}`);
    expect(body).toMatchObject({ channel_ability: 'ptz,flowstatis,talk' });
    expect((await read('channels?limit=1')).body).toMatchObject({ channels: [{ channel_ability: ['ptz'] }] });
  });

  it('of HOLO is renamed, and of no other protocol', async () => {
    const { simulator, client, first, gb, ids } = await channels();
    expect(await client.updateChannel({ ...ids, channel_name: 'West lane' })).toEqual({
      ...ids,
      channel_name: 'West lane',
    });
    expect((await client.listChannels({ channel_name: 'West' })).channels).toMatchObject([
      { ...ids, device_name: first.deviceName },
    ]);
    // The interface takes no id of twenty digits, which channels of GB/T 28181 have.
    const path = callPath(userId, `devices/${gb.deviceId}/channels/${gb.channelId}`);
    const rename = { method: 'PUT', path, token: await tokenOf(simulator), body: { channel_name: 'Yard' } };
    expect(await call(simulator, rename)).toEqual(refused(400, 'IVM.10022001'));
  });
});

import { describe, expect, it } from 'vitest';
import type { OperationClient } from '#lib/ivm/operations/operation-client.ts';
import type { IvmSimulator } from '#lib/simulator/ivm-simulator.ts';
import { operationsOf } from '../operations.ts';
import { call, callPath, refused, simulatedIvm, startedAt, tokenOf, userId } from '../simulated-ivm.ts';

type Bench = { simulator: IvmSimulator; client: OperationClient; device: { device_id: string } };

async function device(type: string, protocol = 'HOLO'): Promise<Bench> {
  const simulator = await simulatedIvm();
  const found = simulator.cameras.find((one) => one.deviceType === type && one.protocol === protocol);
  if (found === undefined) throw new Error(`there is no ${type}`);
  return { simulator, client: await operationsOf(simulator), device: { device_id: found.deviceId } };
}

const opened = { device_state: 'OPENED', channel_state: 'OPENED' };
const closed = { device_state: 'CLOSED', channel_state: 'CLOSED' };

describe('devices with channels', () => {
  it('are allowed at first where they have the algorithm', async () => {
    const { simulator, client, device: nvr } = await device('NVR');
    expect(await client.showTargetAuthorization({ ...nvr, channel_id: '0' })).toEqual(opened);
    const junction = simulator.cameras.find((one) => one.deviceType === 'IPC-BULLET' && one.protocol === 'HOLO');
    const ids = { device_id: junction?.deviceId ?? '', channel_id: '0' };
    expect(await client.showTargetAuthorization(ids)).toEqual(closed);
  });

  it('change only where they are among their channels', async () => {
    const { client, device: nvr } = await device('NVR');
    expect(await client.batchSetTargetAuthorization({ ...nvr, state: 'CLOSED', channels: ['1'] })).toMatchObject({
      ...nvr,
      device_result: '0',
      channels_result: [{ channel_id: '1', channel_result: '0' }],
    });
    expect(await client.showTargetAuthorization({ ...nvr, channel_id: '1' })).toEqual({
      device_state: 'OPENED',
      channel_state: 'CLOSED',
    });
    expect(await client.batchSetTargetAuthorization({ ...nvr, state: 'CLOSED', channels: ['-1'] })).toMatchObject({
      ...nvr,
      device_result: '0',
      channels_result: [],
      results: [{ channel_id: '-1', result: { isDone: true } }],
    });
    expect(await client.showTargetAuthorization({ ...nvr, channel_id: '0' })).toEqual({
      device_state: 'CLOSED',
      channel_state: 'OPENED',
    });
    await client.batchSetTargetAuthorization({ ...nvr, state: 'OPENED', channels: ['-1', '1'] });
    expect(await client.showTargetAuthorization({ ...nvr, channel_id: '1' })).toEqual(opened);
  });

  it('are asked about alone by channel -1', async () => {
    const { client, device: nvr } = await device('NVR');
    expect(await client.showTargetAuthorization({ ...nvr, channel_id: '-1' })).toEqual({ device_state: 'OPENED' });
  });

  it('answer although channels of theirs are unknown, away or frozen', async () => {
    const { simulator, client, device: nvr } = await device('NVR');
    simulator.states.setOffline(nvr.device_id, '0', startedAt);
    simulator.states.setFrozen(nvr.device_id, '1', true);
    const close = () =>
      client.batchSetTargetAuthorization({ ...nvr, state: 'CLOSED', channels: ['-1', '0', '1', '2', '77'] });
    const results = (...each: string[]) =>
      each.map((result, index) => ({ channel_id: ['0', '1', '2', '77'][index], channel_result: result }));
    expect(await close()).toMatchObject({ ...nvr, device_result: '0', channels_result: results('1', '1', '0', '1') });
    expect(await client.showTargetAuthorization({ ...nvr, channel_id: '0' })).toEqual({
      device_state: 'CLOSED',
      channel_state: 'OPENED',
    });
    simulator.states.setOffline(nvr.device_id, undefined, startedAt);
    expect(await close()).toMatchObject({ ...nvr, device_result: '1', channels_result: results('1', '1', '1', '1') });
  });
});

describe('cameras that are connected directly', () => {
  it('have one state with their channel, and no results of channels where all went well', async () => {
    const { simulator, client, device: camera } = await device('IPC-CONCH');
    const path = callPath(userId, `devices/${camera.device_id}/channels/targets/authorization`);
    const body = { state: 'CLOSED', channels: ['0'] };
    const answer = await call(simulator, { method: 'PUT', path, token: await tokenOf(simulator), body });
    expect(answer).toEqual({ status: 200, body: { ...camera, device_result: '0' } });
    expect(await client.showTargetAuthorization({ ...camera, channel_id: '0' })).toEqual(closed);
    await client.batchSetTargetAuthorization({ ...camera, state: 'OPENED', channels: ['-1'] });
    expect(await client.showTargetAuthorization({ ...camera, channel_id: '0' })).toEqual(opened);
  });

  it('say which channels failed', async () => {
    const { client, device: camera } = await device('IPC-CONCH');
    expect(
      await client.batchSetTargetAuthorization({ ...camera, state: 'CLOSED', channels: ['0', '5'] }),
    ).toMatchObject({
      ...camera,
      device_result: '0',
      channels_result: [
        { channel_id: '0', channel_result: '0' },
        { channel_id: '5', channel_result: '1' },
      ],
    });
  });
});

describe('what is refused', () => {
  it('is a device of GB28181, or one that is not there, and asking about a channel that is not', async () => {
    const { client, device: gb } = await device('IPC-BULLET', 'GB28181');
    const set = (ids: { device_id: string }) =>
      client.batchSetTargetAuthorization({ ...ids, state: 'OPENED', channels: ['0'] });
    await expect(set(gb)).rejects.toMatchObject({ code: 'IVM.20020011' });
    await expect(set({ device_id: 'NOSUCHDEVICE' })).rejects.toMatchObject({ code: 'IVM.20000010' });
    const show = client.showTargetAuthorization({ ...gb, channel_id: '0' });
    await expect(show).rejects.toMatchObject({ code: 'IVM.20020011' });
    const nvr = await device('NVR');
    const unknown = nvr.client.showTargetAuthorization({ ...nvr.device, channel_id: '77' });
    await expect(unknown).rejects.toMatchObject({ code: 'IVM.10022007' });
  });

  it('is a list of channels that is too long, or has none', async () => {
    const { simulator, device: nvr } = await device('NVR');
    const token = await tokenOf(simulator);
    const path = callPath(userId, `devices/${nvr.device_id}/channels/targets/authorization`);
    const set = (count: number) => {
      const channels = Array.from({ length: count }, (_, index) => String(index));
      return call(simulator, { method: 'PUT', path, token, body: { state: 'OPENED', channels } });
    };
    expect(await set(65)).toMatchObject({ status: 200 });
    expect(await set(66)).toEqual(refused(400, 'IVM.10027006'));
    expect(await set(0)).toEqual(refused(400, 'IVM.10020001'));
  });
});

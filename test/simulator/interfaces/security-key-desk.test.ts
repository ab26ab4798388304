import { describe, expect, it } from 'vitest';
import type { OperationClient } from '#lib/ivm/operations/operation-client.ts';
import type { IvmSimulator } from '#lib/simulator/ivm-simulator.ts';
import { operationsOf } from '../operations.ts';
import { call, callPath, refused, simulatedIvm, startedAt, tokenOf, userId } from '../simulated-ivm.ts';

type Ids = { device_id: string; channel_id: string };

async function camera(): Promise<{ simulator: IvmSimulator; client: OperationClient; ids: Ids }> {
  const simulator = await simulatedIvm();
  return { simulator, client: await operationsOf(simulator), ids: idsOf(simulator, 'IPC-CONCH') };
}

function idsOf(simulator: IvmSimulator, type: string, protocol = 'HOLO'): Ids {
  const found = simulator.cameras.find((one) => one.deviceType === type && one.protocol === protocol);
  if (found === undefined) throw new Error(`there is no ${type}`);
  return { device_id: found.deviceId, channel_id: found.channelId };
}

describe('the password of a camera', () => {
  it('is set once, and replaced from then on by whoever knows it', async () => {
    const { client, ids } = await camera();
    const set = (current: string, wanted: string) =>
      client.setSecurityKey({ ...ids, current_security_key: current, new_security_key: wanted });
    expect(await client.showSecurityKeyState(ids)).toEqual({ security_key_state: 'SET' });
    expect(await set('', 'harbour4')).toEqual(ids);
    expect(await client.showSecurityKeyState(ids)).toEqual({ security_key_state: 'MODIFY' });
    await expect(set('', 'harbour5')).rejects.toMatchObject({ code: 'IVM.20140006' });
    await expect(set('harbour4', 'harbour4')).rejects.toMatchObject({ code: 'IVM.20140005' });
    await set('harbour4', 'harbour5');
    await expect(set('harbour4', 'harbour6')).rejects.toMatchObject({ code: 'IVM.20140006' });
    await set('harbour5', 'harbour6');
  });

  it('is one for the device and its channel', async () => {
    const { client, ids } = await camera();
    const itself = { ...ids, channel_id: '-1' };
    const set = { ...itself, current_security_key: '', new_security_key: 'harbour4' };
    expect(await client.setSecurityKey(set)).toEqual(itself);
    expect(await client.showSecurityKeyState(ids)).toEqual({ security_key_state: 'MODIFY' });
  });

  it('takes two kinds of characters, and is neither the name of the user nor that read backwards', async () => {
    const { simulator, client, ids } = await camera();
    const set = (wanted: string) =>
      client.setSecurityKey({ ...ids, current_security_key: '', new_security_key: wanted });
    for (const weak of ['harbours', '12345678', 'SdcAdmin', 'nimdAcdS']) {
      await expect(set(weak)).rejects.toMatchObject({ code: 'IVM.20140004' });
    }
    const short = await call(simulator, {
      method: 'PUT',
      path: callPath(userId, `devices/${ids.device_id}/channels/${ids.channel_id}/security-key`),
      token: await tokenOf(simulator),
      body: { current_security_key: '', new_security_key: 'short1' },
    });
    expect(short).toEqual(refused(400, 'IVM.20140004'));
    expect(await client.showSecurityKeyState(ids)).toEqual({ security_key_state: 'SET' });
    expect(await set('harbour-street')).toEqual(ids);
  });

  it('can’t be guessed: after five wrong ones in a row the camera is locked for five minutes', async () => {
    const { simulator, client, ids } = await camera();
    const set = (current: string, wanted: string) =>
      client.setSecurityKey({ ...ids, current_security_key: current, new_security_key: wanted });
    const guess = async (times: number) => {
      for (let time = 0; time < times; time += 1) {
        await expect(set('wrong', 'harbour5')).rejects.toMatchObject({ code: 'IVM.20140006' });
      }
    };
    await set('', 'harbour4');
    await guess(4);
    await set('harbour4', 'harbour5');
    await guess(5);
    await expect(set('harbour5', 'harbour6')).rejects.toMatchObject({ code: 'IVM.20140009' });
    simulator.advance(299_000);
    await expect(set('harbour5', 'harbour6')).rejects.toMatchObject({ code: 'IVM.20140009' });
    simulator.advance(1000);
    await set('harbour5', 'harbour6');
  });

  it('is known of cameras that are connected directly, and of these while they are there', async () => {
    const { simulator, client, ids } = await camera();
    const others = [idsOf(simulator, 'NVR'), idsOf(simulator, 'MEdge'), idsOf(simulator, 'IPC-BULLET', 'GB28181')];
    for (const { device_id: id } of others) {
      const asked = client.showSecurityKeyState({ device_id: id, channel_id: '0' });
      await expect(asked).rejects.toMatchObject({ code: 'IVM.20140008' });
    }
    const absent = { ...ids, channel_id: '9' };
    await expect(client.showSecurityKeyState(absent)).rejects.toMatchObject({ code: 'IVM.10022007' });
    const set = () => client.setSecurityKey({ ...ids, current_security_key: '', new_security_key: 'harbour4' });
    simulator.states.setFrozen(ids.device_id, ids.channel_id, true);
    await expect(set()).rejects.toMatchObject({ code: 'IVM.20000035' });
    simulator.states.setOffline(ids.device_id, undefined, startedAt);
    await expect(client.showSecurityKeyState(ids)).rejects.toMatchObject({ code: 'IVM.20140001' });
    await expect(set()).rejects.toMatchObject({ code: 'IVM.20140003' });
  });
});

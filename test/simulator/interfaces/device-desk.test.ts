import { describe, expect, it } from 'vitest';
import { operationsOf } from '../operations.ts';
import { call, callPath, get, simulatedIvm, startedAt, tokenOf, userId } from '../simulated-ivm.ts';

const gbId = '34020000001320000777';
const password = 'Garden-gate-7';

async function tenant() {
  const simulator = await simulatedIvm();
  const client = await operationsOf(simulator);
  const holo = simulator.cameras.find(({ deviceType }) => deviceType === 'IPC-BULLET');
  const gb = simulator.cameras.find(({ protocol }) => protocol === 'GB28181');
  if (holo === undefined || gb === undefined) throw new Error('a kind of camera is missing');
  return { simulator, client, holo, gb };
}

const gbDevice = (some: object = {}) => ({
  device_id: gbId,
  device_name: 'Garden',
  device_password: password,
  algorithm: 'SHA256' as const,
  ...some,
});

describe('a device', () => {
  it('is told with its group, its model and what it can do', async () => {
    const { client, holo } = await tenant();
    const device = await client.showDevice({ device_id: holo.deviceId });
    expect(device).toMatchObject({
      device_name: holo.deviceName,
      device_state: 'ONLINE',
      device_type: 'IPC-BULLET',
      channel_total: 1,
      device_org_id: '1234567890',
      sn: holo.deviceId,
      device_ability: ['ptz', 'talk'],
    });
    expect(device.device_cloud_ability).toBeUndefined();
    const asked = { device_id: holo.deviceId, need_cloud_ability: true, ability: ['ptz'] };
    expect((await client.showDevice(asked)).device_cloud_ability).toEqual({ ptz: { support: 'true' } });
    await expect(client.showDevice({ device_id: 'NOSUCHDEVICE' })).rejects.toMatchObject({ code: 'IVM.20000010' });
  });

  it('has another name from then on, in its messages as well', async () => {
    const { simulator, client, holo } = await tenant();
    simulator.advance(60_000);
    expect(
      await client.updateDevice({ device_id: holo.deviceId, device_name: 'Junction 8', description: 'moved' }),
    ).toMatchObject({ device_name: 'Junction 8', description: 'moved', osd: '' });
    const { devices } = await client.listDevices({ device_name: 'Junction 8' });
    expect(devices).toMatchObject([{ device_id: holo.deviceId, update_time: '2026-03-10 18:16:00' }]);
    const [latest] = (await client.listDevices({ sort_by: 'update_time', limit: 1 })).devices;
    expect(latest?.device_id).toBe(holo.deviceId);
    const names = Array.from({ length: 200 }, () => simulator.message('device_status').body.toString());
    expect(names.some((body) => body.includes('Junction 8'))).toBe(true);
    expect(names.some((body) => body.includes(holo.deviceName))).toBe(false);
  });

  it('can be changed while it is online, and by something', async () => {
    const { simulator, client, holo } = await tenant();
    await expect(client.updateDevice({ device_id: holo.deviceId })).rejects.toMatchObject({ code: 'IVM.10022010' });
    simulator.states.setOffline(holo.deviceId, undefined, startedAt);
    const rename = client.updateDevice({ device_id: holo.deviceId, device_name: 'Away' });
    await expect(rename).rejects.toMatchObject({ code: 'IVM.20000036' });
  });

  it('of GB/T 28181 has a text over its picture, which is told apart from its name', async () => {
    const { simulator, client, gb } = await tenant();
    const change = (some: object) => client.updateDevice({ device_id: gb.deviceId, ...some });
    const refusals = [
      { modify_type: 'OSD', device_name: 'Gate' },
      { modify_type: 'ALL', osd: 'Gate' },
      { osd: 'Gate' },
    ];
    for (const some of refusals) await expect(change(some)).rejects.toMatchObject({ code: 'IVM.10022010' });
    expect(await change({ device_name: 'Gate' })).toMatchObject({ device_name: 'Gate', osd: 'Gate' });
    expect(await change({ modify_type: 'OSD', osd: 'West' })).toMatchObject({ device_name: 'Gate', osd: 'West' });
    expect(await change({ modify_type: 'ALL', device_name: 'Yard', osd: 'East' })).toMatchObject({
      device_name: 'Yard',
      osd: 'East',
    });
    simulator.states.setOffline(gb.deviceId, undefined, startedAt);
    await expect(change({ device_name: 'Away' })).rejects.toMatchObject({ code: 'IVM.20000036' });
    expect(await change({ modify_type: 'DEVICE_NAME', device_name: 'Away' })).toMatchObject({ device_name: 'Away' });
  });

  it('of GB/T 28181 has an account, which is replaced while it is away', async () => {
    const { simulator, client, holo, gb } = await tenant();
    const change = (some: object) => client.updateGbAccount({ device_id: gb.deviceId, ...some });
    await expect(change({ device_username: 'garden' })).rejects.toMatchObject({ code: 'IVM.20000031' });
    simulator.states.setOffline(gb.deviceId, undefined, startedAt);
    await expect(change({})).rejects.toMatchObject({ code: 'IVM.10022010' });
    await expect(change({ device_username: '7garden' })).rejects.toMatchObject({ code: 'IVM.10022008' });
    await expect(change({ device_password: 'gardengate' })).rejects.toMatchObject({ code: 'IVM.10022032' });
    await change({ device_username: 'garden', device_password: password });
    expect(await client.showDeviceGateway({ device_id: gb.deviceId })).toMatchObject({
      device_username: 'garden',
      sip_server_port: '5060',
    });
    const token = await tokenOf(simulator);
    const { body } = await get(simulator, callPath(userId, `devices/${holo.deviceId}/gateway`), token);
    expect(body).toMatchObject({ error_code: 'IVM.20000041' });
  });
});

describe('devices', () => {
  it('of HOLO are added by the end of their id, and wait to register', async () => {
    const { client } = await tenant();
    const add = (code: string) => client.addHoloDevice({ device_id: 'GARDEN12345678', verification_code: code });
    // As if the server were at fault: the client may not send it again.
    await expect(add('00000000')).rejects.toMatchObject({ code: 'IVM.20000003' });
    expect(await add('12345678')).toMatchObject({ device_type: 'IPC', device_state: 'OFFLINE' });
    await expect(add('12345678')).rejects.toMatchObject({ code: 'IVM.20000001' });
    const { devices } = await client.listDevices({ limit: 1 });
    expect(devices).toMatchObject([{ device_id: 'GARDEN12345678', device_state: 'UNREGISTERED' }]);
    const { channels } = await client.listChannels({ device_id: 'GARDEN12345678' });
    expect(channels).toMatchObject([
      { channel_state: 'UNALLOCATED', channel_resource_state: expect.arrayContaining(['MANAGEMENT_CLOSED']) },
    ]);
  });

  it('of GB/T 28181 are added each for itself, and told where to register', async () => {
    const { client, gb } = await tenant();
    const other = gbDevice({ device_id: '34020000001180000778', device_name: 'Recorder' });
    const weak = gbDevice({ device_id: '34020000001320000779', device_password: 'gardengate' });
    const named = gbDevice({ device_id: '34020000001320000780', device_username: '7garden' });
    const { failed_num: failed, devices } = await client.batchAddGbDevices({
      devices: [gbDevice(), gbDevice(), other, gbDevice({ device_id: gb.deviceId }), weak, named],
    });
    expect(failed).toBe(4);
    expect(devices.map(({ result }) => result?.code)).toEqual([
      'IVM.0',
      'IVM.20000051',
      'IVM.0',
      'IVM.20000001',
      'IVM.10022032',
      'IVM.10022008',
    ]);
    expect(devices[0]).toMatchObject({ device_id: gbId, sip_server_port: '5060', sip_server_domain: '3402000000' });
    expect((await client.listDevices({ device_type: ['NVR'], device_state: ['UNREGISTERED'] })).total).toBe(1);
  });

  it('are deleted each for itself, send no more messages, and come back with all their channels', async () => {
    const { simulator, client } = await tenant();
    const [nvr] = simulator.cameras;
    if (nvr === undefined) throw new Error('there are no cameras');
    const { failed_num: failed, devices } = await client.batchDeleteDevices({
      devices: [nvr.deviceId, 'NOSUCHDEVICE'],
    });
    expect({ failed, codes: devices.map(({ result }) => result?.code) }).toEqual({
      failed: 1,
      codes: ['IVM.0', 'IVM.20000010'],
    });
    expect((await client.listChannels({ device_id: nvr.deviceId })).total).toBe(0);
    const bodies = Array.from({ length: 200 }, () => simulator.message('device_status').body.toString());
    expect(bodies.some((body) => body.includes(nvr.deviceId))).toBe(false);
    await client.addHoloDevice({ device_id: nvr.deviceId, verification_code: nvr.deviceId.slice(-8) });
    expect((await client.listChannels({ device_id: nvr.deviceId })).total).toBe(3);
  });

  it('go on sending the last messages where all of them are deleted', async () => {
    const { simulator, client } = await tenant();
    const devices = [...new Set(simulator.cameras.map(({ deviceId }) => deviceId))];
    await client.batchDeleteDevices({ devices });
    expect(simulator.message('device_alarm').messageType).toBe('device_alarm');
  });

  it.each([
    ['devices/batch-delete', { devices: [] }, 'IVM.10022017'],
    ['devices/batch-delete', { devices: Array.from({ length: 101 }, () => 'GARDEN12345678') }, 'IVM.10022016'],
    ['devices/gb/batch-add', { devices: [] }, 'IVM.10022003'],
    ['devices/gb/batch-add', { devices: Array.from({ length: 101 }, () => gbDevice()) }, 'IVM.10022004'],
    ['devices/gb/batch-add', { devices: [gbDevice({ device_id: 'GARDEN12345678' })] }, 'IVM.10022024'],
    ['devices/gb/batch-add', { devices: [gbDevice({ device_name: '' })] }, 'IVM.10022012'],
    ['devices/holosens', { device_id: 'GARDEN12345678', verification_code: '7' }, 'IVM.10022033'],
  ])('are refused as a whole at %s where the request is wrong (%#)', async (path, body, code) => {
    const { simulator } = await tenant();
    const token = await tokenOf(simulator);
    expect(await call(simulator, { path: callPath(userId, path), token, body })).toMatchObject({
      status: 400,
      body: { error_code: code },
    });
  });
});

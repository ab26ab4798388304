import { describe, expect, it } from 'vitest';
import { operationsOf } from '../operations.ts';
import { call, callPath, refused, simulatedIvm, tokenOf, userId } from '../simulated-ivm.ts';

const first = '1234567890';

async function groups() {
  const simulator = await simulatedIvm();
  const client = await operationsOf(simulator);
  const create = async (name: string, parent = first) => {
    const { device_org_id: id = '' } = await client.createDeviceOrg({ device_org_name: name, parent_org_id: parent });
    return id;
  };
  const [nvr] = simulator.cameras;
  if (nvr === undefined) throw new Error('there are no cameras');
  return { simulator, client, create, nvr };
}

describe('the tree of groups', () => {
  it('begins with one group that holds all devices, right below the root', async () => {
    const { simulator, client } = await groups();
    const { orgs } = await client.listSubDeviceOrgs({ device_org_id: '0' });
    const devices = new Set(simulator.cameras.map(({ deviceId }) => deviceId)).size;
    expect(orgs).toMatchObject([
      {
        device_org_id: first,
        device_org_level: 1,
        is_leaf: 1,
        camera_count: devices,
        channel_count: simulator.cameras.length,
      },
    ]);
  });

  it('grows and is renamed, with ids of more digits than a double holds', async () => {
    const { client, create } = await groups();
    const north = await create('North');
    const gate = await create('Gate', north);
    expect(north).toMatch(/^9\d{18}$/);
    await client.updateDeviceOrg({ device_org_id: gate, device_org_name: 'West gate' });
    expect((await client.listSubDeviceOrgs({ device_org_id: north })).orgs).toMatchObject([
      { device_org_id: gate, device_org_name: 'West gate', device_org_level: 3, is_leaf: 1, camera_count: 0 },
    ]);
    expect((await client.listSubDeviceOrgs({ device_org_id: first })).orgs).toMatchObject([{ is_leaf: 0 }]);
  });

  it('refuses what the reference refuses', async () => {
    const { client, create } = await groups();
    const north = await create('North');
    const refusals = [
      [client.listSubDeviceOrgs({ device_org_id: '77' }), 'IVM.20001001'],
      [create('North'), 'IVM.20001004'],
      [create('Elsewhere', '77'), 'IVM.20001006'],
      [create('First level', '0'), 'IVM.20001006'],
      [client.updateDeviceOrg({ device_org_id: '0', device_org_name: 'Root' }), 'IVM.20001009'],
      [client.deleteDeviceOrg({ device_org_id: '0' }), 'IVM.20001009'],
      [client.deleteDeviceOrg({ device_org_id: first }), 'IVM.20001008'],
    ] as const;
    for (const [request, code] of refusals) await expect(request).rejects.toMatchObject({ code });
    expect(await client.deleteDeviceOrg({ device_org_id: north })).toEqual({ device_org_id: north });
    await expect(client.deleteDeviceOrg({ device_org_id: north })).rejects.toMatchObject({ code: 'IVM.20001001' });
  });

  it('has an end', async () => {
    const { create } = await groups();
    let parent = first;
    for (let level = 2; level <= 10; level += 1) parent = await create(`Level ${level}`, parent);
    await expect(create('Too deep', parent)).rejects.toMatchObject({ code: 'IVM.20001007' });
  });

  it('is found by a part of a name, each group once, with all that is below', async () => {
    const { client, create } = await groups();
    const north = await create('North');
    const gate = await create('North gate', north);
    const { result } = await client.searchDeviceOrgTree({ device_org_name: 'North' });
    expect(result).toMatchObject([
      {
        device_org_id: north,
        parent_id: first,
        enterprise_id: expect.stringMatching(/^\d{19}$/),
        is_result: 1,
        children: [{ device_org_id: gate, children: [] }],
      },
    ]);
    expect((await client.searchDeviceOrgTree({ device_org_name: 'South' })).result).toEqual([]);
  });
});

describe('devices of a group', () => {
  it('move to another, each for itself', async () => {
    const { client, create, nvr } = await groups();
    const north = await create('North');
    const move = () => client.moveDevices({ device_org_id: north, device_ids: [nvr.deviceId, 'NOSUCHDEVICE'] });
    expect(await move()).toMatchObject({
      failed_num: 1,
      results: [
        { device_id: nvr.deviceId, result: { isDone: true } },
        { device_id: 'NOSUCHDEVICE', result: { isDone: false, code: 'IVM.10022035' } },
      ],
    });
    expect((await move()).results[0]).toMatchObject({ result: { code: 'IVM.20000050' } });
    const { devices, total } = await client.listOrgDevices({ device_org_id: north });
    expect({ total, devices }).toMatchObject({
      total: 1,
      devices: [{ device_id: nvr.deviceId, device_org_name: 'North', device_type: 'NVR', channel_total: 3 }],
    });
    expect(await client.showDevice({ device_id: nvr.deviceId })).toMatchObject({
      device_org_id: north,
      device_org_name: 'North',
    });
  });

  it('are those of the group, of the groups below it, or both', async () => {
    const { client, create, nvr } = await groups();
    await client.moveDevices({ device_org_id: await create('North'), device_ids: [nvr.deviceId] });
    const idsOf = async (which?: '0' | '1' | '2') => {
      const { devices } = await client.listOrgDevices({
        device_org_id: first,
        limit: 1000,
        ...(which === undefined ? {} : { is_current_org: which }),
      });
      return devices.map(({ device_id: id }) => id);
    };
    const all = await idsOf();
    expect(await idsOf('0')).toEqual([nvr.deviceId]);
    expect(await idsOf('2')).toEqual(all);
    expect(await idsOf('1')).toEqual(all.filter((id) => id !== nvr.deviceId));
  });

  it('are listed by page with their channels, and only those that are wanted', async () => {
    const { simulator, client, nvr } = await groups();
    const list = (asked: object) => client.listOrgDevices({ device_org_id: first, direction: 'ASC', ...asked });
    expect((await list({ limit: 1 })).devices).toMatchObject([
      { device_id: nvr.deviceId, channels: [{ channel_id: '0' }, { channel_id: '1' }, { channel_id: '2' }] },
    ]);
    expect((await list({ limit: 1, offset: 1 })).devices).toMatchObject([{ device_type: 'MEdge' }]);
    expect((await list({ access_protocol: ['GB28181'] })).devices).toMatchObject([{ gb_access_state: 'CONNECTED' }]);
    expect((await list({ device_type: ['MEdge', 'NVR'] })).total).toBe(2);
    expect((await list({ device_name: 'Warehouse' })).total).toBe(1);
    expect((await list({ ability: 'algorithm', device_type: ['IPC'] })).total).toBe(2);
    simulator.states.setPackages(nvr.deviceId, '1', { management: 'ARREAR' });
    expect((await list({ channel_resource_state: ['MANAGEMENT_ARREAR'] })).devices).toMatchObject([
      { device_id: nvr.deviceId },
    ]);
  });

  it('refuse a limit and a group that are none, in small letters or capital ones', async () => {
    const { simulator } = await groups();
    const token = await tokenOf(simulator);
    const read = (query: string) =>
      call(simulator, {
        method: 'GET',
        path: callPath(userId, `device-orgs/${first}/devices?${query}`),
        token,
      });
    expect(await read('limit=1001')).toEqual(refused(400, 'IVM.10020009'));
    expect(await read('is_current_org=3')).toEqual(refused(400, 'IVM.10024014'));
    expect(await read('direction=asc&limit=1')).toMatchObject({ status: 200 });
  });
});

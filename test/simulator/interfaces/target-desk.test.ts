import { describe, expect, it } from 'vitest';
import type { OperationClient } from '#lib/ivm/operations/operation-client.ts';
import type { IvmSimulator } from '#lib/simulator/ivm-simulator.ts';
import { operationsOf } from '../operations.ts';
import { call, callPath, get, refused, simulatedIvm, startedAt, tokenOf, userId } from '../simulated-ivm.ts';

const picture = `/9j/${'A'.repeat(40)}`;
const otherPicture = `iVBORw0KGgo${'A'.repeat(33)}`;
const person = { name: 'Mei Lin', gender: 'female', jpegBase64: picture } as const;
const everything = {
  age: 31,
  country: 'Norway',
  nation: 'Sami',
  native: 'Alta',
  occupation: 'Welder',
  work_no: 'W7',
  phone: '13800000000',
  email: 'mei@example.com',
  domicile: 'Harbour 4',
  remark: 'Shift B',
};

type Kind = 'NVR' | 'MEdge' | 'IPC-CONCH' | 'IPC-BULLET';
type Bench = { simulator: IvmSimulator; client: OperationClient; device: { device_id: string } };

async function device(kind: Kind, protocol: 'HOLO' | 'GB28181' = 'HOLO'): Promise<Bench> {
  const simulator = await simulatedIvm();
  const found = simulator.cameras.find((one) => one.deviceType === kind && one.protocol === protocol);
  if (found === undefined) throw new Error(`there is no ${kind}`);
  return { simulator, client: await operationsOf(simulator), device: { device_id: found.deviceId } };
}

async function deviceWithGroup(kind: Kind): Promise<Bench & { group: { device_id: string; group_id: number } }> {
  const bench = await device(kind);
  const { group_id: id = -1 } = await bench.client.createTargetGroupV2({ ...bench.device, group_name: 'Staff' });
  return { ...bench, group: { ...bench.device, group_id: id } };
}

/** What the test sends past the client, which would refuse it. */
async function sent(simulator: IvmSimulator, path: string, body: object, method = 'POST') {
  return call(simulator, { method, path: callPath(userId, path), token: await tokenOf(simulator), body });
}

const rejected = (code: string) => ({ code });

describe('devices', () => {
  it('are refused where they speak GB28181, lack the algorithm, are away or frozen', async () => {
    const gb = await device('IPC-BULLET', 'GB28181');
    await expect(gb.client.listTargetGroups(gb.device)).rejects.toMatchObject(rejected('IVM.20090017'));
    const { simulator, client, device: junction } = await device('IPC-BULLET');
    const path = callPath(userId, `target-groups?device_id=${junction.device_id}`);
    expect(await get(simulator, path, await tokenOf(simulator))).toEqual(refused(401, 'IVM.20180025'));
    await expect(client.listTargetGroups({ device_id: 'NOSUCHDEVICE' })).rejects.toMatchObject(
      rejected('IVM.20000010'),
    );
    const lobby = simulator.cameras.find(({ deviceType }) => deviceType === 'IPC-CONCH');
    if (lobby === undefined) throw new Error('there is no lobby');
    simulator.states.setFrozen(lobby.deviceId, lobby.channelId, true);
    await expect(client.listTargetGroups({ device_id: lobby.deviceId })).rejects.toMatchObject(
      rejected('IVM.20000035'),
    );
    simulator.states.setOffline(lobby.deviceId, undefined, startedAt);
    await expect(client.listTargetGroups({ device_id: lobby.deviceId })).rejects.toMatchObject(
      rejected('IVM.20000036'),
    );
  });

  it('answer as long as one of their channels is there', async () => {
    const { simulator, client, device: nvr } = await device('NVR');
    simulator.states.setOffline(nvr.device_id, '0', startedAt);
    expect(await client.listTargetGroups(nvr)).toMatchObject(nvr);
  });
});

describe('groups', () => {
  it('of an NVR are three at first, which stay as they are', async () => {
    const { client, device: nvr } = await device('NVR');
    const { groups } = await client.listTargetGroups(nvr);
    const fixed = { enable: 'OPEN', is_fixed: true };
    expect(groups).toEqual([
      { group_id: 1, name: '白名单', ...fixed, is_hidden: true },
      { group_id: 2, name: '黑名单', ...fixed, is_hidden: false },
      { group_id: 3, name: '陌生人', ...fixed, is_hidden: false },
    ]);
    const whiteList = { ...nvr, group_id: 1 };
    await expect(client.deleteTargetGroupV2(whiteList)).rejects.toMatchObject(rejected('IVM.20090024'));
    await expect(
      client.updateTargetGroupV2({ ...whiteList, group_name: 'Friends', group_type: 'WHITE', enable: 'CLOSE' }),
    ).rejects.toMatchObject(rejected('IVM.20090024'));
  });

  it('tell their ids as texts in version 1 and as numbers in version 2, and how many there may be as a number', async () => {
    const { simulator, device: camera } = await device('IPC-CONCH');
    const token = await tokenOf(simulator);
    const both = async (method: string, body: object) => {
      const one = async (version: string, some: object) =>
        call(simulator, { method, path: `/${version}/${userId}/target-groups`, token, body: { ...camera, ...some } });
      return [
        await one('v1', { ...body, group_id: 1, group_name: 'A' }),
        await one('v2', { ...body, group_id: 2, group_name: 'B' }),
      ];
    };
    const answers = [
      { status: 200, body: { ...camera, group_id: '1' } },
      { status: 200, body: { ...camera, group_id: 2 } },
    ];
    expect(await both('POST', {})).toEqual(answers);
    expect(await both('PUT', { group_type: 'WHITE', enable: 'CLOSE' })).toEqual(answers);
    expect(await get(simulator, callPath(userId, `target-groups?device_id=${camera.device_id}`), token)).toMatchObject({
      body: {
        group_max_count: 128,
        groups: [
          { group_id: 1, name: 'A' },
          { group_id: 2, name: 'B' },
        ],
      },
    });
    expect(await both('DELETE', {})).toEqual(answers);
  });

  it('have names of their own on an SDC and an IVS1800, not on an NVR', async () => {
    for (const kind of ['IPC-CONCH', 'MEdge'] as const) {
      const { client, device: one, group } = await deviceWithGroup(kind);
      const again = client.createTargetGroup({ ...one, group_name: 'Staff' });
      await expect(again).rejects.toMatchObject(rejected('IVM.20090025'));
      const { group_id: id = -1 } = await client.createTargetGroupV2({ ...one, group_name: 'Guests' });
      const change = { ...group, group_name: 'Staff', group_type: 'WHITE', enable: 'CLOSE' } as const;
      expect(await client.updateTargetGroupV2(change)).toEqual(group);
      const renamed = client.updateTargetGroup({ ...change, group_id: id });
      await expect(renamed).rejects.toMatchObject(rejected('IVM.20090025'));
    }
    const { client, device: nvr } = await deviceWithGroup('NVR');
    expect(await client.createTargetGroupV2({ ...nvr, group_name: 'Staff' })).toEqual({ ...nvr, group_id: 5 });
  });

  it('are of the kinds that the device knows', async () => {
    const known = { NVR: 'BLACK', MEdge: 'RED', 'IPC-CONCH': 'OTHER' } as const;
    for (const kind of ['NVR', 'MEdge', 'IPC-CONCH'] as const) {
      const { client, device: one } = await device(kind);
      for (const [owner, type] of Object.entries(known)) {
        const made = client.createTargetGroup({ ...one, group_name: type, group_type: type });
        if (owner === kind) expect(await made).toMatchObject(one);
        else await expect(made).rejects.toMatchObject(rejected('IVM.10020001'));
      }
    }
  });

  it('are as many as the device takes, without a limit on an IVS1800', async () => {
    const { client, device: nvr } = await device('NVR');
    const { group_max_count: most } = await client.listTargetGroups(nvr);
    expect(most).toBe('16');
    for (let count = 3; count < Number(most); count += 1)
      await client.createTargetGroup({ ...nvr, group_name: 'More' });
    const tooMany = client.createTargetGroup({ ...nvr, group_name: 'More' });
    await expect(tooMany).rejects.toMatchObject(rejected('IVM.20090023'));
    const box = await device('MEdge');
    expect(await box.client.listTargetGroups(box.device)).toMatchObject({ group_max_count: '-1', groups: [] });
  });

  it('come into use with their first targets, as an IVS1800 has all of them without saying so', async () => {
    const { simulator, client, device: camera, group } = await deviceWithGroup('IPC-CONCH');
    const open = { ...group, group_name: 'Staff', group_type: 'OTHER', enable: 'OPEN' } as const;
    await expect(client.updateTargetGroup(open)).rejects.toMatchObject(rejected('IVM.20090028'));
    await client.batchAddTargets({ ...group, targets: [person] });
    await client.updateTargetGroup(open);
    expect(await client.listTargetGroups(camera)).toMatchObject({ groups: [{ enable: 'OPEN', is_fixed: false }] });
    const { enable: _, ...unsaid } = open;
    expect(await sent(simulator, 'target-groups', unsaid, 'PUT')).toEqual(refused(400, 'IVM.10020001'));

    const box = await deviceWithGroup('MEdge');
    await box.client.updateTargetGroup({ ...box.group, group_name: 'Crew', group_type: 'RED', enable: 'OPEN' });
    expect(await box.client.listTargetGroups(box.device)).toMatchObject({
      groups: [{ group_id: 1, name: 'Crew', is_fixed: false, is_hidden: false }],
    });
    expect((await box.client.listTargetGroups(box.device)).groups[0]).not.toHaveProperty('enable');
  });

  it('of an SDC go only when they are empty, those of others with their targets', async () => {
    const { client, group } = await deviceWithGroup('IPC-CONCH');
    const { targets } = await client.batchAddTargets({ ...group, targets: [person] });
    await expect(client.deleteTargetGroup(group)).rejects.toMatchObject(rejected('IVM.20090026'));
    await client.batchDeleteTargets({ ...group, target_ids: targets.map(({ target_id: id = '' }) => id) });
    await client.deleteTargetGroup(group);
    await expect(client.countTargets(group)).rejects.toMatchObject(rejected('IVM.20090018'));

    const nvr = await deviceWithGroup('NVR');
    await nvr.client.batchAddTargets({ ...nvr.group, targets: [person] });
    await nvr.client.deleteTargetGroupV2(nvr.group);
    const gone = nvr.client.queryTargets({ ...nvr.device, target_ids: ['1'] });
    await expect(gone).rejects.toMatchObject(rejected('IVM.20090027'));
  });

  it('are not mixed up with those of another device', async () => {
    const { simulator, client } = await deviceWithGroup('IPC-CONCH');
    const box = simulator.cameras.find(({ deviceType }) => deviceType === 'MEdge');
    const elsewhere = client.countTargets({ device_id: box?.deviceId ?? '', group_id: 1 });
    await expect(elsewhere).rejects.toMatchObject(rejected('IVM.20090018'));
  });
});

describe('targets', () => {
  it('keep what their device has a use for', async () => {
    const keptBy = {
      NVR: ['age', 'country', 'native', 'occupation', 'work_no', 'phone', 'email', 'domicile', 'remark'],
      MEdge: ['country', 'occupation', 'work_no', 'remark'],
      'IPC-CONCH': ['native', 'work_no', 'domicile'],
    };
    for (const kind of ['NVR', 'MEdge', 'IPC-CONCH'] as const) {
      const { client, group } = await deviceWithGroup(kind);
      await client.batchAddTargets({ ...group, targets: [{ ...person, ...everything, external_target_id: 'mine_1' }] });
      const { targets } = await client.listTargets(group);
      const kept = Object.entries(everything).filter(([name]) => keptBy[kind].includes(name));
      const whole = kind === 'IPC-CONCH' ? {} : { jpg: picture, eigen_value: expect.any(String) };
      expect(targets).toEqual([
        {
          target_id: kind === 'IPC-CONCH' ? `${group.group_id}_1` : '1',
          name: 'Mei Lin',
          gender: 'female',
          external_target_id: 'mine_1',
          ...whole,
          ...Object.fromEntries(kept),
        },
      ]);
    }
  });

  it('of an SDC are listed without pictures, and asked for by id are nothing else', async () => {
    const { simulator, client, device: camera, group } = await deviceWithGroup('IPC-CONCH');
    const { targets } = await client.batchAddTargets({ ...group, targets: [{ ...person, external_target_id: 'a1' }] });
    expect(targets).toMatchObject([
      { target_id: `${group.group_id}_1`, name: 'Mei Lin', external_target_id: 'a1', result: { isDone: true } },
    ]);
    expect(await sent(simulator, 'targets', { ...camera, target_ids: ['1_1', '1_9'] })).toEqual({
      status: 200,
      // Not `jpg`, as the table has it.
      body: { targets: [{ jpegBase64: picture, external_target_id: 'a1' }] },
    });
    const withoutGroup = client.queryTargets({ ...camera, target_ids: ['1'] });
    await expect(withoutGroup).rejects.toMatchObject(rejected('IVM.20090027'));
  });

  it('of an NVR are told whole by their ids, of an IVS1800 not at all', async () => {
    const nvr = await deviceWithGroup('NVR');
    await nvr.client.batchAddTargets({ ...nvr.group, targets: [person] });
    expect(await nvr.client.queryTargets({ ...nvr.device, target_ids: ['7', '1'] })).toMatchObject({
      targets: [{ target_id: '1', name: 'Mei Lin', jpg: picture }],
    });
    const box = await deviceWithGroup('MEdge');
    await box.client.batchAddTargets({ ...box.group, targets: [person] });
    const asked = box.client.queryTargets({ ...box.device, target_ids: ['1'] });
    await expect(asked).rejects.toMatchObject(rejected('IVM.20160001'));
  });

  it('are counted and read from any entry on, ten where nothing is said', async () => {
    const { client, group } = await deviceWithGroup('NVR');
    const targets = Array.from({ length: 12 }, (_, index) => ({ ...person, name: `Guest ${index}` }));
    await client.batchAddTargets({ ...group, targets });
    expect(await client.countTargets(group)).toEqual({ device_id: group.device_id, target_count: 12 });
    const ids = async (range: { start?: number; count?: number }) =>
      (await client.listTargetIds({ ...group, ...range })).target_ids;
    expect(await ids({})).toHaveLength(10);
    expect(await ids({ start: 10 })).toEqual(['11', '12']);
    expect(await ids({ start: 1, count: 2 })).toEqual(['2', '3']);
    expect(await client.listTargets({ ...group, start: 11, count: 5 })).toMatchObject({
      targets: [{ target_id: '12', name: 'Guest 11' }],
    });
    const elsewhere = client.listTargetIds({ ...group, group_id: 99 });
    await expect(elsewhere).rejects.toMatchObject(rejected('IVM.20090018'));
  });

  it('are added each on its own, and only with a picture', async () => {
    const { client, group } = await deviceWithGroup('MEdge');
    const { targets } = await client.batchAddTargets({
      ...group,
      targets: [{ ...person, jpegBase64: 'data:image/png;base64,iVBORw0KGgo', external_target_id: 'x' }, person],
    });
    expect(targets).toMatchObject([
      { name: 'Mei Lin', external_target_id: 'x', result: { isDone: false, code: 'IVM.20090014' } },
      { target_id: '1', jpegBase64: picture, result: { isDone: true, code: 'IVM.0' } },
    ]);
    expect(await client.countTargets(group)).toMatchObject({ target_count: 1 });
  });

  it('come one at a time to an SDC, twenty to others, and 700 KB of pictures to an NVR', async () => {
    const limits = { 'IPC-CONCH': 1, MEdge: 20, NVR: 20 };
    const people = (count: number, jpegBase64 = picture) =>
      Array.from({ length: count }, () => ({ ...person, jpegBase64 }));
    for (const kind of ['IPC-CONCH', 'MEdge', 'NVR'] as const) {
      const { simulator, client, group } = await deviceWithGroup(kind);
      const add = (count: number) => sent(simulator, 'targets/batch-add', { ...group, targets: people(count) });
      await client.batchAddTargets({ ...group, targets: people(limits[kind]) });
      expect(await client.countTargets(group)).toMatchObject({ target_count: limits[kind] });
      expect(await add(limits[kind] + 1)).toEqual(refused(400, 'IVM.10027006'));
      expect(await add(0)).toEqual(refused(400, 'IVM.20090007'));
    }
    const { client, group } = await deviceWithGroup('NVR');
    const large = `/9j/${'A'.repeat(47_996)}`;
    const add = (count: number) => client.batchAddTargets({ ...group, targets: people(count, large) });
    expect((await add(19)).targets).toHaveLength(19);
    await expect(add(20)).rejects.toMatchObject(rejected('IVM.10020002'));
  });

  it('never come to strangers', async () => {
    const { client, device: nvr } = await device('NVR');
    const added = client.batchAddTargets({ ...nvr, group_id: 3, targets: [person] });
    await expect(added).rejects.toMatchObject(rejected('IVM.20090029'));
  });

  it('without pictures are kept apart by an NVR, under an id of the caller’s, and do not change', async () => {
    const { client, device: nvr, group } = await deviceWithGroup('NVR');
    const add = (target: object) =>
      client.batchAddTargets({ ...group, targets: [{ ...person, ...target }], storage: false });
    await expect(add({})).rejects.toMatchObject(rejected('IVM.10020001'));
    const { targets } = await add({ external_target_id: 'a1' });
    expect(targets).toMatchObject([{ target_id: '1', external_target_id: 'a1', result: { isDone: true } }]);
    expect(targets[0]).not.toHaveProperty('jpegBase64');
    expect(await client.countTargets(group)).toMatchObject({ target_count: 0 });
    const { groups } = await client.listTargetGroups(nvr);
    expect(groups.at(-1)).toMatchObject({ group_id: 5, name: '脱敏名单', is_fixed: true });
    const anonymous = { ...nvr, group_id: 5 };
    const change = { ...anonymous, targets: [{ ...person, target_id: '1' }] };
    expect(await client.batchUpdateTargets(change)).toMatchObject({
      target_ids: [{ result: { code: 'IVM.20090009' } }],
    });
    const direct = client.batchAddTargets({ ...anonymous, targets: [person] });
    await expect(direct).rejects.toMatchObject(rejected('IVM.20090029'));
    const { targets: found } = await client.queryTargets({ ...nvr, target_ids: ['1'] });
    expect(found[0]).not.toHaveProperty('jpg');
    await client.batchDeleteTargets({ ...anonymous, target_ids: ['1'] });
    expect(await client.countTargets(anonymous)).toMatchObject({ target_count: 0 });
  });

  it('are replaced as a whole, each on its own', async () => {
    const { client, group } = await deviceWithGroup('MEdge');
    await client.batchAddTargets({ ...group, targets: [{ ...person, remark: 'Shift B', external_target_id: 'a1' }] });
    const { group_id: id, target_ids: changed } = await client.batchUpdateTargets({
      ...group,
      targets: [
        { ...person, target_id: '1', name: 'Mei Li', jpegBase64: otherPicture },
        { ...person, target_id: '2' },
        { ...person, target_id: '1', jpegBase64: 'R0lGODlh' },
      ],
    });
    expect(id).toBe(group.group_id);
    expect(changed).toMatchObject([
      { target_id: '1', external_target_id: 'a1', result: { code: 'IVM.0' } },
      { target_id: '2', result: { code: 'IVM.20090009' } },
      { target_id: '1', result: { code: 'IVM.20090009' } },
    ]);
    const { targets } = await client.listTargets(group);
    expect(targets).toMatchObject([{ name: 'Mei Li', jpg: otherPicture, external_target_id: 'a1' }]);
    expect(targets[0]).not.toHaveProperty('remark');
    await client.batchUpdateTargets({ ...group, targets: [{ ...person, target_id: '1' }], storage: false });
    expect((await client.listTargets(group)).targets[0]).not.toHaveProperty('jpg');
  });

  it('are deleted once', async () => {
    const { client, group } = await deviceWithGroup('NVR');
    await client.batchAddTargets({ ...group, targets: [person, person] });
    expect(await client.batchDeleteTargets({ ...group, target_ids: ['1', '1', '9'] })).toMatchObject({
      group_id: group.group_id,
      target_ids: [
        { target_id: '1', result: { code: 'IVM.0' } },
        { target_id: '1', result: { code: 'IVM.20090008' } },
        { target_id: '9', result: { code: 'IVM.20090008' } },
      ],
    });
    expect(await client.listTargetIds(group)).toMatchObject({ target_ids: ['2'] });
  });

  it('are refused where they break what the reference says', async () => {
    const { simulator, group } = await deviceWithGroup('NVR');
    const add = (target: object) =>
      sent(simulator, 'targets/batch-add', { ...group, targets: [{ ...person, ...target }] });
    expect(await add({ gender: 'other' })).toEqual(refused(400, 'IVM.20090003'));
    expect(await add({ age: 256 })).toEqual(refused(400, 'IVM.20090004'));
    expect(await add({ phone: '123' })).toEqual(refused(400, 'IVM.20090006'));
    expect(await add({ name: '' })).toEqual(refused(400, 'IVM.10020001'));
    const remove = (ids: object) => sent(simulator, 'target/batch-delete', { ...group, ...ids });
    expect(await remove({ target_ids: [] })).toEqual(refused(400, 'IVM.20090002'));
    expect(await remove({ target_ids: ['1'], group_id: -1 })).toEqual(refused(400, 'IVM.20090001'));
  });
});

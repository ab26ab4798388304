import { describe, expect, it } from 'vitest';
import { itemOutcomes } from '#lib/ivm/operations/operation-client.ts';
import { operationsOf } from '../operations.ts';
import { call, callPath, get, refused, simulatedIvm, tokenOf, userId } from '../simulated-ivm.ts';

async function tenant() {
  const simulator = await simulatedIvm();
  const client = await operationsOf(simulator);
  const ids = simulator.cameras.map(({ deviceId, channelId }) => ({ device_id: deviceId, channel_id: channelId }));
  const { resources } = await client.listResources({});
  const idOf = (kind: string, mode: 'PACKAGE' | 'ONDEMAND') =>
    resources.find((one) => one.resource_type_code === kind && one.mode?.trim() === mode)?.resource_id ?? '';
  const codesOf = (name: 'batchEnableServices' | 'batchDisableServices', reply: unknown) =>
    itemOutcomes(name, reply).map(({ outcome }) => outcome.code);
  const bind = async (resource: string, channels: typeof ids, days?: number) =>
    codesOf(
      'batchEnableServices',
      await client.batchEnableServices({
        resource_id: resource,
        channels,
        ...(days === undefined ? {} : { storage_day: days }),
      }),
    );
  const release = async (kind: 'MANAGE' | 'RECORD' | 'DATAFLOW' | 'MOTION', channels: typeof ids) =>
    codesOf('batchDisableServices', await client.batchDisableServices({ resource_type_code: kind, channels }));
  const stateOf = async (channel: (typeof ids)[number]) => (await client.showChannel(channel)).channel_resource_state;
  return { simulator, client, ids, resources, idOf, bind, release, stateOf };
}

describe('resources', () => {
  it('are the four on demand and some packages, one of each kind', async () => {
    const { simulator, client, resources, idOf } = await tenant();
    expect(resources).toHaveLength(8);
    expect(resources.filter(({ mode }) => mode?.trim() === 'ONDEMAND').map(({ total_num: total }) => total)).toEqual([
      -1, -1, -1, -1,
    ]);
    const { channels, total } = await client.listResourceChannels({
      resource_id: idOf('MANAGE', 'PACKAGE'),
      limit: 2,
      offset: 1,
    });
    expect({ total, channels }).toMatchObject({
      total: simulator.cameras.length,
      channels: simulator.cameras.slice(1, 3).map(({ channelId }) => ({ channel_id: channelId, bind_state: 'NORMAL' })),
    });
  });

  it('are spelled as the example spells them', async () => {
    const { simulator } = await tenant();
    const { body } = await get(simulator, callPath(userId, 'resources?limit=1'), await tokenOf(simulator));
    expect(body).toMatchObject({ resources: [{ mode: 'PACKAGE ', Exp_time: '2027-03-10 18:15:00' }] });
  });

  it('are bound to channels, which shows in the channel, and taken from them', async () => {
    const { client, ids, idOf, bind, release, stateOf } = await tenant();
    const [one, two] = ids;
    if (one === undefined || two === undefined) throw new Error('there are too few cameras');
    expect(await bind(idOf('NORMAL', 'PACKAGE'), [one, two, { device_id: 'NOSUCHDEVICE', channel_id: '0' }])).toEqual([
      'IVM.0',
      'IVM.0',
      'IVM.20000010',
    ]);
    expect(await stateOf(one)).toContain('FULL_RECORD_GRANT');
    expect((await client.listResourceChannels({ resource_id: idOf('NORMAL', 'PACKAGE') })).channels).toMatchObject([
      { ...one, attrs: [{ attr_code: 'storage_day', attr_value: 30 }] },
      two,
    ]);
    expect((await client.listChannelResources(one)).resources.map(({ resource_type_code: kind }) => kind)).toEqual([
      'MANAGE',
      'NORMAL',
      'DATAFLOW',
    ]);
    // Continuous storage has another name here.
    expect(await release('RECORD', [one])).toEqual(['IVM.0']);
    expect(await stateOf(one)).toContain('FULL_RECORD_CLOSED');
    expect(await release('RECORD', [one]), 'which is no error').toEqual(['IVM.0']);
  });

  it('of a kind take the place of one another, but no package that of a package', async () => {
    const { client, ids, idOf, bind } = await tenant();
    const [one] = ids;
    if (one === undefined) throw new Error('there are no cameras');
    expect(await bind(idOf('MANAGE', 'PACKAGE'), [one])).toEqual(['IVM.20060007']);
    expect(await bind(idOf('MANAGE', 'ONDEMAND'), [one])).toEqual(['IVM.0']);
    expect((await client.listResources({ resource_id: idOf('MANAGE', 'ONDEMAND') })).resources).toMatchObject([
      { usage_num: 1 },
    ]);
    expect(await bind(idOf('MANAGE', 'PACKAGE'), [one])).toEqual(['IVM.0']);
    expect(await bind(idOf('DATAFLOW', 'ONDEMAND'), [one], 14)).toEqual(['IVM.0']);
  });

  it('leave access to be taken last, and to be given first', async () => {
    const { ids, idOf, bind, release } = await tenant();
    const one = ids.slice(0, 1);
    expect(await release('MANAGE', one)).toEqual(['IVM.20060023']);
    expect(await release('DATAFLOW', one)).toEqual(['IVM.0']);
    expect(await release('MANAGE', one)).toEqual(['IVM.0']);
    expect(await bind(idOf('DATAFLOW', 'PACKAGE'), one)).toEqual(['IVM.20060026']);
  });

  it('refuse as a whole what the reference refuses', async () => {
    const { client, ids, idOf, bind } = await tenant();
    const [one] = ids;
    if (one === undefined) throw new Error('there are no cameras');
    const many = Array.from({ length: 101 }, (_, index) => ({ ...one, channel_id: String(index) }));
    const refusals = [
      [bind(idOf('NORMAL', 'PACKAGE'), ids.slice(0, 4)), 'IVM.20060004'],
      [bind(idOf('NORMAL', 'PACKAGE'), [one, one]), 'IVM.20060022'],
      [bind(idOf('NORMAL', 'PACKAGE'), many), 'IVM.20060015'],
      [bind(idOf('NORMAL', 'PACKAGE'), []), 'IVM.20060015'],
      [bind(idOf('NORMAL', 'PACKAGE'), [one], 7), 'IVM.20060018'],
      [bind(idOf('NORMAL', 'ONDEMAND'), [one]), 'IVM.20060017'],
      [bind('0'.repeat(32), [one]), 'IVM.20060001'],
      [bind('77', [one]), 'IVM.20060013'],
      [client.listResourceChannels({ resource_id: '0'.repeat(32) }), 'IVM.20060001'],
      [client.listChannelResources({ device_id: 'NOSUCHDEVICE', channel_id: '0' }), 'IVM.20000010'],
    ] as const;
    for (const [request, code] of refusals) await expect(request).rejects.toMatchObject({ code });
  });

  it('refuse a kind that is none', async () => {
    const { simulator } = await tenant();
    const token = await tokenOf(simulator);
    const path = callPath(userId, 'devices/channels/resources');
    const body = { resource_type_code: 'NORMAL', channels: [{ device_id: 'GARDEN12345678', channel_id: '0' }] };
    expect(await call(simulator, { method: 'DELETE', path, token, body })).toEqual(refused(400, 'IVM.20060014'));
    expect(await get(simulator, callPath(userId, 'resources?limit=301'), token)).toEqual(refused(400, 'IVM.10020009'));
  });
});

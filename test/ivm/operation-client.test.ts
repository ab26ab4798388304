import { describe, expect, it } from 'vitest';
import { createOperationClient, itemOutcomes, readPages } from '#lib/ivm/operations/operation-client.ts';
import { createTokenCalls } from '#lib/ivm/token-calls.ts';
import { type ScriptedAnswer, scriptedServer } from '../support/scripted-server.ts';
import { ivmHttp } from './ivm-http.ts';

const userId = '109010000000000001';
const deviceId = '2198988363CYP216924751';
const camera = { device_id: deviceId, channel_id: '0' };

/** A client whose IVM gives these answers in their order, the last one for ever. */
async function clientOf(...answers: ScriptedAnswer[]) {
  const server = await scriptedServer(answers);
  const { http } = ivmHttp(server.endpoint);
  const tokens = { current: async () => 'TOKEN', renew: async () => 'OTHER-TOKEN', rejected: () => undefined };
  const client = createOperationClient({ http, calls: createTokenCalls(http, tokens) }, userId);
  return { client, requests: server.requests };
}
const answer = (body: object): ScriptedAnswer => ({ body });

describe('createOperationClient', () => {
  it('sends the token with everything but the request for one', async () => {
    const { client, requests } = await clientOf(answer({ access_token: 'T', expire_time: '604800' }));
    expect(await client.createAccessToken({ ak: 'AK', sk: 'SK' })).toMatchObject({ access_token: 'T' });
    await client.showDevice({ device_id: deviceId });
    expect(requests.map(({ headers }) => headers['access-token'])).toEqual([undefined, 'TOKEN']);
  });

  it('sends nothing where IVM would refuse it', async () => {
    const { client, requests } = await clientOf(answer({}));
    await expect(client.listDevices({ limit: 5000 })).rejects.toMatchObject({ code: 'bad-input' });
    expect(requests).toEqual([]);
  });

  it('says what a refusal means', async () => {
    const { client } = await clientOf({ status: 400, body: { error_code: 'IVM.10022035', error_msg: '…' } });
    await expect(client.deleteDeviceOrg({ device_org_id: '7' })).rejects.toMatchObject({
      name: 'IvmRefused',
      code: 'IVM.10022035',
      status: 400,
      retryable: false,
      meaning: expect.stringMatching(/\S/),
      advice: 'change the request, since as it is it fails again',
      message: expect.stringMatching(/^IVM did not do deleteDeviceOrg: 400 IVM\.10022035 \S.*; change the request/),
    });
  });

  it.each([
    ['a number as a text', { total: '3', devices: [] }],
    ['a number', { total: 3, devices: [] }],
  ])('reads %s as a number', async (_, body) => {
    const { client } = await clientOf(answer(body));
    expect(await client.listDevices({})).toMatchObject({ total: 3, devices: [] });
  });

  it('keeps what it does not know, and ids beyond what a number holds', async () => {
    const body = Buffer.from('{"device_id":9007199254740993123,"new_member":{"a":1}}');
    const { client } = await clientOf({ body });
    expect(await client.showDevice({ device_id: deviceId })).toMatchObject({
      device_id: '9007199254740993123',
      new_member: { a: 1 },
    });
  });

  it('reads a picture of a target under both of its names (trap 74)', async () => {
    const { client } = await clientOf(answer({ targets: [{ target_id: '1', jpegBase64: 'AAAA' }, { jpg: 'BBBB' }] }));
    const { targets } = await client.queryTargets({ device_id: deviceId, target_ids: ['1'] });
    expect(targets.map(({ jpg }) => jpg)).toEqual(['AAAA', 'BBBB']);
  });

  it('reads the stay of a track under both of its names (trap 73)', async () => {
    const { client } = await clientOf(answer({ cruise_points: [{ dwel_time: 30 }, { dwell_time: 40 }] }));
    const { cruise_points: points } = await client.showCruiseTrack({ ...camera, cruises_id: 1 });
    expect(points.map(({ dwell_time: stay }) => stay)).toEqual([30, 40]);
  });

  it('reads what there is of an answer that lacks a part', async () => {
    const { client } = await clientOf(answer({ channel_no: '101', h264_info: { is_support_slice: true } }));
    expect(await client.showStreamAbility(camera)).toMatchObject({
      channel_no: 101,
      h264_info: { is_support_slice: true },
      abilities: [],
    });
  });

  it('reads the counter of failures in its three spellings (trap 55)', async () => {
    const channels = [{ ...camera, stream_type: 'PRIMARY_STREAM', live_protocol: 'RTSP' } as const];
    for (const spelling of ['failed_num', 'fail_num', 'failNum']) {
      const { client } = await clientOf(answer({ [spelling]: 2 }));
      expect(await client.batchGetLiveUrls({ channels: [...channels] })).toMatchObject({ fail_num: 2 });
      expect(await client.batchDisableServices({ resource_type_code: 'MANAGE', channels: [camera] })).toMatchObject({
        failed_num: 2,
      });
    }
  });
});

describe('a series of numbers', () => {
  it('keeps the place of each, whatever can be read of the others', async () => {
    const { client } = await clientOf(answer({ in: [1, '2', null, 'x', 5], out: 3 }));
    const asked = { ...camera, type: 'DAY', start_date: '20260114' } as const;
    expect(await client.showPeopleStatistics(asked)).toEqual({ in: [1, 2, null, null, 5], out: [3] });
  });
});

describe('itemOutcomes', () => {
  it('tells items that failed from those that were done, though the answer was 200 (trap 54)', async () => {
    const { client } = await clientOf(
      answer({
        failed_num: 1,
        channels: [
          { ...camera, result: { code: 'IVM.0', msg: 'Success' } },
          { ...camera, channel_id: '1', result: { code: 'IVM.20060010', msg: 'not bound' } },
          { ...camera, channel_id: '2' },
        ],
      }),
    );
    const reply = await client.batchDisableServices({ resource_type_code: 'MANAGE', channels: [camera] });
    expect(itemOutcomes('batchDisableServices', reply).map(({ outcome }) => outcome)).toMatchObject([
      { isDone: true, code: 'IVM.0' },
      { isDone: false, code: 'IVM.20060010', meaning: expect.stringMatching(/\S/) },
      { isDone: true },
    ]);
  });

  it('tells of a device and its channels, of which a digit says what became (18.1)', async () => {
    const channels_result = [
      { channel_id: '0', channel_result: '0' },
      { channel_id: '1', channel_result: 1 },
    ];
    const { client } = await clientOf(answer({ device_result: '0', channels_result }), answer({ device_result: '1' }));
    const authorize = async () =>
      itemOutcomes(
        'batchSetTargetAuthorization',
        await client.batchSetTargetAuthorization({
          device_id: camera.device_id,
          state: 'OPENED',
          channels: ['-1', '0', '1'],
        }),
      );
    expect(await authorize()).toMatchObject([
      { item: { channel_id: '-1' }, outcome: { isDone: true } },
      { item: { channel_id: '0' }, outcome: { isDone: true } },
      { item: { channel_id: '1' }, outcome: { isDone: false, meaning: expect.stringContaining('does not say why') } },
    ]);
    expect(await authorize()).toMatchObject([{ outcome: { isDone: false } }]);
  });

  it('is empty where there are no items', () => {
    expect(itemOutcomes('showDevice', { channels: [{ code: 'IVM.1' }] })).toEqual([]);
  });
});

describe('readPages', () => {
  const rows = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({ device_id: `D${from + index}`, channel_id: '0' }));
  const offsets = (requests: readonly { url: string }[]) =>
    requests.map(({ url }) => new URL(url, 'http://ivm').searchParams.get('offset'));

  it('counts pages where the interface does (trap 63)', async () => {
    const { client, requests } = await clientOf(
      answer({ total: 5, devices: rows(0, 2) }),
      answer({ total: 5, devices: rows(2, 2) }),
      answer({ total: 5, devices: rows(4, 1) }),
    );
    const pages = await Array.fromAsync(readPages(client, 'listDevices', { limit: 2 }));
    expect(pages.flatMap(({ entries }) => entries)).toMatchObject(rows(0, 5));
    expect(offsets(requests)).toEqual(['0', '1', '2']);
  });

  it('counts rows where the interface does (trap 63), and ends at the total', async () => {
    const { client, requests } = await clientOf(
      answer({ total: '4', channels: rows(0, 2) }),
      answer({ total: '4', channels: rows(2, 2) }),
    );
    const pages = await Array.fromAsync(readPages(client, 'listChannels', { limit: 2 }));
    expect(pages.map(({ total }) => total)).toEqual([4, 4]);
    expect(offsets(requests)).toEqual(['0', '2']);
  });

  it('goes on to a page that is not full where the total is none', async () => {
    const { client, requests } = await clientOf(
      answer({ total: 0, channels: rows(0, 2) }),
      answer({ total: 0, channels: [] }),
    );
    const pages = await Array.fromAsync(readPages(client, 'listChannels', { limit: 2 }));
    expect(pages).toHaveLength(1);
    expect(requests).toHaveLength(2);
  });

  it('asks for as many at once as the interface gives', async () => {
    const { client, requests } = await clientOf(answer({ channels: [] }));
    await Array.fromAsync(readPages(client, 'listChannels', {}));
    expect(requests[0]?.url).toContain('limit=1000');
  });
  const targets = (from: number, count: number) => Array.from({ length: count }, (_, index) => String(from + index));
  const group = { device_id: camera.device_id, group_id: 7 };

  it('reads on from the last place to begin at, where a listing has one', async () => {
    const { client, requests } = await clientOf(
      answer({ target_ids: targets(0, 4000) }),
      answer({ target_ids: targets(4000, 4000) }),
      answer({ target_ids: targets(5000, 4500) }),
    );
    const pages = await Array.fromAsync(readPages(client, 'listTargetIds', { ...group, count: 4000 }));
    expect(pages.flatMap(({ entries }) => entries)).toEqual(targets(0, 9500));
    expect(requests.map(({ url }) => new URL(url, 'http://ivm').search)).toEqual([
      expect.stringMatching(/count=4000&start=0$|start=0&.*count=4000/),
      expect.stringMatching(/start=4000/),
      expect.stringMatching(/(?=.*start=5000)(?=.*count=5000)/),
    ]);
  });

  it('says so where a listing goes on beyond what can be asked for', async () => {
    const { client } = await clientOf(
      answer({ target_ids: targets(0, 5000) }),
      answer({ target_ids: targets(5000, 5000) }),
    );
    await expect(Array.fromAsync(readPages(client, 'listTargetIds', group))).rejects.toMatchObject({
      code: 'listing-too-long',
      message: expect.stringContaining('10000 entries at most'),
    });
  });
});

import { describe, expect, it } from 'vitest';
import { createIvmClient, requestToken, type Tokens } from '#lib/ivm/client.ts';
import { callbackReceiver, keys, simulatedIvm, userId } from '../simulator/simulated-ivm.ts';
import { scriptedServer } from '../support/scripted-server.ts';
import { ivmHttp } from './ivm-http.ts';

const credentials = { accessKey: keys.ak, secretKey: keys.sk };
const secondsPerWeek = 604_800;

/** Tokens in a list: each renewal gives the next. */
function listedTokens(...list: string[]): Tokens & { renewals: string[]; rejections: number } {
  const tokens = {
    renewals: [] as string[],
    rejections: 0,
    current: async () => list[0] ?? '',
    renew: async (refused: string) => {
      tokens.renewals.push(refused);
      list.shift();
      return list[0] ?? '';
    },
    rejected: () => {
      tokens.rejections += 1;
    },
  };
  return tokens;
}

async function clientOf(endpoint: string, tokens?: Tokens) {
  const { http } = ivmHttp(endpoint);
  const token = tokens === undefined ? (await requestToken(http, userId, credentials)).token : '';
  return createIvmClient(http, userId, tokens ?? listedTokens(token));
}

describe('requestToken', () => {
  it('gives a token and its remaining seconds, and the same again when asked again', async () => {
    const simulator = await simulatedIvm();
    const { http } = ivmHttp(simulator.endpoint);
    const first = await requestToken(http, userId, credentials);
    expect(first.remainingSeconds).toBe(secondsPerWeek);
    simulator.advance(3_600_000);
    expect(await requestToken(http, userId, credentials)).toEqual({
      token: first.token,
      remainingSeconds: secondsPerWeek - 3600,
    });
  });

  it('gets a second token with two days left, by force', async () => {
    const simulator = await simulatedIvm();
    const { http } = ivmHttp(simulator.endpoint);
    const first = await requestToken(http, userId, credentials);
    simulator.advance(5 * 86_400_000);
    expect((await requestToken(http, userId, credentials)).token).toBe(first.token);
    expect((await requestToken(http, userId, credentials, true)).token).not.toBe(first.token);
  });

  it('names the refusal of wrong keys without telling them', async () => {
    const simulator = await simulatedIvm();
    const { http } = ivmHttp(simulator.endpoint);
    await expect(requestToken(http, userId, { ...credentials, secretKey: 'WRONG-KEY' })).rejects.toMatchObject({
      code: 'IVM.10020022',
      retryable: false,
      message: expect.not.stringContaining('WRONG-KEY'),
    });
  });

  it.each([
    { token: 'elsewhere' },
    { access_token: '', expire_time: '604800' },
    { access_token: 'T' },
    { access_token: 'T', expire_time: 'a week' },
    { access_token: 'T', expire_time: '-1' },
  ])('takes %j, which it does not understand, for trouble that passes', async (body) => {
    const { endpoint } = await scriptedServer([{ body }]);
    await expect(requestToken(ivmHttp(endpoint).http, userId, credentials)).rejects.toMatchObject({
      code: 'odd-answer',
      retryable: true,
    });
  });

  it('leaves it to IVM to refuse keys of another form, since alarms go by its code', async () => {
    const { endpoint, requests } = await scriptedServer([{ status: 400, body: { error_code: 'IVM.10020020' } }]);
    const odd = { accessKey: 'A'.repeat(99), secretKey: '键' };
    await expect(requestToken(ivmHttp(endpoint).http, userId, odd)).rejects.toMatchObject({ kind: 'account-refused' });
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({ ak: odd.accessKey, sk: odd.secretKey });
  });
});

describe('callbacks', () => {
  it('are registered, shown and deleted', async () => {
    const simulator = await simulatedIvm();
    const receiver = await callbackReceiver();
    const ivm = await clientOf(simulator.endpoint);
    expect(await ivm.showCallback('DEVICE_ALARM')).toBeUndefined();
    const registration = { url: receiver.url, authKey: 'KEY-123456' };
    await ivm.setCallback('DEVICE_ALARM', registration);
    expect(await ivm.showCallback('DEVICE_ALARM')).toEqual(registration);
    expect(receiver.received).toHaveLength(1);
    await ivm.deleteCallback('DEVICE_ALARM');
    expect(await ivm.showCallback('DEVICE_ALARM')).toBeUndefined();
  });

  it('are refused while the probe is not answered with 200', async () => {
    const simulator = await simulatedIvm();
    const receiver = await callbackReceiver();
    receiver.answer(204);
    const ivm = await clientOf(simulator.endpoint);
    await expect(ivm.setCallback('DEVICE_ALARM', { url: receiver.url, authKey: 'KEY-123456' })).rejects.toMatchObject({
      code: 'IVM.20050005',
    });
  });
});

describe('setCallback and deleteCallback', () => {
  it('are sent again where IVM was away, since they say what shall be', async () => {
    const { endpoint, requests } = await scriptedServer([{ status: 503 }, { body: {} }]);
    const ivm = await clientOf(endpoint, listedTokens('T'));
    await ivm.setCallback('TARGET_DATA', { url: 'https://example.com/x', authKey: 'KEY-123456' });
    await ivm.deleteCallback('TARGET_DATA');
    expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `POST /v1/${userId}/messages/callback`,
      `POST /v1/${userId}/messages/callback`,
      `DELETE /v1/${userId}/messages/callback?subscription_type=TARGET_DATA`,
    ]);
  });
});

describe('alarmPictures', () => {
  it('asks for alarms whose ids have another form than the reference says', async () => {
    const ids = ['x'.repeat(300), '', '报警 1'];
    const { endpoint, requests } = await scriptedServer([{ body: {} }]);
    const pictures = await (await clientOf(endpoint, listedTokens('T'))).alarmPictures(ids);
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({ alarm_uuids: ids });
    expect([...pictures.keys()]).toEqual(ids);
  });

  it('gives URLs or a reason for each alarm, in one call', async () => {
    const simulator = await simulatedIvm({ slowPictureShare: 0 });
    const message = simulator.message('device_alarm');
    const uuid = /"alarm_uuid":"([^"]+)"/.exec(message.body.toString())?.[1] ?? '';
    const ivm = await clientOf(simulator.endpoint);
    const pictures = await ivm.alarmPictures([uuid, 'unknown_0_motion_alarm_20260310101500_1']);
    expect(pictures.get('unknown_0_motion_alarm_20260310101500_1')).toEqual({
      failure: 'permanent',
      code: 'IVM.10027007',
    });
    expect(pictures.get(uuid)).toBeDefined();
  });

  it('answers for an alarm that IVM leaves out, and reads numbers and nulls where texts belong', async () => {
    const alarms = [
      { alarm_uuid: 'a', url: 'http://192.0.2.1/a.jav', targetgroup_url: null, result: { code: 'IVM.0' } },
    ];
    const { endpoint } = await scriptedServer([{ body: { failed_num: '0', alarms, unknown: 1 } }]);
    const ivm = await clientOf(endpoint, listedTokens('T'));
    expect([...(await ivm.alarmPictures(['a', 'b']))]).toEqual([
      ['a', { url: 'http://192.0.2.1/a.jav', targetGroupUrl: '' }],
      ['b', { failure: 'transient', code: 'no-answer' }],
    ]);
  });
});

describe('intelligencePictures', () => {
  it('loses no record to another one that is odd', async () => {
    const urls = [{ type: 'BODY', url: 'http://192.0.2.1/a.jav' }, 7];
    const data = [{ data_id: 'a', urls, result: null }, 'odd', { data_id: 'b', result: { code: 20170003 } }];
    const { endpoint } = await scriptedServer([{ body: { data } }]);
    const ivm = await clientOf(endpoint, listedTokens('T'));
    expect([...(await ivm.intelligencePictures('TARGET', ['a', 'b', 'c']))]).toEqual([
      ['a', [urls[0]]],
      ['b', { failure: 'busy', code: '20170003' }],
      ['c', { failure: 'transient', code: 'no-answer' }],
    ]);
  });

  it('gives the pictures of a record with their types, which the token downloads', async () => {
    const simulator = await simulatedIvm({ pictureAnswer: 'image' });
    const message = simulator.message('vehicle_data');
    const dataId = /"data_id":"([^"]+)"/.exec(message.body.toString())?.[1] ?? '';
    const ivm = await clientOf(simulator.endpoint);
    const pictures = await ivm.intelligencePictures('VEHICLE', [dataId, 'unknown']);
    expect(pictures.get('unknown')).toMatchObject({ code: 'IVM.10027009' });
    const found = pictures.get(dataId);
    if (!Array.isArray(found) || found[0] === undefined) throw new Error('no picture');
    const bytes = await ivm.downloadPicture(new URL(found[0].url), { maxBytes: 1_000_000, timeoutMs: 5_000 });
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
  });
});

describe('listDevices and listChannels', () => {
  it('count pages and rows, and ask for the oldest first', async () => {
    const { endpoint, requests } = await scriptedServer([{ body: {} }]);
    const ivm = await clientOf(endpoint, listedTokens('T'));
    expect(await ivm.listDevices(2, 500)).toEqual({ total: undefined, entries: [] });
    expect(await ivm.listChannels(1000, 500)).toEqual({ total: undefined, entries: [] });
    const asked = requests.map(({ url }) => Object.fromEntries(new URL(url, endpoint).searchParams));
    const order = { sort_by: 'create_time', direction: 'ASC', limit: '500' };
    expect(asked).toEqual([
      { ...order, offset: '2' },
      { ...order, offset: '1000' },
    ]);
  });

  it('read abilities and packages as lists and as texts, and leave out what has no id', async () => {
    const device = { device_id: '7', device_name: null, device_ability: 'ptz, talk,' };
    const channel = { device_id: '7', channel_id: '0', channel_ability: ['ptz'], channel_resource_state: 'A,B' };
    const { endpoint } = await scriptedServer([
      { body: { total: '2', devices: [device, { device_name: 'without id' }] } },
      { body: Buffer.from(JSON.stringify({ total: -1, channels: channel }).replaceAll('"7"', '9007199254740993123')) },
    ]);
    const ivm = await clientOf(endpoint, listedTokens('T'));
    const untold = { device_type: '', device_state: '', device_system_state: '', access_protocol: '' };
    expect(await ivm.listDevices(0, 500)).toEqual({
      total: 2,
      entries: [{ ...untold, device_id: '7', device_name: '', device_ability: ['ptz', 'talk'] }],
    });
    const { total, entries } = await ivm.listChannels(0, 500);
    expect(total).toBeUndefined();
    expect(entries).toMatchObject([
      {
        device_id: '9007199254740993123',
        channel_id: '0',
        channel_ability: ['ptz'],
        channel_resource_state: ['A', 'B'],
      },
    ]);
  });
});

describe('takeSnapshot', () => {
  it('asks once only, for a camera whatever the form of its ids, and gives the answer as it came', async () => {
    const bytes = Buffer.from('{ "pic_url": "" }');
    const { endpoint, requests } = await scriptedServer([{ body: bytes }, { status: 503 }]);
    const ivm = await clientOf(endpoint, listedTokens('T'));
    expect(await ivm.takeSnapshot('cam 1', '1000', false)).toEqual(bytes);
    await expect(ivm.takeSnapshot('cam 1', '1000', true)).rejects.toMatchObject({ retryable: true });
    expect(requests.map(({ url }) => url)).toEqual([
      `/v1/${userId}/devices/snap?device_id=cam+1&channel_id=1000&storage=false`,
      `/v1/${userId}/devices/snap?device_id=cam+1&channel_id=1000&storage=true`,
    ]);
  });
});

describe('statistics', () => {
  const query = {
    deviceId: 'cam 1',
    channelId: '-7',
    type: 'WEEK',
    firstDay: '2026-01-05',
    lastDay: '2026-01-11',
  } as const;

  it('give lists as they came: a number that is none keeps its place', async () => {
    const odd = [1, '2', null, {}, 'x'];
    const { endpoint } = await scriptedServer([{ body: { in: odd, out: 'none' } }, { body: { data: odd } }]);
    const ivm = await clientOf(endpoint, listedTokens('T'));
    expect(await ivm.peopleStatistics(query)).toEqual({ in: odd, out: 'none' });
    expect(await ivm.timeHeatmap(query)).toEqual(odd);
  });

  it.each([
    [
      { width: '4', height: 2, rawbase64: 'AAAA' },
      { width: 4, height: 2, rawbase64: 'AAAA' },
    ],
    [
      { width: null, height: -2 },
      { width: 0, height: 0, rawbase64: '' },
    ],
  ])('read the heatmap %j as %j', async (body, heatmap) => {
    const { endpoint } = await scriptedServer([{ body }]);
    expect(await (await clientOf(endpoint, listedTokens('T'))).spaceHeatmap(query)).toEqual(heatmap);
  });

  it('ask for a camera whatever the form of its ids, with an end for weeks and months alone', async () => {
    const { endpoint, requests } = await scriptedServer([{ body: {} }]);
    const ivm = await clientOf(endpoint, listedTokens('T'));
    await ivm.peopleStatistics(query);
    await ivm.peopleStatistics({ ...query, type: 'YEAR' });
    await ivm.timeHeatmap(query);
    const asked = requests.map(({ url }) => Object.fromEntries(new URL(url, endpoint).searchParams));
    const ids = { device_id: 'cam 1', channel_id: '-7' };
    expect(asked).toEqual([
      { ...ids, type: 'WEEK', start_date: '20260105', end_date: '20260111' },
      { ...ids, type: 'YEAR', start_date: '20260105' },
      { ...ids, type: 'WEEK', start_time: '2026-01-05 00:00:00' },
    ]);
  });
});

describe('downloadPicture', () => {
  it('says that a URL is dead', async () => {
    const simulator = await simulatedIvm();
    const message = simulator.message('vehicle_data');
    const url = /"vehicle_url":"([^"]+)"/.exec(message.body.toString())?.[1] ?? '';
    const ivm = await clientOf(simulator.endpoint);
    simulator.advance(301_000);
    await expect(ivm.downloadPicture(new URL(url), { maxBytes: 1_000_000, timeoutMs: 5_000 })).rejects.toMatchObject({
      kind: 'gone',
    });
  });
});

describe('a refused token', () => {
  const refusal = (code: string) => ({ status: 401, body: { error_code: code, error_msg: 'token' } });

  it.each(['IVM.10000001', 'IVM.10000002', 'IVM.10000004', 'IVM.10000005'])(
    'is renewed once after %s, and the request goes through',
    async (code) => {
      const { endpoint, requests } = await scriptedServer([refusal(code), { body: {} }]);
      const tokens = listedTokens('old', 'new');
      const ivm = await clientOf(endpoint, tokens);
      expect(await ivm.showCallback('DEVICE_ALARM')).toBeUndefined();
      expect(tokens.renewals).toEqual(['old']);
      expect(requests.map(({ headers }) => headers['access-token'])).toEqual(['old', 'new']);
    },
  );

  it('is trouble that passes, with an alarm, when the fresh one is refused too', async () => {
    const { endpoint, requests } = await scriptedServer([refusal('IVM.10000005')]);
    const tokens = listedTokens('old', 'new');
    const ivm = await clientOf(endpoint, tokens);
    await expect(ivm.showCallback('DEVICE_ALARM')).rejects.toMatchObject({ code: 'token-rejected', retryable: true });
    expect(requests).toHaveLength(2);
    expect(tokens.rejections).toBe(1);
  });

  it('is renewed for a download as well', async () => {
    const { endpoint } = await scriptedServer([refusal('IVM.10000005'), { body: Buffer.from('picture') }]);
    const tokens = listedTokens('old', 'new');
    const ivm = await clientOf(endpoint, tokens);
    const bytes = await ivm.downloadPicture(new URL(`${endpoint}/a.jpg`), { maxBytes: 100, timeoutMs: 5_000 });
    expect(bytes.toString()).toBe('picture');
    expect(tokens.renewals).toEqual(['old']);
  });

  it.each(['IVM.10000003', 'IVM.10000006', 'IVM.10000007', 'IVM.10000008'])(
    'is not what %s means: the account itself is refused, for good',
    async (code) => {
      const { endpoint, requests } = await scriptedServer([refusal(code)]);
      const tokens = listedTokens('old', 'new');
      const ivm = await clientOf(endpoint, tokens);
      await expect(ivm.showCallback('DEVICE_ALARM')).rejects.toMatchObject({ code, retryable: false });
      expect(requests).toHaveLength(1);
      expect(tokens.renewals).toEqual([]);
    },
  );
});

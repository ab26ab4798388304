import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import type { MessageType } from '#lib/callback/subscriptions.ts';
import { type Json, member, parseExact } from '#lib/json/exact-json.ts';
import type { IvmSimulator } from '#lib/simulator/ivm-simulator.ts';
import { signCallback } from '#lib/simulator/sign-callback.ts';
import {
  call,
  callbackReceiver,
  get,
  keys,
  refused,
  simulatedIvm,
  subscribe,
  textMember,
  tokenOf,
  userId,
} from './simulated-ivm.ts';

const tokenPath = `/v2/${userId}/enterprises/access-token`;
const callbackPath = `/v1/${userId}/messages/callback`;
const alarmPath = `/v1/${userId}/alarms/pictures`;
const recordPath = `/v1/${userId}/intelligence-data/pictures`;
const daySeconds = 86_400;

describe('access-token', () => {
  it('gives a token and the seconds that remain, as text', async () => {
    const simulator = await simulatedIvm();
    const first = await call(simulator, { path: tokenPath, body: keys });
    expect(first).toEqual({ status: 200, body: { access_token: expect.any(String), expire_time: '604800' } });
    simulator.advance(1000 * 1000);
    expect(await call(simulator, { path: tokenPath, body: { ...keys, force_update: true } })).toEqual({
      status: 200,
      body: { access_token: textMember(first.body, 'access_token'), expire_time: '603800' },
    });
  });

  it('renews with force_update when two days are left', async () => {
    const simulator = await simulatedIvm();
    const first = await tokenOf(simulator);
    simulator.advance(5 * daySeconds * 1000);
    const renewed = await call(simulator, { path: tokenPath, body: { ...keys, force_update: true } });
    expect(renewed.body).toMatchObject({ expire_time: '604800' });
    expect(textMember(renewed.body, 'access_token')).not.toBe(first);
  });

  it.each([
    ['no AK', { sk: keys.sk }, 'IVM.10020020'],
    ['an AK of odd characters', { ...keys, ak: 'a b' }, 'IVM.10020020'],
    ['an SK that is too long', { ...keys, sk: 'x'.repeat(65) }, 'IVM.10020021'],
    ['another AK', { ...keys, ak: 'OTHER' }, 'IVM.10020022'],
    ['another SK', { ...keys, sk: 'OTHER' }, 'IVM.10020022'],
    ['force_update as text', { ...keys, force_update: 'true' }, 'IVM.10020008'],
    ['a number for an AK', { ...keys, ak: 1 }, 'IVM.10020008'],
    ['broken JSON', '{"ak":', 'IVM.10020008'],
    ['a list', '[]', 'IVM.10020008'],
    ['a body of 1.1 MB', JSON.stringify({ ...keys, more: 'x'.repeat(1_100_000) }), 'IVM.10020002'],
  ])('refuses %s', async (_, body, code) => {
    expect(await call(await simulatedIvm(), { path: tokenPath, body })).toEqual(refused(400, code));
  });

  it.each([
    ['1090', 'IVM.10020000'],
    ['10901234567890a', 'IVM.10020000'],
    ['999999999999999', 'IVM.10020048'],
  ])('refuses the user %s', async (user, code) => {
    const path = `/v2/${user}/enterprises/access-token`;
    expect(await call(await simulatedIvm(), { path, body: keys })).toEqual(refused(400, code));
  });

  it('refuses a body that is not declared as JSON', async () => {
    const headers = { 'Content-Type': 'text/plain' };
    expect(await call(await simulatedIvm(), { path: tokenPath, body: JSON.stringify(keys), headers })).toEqual(
      refused(400, 'IVM.10020016'),
    );
  });
});

describe('routes', () => {
  it.each([
    ['POST', '/v1/109012345678901/enterprises/access-token', 404, 'IVM.90000007'],
    ['POST', `/v2/${userId}/messages/callback`, 404, 'IVM.90000007'],
    ['GET', '/', 404, 'IVM.90000007'],
    ['GET', '//', 404, 'IVM.90000007'],
    ['GET', tokenPath, 405, 'IVM.90000009'],
    ['PUT', callbackPath, 405, 'IVM.90000009'],
    ['DELETE', alarmPath, 405, 'IVM.90000009'],
  ])('answer %s %s with %i', async (method, path, status, code) => {
    expect(await call(await simulatedIvm(), { method, path })).toEqual(refused(status, code));
  });

  it('refuse escapes that are none, once the token is right', async () => {
    const simulator = await simulatedIvm();
    const path = `/v1/${userId}/devices/%E0%A4%A`;
    expect(await get(simulator, path, 'other')).toMatchObject({ status: 401 });
    expect(await get(simulator, path, await tokenOf(simulator))).toEqual(refused(400, 'IVM.10020001'));
  });

  it.each([
    ['GET', `${callbackPath}?subscription_type=DEVICE_ALARM`],
    ['DELETE', `${callbackPath}?subscription_type=DEVICE_ALARM`],
    ['POST', callbackPath],
    ['POST', alarmPath],
    ['POST', recordPath],
    ['GET', '/v1/holo/anything.jpg'],
  ])('want a living token for %s %s', async (method, path) => {
    const simulator = await simulatedIvm();
    const token = await tokenOf(simulator);
    expect(await call(simulator, { method, path })).toEqual(refused(401, 'IVM.10000004'));
    expect(await call(simulator, { method, path, token: 'nonsense' })).toEqual(refused(401, 'IVM.10000005'));
    simulator.advance(7 * daySeconds * 1000);
    expect(await call(simulator, { method, path, token })).toEqual(refused(401, 'IVM.10000002'));
  });
});

describe('messages/callback', () => {
  const registration = { subscription_type: 'DEVICE_ALARM', auth_key: 'secret123' };

  it('tries the URL with a signed test message before it takes it', async () => {
    const simulator = await simulatedIvm();
    const receiver = await callbackReceiver();
    const reply = await call(simulator, {
      path: callbackPath,
      token: await tokenOf(simulator),
      body: { ...registration, callback_url: receiver.url },
    });
    expect(reply).toEqual({
      status: 200,
      body: { callback_url: receiver.url, subscription_type: 'DEVICE_ALARM', create_time: '2026-03-10 18:15:00' },
    });
    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0]?.body).toMatch(/^\{"message_id":\d{19},"test":true\}$/);
    expect(receiver.received[0]?.headers['x-ivm-signature']).toBe(
      signCallback(receiver.url, 1_773_137_700, 'secret123'),
    );
    expect(simulator.subscriptions()).toEqual(new Map([['DEVICE_ALARM', { url: receiver.url, authKey: 'secret123' }]]));
  });

  it.each([201, 204, 404, 500, 'never'] as const)(
    'does not take a URL that answers %s, and keeps the one before',
    async (answer) => {
      const simulator = await simulatedIvm({ callbackTimeoutMs: 50 });
      const good = await callbackReceiver();
      await subscribe(simulator, good, { subscription: 'DEVICE_ALARM' });
      const bad = await callbackReceiver();
      bad.answer(answer);
      expect(await subscribe(simulator, bad, { subscription: 'DEVICE_ALARM', authKey: 'secret123' })).toEqual(
        refused(400, 'IVM.20050005'),
      );
      expect(simulator.subscriptions()).toEqual(new Map([['DEVICE_ALARM', { url: good.url }]]));
    },
  );

  it.each([
    ['no URL', { callback_url: undefined }, 'IVM.20050003'],
    ['another scheme', { callback_url: 'ftp://127.0.0.1/' }, 'IVM.20050003'],
    ['a Chinese URL', { callback_url: 'http://127.0.0.1:1/回调' }, 'IVM.20050003'],
    ['a URL of 257 characters', { callback_url: `http://127.0.0.1:1/${'a'.repeat(238)}` }, 'IVM.20050003'],
    ['no host', { callback_url: 'http://:80' }, 'IVM.20050003'],
    ['an unknown subscription', { subscription_type: 'device_alarm' }, 'IVM.10027022'],
    ['no subscription', { subscription_type: undefined }, 'IVM.10027022'],
    ['a key of 5 characters', { auth_key: '12345' }, 'IVM.10027061'],
    ['a key of 19 characters', { auth_key: 'x'.repeat(19) }, 'IVM.10027061'],
    ['a key that is no text', { auth_key: 123_456 }, 'IVM.10027061'],
    ['a URL nobody listens at', {}, 'IVM.20050005'],
    [
      'a URL of 256 characters nobody listens at',
      { callback_url: `http://127.0.0.1:1/${'a'.repeat(237)}` },
      'IVM.20050005',
    ],
  ])('refuses %s', async (_, change, code) => {
    const simulator = await simulatedIvm();
    const body = { ...registration, callback_url: 'http://127.0.0.1:1/', ...change };
    const reply = await call(simulator, { path: callbackPath, token: await tokenOf(simulator), body });
    expect(reply).toEqual(refused(400, code));
    expect(simulator.subscriptions().size).toBe(0);
  });

  it('shows what is configured, key included, and an empty object where nothing is', async () => {
    const simulator = await simulatedIvm();
    const receiver = await callbackReceiver();
    await subscribe(simulator, receiver, { subscription: 'TARGET_DATA', authKey: 'secret1' });
    simulator.advance(3_600_000);
    await subscribe(simulator, receiver, { subscription: 'TARGET_DATA', authKey: 'secret2' });
    const show = async (subscription: string) =>
      call(simulator, {
        method: 'GET',
        path: `${callbackPath}?subscription_type=${subscription}`,
        token: await tokenOf(simulator),
      });
    expect(await show('TARGET_DATA')).toEqual({
      status: 200,
      body: {
        callback_url: receiver.url,
        subscription_type: 'TARGET_DATA',
        create_time: '2026-03-10 18:15:00',
        update_time: '2026-03-10 19:15:00',
        auth_key: 'secret2',
      },
    });
    expect(await show('THIRD_DATA')).toEqual({ status: 200, body: {} });
    expect(await show('NONSENSE')).toEqual(refused(400, 'IVM.10027022'));
  });

  it('deletes a subscription once', async () => {
    const simulator = await simulatedIvm();
    await subscribe(simulator, await callbackReceiver(), { subscription: 'DEVICE_UNBIND' });
    const path = `${callbackPath}?subscription_type=DEVICE_UNBIND`;
    const token = await tokenOf(simulator);
    expect(await call(simulator, { method: 'DELETE', path, token })).toEqual({
      status: 200,
      body: { subscription_type: 'DEVICE_UNBIND' },
    });
    expect(await call(simulator, { method: 'DELETE', path, token })).toEqual(refused(400, 'IVM.20050004'));
    expect(await simulator.deliver(simulator.message('device_unbind'))).toMatchObject({ outcome: 'not-subscribed' });
  });
});

/** `data` of the next message of a type that passes a test. */
function dataOf(simulator: IvmSimulator, type: MessageType, test: (data: Json | undefined) => boolean = () => true) {
  for (let tries = 0; tries < 200; tries += 1) {
    const data = member(parseExact(simulator.message(type).body.toString()), 'data');
    if (test(data)) return data;
  }
  throw new RangeError(`no such ${type} in 200`);
}

const text = (data: Json | undefined, name: string) => textMember(data, name);
const ofService = (service: number) => (data: Json | undefined) => member(data, 'itgt_type') === service;
const success = { code: 'IVM.0', msg: 'Success' };
const failure = (code: string) => ({ code, msg: expect.any(String) });
const pictureUrl = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/v1\/holo\/.+[?&]expire=\d{10}/);

async function download(url: string, token: string) {
  const response = await fetch(url, { headers: { 'Access-Token': token } });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, type: response.headers.get('content-type'), bytes };
}

describe('pictures', () => {
  it('are real images, larger where they show the whole scene', async () => {
    const simulator = await simulatedIvm({ pictureAnswer: 'image' });
    const token = await tokenOf(simulator);
    const car = dataOf(simulator, 'vehicle_data', (data) => member(member(data, 'target'), 'plate_pic') !== undefined);
    const sizes = await Promise.all(
      [text(car, 'panorama_url'), text(car, 'vehicle_url'), text(member(car, 'target'), 'plate_pic')].map(
        async (url) => {
          const { status, type, bytes } = await download(url, token);
          expect([status, type]).toEqual([200, 'image/png']);
          const { width, height } = decode(bytes);
          return width * height;
        },
      ),
    );
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  });

  it('come as JSON with base64 where the simulator is set to it', async () => {
    const simulator = await simulatedIvm({ pictureAnswer: 'json' });
    const url = text(dataOf(simulator, 'target_data'), 'target_url');
    const { type, bytes } = await download(url, await tokenOf(simulator));
    expect(type).toBe('application/json');
    expect(decode(Buffer.from(text(parseExact(bytes.toString()), 'pic_data'), 'base64')).width).toBe(160);
  });

  it('come in both forms by default, each always in the same', async () => {
    const simulator = await simulatedIvm();
    const token = await tokenOf(simulator);
    const urls = Array.from({ length: 20 }, () => text(dataOf(simulator, 'target_data'), 'target_url'));
    const types = async () => Promise.all(urls.map(async (url) => (await download(url, token)).type));
    const first = await types();
    expect(new Set(first)).toEqual(new Set(['image/png', 'application/json']));
    expect(await types()).toEqual(first);
  });

  it.each([
    [0, 200],
    [300, 200],
    [301, 400],
  ])('are there %i seconds after the message: %i', async (ageSeconds, status) => {
    const simulator = await simulatedIvm();
    const url = text(dataOf(simulator, 'target_data'), 'panorama_url');
    simulator.advance(ageSeconds * 1000);
    const { status: given, bytes } = await download(url, await tokenOf(simulator));
    expect(given).toBe(status);
    if (status === 400) expect(parseExact(bytes.toString())).toMatchObject({ error_code: 'IVM.20040011' });
  });

  it.each([
    ['a later expiry', (url: string) => url.replace(/expire=(\d+)/, (_, seconds) => `expire=${Number(seconds) + 1}`)],
    ['no query', (url: string) => url.replace(/\?.*/, '')],
    ['another picture', (url: string) => url.replace(/004(\d{4})/, '001$1')],
  ])('do not come for %s', async (_, change) => {
    const simulator = await simulatedIvm();
    const url = text(dataOf(simulator, 'target_data'), 'panorama_url');
    expect(change(url)).not.toBe(url);
    expect((await download(change(url), await tokenOf(simulator))).status).toBe(400);
  });
});

describe('intelligence-data/pictures', () => {
  async function ask(simulator: IvmSimulator, body: unknown) {
    return call(simulator, { path: recordPath, token: await tokenOf(simulator), body });
  }

  it.each<[MessageType, number, string, string[]]>([
    ['target_data', 1, 'TARGET', ['TARGET', 'BODY', 'BACKGROUND']],
    ['target_data', 2, 'TARGET', ['TARGET', 'BACKGROUND']],
    ['vehicle_data', 6, 'VEHICLE', ['BODY', 'BACKGROUND']],
    ['vehicle_data', 8, 'VEHICLE', ['BACKGROUND', 'VEHICLE']],
    ['vehicle_data', 53, 'VEHICLE', ['BODY', 'BACKGROUND', 'VEHICLE']],
  ])('gives all pictures of a %s of service %i', async (type, service, classification, kinds) => {
    const simulator = await simulatedIvm();
    const dataId = text(dataOf(simulator, type, ofService(service)), 'data_id');
    expect(await ask(simulator, { data_classification: classification, type: 'ALL', data_ids: [dataId] })).toEqual({
      status: 200,
      body: {
        failed_num: 0,
        data: [{ data_id: dataId, urls: kinds.map((kind) => ({ type: kind, url: pictureUrl })), result: success }],
      },
    });
  });

  it('judges each id by itself and stays at 200', async () => {
    const simulator = await simulatedIvm();
    const person = text(dataOf(simulator, 'target_data', ofService(1)), 'data_id');
    const withoutBody = text(dataOf(simulator, 'target_data', ofService(2)), 'data_id');
    const car = text(dataOf(simulator, 'vehicle_data'), 'data_id');
    const behavior = text(dataOf(simulator, 'behavior_analysis_data'), 'data_id');
    const dataIds = [person, withoutBody, car, behavior, 'nonsense'];
    const reply = await ask(simulator, { data_classification: 'TARGET', type: 'BODY', data_ids: dataIds });
    expect(reply).toEqual({
      status: 200,
      body: {
        failed_num: 4,
        data: [
          { data_id: person, urls: [{ type: 'BODY', url: pictureUrl }], result: success },
          { data_id: withoutBody, urls: [], result: failure('IVM.10027008') },
          { data_id: car, urls: [], result: failure('IVM.10027009') },
          { data_id: behavior, urls: [], result: failure('IVM.10027009') },
          { data_id: 'nonsense', urls: [], result: failure('IVM.10027009') },
        ],
      },
    });
  });

  it('gives URLs that live five minutes from now, and none after seven days', async () => {
    const simulator = await simulatedIvm({ pictureAnswer: 'image' });
    const person = dataOf(simulator, 'target_data');
    const again = async () =>
      ask(simulator, { data_classification: 'TARGET', type: 'BACKGROUND', data_ids: [text(person, 'data_id')] });
    simulator.advance(7 * daySeconds * 1000 - 3000);
    const { body } = await again();
    const url = /"url":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? '';
    expect(url).not.toBe(text(person, 'panorama_url'));
    expect((await download(url, await tokenOf(simulator))).status).toBe(200);
    simulator.advance(3000);
    expect((await again()).body).toMatchObject({
      failed_num: 1,
      data: [{ urls: [], result: { code: 'IVM.20040004' } }],
    });
  });

  it.each([
    ['an unknown class', { data_classification: 'BEHAVIOR' }, 'IVM.10027005'],
    ['the name of an object member', { data_classification: 'constructor' }, 'IVM.10027005'],
    ['a type of the other class', { type: 'PLATE' }, 'IVM.10027010'],
    ['no ids', { data_ids: [] }, 'IVM.10020001'],
    ['missing ids', { data_ids: undefined }, 'IVM.10020001'],
    ['101 ids', { data_ids: Array.from({ length: 101 }, () => 'x') }, 'IVM.10027006'],
    ['ids that are no texts', { data_ids: [1] }, 'IVM.10020008'],
    ['ids that are no list', { data_ids: 'x' }, 'IVM.10020008'],
  ])('refuses %s', async (_, change, code) => {
    const body = { data_classification: 'TARGET', type: 'ALL', data_ids: ['x'], ...change };
    expect(await ask(await simulatedIvm(), body)).toEqual(refused(400, code));
  });
});

describe('alarms/pictures', () => {
  async function ask(simulator: IvmSimulator, uuids: unknown) {
    return call(simulator, { path: alarmPath, token: await tokenOf(simulator), body: { alarm_uuids: uuids } });
  }
  const uuidOf = (simulator: IvmSimulator, test: (data: Json | undefined) => boolean) =>
    text(dataOf(simulator, 'device_alarm', test), 'alarm_uuid');
  const ofType = (type: string) => (data: Json | undefined) => member(data, 'alarm_type') === type;

  it('judges each alarm by itself and stays at 200', async () => {
    const simulator = await simulatedIvm();
    const mask = uuidOf(simulator, ofType('mask_alarm'));
    const intrusion = uuidOf(simulator, ofType('region_invasion_alarm'));
    const disk = uuidOf(simulator, ofType('disk_failure'));
    const none = { url: '', targetgroup_url: '' };
    expect(await ask(simulator, [mask, intrusion, disk, 'nonsense'])).toEqual({
      status: 200,
      body: {
        failed_num: 2,
        alarms: [
          { alarm_uuid: mask, url: pictureUrl, targetgroup_url: pictureUrl, result: { code: 'IVM.0', msg: 'success' } },
          { alarm_uuid: intrusion, url: pictureUrl, targetgroup_url: '', result: { code: 'IVM.0', msg: 'success' } },
          { alarm_uuid: disk, ...none, result: failure('IVM.20040004') },
          { alarm_uuid: 'nonsense', ...none, result: failure('IVM.10027007') },
        ],
      },
    });
  });

  it('gives as many URLs as the message wanted, and all of them lead to an image', async () => {
    const simulator = await simulatedIvm({ pictureAnswer: 'image' });
    const token = await tokenOf(simulator);
    for (let count = 0; count < 30; count += 1) {
      const message = simulator.message('device_alarm');
      const uuid = text(member(parseExact(message.body.toString()), 'data'), 'alarm_uuid');
      const urls = JSON.stringify((await ask(simulator, [uuid])).body).match(/http[^"]+/g) ?? [];
      expect(urls).toHaveLength(message.picturesWanted);
      for (const url of urls) expect(decode((await download(url, token)).bytes).height).toBeGreaterThan(100);
    }
  });

  it('has no picture of a slow alarm for three seconds', async () => {
    const simulator = await simulatedIvm({ slowPictureShare: 1 });
    const uuid = uuidOf(simulator, ofType('linger_alarm'));
    simulator.advance(2000);
    expect((await ask(simulator, [uuid])).body).toMatchObject({
      failed_num: 1,
      alarms: [{ result: { code: 'IVM.10027008' } }],
    });
    simulator.advance(1000);
    expect((await ask(simulator, [uuid])).body).toMatchObject({ failed_num: 0, alarms: [{ url: pictureUrl }] });
  });

  it('makes a share of alarms slow, always the same ones', async () => {
    const slow = async () => {
      const simulator = await simulatedIvm({ slowPictureShare: 0.5 });
      const uuids = Array.from({ length: 40 }, () =>
        uuidOf(simulator, (data) => member(data, 'classification') !== 'DEVICE'),
      );
      const { body } = await ask(simulator, uuids);
      return JSON.stringify(body).match(/IVM\.10027008|IVM\.0"/g) ?? [];
    };
    const first = await slow();
    expect(first.filter((code) => code === 'IVM.10027008').length).toBeGreaterThan(5);
    expect(first.filter((code) => code !== 'IVM.10027008').length).toBeGreaterThan(5);
    expect(await slow()).toEqual(first);
  });

  it('keeps pictures for seven days', async () => {
    const simulator = await simulatedIvm();
    const uuid = uuidOf(simulator, ofType('mask_alarm'));
    simulator.advance(7 * daySeconds * 1000);
    expect((await ask(simulator, [uuid])).body).toMatchObject({ failed_num: 0 });
    simulator.advance(1);
    expect((await ask(simulator, [uuid])).body).toMatchObject({
      failed_num: 1,
      alarms: [{ result: { code: 'IVM.20040004' } }],
    });
  });

  it('answers for the alarms of an earlier run with the same seed', async () => {
    const uuid = uuidOf(await simulatedIvm({ seed: 9 }), ofType('mask_alarm'));
    expect((await ask(await simulatedIvm({ seed: 9 }), [uuid])).body).toMatchObject({ failed_num: 0 });
    expect((await ask(await simulatedIvm({ seed: 10 }), [uuid])).body).toMatchObject({ failed_num: 1 });
  });

  it.each([
    ['no uuids', [], 'IVM.10020001'],
    ['101 uuids', Array.from({ length: 101 }, () => 'x'), 'IVM.10027006'],
    ['an empty uuid', ['x', ''], 'IVM.10020014'],
    ['a uuid of 129 characters', ['x'.repeat(129)], 'IVM.10020014'],
    ['uuids that are no list', { 0: 'x' }, 'IVM.10020008'],
  ])('refuses %s', async (_, uuids, code) => {
    expect(await ask(await simulatedIvm(), uuids)).toEqual(refused(400, code));
  });
});

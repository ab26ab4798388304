import { describe, expect, it } from 'vitest';
import { acceptCallback, type CallbackDeps } from '#lib/callback/accept-callback.ts';
import type { CallbackRequest } from '#lib/callback/arrival.ts';
import { type AuthKeys, createAuthKeyCache } from '#lib/callback/auth-keys.ts';
import { sha256Hex } from '#lib/callback/raw-body.ts';
import { readRawLine } from '#lib/callback/raw-line.ts';
import { subscriptions } from '#lib/callback/subscriptions.ts';
import { signCallback } from '../support/builders/signed-callback.ts';
import { memoryInbox } from '../support/fakes/memory-inbox.ts';
import { memoryMetrics } from '../support/fakes/memory-metrics.ts';

const now = new Date('2026-01-01T20:00:00.123Z');
/** First 8 hex digits of the SHA-256 of `callback key key`. */
const keyId = 'c9f0244f';
const baseUrl = 'https://bridge.example';
const alarmId = '1676010011579800635';
const alarm = `{"message_id":${alarmId},"message_type":"device_alarm","data":{"device_id":"D"},"test":false}`;

function bridge(overrides: Partial<CallbackDeps> & { keys?: AuthKeys | 'unreadable' } = {}) {
  const inbox = memoryInbox();
  const metrics = memoryMetrics();
  const { keys = { DEVICE_ALARM: ['key'] }, ...rest } = overrides;
  const deps: CallbackDeps = {
    queues: { send: inbox.send },
    keep: inbox.keep,
    authKeys: createAuthKeyCache(
      () => (keys === 'unreadable' ? Promise.reject(new Error('away')) : Promise.resolve(keys)),
      () => now,
    ),
    callbackBaseUrl: baseUrl,
    signatureWindowSeconds: 300,
    allowUnsigned: false,
    timeZone: 'Asia/Shanghai',
    mayKeepStale: () => true,
    metric: metrics.metric,
    now: () => now,
    ...rest,
  };
  return { inbox, counts: metrics.counts, accept: (request: CallbackRequest) => acceptCallback(deps, request) };
}

function callback(
  body: string | Buffer,
  options: { path?: string; key?: string; at?: Date; signed?: boolean; method?: string } = {},
): CallbackRequest {
  const { path = 'device-alarm', key = 'key', at = now, signed = true, method = 'POST' } = options;
  const headers = signed
    ? signCallback({ url: `${baseUrl}/callbacks/${path}`, key, at })
    : { timestamp: undefined, signature: undefined };
  return { method, subscriptionPath: path, body: Buffer.from(body), ...headers };
}

describe('acceptCallback', () => {
  it.each(subscriptions)(
    'queues $messageType of $path to $queue, byte for byte',
    async ({ path, subscription, messageType, queue }) => {
      const { inbox, accept } = bridge({ keys: { [subscription]: ['key'] } });
      const body = `{ "message_id" : 18446744073696131378, "message_type":"${messageType}","data":{"x":1.0,"名":"值"}}\n`;
      expect(await accept(callback(body, { path }))).toEqual({ status: 200, result: 'queued' });
      expect(inbox.sent).toEqual([
        {
          queue,
          body,
          attributes: {
            message_id: '18446744073696131378',
            message_type: messageType,
            subscription: path,
            received_at: '2026-01-01T20:00:00.123Z',
            key_id: keyId,
          },
        },
      ]);
      expect(inbox.objects.size).toBe(0);
    },
  );

  it.each([
    ['a signed probe', callback('{"message_id":1,"test":true}')],
    ['an unsigned probe', callback('{"message_id":1,"test":true}', { signed: false })],
    ['a wrongly signed probe', callback('{"test":true}', { key: 'other' })],
  ])('answers 200 to %s and keeps nothing', async (_title, request) => {
    const { inbox, accept } = bridge();
    expect(await accept(request)).toEqual({ status: 200, result: 'probe' });
    expect([inbox.sent.length, inbox.objects.size]).toEqual([0, 0]);
  });

  it.each([
    ['characters', alarm.replace('"D"', `"${'x'.repeat(1_000_000 - alarm.length)}"`)],
    ['characters of several bytes', alarm.replace('"D"', `"${'号'.repeat(333_000)}"`)],
  ])('queues nearly a million bytes of %s as they are', async (_title, body) => {
    const { inbox, accept } = bridge();
    expect(Buffer.byteLength(body)).toBeGreaterThan(999_000);
    expect(await accept(callback(body))).toEqual({ status: 200, result: 'queued' });
    expect(inbox.sent.map((sent) => sent.body)).toEqual([body]);
  });

  it('does not take a message for a probe because it says test', async () => {
    const { inbox, accept } = bridge();
    const body = alarm.replace('false', 'true');
    expect(await accept(callback(body))).toEqual({ status: 200, result: 'queued' });
    expect(inbox.sent).toHaveLength(1);
    expect(await accept(callback(body, { signed: false }))).toEqual({ status: 401, result: 'unsigned' });
  });

  it.each([
    ['an empty body', '', 'empty'],
    ['text', 'hello', 'not-json'],
    ['JSON cut off', alarm.slice(0, 60), 'not-json'],
    ['a list', '[1]', 'not-json'],
    ['an unknown message type', '{"message_id":1,"message_type":"new_data","data":{}}', 'unknown-message-type'],
    ['a missing message type', '{"message_id":1,"data":{}}', 'unknown-message-type'],
    ['a message type that is no text', '{"message_id":1,"message_type":7,"data":{}}', 'unknown-message-type'],
  ])('quarantines %s that is signed', async (_title, body, reason) => {
    const { inbox, accept } = bridge();
    expect(await accept(callback(body))).toEqual({ status: 200, result: 'quarantined' });
    const [key, noteKey] = [...inbox.objects.keys()];
    // 20:00 UTC is already the next day in the tenant's zone.
    expect(key).toBe(
      `quarantine/date=2026-01-02/device-alarm/2026-01-01T20:00:00.123Z-${sha256Hex(Buffer.from(body)).slice(0, 16)}.body`,
    );
    expect(noteKey).toBe(`${key}.reason.json`);
    expect(inbox.objects.get(key ?? '')?.toString()).toBe(body);
    expect(JSON.parse(inbox.objects.get(noteKey ?? '')?.toString() ?? '')).toMatchObject({
      reason,
      subscription: 'device-alarm',
    });
  });

  it.each([
    ['unsigned', callback(alarm, { signed: false })],
    ['malformed', { ...callback(alarm), signature: 'zz' }],
    ['mismatch', callback(alarm, { key: 'other' })],
  ])('answers 401 to a callback that is %s and keeps nothing', async (verdict, request) => {
    const { inbox, counts, accept } = bridge();
    expect(await accept(request)).toEqual({ status: 401, result: verdict });
    expect([inbox.sent.length, inbox.objects.size]).toEqual([0, 0]);
    expect(counts.get(`CallbackRefused Verdict=${verdict}`)).toBe(1);
  });

  it('quarantines by days of UTC where there is no such time zone, which nobody has checked before', async () => {
    const { accept, inbox } = bridge({ timeZone: 'Mars/Olympus' });
    expect(await accept(callback('nothing'))).toEqual({ status: 200, result: 'quarantined' });
    expect([...inbox.objects.keys()]).toContainEqual(expect.stringMatching('quarantine/date=2026-01-01/'));
  });

  it('takes the text of a body for its bytes, and half of a character for none', async () => {
    const { accept, inbox } = bridge();
    expect(await accept({ ...callback(''), body: alarm })).toEqual({ status: 200, result: 'queued' });
    expect(inbox.sent.map(({ body }) => body)).toEqual([alarm]);
    expect(await accept({ ...callback(''), body: 'half \uD83D' })).toEqual({ status: 200, result: 'quarantined' });
    expect([...inbox.objects.values()].map(String)).toContain('half \uFFFD');
  });

  it('refuses a callback with the wrong key before it looks at what the body is', async () => {
    const { inbox, accept } = bridge();
    expect(await accept(callback('not json', { key: 'other' }))).toEqual({ status: 401, result: 'mismatch' });
    expect(inbox.objects.size).toBe(0);
  });

  it('answers 401 to a wrong clock but keeps the callback', async () => {
    const { inbox, accept } = bridge();
    const late = callback(alarm, { at: new Date(now.getTime() - 301_000) });
    expect(await accept(late)).toEqual({ status: 401, result: 'stale' });
    const [key, noteKey] = [...inbox.objects.keys()];
    expect(key).toMatch(/^quarantine\/stale\/device-alarm\/.*\.body$/);
    expect(inbox.objects.get(key ?? '')?.toString()).toBe(alarm);
    expect(JSON.parse(inbox.objects.get(noteKey ?? '')?.toString() ?? '')).toMatchObject({
      reason: 'stale',
      timestamp: late.timestamp,
      signature: late.signature,
    });
  });

  it('keeps no stale callback beyond the allowance', async () => {
    const { inbox, accept } = bridge({ mayKeepStale: () => false });
    expect(await accept(callback(alarm, { at: new Date(0) }))).toMatchObject({ status: 401 });
    expect(inbox.objects.size).toBe(0);
  });

  it('keeps a callback that nobody can judge, with its headers', async () => {
    const { inbox, accept } = bridge({ keys: 'unreadable' });
    const request = callback(alarm);
    expect(await accept(request)).toEqual({ status: 200, result: 'quarantined' });
    const [key, noteKey] = [...inbox.objects.keys()];
    expect(key).toMatch(/^quarantine\/unverified\//);
    expect(JSON.parse(inbox.objects.get(noteKey ?? '')?.toString() ?? '')).toMatchObject({
      reason: 'unverified',
      signature: request.signature,
    });
  });

  it('answers 404 to an unknown path and 405 to another method', async () => {
    const { accept } = bridge();
    expect(await accept(callback(alarm, { path: 'face-data' }))).toMatchObject({ status: 404 });
    expect(await accept(callback('', { method: 'GET' }))).toMatchObject({ status: 405 });
  });

  it('routes a message by its type when it comes on a foreign path, and counts it', async () => {
    const { inbox, counts, accept } = bridge();
    const body = alarm.replace('device_alarm', 'vehicle_data');
    expect(await accept(callback(body))).toMatchObject({ result: 'queued' });
    expect(inbox.sent[0]).toMatchObject({ queue: 'intelligence', attributes: { subscription: 'device-alarm' } });
    expect(counts.get('CallbackOnForeignPath')).toBe(1);
  });

  it('rejects everything but probes where there is no key, unless told otherwise', async () => {
    expect(await bridge({ keys: {} }).accept(callback(alarm))).toEqual({ status: 401, result: 'mismatch' });
    const open = bridge({ keys: {}, allowUnsigned: true });
    expect(await open.accept(callback(alarm, { signed: false }))).toEqual({ status: 200, result: 'queued' });
    const guarded = bridge({ allowUnsigned: true });
    expect(await guarded.accept(callback(alarm, { signed: false }))).toMatchObject({ status: 401 });
  });

  it.each([
    ['more than a million bytes', alarm.replace('"D"', `"${'x'.repeat(1_000_000)}"`), alarmId],
    ['more than a million bytes in fewer characters', alarm.replace('"D"', `"${'号'.repeat(333_334)}"`), alarmId],
    ['a character that SQS refuses', alarm.replace('"D"', '"\uFFFE"'), alarmId],
    [
      'bytes that are no UTF-8',
      Buffer.concat([
        Buffer.from('{"message_id":7,"message_type":"device_alarm","data":{"n":"'),
        Buffer.from([0xff, 0xfe]),
        Buffer.from('"}}'),
      ]),
      '7',
    ],
    ['a message id that is no plain text', alarm.replace(alarmId, '"号"'), undefined],
    ['a message id of 129 digits', alarm.replace(alarmId, '1'.repeat(129)), undefined],
  ])('spills %s and queues a pointer', async (_title, body, messageId) => {
    const { inbox, accept } = bridge();
    expect(await accept(callback(body))).toEqual({ status: 200, result: 'spilled' });
    const [[key, content] = []] = inbox.objects;
    const hash = sha256Hex(Buffer.from(body));
    expect(key).toBe(`spill/device-alarm/2026-01-01T20:00:00.123Z-${hash.slice(0, 16)}.json`);
    const kept = readRawLine(content?.toString() ?? '');
    expect(kept.body.equals(Buffer.from(body))).toBe(true);
    expect(kept.line).toMatchObject({ message_type: 'device_alarm', body_sha256: hash, subscription: 'device-alarm' });
    expect(inbox.sent).toEqual([
      {
        queue: 'alarms',
        body: '{}',
        attributes: {
          message_type: 'device_alarm',
          subscription: 'device-alarm',
          received_at: '2026-01-01T20:00:00.123Z',
          key_id: keyId,
          ...(messageId === undefined ? {} : { message_id: messageId }),
          spill: key,
        },
      },
    ]);
  });

  it('answers 200 from S3 alone while SQS is away', async () => {
    const { inbox, counts, accept } = bridge();
    inbox.refuseQueue = true;
    expect(await accept(callback(alarm))).toEqual({ status: 200, result: 'spilled' });
    expect(inbox.objects.size).toBe(1);
    expect(counts.get('SpillPointerDelayed')).toBe(1);
  });

  it('answers 503 only when neither SQS nor S3 takes the callback', async () => {
    const { inbox, counts, accept } = bridge();
    inbox.refuseQueue = true;
    inbox.refuseObjects = true;
    expect(await accept(callback(alarm))).toEqual({ status: 503, result: 'not-stored' });
    expect(counts.get('CallbackNotStored')).toBe(1);
  });

  it('asks S3 again while there is time, since nothing comes after it', async () => {
    let tries = 0;
    const { inbox, accept } = bridge({
      keep: async (key, content) => {
        tries += 1;
        if (tries < 4) throw new Error('lost on the way');
        await inbox.keep(key, content);
      },
    });
    inbox.refuseQueue = true;
    expect(await accept(callback(alarm))).toEqual({ status: 200, result: 'spilled' });
    expect(inbox.objects.size).toBe(1);
  });

  it.each([
    ['a failure that took 300 ms', 300, 4],
    ['a failure that took nearly all the time', 1_250, 1],
  ])('gives S3 no more time than IVM leaves: after %s', async (_what, tookMs, tries) => {
    let nowMs = now.getTime();
    const timeouts: number[] = [];
    const { inbox, accept } = bridge({
      now: () => new Date(nowMs),
      keep: async (_key, _content, _contentType, timeoutMs) => {
        timeouts.push(timeoutMs);
        nowMs += tookMs;
        throw new Error('away');
      },
    });
    inbox.refuseQueue = true;
    expect(await accept(callback(alarm))).toEqual({ status: 503, result: 'not-stored' });
    expect(timeouts).toEqual([1_400, 1_100, 800, 500].slice(0, tries));
  });

  it('takes what the keys have cost from the time of SQS and S3, so that IVM has its answer in some three seconds', async () => {
    let nowMs = now.getTime();
    const waits: [string, number][] = [];
    const slowly = (what: string) => async (_one: unknown, _two: unknown, _three: unknown, timeoutMs: number) => {
      waits.push([what, timeoutMs]);
      nowMs += timeoutMs;
      throw new Error('no answer');
    };
    const { accept } = bridge({
      now: () => new Date(nowMs),
      authKeys: {
        warm: async () => undefined,
        keys: async () => {
          nowMs += 1_000;
          return ['old', 'key'];
        },
        refreshAfterMismatch: async () => false,
      },
      queues: { send: slowly('SQS') },
      keep: slowly('S3'),
    });
    expect(await accept(callback(alarm))).toEqual({ status: 503, result: 'not-stored' });
    expect(waits).toEqual([
      ['SQS', 1_200],
      ['S3', 800],
    ]);
    expect(nowMs - now.getTime()).toBe(3_000);
  });

  it('queues a message without an id, or with an empty one, without that attribute', async () => {
    const { inbox, accept } = bridge();
    for (const id of ['', '"message_id":"",', '"message_id":null,', '"message_id":{},']) {
      expect(await accept(callback(`{${id}"message_type":"device_alarm"}`))).toMatchObject({ result: 'queued' });
    }
    expect(inbox.sent.map(({ attributes }) => attributes.message_id)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

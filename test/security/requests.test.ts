import { readFileSync } from 'node:fs';
import net from 'node:net';
import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import type { CallbackDeps } from '#lib/callback/accept-callback.ts';
import { createAuthKeyCache } from '#lib/callback/auth-keys.ts';
import { sha256Hex } from '#lib/callback/raw-body.ts';
import { readRawLine } from '#lib/callback/raw-line.ts';
import { subscriptions } from '#lib/callback/subscriptions.ts';
import { eventRecord } from '#lib/events/event-record.ts';
import { startHttpGateway } from '#lib/local/http-gateway.ts';
import { createAllowance } from '#lib/runtime/allowance.ts';
import { createHandler } from '../../functions/receive-callback.ts';
import { signCallback } from '../support/builders/signed-callback.ts';
import { memoryInbox } from '../support/fakes/memory-inbox.ts';

const now = new Date('2026-01-01T00:00:00Z');
const baseUrl = 'https://bridge.example';
const keys = ['the-current-key', 'the-retired-key'] as const;
const alarm = '{"message_id":1767225598000000001,"message_type":"device_alarm","data":{"device_id":"D"}}';
const megabytes = 1024 * 1024;

type Request = {
  method: string;
  /** Absent where no path matched. */
  path: string | undefined;
  headers: { [name: string]: string };
  body: string | undefined;
  isBase64Encoded: boolean;
};

const eventOf = ({ method, path, headers, body, isBase64Encoded }: Request): APIGatewayProxyEventV2 => ({
  version: '2.0',
  routeKey: 'ANY /callbacks/{subscription}',
  rawPath: '/',
  rawQueryString: '',
  headers,
  ...(path === undefined ? {} : { pathParameters: { subscription: path } }),
  requestContext: {
    accountId: '0',
    apiId: 'api',
    domainName: 'api',
    domainPrefix: 'api',
    requestId: 'request',
    routeKey: 'ANY /callbacks/{subscription}',
    stage: '$default',
    time: '',
    timeEpoch: 0,
    http: { method, path: '/', protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: '' },
  },
  ...(body === undefined ? {} : { body }),
  isBase64Encoded,
});

const Answer = z.object({ statusCode: z.int(), body: z.string() });

/** The function with stores in memory, which count how often they are called. */
function bridge(overrides: Partial<CallbackDeps> & { readKeys?: () => Promise<{ DEVICE_ALARM: string[] }> } = {}) {
  const inbox = memoryInbox();
  const calls = { sends: 0, keeps: 0, keyReads: 0 };
  const every = Object.fromEntries(subscriptions.map(({ subscription }) => [subscription, [...keys]]));
  const { readKeys = async () => ({ ...every, DEVICE_UNBIND: [] }), ...others } = overrides;
  const clock = () => now;
  const deps: CallbackDeps = {
    queues: {
      send: (queue, text, attributes) => {
        calls.sends += 1;
        return inbox.send(queue, text, attributes);
      },
    },
    keep: (key, content) => {
      calls.keeps += 1;
      return inbox.keep(key, content);
    },
    authKeys: createAuthKeyCache(() => {
      calls.keyReads += 1;
      return readKeys();
    }, clock),
    callbackBaseUrl: baseUrl,
    signatureWindowSeconds: 300,
    allowUnsigned: false,
    timeZone: 'Asia/Shanghai',
    mayKeepStale: createAllowance(600, 60_000, clock),
    metric: () => undefined,
    now: clock,
    ...others,
  };
  const handler = createHandler(async () => deps);
  const post = async (request: Request) => {
    const { statusCode, body } = Answer.parse(await handler(eventOf(request)));
    return { status: statusCode, result: z.object({ result: z.string() }).parse(JSON.parse(body)).result };
  };
  return { post, calls, inbox };
}

const sign = (path: string, options: { key?: string; ageSeconds?: number } = {}) =>
  signCallback({
    url: `${baseUrl}/callbacks/${path}`,
    key: options.key ?? keys[0],
    at: new Date(now.getTime() - (options.ageSeconds ?? 0) * 1000),
  });

function request(body: string | Buffer | undefined, changes: Partial<Request> & Parameters<typeof sign>[1] = {}) {
  const { key, ageSeconds = 0, ...others } = changes;
  const { timestamp, signature } = sign('device-alarm', { ageSeconds, ...(key === undefined ? {} : { key }) });
  const isBuffer = Buffer.isBuffer(body);
  return {
    method: 'POST',
    path: 'device-alarm',
    headers: { 'x-ivm-timestamp': timestamp, 'x-ivm-signature': signature },
    body: isBuffer ? body.toString('base64') : body,
    isBase64Encoded: isBuffer,
    ...others,
  };
}

const nothingStored = { sends: 0, keeps: 0 };

/** Every answer that the function documents, with the most that it may ask of the stores for it. */
const documented: { readonly [answer: string]: { sends: number; keeps: number } } = {
  '200 queued': { sends: 1, keeps: 0 },
  '200 spilled': { sends: 1, keeps: 1 },
  '200 quarantined': { sends: 0, keeps: 2 },
  '200 probe': nothingStored,
  '401 unsigned': nothingStored,
  '401 malformed': nothingStored,
  '401 mismatch': nothingStored,
  '401 stale': { sends: 0, keeps: 2 },
  '404 unknown-subscription': nothingStored,
  '405 method-not-allowed': nothingStored,
};

const path = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...subscriptions.map(({ path }) => path)) },
  { weight: 1, arbitrary: fc.constantFrom(undefined, '', '__proto__', 'constructor', 'device-alarm/', 'Device-Alarm') },
  { weight: 1, arbitrary: fc.string() },
);
const timestamp = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -400, max: 400 }).map((age) => String(now.getTime() / 1000 + age)) },
  { weight: 1, arbitrary: fc.constantFrom('', '0', '1767225600.0', '+767225600', '9999999999', '17672256000', 'now') },
  { weight: 1, arbitrary: fc.string() },
);
const tamper = fc.constantFrom<((signature: string) => string)[]>(
  (signature) => signature,
  (signature) => signature.toUpperCase(),
  (signature) => signature.slice(1),
  (signature) => `${signature},${signature}`,
  (signature) => ` ${signature}`,
  (signature) => (signature.startsWith('0') ? '1' : '0') + signature.slice(1),
  () => '',
);
const body = fc.oneof(
  fc.constantFrom(
    ...subscriptions.map(({ messageType }) => `{"message_id":1,"message_type":"${messageType}","data":{"x":1.0}}`),
  ),
  fc.constantFrom(
    undefined,
    '',
    '{"message_id":1,"test":true}',
    '{"test":true,"data":null,"message_type":"device_alarm"}',
    '{"message_type":"device_alarm","message_type":"vehicle_data"}',
    '{"message_type":"device_alarm","message_id":"\u{1F600}","data":"\uFFFE"}',
    '{"message_type":"__proto__","data":{}}',
    '{"message_type":"device_alarm","data":{oops}}',
    '{"message_type":"device_alarm","data":{}',
    '\uFEFF{"message_type":"device_alarm"}',
  ),
  fc.json(),
  fc.string({ unit: 'binary' }),
  fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64')),
);
const randomRequest = fc
  .record({
    method: fc.oneof(
      { weight: 9, arbitrary: fc.constant('POST') },
      { weight: 1, arbitrary: fc.constantFrom('GET', 'PUT', 'HEAD', 'OPTIONS', 'post', '', 'CONNECT') },
    ),
    path,
    timestamp,
    key: fc.constantFrom(...keys, 'a-wrong-key', ''),
    tamper,
    names: fc.constantFrom(['x-ivm-timestamp', 'x-ivm-signature'], ['x-lvm-timestamp', 'x-lvm-signature'], ['a', 'b']),
    others: fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
    body,
    isBase64Encoded: fc.boolean(),
  })
  .map(({ timestamp, key, tamper, names: [time = '', signed = ''], others, ...rest }) => {
    // Signed as IVM would, whatever stands in the place of the time.
    const whole = sha256Hex(Buffer.from(`${baseUrl}/callbacks/${rest.path}|${timestamp}|${key}`));
    const signature = tamper(whole);
    const isAuthentic =
      /^\d{10}$/.test(timestamp) &&
      keys.some((one) => one === key) &&
      signature.toLowerCase() === whole &&
      time !== 'a' &&
      rest.path !== 'device-unbind';
    return { isAuthentic, request: { ...rest, headers: { ...others, [time]: timestamp, [signed]: signature } } };
  });

describe('any request whatever', () => {
  it('gets a documented answer, and asks no more of the stores than is documented', async () => {
    const { post, calls } = bridge();
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(randomRequest, async ({ isAuthentic, request }) => {
        const before = { ...calls };
        const { status, result } = await post(request);
        const answer = `${status} ${result}`;
        const limit = documented[answer];
        expect(limit, answer).toBeDefined();
        expect(calls.sends - before.sends, answer).toBeLessThanOrEqual(limit?.sends ?? 0);
        expect(calls.keeps - before.keeps, answer).toBeLessThanOrEqual(limit?.keeps ?? 0);
        if (!isAuthentic) {
          expect({ sends: calls.sends, keeps: calls.keeps }).toEqual({ sends: before.sends, keeps: before.keeps });
          expect(answer).toMatch(/^200 probe$|^40[145] (?!stale)/);
        }
        seen.set(answer, (seen.get(answer) ?? 0) + 1);
      }),
      { seed: 1, numRuns: 10_000 },
    );
    expect([...seen.keys()].toSorted()).toEqual(Object.keys(documented).toSorted());
    // Once at the beginning, and once because a signature did not match.
    expect(calls.keyReads).toBe(2);
  });

  it('gets no 5xx for anything but stores that are all away', async () => {
    const { post, inbox } = bridge();
    inbox.refuseQueue = true;
    inbox.refuseObjects = true;
    let lost = 0;
    await fc.assert(
      fc.asyncProperty(randomRequest, async ({ isAuthentic, request }) => {
        const { status } = await post(request);
        if (status === 503) lost += 1;
        expect([200, 401, 404, 405, ...(isAuthentic ? [503] : [])]).toContain(status);
      }),
      { seed: 2, numRuns: 2_000 },
    );
    expect(lost).toBeGreaterThan(30);
  });
});

describe('a forged request', () => {
  it('costs nothing, however many there are: no call to a store, and two to read the keys', async () => {
    const { post, calls } = bridge();
    for (let count = 0; count < 1_000; count += 1) {
      expect(await post(request(alarm, { key: `guess-${count}` }))).toEqual({ status: 401, result: 'mismatch' });
    }
    expect(calls).toEqual({ ...nothingStored, keyReads: 2 });
  });

  it('is one with a single wrong digit at any place of its signature, and the comparison does not tell which', async () => {
    const { post, calls } = bridge();
    const { headers } = request(alarm);
    const signature = headers['x-ivm-signature'] ?? '';
    for (const at of Array.from(signature).keys()) {
      const digit = signature[at] === '0' ? '1' : '0';
      const forged = { ...headers, 'x-ivm-signature': signature.slice(0, at) + digit + signature.slice(at + 1) };
      expect(await post(request(alarm, { headers: forged }))).toEqual({ status: 401, result: 'mismatch' });
    }
    expect(calls).toMatchObject(nothingStored);
    const source = readFileSync(new URL('../../lib/callback/verify-signature.ts', import.meta.url), 'utf8');
    expect(source).toContain('timingSafeEqual(given, expected)');
    expect(source).not.toMatch(/(?:given|expected|signature) ?[!=]==? ?(?:given|expected|signature)\b/);
  });

  it.each(subscriptions)('is one with the signature of another path than $path', async ({ path }) => {
    const { post, calls } = bridge();
    const other = path === 'target-data' ? 'third-data' : 'target-data';
    const { timestamp, signature } = sign(other);
    const headers = { 'x-ivm-timestamp': timestamp, 'x-ivm-signature': signature };
    expect(await post(request(alarm, { path, headers }))).toEqual({ status: 401, result: 'mismatch' });
    expect(calls).toMatchObject(nothingStored);
  });

  it('has no effect while the keys cannot be read, but that it waits in quarantine; the keys are asked for once', async () => {
    const { post, calls } = bridge({ readKeys: () => Promise.reject(new Error('away')) });
    for (let count = 0; count < 100; count += 1) {
      expect(await post(request(`${alarm}${count}`, { key: 'guess' }))).toEqual({ status: 200, result: 'quarantined' });
    }
    expect(calls).toEqual({ sends: 0, keeps: 200, keyReads: 1 });
  });
});

describe('a replayed request', () => {
  it.each([
    [-301, 'stale'],
    [-300, 'queued'],
    [0, 'queued'],
    [300, 'queued'],
    [301, 'stale'],
    [86_400, 'stale'],
    [1_767_225_600 - 1_000_000_000, 'stale'],
  ])('of a signature that is %d s old is %s', async (ageSeconds, result) => {
    expect(await bridge().post(request(alarm, { ageSeconds }))).toMatchObject({ result });
  });

  it('is the same event once more, and no other one', async () => {
    const { post, inbox } = bridge();
    for (let count = 0; count < 20; count += 1) await post(request(alarm));
    const keysOfEvents = inbox.sent.map(({ body, attributes }) => {
      const bytes = Buffer.from(body);
      const message = { receivedAt: attributes.received_at, subscription: attributes.subscription, body: bytes };
      const record = eventRecord(
        { ...message, bodySha256: sha256Hex(bytes) },
        { timeZone: 'Asia/Shanghai', retentionDays: 30, facePictures: 'keep' },
      );
      return `${record.camera} ${record.sk}`;
    });
    expect(keysOfEvents).toHaveLength(20);
    expect(new Set(keysOfEvents).size).toBe(1);
  });

  it('with a stale signature is kept up to the allowance, and costs nothing beyond', async () => {
    const { post, calls } = bridge();
    for (let count = 0; count < 1_000; count += 1) {
      const stale = request(`${alarm}${' '.repeat(count)}`, { ageSeconds: 301 });
      expect(await post(stale)).toEqual({ status: 401, result: 'stale' });
    }
    expect(calls).toEqual({ sends: 0, keeps: 1_200, keyReads: 1 });
  });
});

describe('a request of up to 6 MB', () => {
  const long = `${alarm.slice(0, -2)},"x":"${'字'.repeat(2 * megabytes - 100)}"}}`;

  it('is refused without a call where it is forged', async () => {
    const { post, calls } = bridge();
    expect(await post(request(long, { key: 'guess' }))).toMatchObject({ status: 401 });
    expect(await post(request(Buffer.alloc(6 * megabytes, '{"'), { key: 'guess' }))).toMatchObject({ status: 401 });
    expect(calls).toMatchObject(nothingStored);
  });

  it('is spilled byte for byte, with a pointer that stays small', async () => {
    const { post, calls, inbox } = bridge();
    expect(await post(request(long))).toEqual({ status: 200, result: 'spilled' });
    expect(calls).toMatchObject({ sends: 1, keeps: 1 });
    const [content] = inbox.objects.values();
    expect(readRawLine(content?.toString() ?? '').body.equals(Buffer.from(long))).toBe(true);
    expect(JSON.stringify(inbox.sent).length).toBeLessThan(1_000);
  });

  it.each([
    ['zeros', Buffer.alloc(6 * megabytes)],
    ['quotes', Buffer.alloc(6 * megabytes, '"')],
    ['opened objects', Buffer.alloc(6 * megabytes, '{"a":')],
    ['opened lists', Buffer.alloc(6 * megabytes, '[')],
    ['backslashes in a text', Buffer.concat([Buffer.from('{"a":"'), Buffer.alloc(6 * megabytes, '\\')])],
    ['members', Buffer.concat([Buffer.from('{'), Buffer.alloc(6 * megabytes, '"a":1,')])],
    ['spaces', Buffer.concat([Buffer.from('{"a":1'), Buffer.alloc(6 * megabytes, ' ')])],
  ])('is quarantined byte for byte where it is nothing but %s', async (_title, bytes) => {
    const { post, inbox } = bridge();
    expect(await post(request(bytes))).toEqual({ status: 200, result: 'quarantined' });
    expect([...inbox.objects.values()].some((content) => content.equals(bytes))).toBe(true);
  });
});

describe('an encoding', () => {
  const base64 = Buffer.from(alarm).toString('base64');

  it.each<[string, Partial<Request> & { body: string }, string]>([
    ['base64', { body: base64, isBase64Encoded: true }, 'queued'],
    ['base64 without padding', { body: base64.replace(/=+$/, ''), isBase64Encoded: true }, 'queued'],
    ['base64 in lines', { body: base64.replaceAll(/.{20}/g, '$&\r\n'), isBase64Encoded: true }, 'queued'],
    ['base64 in the alphabet of URLs', { body: base64.replaceAll('+', '-'), isBase64Encoded: true }, 'queued'],
    ['text that is said to be base64', { body: alarm, isBase64Encoded: true }, 'quarantined'],
    ['base64 that is said to be text', { body: base64, isBase64Encoded: false }, 'quarantined'],
    ['base64 twice', { body: Buffer.from(base64).toString('base64'), isBase64Encoded: true }, 'quarantined'],
    ['gzip', { body: gzipSync(alarm).toString('base64'), isBase64Encoded: true }, 'quarantined'],
    ['UTF-16', { body: Buffer.from(alarm, 'utf16le').toString('base64'), isBase64Encoded: true }, 'quarantined'],
    ['a byte order mark', { body: `\uFEFF${alarm}` }, 'quarantined'],
    ['a form', { body: `payload=${encodeURIComponent(alarm)}` }, 'quarantined'],
  ])('%s is never an error', async (_title, changes, result) => {
    const { post, calls } = bridge();
    expect(await post(request(alarm, changes))).toEqual({ status: 200, result });
    expect(await post(request(alarm, { ...changes, key: 'guess' }))).toEqual({ status: 401, result: 'mismatch' });
    expect(calls.sends + calls.keeps).toBe(result === 'queued' ? 1 : 2);
  });
});

describe('a header', () => {
  const { timestamp: time, signature: digest } = sign('device-alarm');
  const wrong = '0'.repeat(64);

  it.each<[string, { [name: string]: string }, string]>([
    ['in capitals of hex', { 'x-ivm-timestamp': time, 'x-ivm-signature': digest.toUpperCase() }, 'queued'],
    ['of either spelling', { 'x-lvm-timestamp': time, 'x-ivm-signature': digest }, 'queued'],
    [
      'that comes in both spellings counts as IVM spells it',
      { 'x-ivm-timestamp': time, 'x-ivm-signature': wrong, 'x-lvm-signature': digest },
      'mismatch',
    ],
    ['that is missing', { 'x-ivm-signature': digest }, 'unsigned'],
    ['that is the other one missing', { 'x-ivm-timestamp': time }, 'unsigned'],
    ['that is empty', { 'x-ivm-timestamp': time, 'x-ivm-signature': '' }, 'malformed'],
    ['that came twice', { 'x-ivm-timestamp': `${time},${time}`, 'x-ivm-signature': digest }, 'malformed'],
    ['that is too long', { 'x-ivm-timestamp': time, 'x-ivm-signature': digest.repeat(1_000) }, 'malformed'],
    ['with a digest cut short', { 'x-ivm-timestamp': time, 'x-ivm-signature': digest.slice(0, 32) }, 'malformed'],
    ['with a prefix', { 'x-ivm-timestamp': time, 'x-ivm-signature': `sha256=${digest}` }, 'malformed'],
    ['with a line break', { 'x-ivm-timestamp': `${time}\n`, 'x-ivm-signature': digest }, 'malformed'],
    ['with milliseconds', { 'x-ivm-timestamp': `${time}000`, 'x-ivm-signature': digest }, 'malformed'],
    ['with other digits', { 'x-ivm-timestamp': '１７６７２２５６００', 'x-ivm-signature': digest }, 'malformed'],
    ['with names of prototypes', JSON.parse('{"__proto__":{"x-ivm-signature":"a"},"constructor":"b"}'), 'unsigned'],
  ])('%s', async (_title, headers, result) => {
    const { post, calls } = bridge();
    expect(await post(request(alarm, { headers }))).toMatchObject({ result });
    expect(calls.sends + calls.keeps).toBe(result === 'queued' ? 1 : 0);
  });
});

describe('a request that never ends', () => {
  it('holds up nobody else at the local gateway, and invokes nothing', async () => {
    let invocations = 0;
    const gateway = await startHttpGateway({
      port: 0,
      routes: [
        {
          route: { method: 'ANY', path: '/callbacks/{subscription}' },
          invoke: async () => {
            invocations += 1;
            return { statusCode: 401 };
          },
        },
      ],
      onError: () => undefined,
      now: () => now,
    });
    const sockets = ['POST /callbacks/device-alarm HTTP/1.1\r\nHost: a\r\n', 'Content-Length: 9\r\n\r\n{'].map(
      (text, index, texts) => {
        const socket = net.connect(gateway.port, '127.0.0.1');
        socket.on('error', () => undefined).write(index === 0 ? text : `${texts[0]}${text}`);
        return socket;
      },
    );
    onTestFinished(async () => {
      for (const socket of sockets) socket.destroy();
      await gateway.close();
    });
    const { status } = await fetch(`http://127.0.0.1:${gateway.port}/callbacks/device-alarm`, { method: 'POST' });
    expect([status, invocations]).toEqual([401, 1]);
  });
});

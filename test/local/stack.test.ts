import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { GetItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createMetricReader } from '#lib/aws/metric-series.ts';
import type { RawLine } from '#lib/callback/raw-line.ts';
import { type SubscriptionPath, subscriptions } from '#lib/callback/subscriptions.ts';
import { type Item, integerOf, textOf } from '#lib/events/attribute.ts';
import { parseExact } from '#lib/json/exact-json.ts';
import { type Stack, startStack } from '#lib/local/stack.ts';
import { startIvmSimulator } from '#lib/simulator/ivm-simulator.ts';
import { attributeText } from '../support/attribute-json.ts';
import { signCallback } from '../support/builders/signed-callback.ts';
import { exampleMessage, exampleMessages } from '../support/fixtures.ts';

let stack: Stack;
let dataDir = '';
const troubles: string[] = [];

const start = (): Promise<Stack> =>
  startStack({
    dataDir,
    port: 0,
    ivm: { kind: 'simulated' },
    onOutput: () => undefined,
    onError: (what, error) => troubles.push(`${what}: ${String(error)}`),
  });

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'stack-'));
  stack = await start();
});
afterAll(async () => {
  await stack.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

type Answer = { status: number; body: string };

/** Sends bytes as they are, with whatever headers. */
function send(path: string, body: Buffer, headers: Record<string, string> = {}, method = 'POST'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(`${stack.file.baseUrl}${path}`, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Sends a callback signed as IVM signs. */
function callback(path: SubscriptionPath, body: string | Buffer, at = new Date()): Promise<Answer> {
  const entry = subscriptions.find((one) => one.path === path);
  const { url, authKey } = stack.file.callbacks[entry?.subscription ?? 'DEVICE_ALARM'];
  const { timestamp, signature } = signCallback({ url, key: authKey, at });
  return send(`/callbacks/${path}`, Buffer.from(body), {
    'content-type': 'application/json',
    'X-Ivm-Timestamp': timestamp,
    'X-Ivm-Signature': signature,
  });
}

const isPositive = (value: number) => value > 0;
const isNoNegative = (value: number) => value >= 0;
const drained = async (): Promise<void> => {
  expect(await stack.drain(AbortSignal.timeout(45_000))).toBe(true);
};
const { events, state } = { events: () => stack.file.tables['events'], state: () => stack.file.tables['state'] };

async function allEvents(): Promise<Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await stack.stores.clients.dynamodb.send(
      new ScanCommand({ TableName: events(), ...(start === undefined ? {} : { ExclusiveStartKey: start }) }),
    );
    items.push(...((page.Items ?? []) as Item[]));
    start = page.LastEvaluatedKey as Item | undefined;
  } while (start !== undefined);
  return items;
}

const sha256 = (content: Buffer | string) => createHash('sha256').update(content).digest('hex');
const partOf = (item: Item) => (textOf(item['sk']) ?? '').split('#')[3];
const eventsOf = async (body: string | Buffer): Promise<Item[]> =>
  (await allEvents()).filter(
    (item) => textOf(item['body_sha256']) === sha256(Buffer.from(body)) && partOf(item) === undefined,
  );

async function object(key: string): Promise<Buffer> {
  const { Body } = await stack.stores.clients.s3.send(new GetObjectCommand({ Bucket: stack.file.bucket, Key: key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

async function keys(prefix: string): Promise<string[]> {
  const { Contents = [] } = await stack.stores.clients.s3.send(
    new ListObjectsV2Command({ Bucket: stack.file.bucket, Prefix: prefix }),
  );
  return Contents.map(({ Key = '' }) => Key);
}

async function rawLineOf(event: Item): Promise<RawLine> {
  const archive = gunzipSync(await object(textOf(event['raw_key']) ?? ''))
    .toString()
    .split('\n');
  return JSON.parse(archive[integerOf(event['raw_line']) ?? -1] ?? '{}') as RawLine;
}

/** Takes what is in a dead-letter queue out of it. */
async function takeDeadLetters(queue: string): Promise<{ body: string; attributes: Record<string, string> }[]> {
  const url = stack.file.deadLetterQueues[queue];
  const { Messages = [] } = await stack.stores.clients.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
  );
  for (const { ReceiptHandle } of Messages) {
    await stack.stores.clients.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
  }
  return Messages.map(({ Body = '', MessageAttributes = {} }) => ({
    body: Body,
    attributes: Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
    ),
  }));
}

const pathOf = (messageType: string): SubscriptionPath =>
  subscriptions.find((one) => one.messageType === messageType)?.path ?? 'device-alarm';

describe('a stack on one machine', () => {
  it('registers all nine callbacks at the simulated IVM, each with a key of its own', () => {
    const registered = stack.simulator?.subscriptions() ?? new Map();
    expect(registered.size).toBe(9);
    for (const { subscription, path } of subscriptions) {
      const { url, authKey } = stack.file.callbacks[subscription];
      expect(url).toBe(`${stack.file.baseUrl}/callbacks/${path}`);
      expect(registered.get(subscription)).toEqual({ url, authKey });
    }
    expect(new Set(Object.values(stack.file.callbacks).map(({ authKey }) => authKey)).size).toBe(9);
  });

  it('shows the dashboard to whoever works at it, who need not sign in', async () => {
    const page = await fetch(`${stack.file.localUrl}/`);
    expect({ status: page.status, type: page.headers.get('content-type') }).toEqual({
      status: 200,
      type: expect.stringMatching(/^text\/html/),
    });
    expect(await page.text()).toContain('<title>');
    expect(await (await fetch(`${stack.file.localUrl}/sign-in.json`)).json()).toEqual({ signIn: null });
    expect((await send('/', Buffer.alloc(0), { host: 'rebound.example' }, 'GET')).status).toBe(404);
  });

  it('says in stack.json how to reach everything, to its owner alone', () => {
    const file = join(dataDir, 'stack.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(stack.file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(stack.file).toMatchObject({ pid: process.pid, ivm: { simulated: true }, aws: { region: 'us-east-1' } });
    expect(Object.keys(stack.file.tables).toSorted()).toEqual(['events', 'state', 'tokens']);
    const queues = ['alarms', 'devices', 'intelligence', 'picture-retries', 'pictures', 'snapshots', 'statistics'];
    expect(Object.keys(stack.file.queues).toSorted()).toEqual(queues);
    expect(Object.keys(stack.file.deadLetterQueues).toSorted()).toEqual(queues);
  });

  it('carries every example message the whole way, digit by digit', async () => {
    for (const { text, messageType } of exampleMessages) {
      expect(await callback(pathOf(messageType), text)).toMatchObject({ status: 200 });
    }
    await stack.drain(AbortSignal.timeout(20_000));
    for (const { name, text } of exampleMessages) {
      const [event, ...others] = await eventsOf(text);
      expect(others, name).toEqual([]);
      expect(textOf(event?.['message_id']), name).toBe(/"message_id":\s*(\d+)/.exec(text)?.[1]);
      expect((await rawLineOf(event ?? {})).body, name).toBe(text);
      const stored = attributeText(event?.['data']);
      for (const [digits] of text.matchAll(/(?<=[:[,]\s*)\d{16,}(?=\s*[,}\]])/g)) {
        if (digits !== textOf(event?.['message_id'])) expect(stored, name).toContain(digits);
      }
      const wire = JSON.stringify(parseExact(text), (_key, value: unknown) =>
        typeof value === 'bigint' ? `${value}` : value,
      );
      const kept = JSON.stringify(parseExact(stored), (_key, value: unknown) =>
        typeof value === 'bigint' ? `${value}` : value,
      );
      const numbers = (json: string) => json.match(/(?<=[:[,])-?\d[\d.]*(?=[,}\]])/g)?.toSorted();
      expect(numbers(kept), name).toEqual(numbers(JSON.stringify(JSON.parse(wire).data)));
    }
  });

  it('keeps two messages with one id and different bodies as two events', async () => {
    const bodies = ['vehicle_data-8-non-motor-vehicle', 'vehicle_data-53-target-on-non-motor-vehicle'].map(
      (name) => exampleMessage(name).text,
    );
    const [one, other] = (await Promise.all(bodies.map(eventsOf))).flat();
    expect(textOf(one?.['message_id'])).toBe(textOf(other?.['message_id']));
    expect(textOf(one?.['sk'])).not.toBe(textOf(other?.['sk']));
  });

  it('says of pictures that it may not fetch why they are missing', async () => {
    const pictures = (await allEvents()).filter((item) => partOf(item) === 'picture');
    const ofBehaviour = pictures.filter((item) => textOf(item['message_type']) === 'behavior_analysis_data');
    expect(ofBehaviour.length).toBeGreaterThan(0);
    for (const item of ofBehaviour) {
      expect(item).toMatchObject({ status: { S: 'missing' }, reason: { S: 'forbidden-host' } });
      expect(item).not.toHaveProperty('open_hour');
    }
  });

  it('stores messages and pictures of the simulated IVM, all nine types', async () => {
    const wanted = new Map<string, number>();
    await stack.simulator?.run({
      ratePerSecond: 100,
      count: 45,
      signal: AbortSignal.timeout(30_000),
      onDelivery: (message, { outcome }) => {
        expect(outcome).toBe('acknowledged');
        wanted.set(message.messageId, message.picturesWanted);
      },
    });
    await drained();
    const items = (await allEvents()).filter((item) => wanted.has(textOf(item['message_id']) ?? ''));
    const stored = items.filter((item) => partOf(item) === undefined);
    expect(stored).toHaveLength(45);
    expect(new Set(stored.map((item) => textOf(item['message_type']))).size).toBe(9);

    const pictures = items.filter((item) => partOf(item) === 'picture' && textOf(item['status']) === 'stored');
    expect(pictures).toHaveLength([...wanted.values()].reduce((sum, count) => sum + count, 0));
    for (const picture of pictures) {
      const key = textOf(picture['s3_key']) ?? '';
      const bytes = await object(key);
      const type = textOf(picture['message_type']) ?? '';
      expect(key).toMatch(
        new RegExp(
          `^pictures/message_type=${type}/date=\\d{4}-\\d\\d-\\d\\d/device_id=[^/]+/channel_id=[^/]+/\\d{6}-${textOf(picture['message_id'])}-[0-9a-f]{8}-${textOf(picture['kind'])}\\.png$`,
        ),
      );
      expect(bytes.subarray(1, 4).toString()).toBe('PNG');
      const { Metadata, ContentType } = await stack.stores.clients.s3.send(
        new HeadObjectCommand({ Bucket: stack.file.bucket, Key: key }),
      );
      expect(ContentType).toBe('image/png');
      expect(Metadata).toEqual({
        'message-id': textOf(picture['message_id']),
        kind: textOf(picture['kind']),
        sha256: sha256(bytes),
        'source-url-host': new URL(stack.file.ivm.endpoint).host,
      });
      expect(picture).toMatchObject({
        content_type: { S: 'image/png' },
        bytes: { N: String(bytes.length) },
        sha256: { S: sha256(bytes) },
      });
      expect(picture).not.toHaveProperty('next_try_at');
    }
  });

  it('tells in CloudWatch what was stored and how long it took, and how old the oldest of a queue is', async () => {
    const { aws, queues, settings } = stack.file;
    const client = new CloudWatchClient({ region: aws.region, endpoint: aws.cloudwatch, credentials: aws });
    onTestFinished(() => client.destroy());
    const at = new Date();
    await callback('device-alarm', `{"message_type":"device_alarm","data":{"alarm_time":"${at.toISOString()}"}}`, at);
    await drained();
    const ofStack = { Stack: settings['STACK'] ?? '', MessageType: 'device_alarm' };
    const queue = queues['alarms']?.split('/').at(-1) ?? '';
    const common = { periodSeconds: 3_600, stat: 'Maximum' };
    const series = await createMetricReader(client).series(
      [
        { id: 'stored', namespace: 'ivm-bridge', name: 'MessageStored', dimensions: ofStack, ...common, stat: 'Sum' },
        { id: 'delay', namespace: 'ivm-bridge', name: 'SecondsToStored', dimensions: ofStack, ...common },
        {
          id: 'age',
          namespace: 'AWS/SQS',
          name: 'ApproximateAgeOfOldestMessage',
          dimensions: { QueueName: queue },
          ...common,
        },
      ],
      new Date(at.getTime() - 3_600_000),
      new Date(at.getTime() + 3_600_000),
    );
    const values = series.map(({ points }) => points.reduce((most, { value }) => Math.max(most, value), -1));
    expect(values).toEqual([
      expect.toSatisfy(isPositive),
      expect.toSatisfy(isPositive),
      expect.toSatisfy(isNoNegative),
    ]);
  });

  it('finds an event with its pictures by one query, and an alarm by its day and its uuid', async () => {
    const items = await allEvents();
    const picture = items.find((item) => partOf(item) === 'picture' && item['alarm_uuid'] !== undefined);
    const sk = textOf(picture?.['sk'])?.replace(/#picture#.*$/, '');
    const alarm = items.find((item) => textOf(item['sk']) === sk);
    const query = (input: ConstructorParameters<typeof QueryCommand>[0]) =>
      stack.stores.clients.dynamodb.send(new QueryCommand({ ...input, TableName: events() }));
    const whole = await query({
      TableName: undefined,
      KeyConditionExpression: 'camera = :c AND begins_with(sk, :s)',
      ExpressionAttributeValues: { ':c': alarm?.['camera'] ?? { S: '' }, ':s': alarm?.['sk'] ?? { S: '' } },
    });
    expect(whole.Items?.length).toBeGreaterThan(1);
    const byReference = await query({
      TableName: undefined,
      IndexName: 'by-reference',
      KeyConditionExpression: '#r = :r',
      ExpressionAttributeNames: { '#r': 'reference' },
      ExpressionAttributeValues: { ':r': alarm?.['alarm_uuid'] ?? { S: '' } },
    });
    expect(byReference.Items).toEqual([expect.objectContaining({ sk: alarm?.['sk'] })]);
    const byDay = await query({
      TableName: undefined,
      IndexName: 'by-day',
      KeyConditionExpression: '#d = :d',
      ExpressionAttributeNames: { '#d': 'day' },
      ExpressionAttributeValues: { ':d': alarm?.['day'] ?? { S: '' } },
    });
    expect(byDay.Items?.map(({ sk }) => sk)).toContainEqual(alarm?.['sk']);
  });

  it('keeps the state of a device by event time, whatever comes first', async () => {
    const message = (time: string, state: number) =>
      JSON.stringify({
        message_id: `${Date.parse(time)}000000`,
        message_type: 'device_status',
        data: {
          method: 'channel_state_notice',
          param: {
            device_id: 'STATE1',
            channel_id: '',
            time,
            video_channel: [{ channel_id: '0', channel_state: state }],
          },
        },
      });
    for (const [time, name] of [
      ['2026-03-01T10:00:02+08:00', 0],
      ['2026-03-01T10:00:01+08:00', 1],
    ] as const) {
      expect(await callback('device-exception', message(time, name))).toMatchObject({ status: 200 });
      await drained();
    }
    const { Item: channel } = await stack.stores.clients.dynamodb.send(
      new GetItemCommand({ TableName: state(), Key: { kind: { S: 'channel' }, id: { S: 'STATE1#0' } } }),
    );
    expect(channel).toMatchObject({
      presence: { M: { order: { S: expect.stringContaining('2026-03-01T02:00:02') } } },
    });
  });
});

describe('bad input', () => {
  const large = (bytes: number) =>
    JSON.stringify({
      message_id: 17,
      message_type: 'device_alarm',
      data: { device_id: 'BIG', note: 'x'.repeat(bytes) },
    });

  describe('that can be read', () => {
    const readable: [string, string | Buffer][] = [
      ['900 KB', large(900_000)],
      ['3 MB', large(3_000_000)],
      ['NUL', '{"message_id":18,"message_type":"device_alarm","data":{"device_id":"a\u0000b"}}'],
      [
        'an escaped NUL and a lone surrogate',
        '{"message_id":19,"message_type":"device_alarm","data":{"device_id":"\\u0000\\ud800"}}',
      ],
      ['a duplicated key', '{"message_id":20,"message_id":21,"message_type":"device_alarm","data":{"device_id":"A"}}'],
      ['a 32-digit id', '{"message_id":12345678901234567890123456789012,"message_type":"device_alarm","data":{}}'],
      ['an id as text, and data of a wrong type', '{"message_id":"23","message_type":"device_alarm","data":[1,2]}'],
      ['no data at all', '{"message_id":24,"message_type":"device_alarm"}'],
      ['ids that SQS would refuse', '{"message_id":"日本","message_type":"device_alarm","data":{"device_id":"日本"}}'],
      [
        'a character beyond the first plane',
        '{"message_id":26,"message_type":"device_alarm","data":{"device_id":"😀"}}',
      ],
      [
        'deep nesting',
        `{"message_id":25,"message_type":"device_alarm","data":${'{"a":'.repeat(60)}1${'}'.repeat(60)}}`,
      ],
    ];
    let answers: Answer[] = [];

    // All at once: they share batches, and none may harm the others.
    beforeAll(async () => {
      answers = await Promise.all(readable.map(([, body]) => callback('device-alarm', body)));
      await drained();
    });

    it.each(readable)('%s becomes an event, and its raw line is exact', async (_title, body) => {
      const bytes = Buffer.from(body);
      const [event, ...others] = await eventsOf(bytes);
      expect(others).toEqual([]);
      expect((await rawLineOf(event ?? {})).body).toBe(bytes.toString());
    });

    it('is answered 200, and leaves nothing behind', async () => {
      expect(answers.map(({ status }) => status)).toEqual(readable.map(() => 200));
      expect(await keys('spill/')).toEqual([]);
      expect(await stack.deadLetters()).toBe(0);
    });
  });

  it.each<[string, string | Buffer]>([
    ['an empty body', ''],
    ['garbage', Buffer.from([0xff, 0xfe, 0x00, 0x01])],
    ['truncated JSON', exampleMessage('device_alarm-mask_alarm').text.slice(0, 200)],
    ['an unknown type', '{"message_id":1,"message_type":"tenth_type","data":{}}'],
    ['no type', '{"message_id":1,"data":{}}'],
    ['JSON that is no object', '[1,2,3]'],
  ])('%s with a valid signature is quarantined with a reason', async (_title, body) => {
    const before = new Set(await keys('quarantine/'));
    expect(await callback('device-alarm', body)).toMatchObject({ status: 200 });
    const added = (await keys('quarantine/')).filter((key) => !before.has(key));
    const reason = added.find((key) => key.endsWith('.reason.json')) ?? '';
    const kept = added.find((key) => key !== reason) ?? '';
    expect(added).toHaveLength(2);
    expect(kept).toMatch(/^quarantine\/date=\d{4}-\d\d-\d\d\//);
    expect(await object(kept)).toEqual(Buffer.from(body));
    expect(JSON.parse((await object(reason)).toString())).toHaveProperty('reason');
  });

  it('is answered by the table: probe, wrong signature, stale, unknown path, other method', async () => {
    const body = exampleMessage('device_alarm-io_event').text;
    const probe = Buffer.from('{"message_id": 1634095845678123456, "test": true}');
    expect(await send('/callbacks/device-alarm', probe)).toMatchObject({ status: 200 });
    expect(await send('/callbacks/device-alarm', Buffer.from(body))).toMatchObject({ status: 401 });
    const forged = { 'X-Ivm-Timestamp': String(Math.floor(Date.now() / 1000)), 'X-Ivm-Signature': 'ab'.repeat(32) };
    expect(await send('/callbacks/device-alarm', Buffer.from(body), forged)).toMatchObject({ status: 401 });
    expect(await callback('device-alarm', body, new Date(Date.now() - 400_000))).toMatchObject({ status: 401 });
    expect((await keys('quarantine/stale/')).length).toBeGreaterThan(0);
    expect(await send('/callbacks/unknown', Buffer.from(body))).toMatchObject({ status: 404 });
    expect(await send('/callbacks/device-alarm', Buffer.alloc(0), {}, 'GET')).toMatchObject({ status: 405 });
  });

  it('that is poison reaches its dead-letter queue with reason and code, and holds up nobody', async () => {
    const poison = '{"message_id":30,"message_type":"device_alarm","data":{"a":oops}}';
    const good = '{"message_id":31,"message_type":"device_alarm","data":{"device_id":"GOOD"}}';
    const answers = await Promise.all([callback('device-alarm', poison), callback('device-alarm', good)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    await drained();
    expect(await eventsOf(good)).toHaveLength(1);
    expect(await takeDeadLetters('alarms')).toEqual([
      {
        body: poison,
        attributes: expect.objectContaining({
          message_id: '30',
          message_type: 'device_alarm',
          subscription: 'device-alarm',
          code: 'not-json',
          reason: expect.stringMatching(/\w+/),
        }),
      },
    ]);
  });

  it('never makes a function fail', () => {
    expect(troubles).toEqual([]);
  });
});

describe('the local API', () => {
  const invoke = (name: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
    send(`/_local/invoke/${name}`, Buffer.from('{}'), headers);

  it('runs a scheduled function now, and answers with its result', async () => {
    const { status, body } = await invoke('retry-pictures');
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ due: expect.any(Number), isComplete: true });
    expect(JSON.parse((await invoke('recover-spill')).body)).toHaveProperty('spill');
  });

  it('is not there for strangers', async () => {
    const json = { 'content-type': 'application/json' };
    for (const headers of [
      {},
      { ...json, host: 'evil.example' },
      { ...json, origin: 'http://evil.example' },
      { ...json, 'x-forwarded-for': '192.0.2.1' },
    ]) {
      expect(await invoke('retry-pictures', headers as Record<string, string>)).toMatchObject({ status: 404 });
    }
    expect(await invoke('no-such-function')).toMatchObject({ status: 404 });
  });
});

describe('a stack with another IVM', () => {
  const account = { userId: '109012345678901', accessKey: 'OTHER-AK', secretKey: 'OTHER-SK' };
  const credentials = { accessKey: account.accessKey, secretKey: account.secretKey };

  async function withOther(
    ivm: { endpoint: string; userId: string; credentials: typeof credentials },
    publicUrl?: string,
  ): Promise<Stack> {
    const other = mkdtempSync(join(tmpdir(), 'other-'));
    onTestFinished(() => rmSync(other, { recursive: true, force: true }));
    const started = await startStack({
      dataDir: other,
      port: 0,
      ivm: { kind: 'remote', ...ivm },
      ...(publicUrl === undefined ? {} : { publicUrl }),
      onOutput: () => undefined,
      onError: () => undefined,
    });
    onTestFinished(() => started.stop());
    return started;
  }

  it('registers at one on this machine, and stores what it sends with its pictures', async () => {
    const ivm = await startIvmSimulator(account);
    onTestFinished(() => ivm.close());
    const other = await withOther({ endpoint: ivm.endpoint, userId: account.userId, credentials });
    expect(other.file.ivm).toEqual({ endpoint: ivm.endpoint, simulated: false });
    expect(other.registered.map(({ outcome }) => outcome)).toEqual(Array(9).fill('registered'));
    expect(await ivm.deliver(ivm.message('vehicle_data'))).toMatchObject({ outcome: 'acknowledged' });
    expect(await other.drain(AbortSignal.timeout(20_000))).toBe(true);
    const statuses: string[] = [];
    for await (const item of other.stores.items(other.file.tables['events'] ?? '', ['status'])) {
      statuses.push(textOf(item['status']) ?? 'event');
    }
    expect(new Set(statuses)).toEqual(new Set(['event', 'stored']));
  });

  it('does not start with keys that it refuses', async () => {
    const ivm = await startIvmSimulator(account);
    onTestFinished(() => ivm.close());
    const wrong = { ...credentials, secretKey: 'WRONG' };
    await expect(
      withOther({ endpoint: ivm.endpoint, userId: account.userId, credentials: wrong }),
    ).rejects.toMatchObject({
      code: 'IVM.10020022',
    });
  });

  it('registers nothing where it could not reach this machine', async () => {
    const other = await withOther({ endpoint: 'https://ivm.invalid', userId: account.userId, credentials });
    expect(other.registered).toEqual([]);
  });
});

describe('a stack that starts again on its data', () => {
  it('keeps keys, events and objects, and takes down stack.json while it is away', async () => {
    const { callbacks } = stack.file;
    const count = (await allEvents()).length;
    const pictureKeys = await keys('pictures/');
    await stack.stop();
    expect(existsSync(join(dataDir, 'stack.json'))).toBe(false);
    stack = await start();
    expect(Object.values(stack.file.callbacks).map(({ authKey }) => authKey)).toEqual(
      Object.values(callbacks).map(({ authKey }) => authKey),
    );
    expect(await allEvents()).toHaveLength(count);
    expect(await keys('pictures/')).toEqual(pictureKeys);
  });
});

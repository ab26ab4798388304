import type { SQSRecord } from 'aws-lambda';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createObjectStore } from '#lib/aws/objects.ts';
import { subscriptions } from '#lib/callback/subscriptions.ts';
import { type LocalFunction, startFunction } from '#lib/local/function-worker.ts';
import type { SecretsServer } from '#lib/local/secrets-server.ts';
import { signCallback } from '../support/builders/signed-callback.ts';
import { startEmbeddedSecrets, storesEnvironment } from '../support/embedded-secrets.ts';
import { type EmbeddedStores, startEmbeddedStores } from '../support/embedded-stores.ts';
import { failureNames, startHostileIvm } from './hostile-ivm.ts';
import { givenAway, marked, personal } from './marked-values.ts';

const baseUrl = 'https://callbacks.example';
/** Nothing listens there. */
const away = 'http://127.0.0.1:9';

let embedded: EmbeddedStores;
let secrets: SecretsServer;
let ivm: Awaited<ReturnType<typeof startHostileIvm>>;
const running: LocalFunction[] = [];
const lines: string[] = [];

/** A function as it runs on Lambda, telling all that it can; some stores may be away for it. */
function run(name: string, changes: { readonly [variable: string]: string } = {}): LocalFunction {
  const queue = (queueName: string) => embedded.queueUrl(queueName);
  const sources = ['alarms', 'devices', 'intelligence', 'pictures', 'picture-retries'];
  const environment = {
    STACK: 'ivm-bridge-acme-test',
    STAGE: 'test',
    LOG_LEVEL: 'debug',
    TIME_ZONE: 'Asia/Shanghai',
    CALLBACK_BASE_URL: baseUrl,
    CALLBACK_KEYS_SECRET_ID: 'keys',
    SIGNATURE_WINDOW_SECONDS: '300',
    ALLOW_UNSIGNED: 'false',
    BUCKET: embedded.bucket,
    EVENTS_TABLE: embedded.tables.events,
    STATE_TABLE: embedded.tables.state,
    TOKENS_TABLE: embedded.tables.tokens,
    ALARMS_QUEUE_URL: queue('alarms'),
    DEVICES_QUEUE_URL: queue('devices'),
    INTELLIGENCE_QUEUE_URL: queue('intelligence'),
    PICTURES_QUEUE_URL: queue('pictures'),
    PICTURE_RETRIES_QUEUE_URL: queue('picture-retries'),
    SOURCE_QUEUE_URLS: sources.map(queue).join(','),
    DEAD_LETTER_QUEUE_URLS: sources.map((source) => queue(`${source}-dead`)).join(','),
    EVENT_RETENTION_DAYS: '30',
    FACE_FEATURES: 'keep',
    PLATES: 'hashed',
    FACE_PICTURES: 'keep',
    PRIVACY_KEY_SECRET_ID: 'privacy-key',
    IVM_ENDPOINT: ivm.endpoint,
    IVM_USER_ID: '109010000000000001',
    IVM_CREDENTIALS_SECRET_ID: 'credentials',
    ALLOW_LOOPBACK: 'true',
    PICTURE_HOSTS: '',
    ...storesEnvironment(embedded.access, secrets),
    ...changes,
  };
  const one = startFunction({ name, timeoutMs: 20_000, memoryMb: 1024 }, environment, {
    moduleUrl: new URL(`../../functions/${name}.ts`, import.meta.url),
    onOutput: (line) => lines.push(line),
  });
  running.push(one);
  return one;
}

const Answer = z.object({ statusCode: z.number() });
const BatchAnswer = z.object({ batchItemFailures: z.array(z.unknown()) });

async function callback(receive: LocalFunction, path: string, body: string, key: string = marked.callbackKey) {
  const { timestamp, signature } = signCallback({ url: `${baseUrl}/callbacks/${path}`, key, at: new Date() });
  return Answer.parse(
    await receive.invoke({
      requestContext: { http: { method: 'POST' } },
      pathParameters: { subscription: path },
      headers: { 'x-ivm-timestamp': timestamp, 'x-ivm-signature': signature },
      body,
      isBase64Encoded: false,
    }),
  ).statusCode;
}

const failuresOf = async (store: LocalFunction, records: readonly SQSRecord[]) =>
  BatchAnswer.parse(await store.invoke({ Records: records })).batchItemFailures.length;

/** All that waits in a queue, taken out of it. */
async function takeAll(queue: string): Promise<SQSRecord[]> {
  const taken: SQSRecord[] = [];
  for (;;) {
    const records = await embedded.stores.receive(embedded.queueArn(queue), embedded.queueUrl(queue), 10, 0);
    if (records.length === 0) return taken;
    taken.push(...records);
  }
}

/** Messages with marked values in every field that is about persons or vehicles, and in many where none belong. */
const markedText = fc
  .tuple(fc.constantFrom(...personal), fc.constantFrom('', ' ', '\t', 'a '), fc.constantFrom('', '\n', ' b'))
  .map(([value, before, after]) => `${before}${value}${after}`);
const markedValue = fc.oneof(
  { weight: 4, arbitrary: markedText },
  { weight: 1, arbitrary: markedText.map((value) => [value, { value }]) },
  { weight: 1, arbitrary: markedText.map((value) => ({ [value]: { [value]: value } })) },
);
const pictureUrl = fc.constantFrom('ivm', 'stranger', 'password', 'private', 'file', 'odd').map((kind) => {
  const query = `?expire=4102444800&token=${marked.urlToken}`;
  switch (kind) {
    case 'ivm':
      return `IVM_ENDPOINT/pictures/${encodeURIComponent(marked.plate)}.png${query}`;
    case 'stranger':
      return `https://pictures.example/${marked.phone}.png${query}`;
    case 'password':
      return `https://user:${marked.urlPassword}@pictures.example/a.png${query}`;
    case 'private':
      return `http://169.254.169.254/${marked.name}${query}`;
    case 'file':
      return `file:///${marked.name}${query}`;
    default:
      return `https://[${marked.plate}/${query}`;
  }
});
const person = fc.record(
  {
    name: markedValue,
    phone: markedValue,
    target_lib_name: markedValue,
    id_cardmd5: markedValue,
    target_cap_feature: markedValue,
    target_match: fc.oneof(markedValue, pictureUrl),
    age: markedValue,
    match_type: markedValue,
    plate_char: markedValue,
    panorama_pic: pictureUrl,
    note: pictureUrl,
  },
  { requiredKeys: ['name'] },
);
const data = fc.record(
  {
    device_id: fc.constantFrom('DEVICE01', 'DEVICE02', 7, null),
    channel_id: fc.constantFrom('0', 0, null),
    alarm_uuid: fc.uuid(),
    data_id: fc.uuid(),
    report_time: fc.oneof(fc.constant('2026-01-01T08:00:00+08:00'), markedValue),
    alarm_time: fc.oneof(fc.constant('2026-01-01 08:00:00'), markedValue),
    device_name: markedValue,
    alarm_type: markedValue,
    hair: markedValue,
    plate_char: markedValue,
    target_cap_feature: markedValue,
    phone: markedValue,
    target_url: pictureUrl,
    vehicle_url: pictureUrl,
    panorama_url: pictureUrl,
    target: fc.oneof(person, markedValue),
    tlv_data: markedValue,
    method: fc.oneof(fc.constantFrom('login', 'logout', 'upgrade_result'), markedValue),
    param: fc.oneof(person, markedValue),
    devices: markedValue,
    data: fc.oneof(markedValue, fc.record({ targets: fc.array(person, { maxLength: 3 }), common: markedValue })),
  },
  { requiredKeys: ['device_id', 'alarm_uuid', 'data_id'] },
);
/** What a sender's slip makes of a message: the text with which its data begins, in place of `"data":{`. */
const slips = [
  '"data":{',
  '"data":{',
  '"data":{',
  `"data":{oops ${marked.plate},`,
  `"data":{"${marked.name}`,
  `"data":{"phone":${marked.phone} ${marked.phone},`,
  `"data":{"raw":"${marked.name}\u0001\n",`,
  `"message_type":"${marked.name}","data":{`,
  `"${marked.plate}":"${marked.name}","data":{`,
];
const message = fc.record({
  subscription: fc.constantFrom(...subscriptions),
  id: fc.bigInt({ min: 1_767_225_598_000_000_001n, max: 1_767_225_599_000_000_000n }),
  data,
  slip: fc.constantFrom(...slips),
});
const messages = fc.sample(message, { seed: 7, numRuns: 100 });

const bodyOf = ({ subscription, id, data, slip }: (typeof messages)[number]) =>
  JSON.stringify({ message_id: 'ID', message_type: subscription.messageType, data })
    .replace('"ID"', String(id))
    .replace('"data":{', slip)
    .replaceAll('IVM_ENDPOINT', ivm.endpoint);

beforeAll(async () => {
  embedded = await startEmbeddedStores();
  ivm = await startHostileIvm();
  secrets = await startEmbeddedSecrets();
  const keys = subscriptions.map(({ subscription }) => [subscription, [marked.callbackKey]]);
  secrets.write('keys', JSON.stringify(Object.fromEntries(keys)));
  secrets.write('privacy-key', JSON.stringify({ key: marked.privacyKey }));
  secrets.write('damaged-keys', `{"DEVICE_ALARM":"${marked.callbackKey}"`);
  secrets.write('credentials', JSON.stringify({ accessKey: marked.accessKey, secretKey: marked.secretKey }));
  secrets.write('damaged-credentials', JSON.stringify({ accessKey: marked.accessKey, secret: marked.secretKey }));
});
afterAll(async () => {
  await Promise.all(running.map((one) => one.stop()));
  await Promise.all([secrets.close(), ivm.close(), embedded.stop()]);
});

const Line = z.object({ message: z.string().optional() });
const messagesTold = () =>
  new Set(lines.filter((line) => line.startsWith('{')).map((line) => Line.parse(JSON.parse(line)).message));
const linesThatTell = () => lines.filter((line) => givenAway(line).length > 0);

describe('what the functions tell', () => {
  it('is nothing of a message, a person or a key on the way in, whatever becomes of it', async () => {
    const receive = run('receive-callback');
    const bodies = messages.map((one) => ({ path: one.subscription.path, body: bodyOf(one) }));
    expect(bodies.filter(({ body }) => givenAway(body).length > 0)).toHaveLength(messages.length);
    const statuses = await Promise.all(bodies.map(({ path, body }) => callback(receive, path, body)));
    expect(new Set(statuses)).toEqual(new Set([200]));

    const [path, isWhole] = ['device-alarm', (text: string) => text.includes('"data":{"')];
    const body = bodies.find((one) => one.path === path && isWhole(one.body))?.body ?? '';
    const sqsAway = { AWS_ENDPOINT_URL_SQS: away, ALARMS_QUEUE_URL: `${away}/000000000000/${marked.urlToken}` };
    const [refused, lost, unread, damaged] = await Promise.all([
      callback(receive, path, body, marked.secretKey),
      callback(run('receive-callback', { ...sqsAway, AWS_ENDPOINT_URL_S3: away }), path, body),
      callback(run('receive-callback', { AWS_ENDPOINT_URL_SECRETS_MANAGER: away }), path, body),
      callback(run('receive-callback', { CALLBACK_KEYS_SECRET_ID: 'damaged-keys' }), path, body),
    ]);
    expect([refused, lost, unread, damaged]).toEqual([401, 503, 200, 200]);

    expect([...messagesTold()]).toEqual(
      expect.arrayContaining([
        'callback answered',
        'queue did not take a callback',
        'callback is lost: nothing stored it',
        'keys of callbacks could not be read',
      ]),
    );
    expect(linesThatTell()).toEqual([]);
  });

  it('is nothing of a callback that waits to be judged, or of a note about one that is damaged', async () => {
    const objects = createObjectStore(embedded.bucket, embedded.stores.clients.s3);
    const key = 'quarantine/unverified/device-alarm/2026-01-01T00:00:00.000Z-0123456789abcdef.body';
    const contentType = 'application/json';
    await objects.put(key, Buffer.from(marked.name), { contentType });
    await objects.put(`${key}.reason.json`, Buffer.from(`${marked.phone} ${marked.name}`), { contentType });
    await run('recover-spill')
      .invoke({})
      .catch(() => undefined);
    expect([...messagesTold()]).toContain('quarantined callback could not be verified');
    expect(linesThatTell()).toEqual([]);
  });

  it('is nothing of them while messages are stored, or fail to be', async () => {
    const stores = [
      ['alarms', 'store-alarms'],
      ['devices', 'track-devices'],
      ['intelligence', 'store-intelligence'],
    ] as const;
    const received = await Promise.all(stores.map(async ([queue]) => takeAll(queue)));
    expect(received.every((records) => records.length > 0)).toBe(true);
    const [alarms = []] = received;
    const failed = await Promise.all([
      failuresOf(run('store-alarms', { EVENTS_TABLE: 'no-such-table' }), alarms.slice(0, 2)),
      failuresOf(run('store-alarms', { DEAD_LETTER_QUEUE_URLS: '' }), alarms),
    ]);
    expect(failed.every((count) => count > 0)).toBe(true);
    await Promise.all(stores.map(([, name], index) => failuresOf(run(name), received[index] ?? [])));

    expect([...messagesTold()]).toEqual(
      expect.arrayContaining([
        'message stored',
        'record failed and will come again',
        'record parked in its dead-letter queue',
        'record could not be parked and will come again',
      ]),
    );
    expect(linesThatTell()).toEqual([]);
  });

  it('is nothing of them, of the token or of the keys to IVM while pictures are fetched, however IVM fails', async () => {
    const jobs = await takeAll('pictures');
    expect(jobs.length).toBeGreaterThan(60);
    const batch = (index: number) => jobs.slice(index * 10, index * 10 + 10);

    const store = run('store-pictures');
    for (const tokenFailure of failureNames) {
      ivm.tokenFailure = tokenFailure;
      await failuresOf(store, batch(0));
    }
    ivm.tokenFailure = undefined;
    await failuresOf(run('store-pictures', { IVM_CREDENTIALS_SECRET_ID: 'damaged-credentials' }), batch(0));
    for (const [index, failure] of failureNames.entries()) {
      ivm.failure = failure;
      await failuresOf(store, batch(1 + (index % 5)));
    }
    ivm.failure = undefined;
    const broken = { role: 'not a job', url: `${ivm.endpoint}/a?token=${marked.urlToken}`, camera: marked.plate };
    const [first] = jobs;
    if (first === undefined) throw new Error('there is no job');
    await failuresOf(store, [
      { ...first, body: JSON.stringify(broken) },
      { ...first, body: `{"url":"${marked.urlToken}` },
      { ...first, eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:unknown', body: marked.name },
    ]);
    await Promise.all(Array.from({ length: 7 }, async (_, index) => failuresOf(store, batch(index))));

    expect(ivm.requests).toBeGreaterThan(50);
    expect([...messagesTold()]).toEqual(expect.arrayContaining(['picture stored', 'picture is missing']));
    expect(linesThatTell()).toEqual([]);
  });

  it('is nothing of them in the attributes of dead letters, which are for people to read', async () => {
    const queues = ['alarms-dead', 'devices-dead', 'intelligence-dead', 'pictures-dead'];
    const letters = (await Promise.all(queues.map(async (queue) => takeAll(queue)))).flat();
    const attributes = letters.map(({ messageAttributes }) => JSON.stringify(messageAttributes));
    const codes = new Set(letters.map(({ messageAttributes }) => messageAttributes['code']?.stringValue));
    expect([...codes]).toEqual(expect.arrayContaining(['not-json', 'not-a-job', 'IVM.10020048', 'odd-code']));
    expect(attributes.filter((text) => givenAway(text).length > 0)).toEqual([]);
  });
});

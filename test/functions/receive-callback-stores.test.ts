import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createObjectStore } from '#lib/aws/objects.ts';
import { readRawLine } from '#lib/callback/raw-line.ts';
import { startFunction } from '#lib/local/function-worker.ts';
import type { SecretsServer } from '#lib/local/secrets-server.ts';
import { createFaultProxy } from '../faults/fault-proxy.ts';
import { signCallback } from '../support/builders/signed-callback.ts';
import { startEmbeddedSecrets, storesEnvironment } from '../support/embedded-secrets.ts';
import { type EmbeddedStores, startEmbeddedStores } from '../support/embedded-stores.ts';
import { exampleMessage } from '../support/fixtures.ts';

const root = new URL('../../', import.meta.url);
/** Nothing listens there. */
const away = 'http://127.0.0.1:9';
const baseUrl = 'https://callbacks.example';
const key = 'KEY-123456';
const { text: body } = exampleMessage('device_alarm-mask_alarm');

let embedded: EmbeddedStores;
let secrets: SecretsServer;

beforeAll(async () => {
  embedded = await startEmbeddedStores();
  secrets = await startEmbeddedSecrets();
  secrets.write('keys', JSON.stringify({ DEVICE_ALARM: [key] }));
});
afterAll(async () => {
  await secrets.close();
  await embedded.stop();
});

/** The function as it runs on Lambda, with an environment of its own in which some stores can be away. */
function receiveCallback(changes: { [variable: string]: string | undefined } = {}) {
  const output: string[] = [];
  const environment: { [variable: string]: string | undefined } = {
    STACK: 'ivm-bridge-local-test',
    STAGE: 'test',
    LOG_LEVEL: 'info',
    TIME_ZONE: 'Asia/Shanghai',
    CALLBACK_BASE_URL: baseUrl,
    CALLBACK_KEYS_SECRET_ID: 'keys',
    SIGNATURE_WINDOW_SECONDS: '300',
    ALLOW_UNSIGNED: 'false',
    BUCKET: embedded.bucket,
    ALARMS_QUEUE_URL: embedded.queueUrl('alarms'),
    DEVICES_QUEUE_URL: embedded.queueUrl('devices'),
    INTELLIGENCE_QUEUE_URL: embedded.queueUrl('intelligence'),
    ...storesEnvironment(embedded.access, secrets),
    ...changes,
  };
  const given = Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  const one = startFunction(
    { name: 'receive-callback', timeoutMs: 5_000, memoryMb: 1024 },
    Object.fromEntries(given) as { [variable: string]: string },
    { moduleUrl: new URL('functions/receive-callback.ts', root), onOutput: (line) => output.push(line) },
  );
  onTestFinished(() => one.stop());
  return { invoke: (event: unknown) => one.invoke(event) as Promise<APIGatewayProxyStructuredResultV2>, output };
}

function signedEvent() {
  const { timestamp, signature } = signCallback({ url: `${baseUrl}/callbacks/device-alarm`, key, at: new Date() });
  return {
    requestContext: { http: { method: 'POST' } },
    pathParameters: { subscription: 'device-alarm' },
    // As the reference prints the names, with an l in place of the I.
    headers: { 'x-lvm-timestamp': timestamp, 'x-lvm-signature': signature },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  };
}

async function objectsUnder(prefix: string) {
  const store = createObjectStore(embedded.bucket, embedded.stores.clients.s3);
  const found = new Map<string, Buffer>();
  for await (const name of store.keys(prefix)) found.set(name, (await store.get(name)) ?? Buffer.alloc(0));
  return found;
}

describe('receive-callback, when stores are away', () => {
  it('queues while all is well, byte for byte', async () => {
    expect(await receiveCallback().invoke(signedEvent())).toMatchObject({ statusCode: 200 });
    const url = embedded.queueUrl('alarms');
    const [record] = await embedded.stores.receive(embedded.queueArn('alarms'), url, 10, 0);
    expect(record?.body).toBe(body);
    await embedded.stores.delete(url, [record?.receiptHandle ?? '']);
  });

  it('asks AWS once for a callback, for none that it refuses or that only probes, and for its keys once', async () => {
    const proxy = createFaultProxy({ seed: 'count' });
    onTestFinished(() => proxy.close());
    const sqs = await proxy.through('sqs', embedded.access.sqs);
    const { invoke } = receiveCallback({
      AWS_ENDPOINT_URL_SQS: sqs,
      AWS_ENDPOINT_URL_S3: await proxy.through('s3', embedded.access.s3),
      AWS_ENDPOINT_URL_SECRETS_MANAGER: await proxy.through('secrets', secrets.endpoint),
    });
    const valid = signedEvent();
    const statusOf = async (changes: object) => (await invoke({ ...valid, ...changes })).statusCode;
    const inBase64 = (text: string) => Buffer.from(text).toString('base64');
    expect(await statusOf({ body: inBase64('{"test":true}') })).toBe(200);
    expect(await statusOf({ pathParameters: { subscription: 'unknown' } })).toBe(404);
    expect(await statusOf({ requestContext: { http: { method: 'GET' } } })).toBe(405);
    expect(Object.fromEntries(proxy.asked)).toEqual({});

    expect(await statusOf({ headers: {} })).toBe(401);
    expect(await statusOf({ headers: { ...valid.headers, 'x-lvm-signature': 'short' } })).toBe(401);
    expect(Object.fromEntries(proxy.asked)).toEqual({ 'secrets GetSecretValue': 1 });

    expect(await Promise.all(Array.from({ length: 10 }, () => statusOf({})))).toEqual(Array(10).fill(200));
    expect(Object.fromEntries(proxy.asked)).toEqual({ 'secrets GetSecretValue': 1, 'sqs SendMessage': 10 });

    // The keys may have been changed a moment ago; that is looked up every ten seconds at most.
    const forged = { ...valid.headers, 'x-lvm-signature': '0'.repeat(64) };
    for (let count = 0; count < 5; count += 1) expect(await statusOf({ headers: forged })).toBe(401);
    expect(Object.fromEntries(proxy.asked)).toEqual({ 'secrets GetSecretValue': 2, 'sqs SendMessage': 10 });
  });

  it('reads its keys while Lambda starts it, so that the first callback need not wait for them', async () => {
    const proxy = createFaultProxy({ seed: 'start' });
    onTestFinished(() => proxy.close());
    const { invoke } = receiveCallback({
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: await proxy.through('secrets', secrets.endpoint),
    });
    // Nobody needs a key for this.
    expect(await invoke({ ...signedEvent(), pathParameters: {} })).toMatchObject({ statusCode: 404 });
    expect(Object.fromEntries(proxy.asked)).toEqual({ 'secrets GetSecretValue': 1 });
    expect(await invoke(signedEvent())).toMatchObject({ statusCode: 200 });
    expect(Object.fromEntries(proxy.asked)).toEqual({ 'secrets GetSecretValue': 1 });
  });

  it('starts on Lambda whatever is away or wrong then, and says so when it is called', async () => {
    const onLambda = { AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' };
    const unread = receiveCallback({ ...onLambda, AWS_ENDPOINT_URL_SECRETS_MANAGER: away });
    expect(await unread.invoke(signedEvent())).toMatchObject({ statusCode: 200, body: '{"result":"quarantined"}' });
    const unset = receiveCallback({ ...onLambda, BUCKET: undefined });
    await expect(unset.invoke(signedEvent())).rejects.toMatchObject({ code: 'env' });
  });

  it('answers 200 and spills the body where SQS does not answer', async () => {
    const { invoke } = receiveCallback({ AWS_ENDPOINT_URL_SQS: away, ALARMS_QUEUE_URL: `${away}/000000000000/alarms` });
    expect(await invoke(signedEvent())).toMatchObject({ statusCode: 200 });
    const [[name, content] = ['', Buffer.alloc(0)], ...others] = await objectsUnder('spill/');
    expect(others).toEqual([]);
    expect(name).toMatch(/^spill\/device-alarm\/\d{4}-\d\d-\d\dT[\d:.]+Z-[0-9a-f]+\.json$/);
    expect(readRawLine(content.toString()).body.toString()).toBe(body);
  });

  it('answers 503 where neither SQS nor S3 does, and counts it', async () => {
    const { invoke, output } = receiveCallback({
      AWS_ENDPOINT_URL_SQS: away,
      AWS_ENDPOINT_URL_S3: away,
      ALARMS_QUEUE_URL: `${away}/000000000000/alarms`,
    });
    expect(await invoke(signedEvent())).toMatchObject({ statusCode: 503 });
    expect(output.some((line) => line.includes('"CallbackNotStored":1'))).toBe(true);
  });

  it('answers 200 and keeps the callback to be verified later where the keys cannot be read', async () => {
    const { invoke } = receiveCallback({ AWS_ENDPOINT_URL_SECRETS_MANAGER: away });
    expect(await invoke(signedEvent())).toMatchObject({ statusCode: 200 });
    const kept = await objectsUnder('quarantine/unverified/');
    expect([...kept.values()].some((content) => content.toString() === body)).toBe(true);
    expect([...kept.keys()].some((name) => name.endsWith('.reason.json'))).toBe(true);
  });

  it('refuses everything in a stack that was not set up yet', async () => {
    const { invoke } = receiveCallback({ CALLBACK_KEYS_SECRET_ID: 'never-filled' });
    expect(await invoke(signedEvent())).toMatchObject({ statusCode: 401 });
  });

  it('writes neither keys nor what a body says into its log', async () => {
    const { invoke, output } = receiveCallback({ AWS_ENDPOINT_URL_SQS: away, AWS_ENDPOINT_URL_S3: away });
    await invoke(signedEvent());
    expect(output.length).toBeGreaterThan(0);
    for (const secret of [key, '219123456CYP', 'alarm_uuid']) expect(output.join('\n')).not.toContain(secret);
  });

  it('does not run without its settings, and names all that are missing or wrong', async () => {
    const { invoke } = receiveCallback({ BUCKET: undefined, ALARMS_QUEUE_URL: 'nowhere', TIME_ZONE: undefined });
    await expect(invoke(signedEvent())).rejects.toMatchObject({
      code: 'env',
      message: expect.stringMatching(/(?=.*BUCKET)(?=.*ALARMS_QUEUE_URL)(?=.*TIME_ZONE)/s),
    });
  });
});

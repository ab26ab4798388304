import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { createObjectStore } from '#lib/aws/objects.ts';
import { startFunction } from '#lib/local/function-worker.ts';
import type { SecretsServer } from '#lib/local/secrets-server.ts';
import { signCallback } from '../support/builders/signed-callback.ts';
import { startEmbeddedSecrets, storesEnvironment } from '../support/embedded-secrets.ts';
import { type EmbeddedStores, startEmbeddedStores } from '../support/embedded-stores.ts';
import { exampleMessage } from '../support/fixtures.ts';
import { packagedTemplate, resourcesOfType } from '../support/packaged-template.ts';
import { unzip } from '../support/unzip.ts';

const baseUrl = 'https://callbacks.example';
const key = 'KEY-123456';
const message = exampleMessage('device_alarm-mask_alarm');
const messageId = /"message_id":\s*"?(\d+)/.exec(message.text)?.[1];
const functionNames = readdirSync(new URL('../../functions', import.meta.url))
  .map((file) => file.replace(/\.ts$/, ''))
  .toSorted();
const zips = () => readdirSync(inject('packageDir')).filter((file) => file.endsWith('.zip'));
const contentOf = (zip: string) => unzip(readFileSync(join(inject('packageDir'), zip)));

let embedded: EmbeddedStores;
let secrets: SecretsServer;
let dir = '';

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'packaged-'));
  embedded = await startEmbeddedStores();
  secrets = await startEmbeddedSecrets();
  secrets.write('CallbackKeysSecret', JSON.stringify({ DEVICE_ALARM: [key] }));
});
afterAll(async () => {
  await secrets.close();
  await embedded.stop();
  rmSync(dir, { recursive: true, force: true });
});

const Variables = z.record(z.string(), z.union([z.string(), z.object({ Ref: z.string() }), z.unknown()]));
const Answer = z.object({ statusCode: z.literal(200), body: z.string(), isBase64Encoded: z.boolean().optional() });
const Function = z.object({ Handler: z.string(), Environment: z.object({ Variables }) });

/** Runs a function out of its zip, with the environment that the template gives it, its resources being the embedded ones. */
function runPackaged(name: string, settings: { [variable: string]: string } = {}, onOutput = (_line: string) => {}) {
  const zip = `${name.replaceAll(/-(\w)/g, (_all, letter: string) => letter.toUpperCase())}.zip`;
  for (const [path, content] of contentOf(zip)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
  const { Handler, Environment } = Function.parse(
    resourcesOfType('AWS::Lambda::Function').find(
      ({ Properties }) => Properties['Handler'] === `dist/${name}/index.handler`,
    )?.Properties,
  );
  const environment = Object.fromEntries(
    Object.entries(Environment.Variables).map(([variable, value]) => [variable, embeddedValue(value)]),
  );
  const one = startFunction(
    { name, timeoutMs: 20_000, memoryMb: 1024 },
    {
      ...environment,
      CALLBACK_BASE_URL: baseUrl,
      ...settings,
      ...storesEnvironment(embedded.access, secrets),
    },
    { moduleUrl: pathToFileURL(join(dir, Handler.replace(/\.handler$/, '.mjs'))), onOutput },
  );
  onTestFinished(() => one.stop());
  return one;
}

/** What a reference of the template is in the embedded stores, which have the names of another tenant. */
function embeddedValue(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref: id } = z.object({ Ref: z.string() }).catch({ Ref: '' }).parse(value);
  if (id.endsWith('Queue')) {
    const words = id.replace('DeadLetterQueue', 'Dead').replace(/Queue$/, '');
    return embedded.queueUrl(words.replaceAll(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase());
  }
  const { events, state, tokens } = embedded.tables;
  const names: { readonly [id: string]: string } = {
    DataBucket: embedded.bucket,
    EventsTable: events,
    StateTable: state,
    TokensTable: tokens,
  };
  return names[id] ?? id;
}

describe('the packaged stack', () => {
  it('has a zip per function with its bundle, for the dashboard the page, and nothing else in it', () => {
    expect(zips()).toHaveLength(functionNames.length);
    const paths = zips().flatMap((zip) => [...contentOf(zip).keys()]);
    const page = paths.filter((path) => path.startsWith('dist/serve-dashboard/page/'));
    expect(page).toContain('dist/serve-dashboard/page/index.html');
    expect(paths.filter((path) => !page.includes(path)).toSorted()).toEqual(
      functionNames.map((name) => `dist/${name}/index.mjs`),
    );
  });

  it('serves the page out of the zip, where its setting says that it lies', async () => {
    const { Environment } = Function.parse(packagedTemplate().Resources['ServeDashboardLambdaFunction']?.Properties);
    const inTask = z.string().parse(Environment.Variables['PAGE_DIRECTORY']);
    const signIn = { OIDC_ISSUER: 'https://login.example', OIDC_CLIENT_ID: 'page', OIDC_SIGN_IN_ORIGIN: 'none' };
    const settings = { ...signIn, PAGE_DIRECTORY: inTask.replace(/^\/var\/task/, dir) };
    const dashboard = runPackaged('serve-dashboard', settings);
    const get = (rawPath: string) =>
      dashboard.invoke({
        version: '2.0',
        rawPath,
        rawQueryString: '',
        headers: {},
        requestContext: { http: { method: 'GET' } },
      });
    const textAt = async (path: string) => {
      const { body, isBase64Encoded = false } = Answer.parse(await get(path));
      return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString();
    };
    expect(await textAt('/')).toContain('<title>');
    expect(JSON.parse(await textAt('/sign-in.json'))).toMatchObject({
      signIn: { issuer: 'https://login.example', scope: expect.stringContaining('ivm-bridge/read') },
    });
  });

  const callbackEvent = () => {
    const { timestamp, signature } = signCallback({ url: `${baseUrl}/callbacks/device-alarm`, key, at: new Date() });
    return {
      requestContext: { http: { method: 'POST' } },
      pathParameters: { subscription: 'device-alarm' },
      headers: { 'x-ivm-timestamp': timestamp, 'x-ivm-signature': signature },
      body: message.text,
      isBase64Encoded: false,
    };
  };
  const received = (queue: string) =>
    embedded.stores.receive(embedded.queueArn(queue), embedded.queueUrl(queue), 10, 0);

  it('takes a callback and stores its message, run from its zips', async () => {
    const answer = await runPackaged('receive-callback').invoke(callbackEvent());
    expect(answer).toMatchObject({ statusCode: 200, body: '{"result":"queued"}' });

    const records = await received('alarms');
    expect(records).toHaveLength(1);
    const stored = await runPackaged('store-alarms').invoke({ Records: records });
    expect(stored).toEqual({ batchItemFailures: [] });

    const objects = createObjectStore(embedded.bucket, embedded.stores.clients.s3);
    const { value: rawKey = '' } = await objects.keys('raw/message_type=device_alarm/').next();
    const line: unknown = JSON.parse(gunzipSync((await objects.get(rawKey)) ?? Buffer.alloc(0)).toString());
    expect(line).toMatchObject({ message_type: 'device_alarm', body: message.text });
    const { camera, sk } = z.object({ camera: z.string(), sk: z.string() }).parse(line);
    const { Items = [] } = await embedded.stores.clients.dynamodb.send(
      new QueryCommand({
        TableName: embedded.tables.events,
        KeyConditionExpression: 'camera = :camera AND begins_with(sk, :sk)',
        ExpressionAttributeValues: { ':camera': { S: camera }, ':sk': { S: sk } },
      }),
    );
    expect(Items[0]?.['message_type']).toEqual({ S: 'device_alarm' });
  });

  it('tells of a message under its id from the callback to its pictures', async () => {
    const lines: unknown[] = [];
    const run = (name: string, event: unknown) =>
      runPackaged(name, { LOG_LEVEL: 'debug' }, (line) => lines.push(JSON.parse(line))).invoke(event);
    await run('receive-callback', callbackEvent());
    await run('store-alarms', { Records: await received('alarms') });
    // Nobody can be asked for pictures here, since the keys to IVM were never set up: its failures are told as well.
    await run('store-pictures', { Records: await received('pictures') });

    const message_id = messageId;
    expect(lines).toContainEqual(
      expect.objectContaining({ message: 'callback answered', result: 'queued', message_id }),
    );
    expect(lines).toContainEqual(expect.objectContaining({ message: 'message stored', message_id }));
    expect(lines).toContainEqual(expect.objectContaining({ message: 'record failed and will come again', message_id }));
  });
});

import { randomBytes, randomUUID } from 'node:crypto';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLeanClient } from '#lib/aws/lean-client.ts';
import { createLeanAuthKeyReader, createLeanPut, createLeanSender } from '#lib/aws/lean-stores.ts';
import { createObjectStore } from '#lib/aws/objects.ts';
import { createSender } from '#lib/aws/queues.ts';
import { createAuthKeyReader, createSecretWriter } from '#lib/aws/secrets.ts';
import { errorCode } from '#lib/errors.ts';
import { startEmbeddedSecrets, storesEnvironment } from '../support/embedded-secrets.ts';
import { type EmbeddedStores, startEmbeddedStores } from '../support/embedded-stores.ts';

const timeoutMs = 10_000;
const engine = process.env['ENGINE_SECRETS'];
let embedded: EmbeddedStores;
let secretsClient: SecretsManagerClient;
let environment: { [variable: string]: string };
let stop = async (): Promise<void> => undefined;

beforeAll(async () => {
  embedded = await startEmbeddedStores();
  const secrets = engine === undefined ? await startEmbeddedSecrets() : undefined;
  const endpoint = engine ?? secrets?.endpoint ?? '';
  environment = storesEnvironment(embedded.access, { endpoint });
  const { region, accessKeyId, secretAccessKey } = embedded.access;
  secretsClient = new SecretsManagerClient({
    region,
    endpoint,
    credentials: { accessKeyId, secretAccessKey },
  });
  stop = async () => {
    secretsClient.destroy();
    await secrets?.close();
    await embedded.stop();
  };
});
afterAll(() => stop());

type Adapters = {
  send: ReturnType<typeof createSender>;
  put: ReturnType<typeof createLeanPut>;
  readKeys: ReturnType<typeof createAuthKeyReader>;
};
const lean = () => createLeanClient({ environment: () => environment });
const adapters: [string, (bucket: string, secretId: string) => Adapters][] = [
  [
    'the SDK',
    (bucket, secretId) => {
      const { sqs, s3 } = embedded.stores.clients;
      const store = createObjectStore(bucket, s3);
      return {
        send: createSender(sqs),
        put: (key, content, contentType, timeout) => store.put(key, content, { contentType, timeoutMs: timeout }),
        readKeys: createAuthKeyReader(secretId, timeoutMs, secretsClient),
      };
    },
  ],
  [
    'the lean client',
    (bucket, secretId) => ({
      send: createLeanSender(lean()),
      put: createLeanPut(bucket, lean()),
      readKeys: createLeanAuthKeyReader(secretId, timeoutMs, lean()),
    }),
  ],
];

/** The only message of a queue, taken for good. */
async function take(queue: string) {
  const url = embedded.queueUrl(queue);
  const [record, ...others] = await embedded.stores.receive(embedded.queueArn(queue), url, 10, 0);
  expect(others).toEqual([]);
  await embedded.stores.delete(url, [record?.receiptHandle ?? '']);
  return record;
}
/** The code and the text that somebody looks for in a log. */
async function failureOf(work: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await work;
  } catch (error) {
    return { code: errorCode(error), message: (error as Error).message };
  }
  throw new Error('it did not fail');
}

describe.each(adapters)('through %s', (_name, create) => {
  const through = (changes: { bucket?: string; secretId?: string } = {}) =>
    create(changes.bucket ?? embedded.bucket, changes.secretId ?? 'keys');

  it('a message comes with its text and its attributes, but for empty ones', async () => {
    const attributes = { message_id: '1', subscription: 'device-alarm', empty: '', spill: undefined };
    const body = '{"a":"日本 \\u0000","b":"\t\\"\r\n"}';
    await through().send(embedded.queueUrl('alarms'), body, attributes, timeoutMs);
    const record = await take('alarms');
    expect(record?.body).toBe(body);
    const given = Object.entries(record?.messageAttributes ?? {});
    expect(
      Object.fromEntries(given.map(([name, { dataType, stringValue }]) => [name, [dataType, stringValue]])),
    ).toEqual({
      message_id: ['String', '1'],
      subscription: ['String', 'device-alarm'],
    });
  });

  it('the longest message that SQS takes comes whole', async () => {
    const body = randomBytes(524_288).toString('hex');
    expect(body).toHaveLength(1_048_576);
    await through().send(embedded.queueUrl('devices'), body, {}, timeoutMs);
    expect((await take('devices'))?.body).toBe(body);
  });

  it('a message to a queue that is not there is refused by the code of SQS', async () => {
    const { code } = await failureOf(through().send(embedded.queueUrl('never-made'), '{}', {}, timeoutMs));
    expect(code).toMatch(/^(?:AWS\.SimpleQueueService\.NonExistentQueue|QueueDoesNotExist)$/);
  });

  it.each(['spill/device-alarm/2026-01-01T00:00:00.000Z-0123.json', "odd/a b+c%2F(é)'*!~日本/=&$@,;"])(
    'an object comes byte for byte under the key %s',
    async (key) => {
      const content = randomBytes(1_000);
      await through().put(key, content, 'application/octet-stream', timeoutMs);
      const store = createObjectStore(embedded.bucket, embedded.stores.clients.s3);
      expect(await store.get(key)).toEqual(content);
      expect(await store.describe(key)).toMatchObject({ sizeBytes: 1_000, contentType: 'application/octet-stream' });
    },
  );

  it('an object of the size of the longest callback, and an empty one, come whole', async () => {
    const store = createObjectStore(embedded.bucket, embedded.stores.clients.s3);
    for (const sizeBytes of [5_600_000, 0]) {
      const content = randomBytes(sizeBytes);
      await through().put('large', content, 'application/json', timeoutMs);
      expect((await store.get('large'))?.equals(content)).toBe(true);
    }
  });

  it('an object for a bucket that is not there is refused by the code of S3', async () => {
    const put = through({ bucket: `never-made-${randomUUID()}` }).put('key', Buffer.from('x'), 'text/plain', timeoutMs);
    expect((await failureOf(put)).code).toBe('NoSuchBucket');
  });

  it('keys are read as they were written last, none from a secret that was never filled', async () => {
    const secretId = `keys-${randomUUID()}`;
    // As CloudFormation makes it: without a value. The embedded Secrets Manager has all secrets from the start.
    if (engine !== undefined) await secretsClient.send(new CreateSecretCommand({ Name: secretId }));
    const { readKeys } = through({ secretId });
    const write = createSecretWriter(secretId, secretsClient);
    expect(await readKeys()).toEqual({});
    for (const keys of [{ DEVICE_ALARM: ['first'] }, { DEVICE_ALARM: ['second', 'first'], THIRD_DATA: ['日本'] }, {}]) {
      await write(keys);
      expect(await readKeys()).toEqual(keys);
    }
  });

  it('a secret of another form is refused, and never said', async () => {
    const secretId = `keys-${randomUUID()}`;
    if (engine !== undefined) await secretsClient.send(new CreateSecretCommand({ Name: secretId }));
    await createSecretWriter(secretId, secretsClient)({ DEVICE_ALARM: 's3cret' });
    const { code, message } = await failureOf(through({ secretId }).readKeys());
    expect(code).toBe('secret');
    expect(message).not.toContain('s3cret');
  });

  it.skipIf(engine === undefined)('a secret that is not there at all is no empty one', async () => {
    expect((await failureOf(through({ secretId: `gone-${randomUUID()}` }).readKeys())).code).toBe(
      'ResourceNotFoundException',
    );
  });
});

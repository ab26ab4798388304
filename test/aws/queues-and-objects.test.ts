import { PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { createObjectVersions } from '#lib/aws/object-versions.ts';
import { createObjectStore } from '#lib/aws/objects.ts';
import { createJobQueue, createSender, createSourceQueues } from '#lib/aws/queues.ts';
import { createSecretReader } from '#lib/aws/secrets.ts';
import { callbackBody } from '#lib/callback/callback-body.ts';
import { fitsSqs } from '#lib/callback/sqs-fitness.ts';
import { startEmbeddedSecrets } from '../support/embedded-secrets.ts';
import { type EmbeddedStores, startEmbeddedStores } from '../support/embedded-stores.ts';

let embedded: EmbeddedStores;
beforeAll(async () => {
  embedded = await startEmbeddedStores();
});
afterAll(() => embedded.stop());

const sqs = () => embedded.stores.clients.sqs;
/** Takes up to ten messages for good. */
async function take(queue: string) {
  const url = embedded.queueUrl(queue);
  const records = await embedded.stores.receive(embedded.queueArn(queue), url, 10, 0);
  await embedded.stores.delete(
    url,
    records.map(({ receiptHandle }) => receiptHandle),
  );
  return records;
}

describe('the versions of objects', () => {
  const versions = () => createObjectVersions(embedded.bucket, embedded.stores.clients.s3);
  const objects = () => createObjectStore(embedded.bucket, embedded.stores.clients.s3);
  const put = (key: string, content: string) => objects().put(key, Buffer.from(content), { contentType: 'text/plain' });
  /** The embedded store knows no versions. */
  const keepVersions = async (): Promise<boolean> => {
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    try {
      await embedded.stores.clients.s3.send(
        new PutBucketVersioningCommand({ Bucket: embedded.bucket, VersioningConfiguration }),
      );
      return true;
    } catch {
      return false;
    }
  };

  it('are found with every content that a key has had, deleted ones included, and removed for good', async () => {
    const hasVersions = await keepVersions();
    await put('versions/a', 'first');
    await put('versions/a', 'second');
    await put('versions/b', 'deleted');
    await objects().delete('versions/b');
    await put('versions/c', 'stays');
    const contents = new Map<string, string[]>();
    for await (const { key, versions: all } of versions().list('versions/')) {
      const texts = await Promise.all(
        all.filter(({ isMarker }) => !isMarker).map(async (one) => String(await versions().read(key, one))),
      );
      contents.set(key, texts.toSorted());
      if (key === 'versions/c') continue;
      await versions().remove(all.map(({ id }) => (id === undefined ? { key } : { key, id })));
    }
    expect(Object.fromEntries(contents)).toEqual(
      hasVersions
        ? { 'versions/a': ['first', 'second'], 'versions/b': ['deleted'], 'versions/c': ['stays'] }
        : { 'versions/a': ['second'], 'versions/c': ['stays'] },
    );
    const left = await Array.fromAsync(versions().list('versions/'));
    expect(left.map(({ key }) => key)).toEqual(['versions/c']);
  });
});

describe('the object store', () => {
  const objects = () => createObjectStore(embedded.bucket, embedded.stores.clients.s3);
  const text = { contentType: 'text/plain' };

  it('keeps bytes, type, encoding and metadata under keys with percent signs', async () => {
    const key = 'pictures/device_id=a%2Fb%20c/日本.jpg';
    await objects().put(key, Buffer.from([0, 255]), {
      contentType: 'image/jpeg',
      metadata: { kind: 'plate', 'message-id': '17' },
    });
    expect(await objects().get(key)).toEqual(Buffer.from([0, 255]));
    expect(await objects().describe(key)).toEqual({
      sizeBytes: 2,
      contentType: 'image/jpeg',
      metadata: { kind: 'plate', 'message-id': '17' },
    });
  });

  it('never stores over what is there when it must not', async () => {
    const put = (content: string) => objects().putIfAbsent('once', Buffer.from(content), text);
    expect(await put('first')).toBe('stored');
    expect(await put('second')).toBe('exists');
    expect(String(await objects().get('once'))).toBe('first');
  });

  it('stores a key once, however many race for it', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) => objects().putIfAbsent('race', Buffer.from(String(index)), text)),
    );
    expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1);
  });

  it('knows what is not there, and forgets what is deleted', async () => {
    await objects().put('short-lived', Buffer.from('x'), text);
    await objects().delete('short-lived');
    expect(await objects().get('short-lived')).toBeUndefined();
    expect(await objects().describe('short-lived')).toBeUndefined();
  });

  it('lists all keys under a prefix in their order', async () => {
    for (const name of ['b', 'a', 'c']) await objects().put(`list/${name}`, Buffer.from(name), text);
    const keys: string[] = [];
    for await (const key of objects().keys('list/')) keys.push(key);
    expect(keys).toEqual(['list/a', 'list/b', 'list/c']);
  });
});

describe('queues', () => {
  it('carry a message with its attributes, as Lambda hands it on', async () => {
    await createSender(sqs())(
      embedded.queueUrl('alarms'),
      '{"a":"日本"}',
      { message_id: '1', spill: undefined },
      5_000,
    );
    expect(await take('alarms')).toEqual([
      expect.objectContaining({
        body: '{"a":"日本"}',
        eventSource: 'aws:sqs',
        eventSourceARN: embedded.queueArn('alarms'),
        attributes: expect.objectContaining({ ApproximateReceiveCount: '1' }),
        messageAttributes: { message_id: expect.objectContaining({ stringValue: '1', dataType: 'String' }) },
      }),
    ]);
  });

  it('take every body that our own check lets through, and give it back byte for byte', async () => {
    const odd = fc.constantFrom('\t', '\r\n', '\uFFFD', '\uD7FF', '\uE000', '\u0000', '\uFFFE', '日本');
    const send = createSender(sqs());
    let sent = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(odd, fc.string({ unit: 'binary' }))), async (parts) => {
        // The embedded SQS refuses what lies beyond the first plane, which AWS takes.
        const body = parts.join('').replaceAll(/[\u{10000}-\u{10FFFF}]/gu, '');
        if (!fitsSqs(callbackBody(body))) return;
        sent += 1;
        await send(embedded.queueUrl('snapshots'), body, {}, 5_000);
        expect((await take('snapshots')).map((record) => record.body)).toEqual([body]);
      }),
      { numRuns: 100 },
    );
    expect(sent).toBeGreaterThan(10);
  });

  it('take jobs in batches of ten, delayed ones too, with a result each', async () => {
    const url = embedded.queueUrl('pictures');
    const jobs = Array.from({ length: 25 }, (_, index) => ({ body: `{"n":${index}}` }));
    const queue = createJobQueue(url, sqs());
    expect((await queue([...jobs, { body: '{}', delaySeconds: 600 }])).map(({ status }) => status)).toEqual(
      Array(26).fill('fulfilled'),
    );
    expect(await embedded.stores.depth(url)).toEqual({ visible: 25, inFlight: 0, delayed: 1 });
    expect(await createJobQueue(embedded.queueUrl('unknown'), sqs())([{ body: '{}' }])).toMatchObject([
      { status: 'rejected' },
    ]);
  });

  it('park a record in the dead-letter queue of its own queue, with reason and code', async () => {
    const names = ['alarms', 'devices'];
    const source = createSourceQueues(
      names.map((name) => embedded.queueUrl(name)),
      names.map((name) => embedded.queueUrl(`${name}-dead`)),
      sqs(),
    );
    await createSender(sqs())(embedded.queueUrl('devices'), 'poison', { message_id: '7' }, 5_000);
    const [record] = await take('devices');
    if (record === undefined) throw new Error('nothing came');
    await source.park(record, 'schlecht: 日本', 'not-json');
    expect(await take('alarms-dead')).toEqual([]);
    const [dead] = await take('devices-dead');
    expect(dead?.body).toBe('poison');
    expect(
      Object.fromEntries(
        Object.entries(dead?.messageAttributes ?? {}).map(([name, { stringValue }]) => [name, stringValue]),
      ),
    ).toEqual({ message_id: '7', reason: 'schlecht: ??', code: 'not-json' });
    await expect(source.park({ ...record, eventSourceARN: 'arn:aws:sqs:x:y:other' }, 'r', 'c')).rejects.toMatchObject({
      code: 'env',
    });
  });

  it('bring a failed record back when it is told to', async () => {
    const url = embedded.queueUrl('intelligence');
    const source = createSourceQueues([url], [embedded.queueUrl('intelligence-dead')], sqs());
    await createSender(sqs())(url, 'again', {}, 5_000);
    const receive = () => embedded.stores.receive(embedded.queueArn('intelligence'), url, 10, 0);
    const [record] = await receive();
    if (record === undefined) throw new Error('nothing came');
    await source.delay(record, 600);
    expect(await receive()).toEqual([]);
    await source.delay(record, 0);
    const [again] = await embedded.stores.receive(embedded.queueArn('intelligence'), url, 10, 5);
    expect(again?.attributes.ApproximateReceiveCount).toBe('2');
  });
});

describe('provisioning', () => {
  it('creates what is not there, and brings the rest up to date', async () => {
    const url = embedded.queueUrl('alarms');
    await embedded.stores.createQueue(url.split('/').at(-1) ?? '', url, { VisibilityTimeout: '77' });
    await embedded.stores.createBucket(embedded.bucket);
    expect(await embedded.stores.depth(url)).toMatchObject({ visible: 0 });
  });

  it('refuses a table that is there with other keys', async () => {
    const table = {
      name: embedded.tables.tokens,
      attributes: [{ AttributeName: 'other', AttributeType: 'S' as const }],
      keys: [{ AttributeName: 'other', KeyType: 'HASH' as const }],
      indexes: [],
    };
    await expect(embedded.stores.createTable(table)).rejects.toMatchObject({ code: 'data-outdated' });
  });
});

describe('createSecretReader', () => {
  it('reads what has the expected form, and never says what has not', async () => {
    const secrets = await startEmbeddedSecrets();
    const client = new SecretsManagerClient({
      region: 'us-east-1',
      endpoint: secrets.endpoint,
      credentials: { accessKeyId: 'TEST', secretAccessKey: 'TEST' },
    });
    onTestFinished(async () => {
      client.destroy();
      await secrets.close();
    });
    const read = createSecretReader('keys', z.object({ accessKey: z.string() }), 5_000, client);
    await expect(read()).rejects.toThrow("can't find");
    for (const wrong of ['s3cret', '{"secretKey":"s3cret"}']) {
      secrets.write('keys', wrong);
      await expect(read()).rejects.toMatchObject({ code: 'secret', message: expect.not.stringContaining('s3cret') });
    }
    secrets.write('keys', '{"accessKey":"AK"}');
    expect(await read()).toEqual({ accessKey: 'AK' });
  });
});

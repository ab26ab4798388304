import fs, { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import {
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { createEventsTable } from '#lib/aws/events-table.ts';
import { createObjectStore } from '#lib/aws/objects.ts';
import { createProvisioning } from '#lib/aws/provisioning.ts';
import { createSender } from '#lib/aws/queues.ts';
import { openDataDir } from '#lib/local/data-dir.ts';
import { startDynaliteServer } from '#lib/local/dynalite-server.ts';
import { startFauxqsServer } from '#lib/local/fauxqs-server.ts';
import { readPrivateJson, writePrivateJson } from '#lib/local/private-file.ts';
import { startSecretsServer } from '#lib/local/secrets-server.ts';

const region = 'us-east-1';

function temporaryDir(): string {
  const path = mkdtempSync(join(tmpdir(), 'local-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
/** Writes to files below `dir` begin, and find no room for their content; gives how to end that. */
function fillDisk(dir: string): () => void {
  const write = fs.writeFileSync;
  fs.writeFileSync = (file, _content, options) => {
    if (!String(file).startsWith(dir)) return write(file, _content, options);
    write(file, '');
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  };
  const end = () => {
    fs.writeFileSync = write;
    syncBuiltinESMExports();
  };
  syncBuiltinESMExports();
  onTestFinished(end);
  return end;
}

/** Status of a plain request with the given headers. */
function statusOf(endpoint: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(endpoint);
    const request = http.request({ hostname, port, method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject);
    request.end('{}');
  });
}
const access = (endpoint: string) => ({
  region,
  accessKeyId: 'TEST',
  secretAccessKey: 'TEST',
  sqs: endpoint,
  s3: endpoint,
  dynamodb: endpoint,
});

/** How many iterators of LevelDB are opened and closed while something is done. */
async function iteratorsOf(work: () => Promise<unknown>): Promise<{ opened: number; closed: number }> {
  type Iterate = (...parameters: unknown[]) => { close(): Promise<void> };
  const { ClassicLevel } = createRequire(createRequire(import.meta.url).resolve('dynalite'))('classic-level') as {
    ClassicLevel: { prototype: { keys: Iterate; values: Iterate } };
  };
  const { prototype } = ClassicLevel;
  const counts = { opened: 0, closed: 0 };
  const originals = { keys: prototype.keys, values: prototype.values };
  for (const name of ['keys', 'values'] as const) {
    prototype[name] = function counted(...parameters) {
      const iterator = originals[name].apply(this, parameters);
      const close = iterator.close.bind(iterator);
      counts.opened += 1;
      iterator.close = async () => {
        counts.closed += 1;
        await close();
      };
      return iterator;
    };
  }
  try {
    await work();
  } finally {
    Object.assign(prototype, originals);
  }
  return counts;
}

describe('the embedded SQS and S3', () => {
  const start = (dir: string) => startFauxqsServer({ sqsDir: join(dir, 'sqs'), s3Dir: join(dir, 's3'), region });

  const startBucket = async () => {
    const server = await start(temporaryDir());
    const stores = createProvisioning(access(server.endpoint));
    onTestFinished(async () => {
      stores.close();
      await server.close();
    });
    await stores.createBucket('bucket');
    return { server, stores, objects: createObjectStore('bucket', stores.clients.s3) };
  };

  it('keep messages and objects over a restart, under any key', async () => {
    const dir = temporaryDir();
    const key = `pictures/device_id=${'%E6%97%A5'.repeat(28)}/~a/../b//c`;
    for (const run of ['first', 'second']) {
      const server = await start(dir);
      const stores = createProvisioning(access(server.endpoint));
      const url = `${server.endpoint}/000000000000/q`;
      await stores.createQueue('q', url, { VisibilityTimeout: '0' });
      await stores.createBucket('bucket');
      const objects = createObjectStore('bucket', stores.clients.s3);
      if (run === 'first') {
        await createSender(stores.clients.sqs)(url, 'body', { name: 'value' }, 5_000);
        await objects.put(key, Buffer.from('x'), { contentType: 'image/png', metadata: { kind: 'plate' } });
      } else {
        const [record] = await stores.receive('arn:q', url, 10, 0);
        expect(record).toMatchObject({ body: 'body', messageAttributes: { name: { stringValue: 'value' } } });
        expect(String(await objects.get(key))).toBe('x');
        expect(await objects.describe(key)).toMatchObject({ contentType: 'image/png', metadata: { kind: 'plate' } });
      }
      stores.close();
      await server.close();
    }
  });

  it('take 20 MB in one piece, and refuse what they would misunderstand', async () => {
    const { stores, objects } = await startBucket();
    await objects.put('large', Buffer.alloc(20 * 1024 * 1024, 7), { contentType: 'image/png' });
    const tagging = { Bucket: 'bucket', Key: 'large' };
    const send = (command: PutObjectTaggingCommand | GetObjectTaggingCommand | PutObjectCommand) =>
      stores.clients.s3.send(command as PutObjectCommand);
    await expect(send(new PutObjectTaggingCommand({ ...tagging, Tagging: { TagSet: [] } }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501 },
    });
    await expect(send(new GetObjectTaggingCommand(tagging))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501 },
    });
    await expect(send(new PutObjectCommand({ ...tagging, Body: 'x', IfNoneMatch: '"etag"' }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501 },
    });
    expect((await objects.describe('large'))?.sizeBytes).toBe(20 * 1024 * 1024);
  });

  it('keep an object as it was where there is no room for another in its place', async () => {
    const dir = temporaryDir();
    const key = 'raw/a:b%20*/\u0001.gz';
    const server = await start(dir);
    const stores = createProvisioning(access(server.endpoint));
    await stores.createBucket('bucket');
    const objects = createObjectStore('bucket', stores.clients.s3);
    await objects.put(key, Buffer.from('as it was'), { contentType: 'text/plain' });
    const failed = { $response: { statusCode: 500 } };
    const endOfFull = fillDisk(dir);
    await expect(objects.put(key, Buffer.from('other'), { contentType: 'text/plain' })).rejects.toMatchObject(failed);
    await expect(objects.put('new', Buffer.from('other'), { contentType: 'text/plain' })).rejects.toMatchObject(failed);
    expect(String(await objects.get(key))).toBe('as it was');
    endOfFull();
    stores.close();
    await server.close();

    const again = await start(dir);
    const storesAgain = createProvisioning(access(again.endpoint));
    const objectsAgain = createObjectStore('bucket', storesAgain.clients.s3);
    expect(String(await objectsAgain.get(key))).toBe('as it was');
    expect(await Array.fromAsync(objectsAgain.keys(''))).toEqual([key]);
    await objectsAgain.put(key, Buffer.from('there is room'), { contentType: 'text/plain' });
    expect(String(await objectsAgain.get(key))).toBe('there is room');
    storesAgain.close();
    await again.close();
  });

  it('list every key once, a page after the other', async () => {
    const { objects } = await startBucket();
    // In the order of a locale, `raw/b…` stands before `raw/A…`: the second page would begin behind it.
    const names = Array.from({ length: 340 }, (_, index) => [`A${index}`, `b${index}`, `_${index}`]).flat();
    const keys = names.map((name) => `raw/${name}`);
    await Promise.all(keys.map((key) => objects.put(key, Buffer.from('x'), { contentType: 'text/plain' })));
    await objects.put('rest/1', Buffer.from('x'), { contentType: 'text/plain' });
    expect(await Array.fromAsync(objects.keys('raw/'))).toEqual(keys.toSorted());
  });

  it('list folders and keys by code point, each once, from one page to the next', async () => {
    const { stores, objects } = await startBucket();
    const keys = ['q', 'q/', 'q/a', 'q/b/1', 'q/b/2', 'q/B/1', 'q/\u{1F6A8}/1', 'q/\uFF21/1', 'q/\uFF21/b/1', 'q0'];
    for (const key of keys) await objects.put(key, Buffer.from('x'), { contentType: 'text/plain' });
    const page = async (maxKeys: number, after?: string) => {
      const { Contents = [], CommonPrefixes = [] } = await stores.clients.s3.send(
        new ListObjectsV2Command({
          Bucket: 'bucket',
          Prefix: 'q/',
          Delimiter: '/',
          MaxKeys: maxKeys,
          ...(after === undefined ? {} : { StartAfter: after }),
        }),
      );
      return [...Contents.map(({ Key }) => Key), ...CommonPrefixes.map(({ Prefix }) => Prefix)];
    };
    const folders = ['q/B/', 'q/b/', 'q/\uFF21/', 'q/\u{1F6A8}/'];
    expect(await page(1000)).toEqual(['q/', 'q/a', ...folders]);
    expect(await page(3)).toEqual(['q/', 'q/a', 'q/B/']);
    expect(await page(2, 'q/b/')).toEqual(folders.slice(2));
    expect(await page(1000, 'q/\uFF21/b')).toEqual(folders.slice(3));
  });

  it('know of an object what was put last, and nothing of one that was deleted', async () => {
    const { objects } = await startBucket();
    const put = (key: string, text: string, contentType: string) =>
      objects.put(key, Buffer.from(text), { contentType, metadata: { text } });
    await put('a', 'before', 'text/plain');
    await put('b', 'other', 'text/plain');
    await put('a', 'now', 'image/png');
    expect(await objects.putIfAbsent('a', Buffer.from('x'), { contentType: 'text/plain' })).toBe('exists');
    expect(await objects.describe('a')).toEqual({ sizeBytes: 3, contentType: 'image/png', metadata: { text: 'now' } });
    await objects.delete('a');
    expect([await objects.get('a'), await objects.describe('a')]).toEqual([undefined, undefined]);
    expect(await Array.fromAsync(objects.keys(''))).toEqual(['b']);
    expect(await objects.putIfAbsent('a', Buffer.from('x'), { contentType: 'text/plain' })).toBe('stored');
  });

  it('listen on this machine alone, and to no web page', async () => {
    const server = await start(temporaryDir());
    onTestFinished(() => server.close());
    expect(server.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await statusOf(server.endpoint, { origin: 'http://evil.example' })).toBe(403);
    expect(await statusOf(server.endpoint, { host: 'evil.example' })).toBe(403);
  });

  it('say what to do when what is on disk is damaged', async () => {
    const dir = temporaryDir();
    mkdirSync(join(dir, 'sqs'));
    writeFileSync(join(dir, 'sqs', 'fauxqs.db'), 'no database '.repeat(1000));
    const damaged = start(dir);
    onTestFinished(async () => {
      await damaged.then((server) => server.close()).catch(() => undefined);
    });
    await expect(damaged).rejects.toMatchObject({ code: 'data-unreadable' });
  });
});

describe('the embedded DynamoDB', () => {
  const table = {
    name: 'events',
    attributes: [
      { AttributeName: 'camera', AttributeType: 'S' as const },
      { AttributeName: 'sk', AttributeType: 'S' as const },
    ],
    keys: [
      { AttributeName: 'camera', KeyType: 'HASH' as const },
      { AttributeName: 'sk', KeyType: 'RANGE' as const },
    ],
    indexes: [],
  };

  it('keeps tables and items over a restart, and listens to no web page', async () => {
    const dir = temporaryDir();
    const item = { camera: { S: 'D#0' }, sk: { S: '1' }, n: { N: '18446744073696131378' } };
    for (const run of ['first', 'second']) {
      const server = await startDynaliteServer(join(dir, 'dynamodb'));
      const stores = createProvisioning(access(server.endpoint));
      await stores.createTable(table);
      const present = await createEventsTable('events', stores.clients.dynamodb).putIfAbsent(item);
      expect(present).toEqual(run === 'first' ? undefined : item);
      expect(await statusOf(server.endpoint, { origin: 'http://evil.example' })).toBe(403);
      stores.close();
      await server.close();
    }
  });

  it.each([{ limit: undefined }, { limit: 2 }])(
    'leaves no iterator open after a query (limit: $limit)',
    async ({ limit }) => {
      const server = await startDynaliteServer(join(temporaryDir(), 'dynamodb'));
      const stores = createProvisioning(access(server.endpoint));
      onTestFinished(async () => {
        stores.close();
        await server.close();
      });
      await stores.createTable(table);
      const { dynamodb } = stores.clients;
      const items = ['1', '2', '3'].map((sk) => ({ camera: { S: 'D#0' }, sk: { S: sk } }));
      await createEventsTable('events', dynamodb).putAll(items);
      const query = new QueryCommand({
        TableName: 'events',
        KeyConditionExpression: 'camera = :camera',
        ExpressionAttributeValues: { ':camera': { S: 'D#0' } },
        ...(limit === undefined ? {} : { Limit: limit }),
      });
      const { opened, closed } = await iteratorsOf(async () => {
        expect((await dynamodb.send(query)).Count).toBe(limit ?? 3);
      });
      expect(opened).toBeGreaterThan(0);
      expect(closed).toBeGreaterThanOrEqual(opened);
    },
  );
});

describe('the local Secrets Manager', () => {
  const start = (file: string) => startSecretsServer({ file, region, accessKeyId: 'MINE', now: () => new Date(0) });
  const clientOf = (endpoint: string, accessKeyId = 'MINE') =>
    new SecretsManagerClient({ region, endpoint, maxAttempts: 1, credentials: { accessKeyId, secretAccessKey: 'x' } });

  it('creates, reads and changes secrets, and keeps them for their owner alone', async () => {
    const file = join(temporaryDir(), 'secrets.json');
    const first = await start(file);
    const client = clientOf(first.endpoint);
    await client.send(new CreateSecretCommand({ Name: 'a/b', SecretString: 'one' }));
    const { SecretString, ARN = '' } = await client.send(new GetSecretValueCommand({ SecretId: 'a/b' }));
    expect(SecretString).toBe('one');
    await client.send(new PutSecretValueCommand({ SecretId: ARN, SecretString: 'two' }));
    await expect(client.send(new CreateSecretCommand({ Name: 'a/b', SecretString: 'x' }))).rejects.toThrow('exists');
    await expect(client.send(new GetSecretValueCommand({ SecretId: 'no' }))).rejects.toThrow("can't find");
    await expect(clientOf(first.endpoint, 'OTHER').send(new GetSecretValueCommand({ SecretId: ARN }))).rejects.toThrow(
      'security token',
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await first.close();

    const second = await start(file);
    onTestFinished(() => second.close());
    expect(second.read('a/b')).toBe('two');
    expect((await clientOf(second.endpoint).send(new GetSecretValueCommand({ SecretId: ARN }))).SecretString).toBe(
      'two',
    );
  });
});

describe('a private file', () => {
  it('is whole and readable by its owner alone', () => {
    const path = join(temporaryDir(), 'a.json');
    expect(readPrivateJson(path, z.unknown())).toBeUndefined();
    writePrivateJson(path, { a: 1 });
    expect(readPrivateJson(path, z.object({ a: z.number() }))).toEqual({ a: 1 });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(() => readPrivateJson(path, z.object({ b: z.number() }))).toThrow(
      expect.objectContaining({ code: 'data-unreadable' }),
    );
  });
});

describe('the data directory', () => {
  it('is of one process at a time, and taken over from a dead one', () => {
    const dir = join(temporaryDir(), 'new', 'deep');
    const mine = openDataDir(dir);
    expect(readFileSync(mine.path('lock'), 'utf8')).toBe(String(process.pid));
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    writeFileSync(mine.path('lock'), String(process.ppid));
    expect(() => openDataDir(dir)).toThrow(expect.objectContaining({ code: 'data-in-use' }));
    writeFileSync(mine.path('lock'), '999999999');
    openDataDir(dir).release();
    expect(existsSync(mine.path('lock'))).toBe(false);
  });
});

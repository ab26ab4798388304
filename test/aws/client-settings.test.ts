import { readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { clientSettings } from '#lib/aws/client-settings.ts';
import { closeServer, listenOnLoopback } from '#lib/local/loopback-server.ts';

const idleMs = 400;

/** A client of an S3 that does with each request what it is told to. */
async function clientOf(serve: (request: http.IncomingMessage, response: http.ServerResponse) => void | Promise<void>) {
  const server = http.createServer((request, response) => {
    void (async () => serve(request, response))();
  });
  const endpoint = `http://127.0.0.1:${await listenOnLoopback(server, 0)}`;
  const client = new S3Client({
    ...clientSettings({ connectMs: 200, idleMs }),
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'TEST', secretAccessKey: 'TEST' },
    forcePathStyle: true,
  });
  onTestFinished(async () => {
    client.destroy();
    await closeServer(server, 0);
  });
  return client;
}
const key = { Bucket: 'bucket', Key: 'key' };

describe('clients of AWS', () => {
  it('give up a request that is never answered, and try it again', async () => {
    let requests = 0;
    const client = await clientOf((request, response) => {
      requests += 1;
      request.resume();
      if (requests > 1) response.end();
    });
    await client.send(new PutObjectCommand({ ...key, Body: 'x' }));
    expect(requests).toBe(2);
  });

  it('give up a request that is never answered, after three tries', async () => {
    let requests = 0;
    const client = await clientOf(() => {
      requests += 1;
    });
    await expect(client.send(new PutObjectCommand({ ...key, Body: 'x' }))).rejects.toThrow(/inactivity/);
    expect(requests).toBe(3);
  });

  it('give up an answer that ends in silence', async () => {
    const client = await clientOf((_request, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('half');
    });
    const { Body } = await client.send(new GetObjectCommand(key));
    await expect(Body?.transformToByteArray()).rejects.toThrow(/inactivity/);
  });

  it('let an upload take as long as its bytes flow', async () => {
    const megabyte = 1024 * 1024;
    const startedMs = performance.now();
    const client = await clientOf(async (request, response) => {
      let taken = 0;
      let nextPause = megabyte;
      for await (const chunk of request) {
        taken += (chunk as Buffer).length;
        if (taken < nextPause) continue;
        nextPause += megabyte;
        await delay(30);
      }
      response.end();
    });
    await client.send(new PutObjectCommand({ ...key, Body: Buffer.alloc(40 * megabyte) }));
    expect(performance.now() - startedMs).toBeGreaterThan(2 * idleMs);
  });

  it('let a download take as long as its bytes flow', async () => {
    const client = await clientOf(async (_request, response) => {
      response.writeHead(200, { 'content-length': '80' });
      for (let piece = 0; piece < 8; piece += 1) {
        response.write('0123456789');
        await delay(idleMs / 4);
      }
      response.end();
    });
    const { Body } = await client.send(new GetObjectCommand(key));
    expect(await Body?.transformToString()).toHaveLength(80);
  });

  it('copy nothing of what is sent and answered for a log line that nobody reads', async () => {
    let copies = 0;
    const client = await clientOf((request, response) => {
      request.resume();
      response.statusCode = request.method === 'PUT' ? 200 : 404;
      response.end();
    });
    client.middlewareStack.add(
      (next, context) => {
        const copied = (value: unknown) => {
          copies += 1;
          return value;
        };
        Object.assign(context, { inputFilterSensitiveLog: copied, outputFilterSensitiveLog: copied });
        return next;
      },
      { step: 'initialize' },
    );
    await client.send(new PutObjectCommand({ ...key, Body: 'x' }));
    await expect(client.send(new GetObjectCommand(key))).rejects.toThrow('UnknownError');
    expect(copies).toBe(0);
  });

  it('are all made so, but for those of the stores on this machine', () => {
    const dir = new URL('../../lib/aws/', import.meta.url);
    const made = readdirSync(dir)
      .filter((name) => name !== 'provisioning.ts')
      .flatMap((name) => readFileSync(new URL(name, dir), 'utf8').match(/new \w+Client\(.{0,15}/g) ?? []);
    expect(made.length).toBeGreaterThan(20);
    expect(made.filter((text) => !text.endsWith('Client(clientSettings('))).toEqual([]);
  });
});

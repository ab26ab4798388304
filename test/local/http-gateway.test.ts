import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, describe, expect, it } from 'vitest';
import { TransientError } from '#lib/errors.ts';
import { type GatewayOptions, type HttpGateway, startHttpGateway } from '#lib/local/http-gateway.ts';

const gateways: HttpGateway[] = [];

async function start(
  options: Partial<GatewayOptions> & {
    paths?: string[];
    localPaths?: string[];
    reply?: (event: APIGatewayProxyEventV2) => unknown;
  } = {},
) {
  const {
    paths = ['ANY /callbacks/{subscription}'],
    localPaths = [],
    reply = () => ({ statusCode: 200 }),
    ...others
  } = options;
  const events: APIGatewayProxyEventV2[] = [];
  const errors: unknown[] = [];
  const gateway = await startHttpGateway({
    port: 0,
    routes: [...paths, ...localPaths].map((routeKey) => {
      const [method = '', path = ''] = routeKey.split(' ');
      return {
        route: { method, path },
        isLocal: localPaths.includes(routeKey),
        invoke: async (event) => {
          events.push(event);
          return reply(event);
        },
      };
    }),
    onError: (error) => errors.push(error),
    now: () => new Date('2026-03-05T07:08:09.123Z'),
    ...others,
  });
  gateways.push(gateway);
  return { gateway, events, errors, url: `http://127.0.0.1:${gateway.port}` };
}

type RawAnswer = { status: number | undefined; headers: http.IncomingHttpHeaders; text: string };

/** For what fetch would tidy up or forbid: odd paths, repeated headers, a Host of one's own. */
async function send(
  url: string,
  path: string,
  options: { method?: string; headers?: http.OutgoingHttpHeaders | string[]; body?: string | Buffer } = {},
): Promise<RawAnswer> {
  const { port } = new URL(url);
  const request = http.request({
    host: '127.0.0.1',
    port,
    path,
    method: options.method ?? 'POST',
    headers: options.headers ?? {},
    agent: false,
  });
  request.end(options.body);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const chunks = await response.toArray();
  return { status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString('utf8') };
}

afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.close()));
});

describe('the event of a request', () => {
  it('is that of payload format 2.0', async () => {
    const { url, events } = await start();
    await send(url, '/callbacks/device-alarm?b=2&a=1&b=3%204&c=', {
      headers: [
        ['Host', 'localhost:8787'],
        ['Content-Type', 'application/json'],
        ['User-Agent', 'IVM'],
        ['Content-Length', '13'],
        ['X-Many', 'one'],
        ['x-many', 'two'],
        ['Cookie', 'session=1; theme=dark'],
      ].flat(),
      body: '{"text":"ü"}',
    });
    expect(events).toEqual([
      {
        version: '2.0',
        routeKey: 'ANY /callbacks/{subscription}',
        rawPath: '/callbacks/device-alarm',
        rawQueryString: 'b=2&a=1&b=3%204&c=',
        cookies: ['session=1', 'theme=dark'],
        headers: expect.objectContaining({
          host: 'localhost:8787',
          'content-type': 'application/json',
          'user-agent': 'IVM',
          'x-many': 'one,two',
        }),
        queryStringParameters: { b: '2,3 4', a: '1', c: '' },
        pathParameters: { subscription: 'device-alarm' },
        requestContext: {
          accountId: '000000000000',
          apiId: 'local',
          domainName: 'localhost',
          domainPrefix: 'localhost',
          http: {
            method: 'POST',
            path: '/callbacks/device-alarm',
            protocol: 'HTTP/1.1',
            sourceIp: '127.0.0.1',
            userAgent: 'IVM',
          },
          requestId: expect.stringMatching(/^[\da-f-]{36}$/),
          routeKey: 'ANY /callbacks/{subscription}',
          stage: '$default',
          time: '05/Mar/2026:07:08:09 +0000',
          timeEpoch: Date.parse('2026-03-05T07:08:09.123Z'),
        },
        body: '{"text":"ü"}',
        isBase64Encoded: false,
      },
    ]);
    expect(events[0]?.headers).not.toHaveProperty('cookie');
  });

  it('leaves out what the request does not have', async () => {
    const { url, events } = await start({ paths: ['GET /'] });
    await send(url, '/', { method: 'GET' });
    expect(Object.keys(events[0] ?? {}).toSorted()).toEqual([
      'headers',
      'isBase64Encoded',
      'rawPath',
      'rawQueryString',
      'requestContext',
      'routeKey',
      'version',
    ]);
    expect(events[0]).toMatchObject({ rawQueryString: '', isBase64Encoded: false });
  });

  it.each([
    'application/json',
    'Application/JSON; charset=utf-8',
    'text/plain',
    'text/html;charset=utf-8',
    'application/xml',
    'application/javascript',
    'application/problem+json',
    'image/svg+xml ; a=b',
  ])('has a body of type %s as text', async (type) => {
    const { url, events } = await start();
    await send(url, '/callbacks/x', { headers: { 'content-type': type }, body: '\uFEFFgrün 🟢\r\n\u0000' });
    expect(events[0]).toMatchObject({ body: '\uFEFFgrün 🟢\r\n\u0000', isBase64Encoded: false });
  });

  it.each([
    'application/octet-stream',
    'application/x-www-form-urlencoded',
    'image/png',
    'application/jsonp',
    undefined,
  ])('has a body of type %s as base64', async (type) => {
    const { url, events } = await start();
    await send(url, '/callbacks/x', { headers: type === undefined ? {} : { 'content-type': type }, body: '{"a":1}' });
    expect(events[0]).toMatchObject({ body: btoa('{"a":1}'), isBase64Encoded: true });
  });

  it('has text that is no UTF-8 as base64, so that no byte is lost', async () => {
    const { url, events } = await start();
    const body = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);
    await send(url, '/callbacks/x', { headers: { 'content-type': 'application/json' }, body });
    expect(events[0]).toMatchObject({ body: body.toString('base64'), isBase64Encoded: true });
  });
});

describe('a route', () => {
  it.each([
    { path: '/callbacks/a%20b%2Fc', rawPath: '/callbacks/a b/c', subscription: 'a b/c' },
    { path: '/callbacks/gr%C3%BCn', rawPath: '/callbacks/grün', subscription: 'grün' },
    { path: '/callbacks/a+b', rawPath: '/callbacks/a+b', subscription: 'a+b' },
    { path: '/callb%61cks/x', rawPath: '/callbacks/x', subscription: 'x' },
  ])('gets $path decoded', async ({ path, rawPath, subscription }) => {
    const { url, events } = await start();
    expect((await send(url, path)).status).toBe(200);
    expect(events[0]).toMatchObject({ rawPath, pathParameters: { subscription } });
  });

  it.each(['/callbacks/%', '/callbacks/%zz', '/callbacks/%ff', '/nowhere/%c3'])(
    'refuses the malformed path %s',
    async (path) => {
      const { url, events } = await start();
      expect(await send(url, path)).toMatchObject({ status: 400, text: '{"message":"Bad Request"}' });
      expect(events).toEqual([]);
    },
  );

  it.each([
    '/',
    '/callbacks',
    '/callbacks/',
    '/callbacks/a/b',
    '/callbacks/a/',
    '/x/callbacks/a',
    '/Callbacks/a',
    '/_local/a',
  ])('does not take %s', async (path) => {
    const { url, events } = await start();
    expect(await send(url, path)).toMatchObject({ status: 404, text: '{"message":"Not Found"}' });
    expect(events).toEqual([]);
  });

  it.each([
    { request: 'GET /items/all', routeKey: 'GET /items/all' },
    { request: 'POST /items/all', routeKey: 'POST /items/{id}' },
    { request: 'DELETE /items/all', routeKey: 'ANY /items/{id}' },
    { request: 'GET /items/7', routeKey: 'ANY /items/{id}' },
  ])('is the one that fits $request best: $routeKey', async ({ request, routeKey }) => {
    const { url, events } = await start({ paths: ['ANY /items/{id}', 'POST /items/{id}', 'GET /items/all'] });
    const [method = '', path = ''] = request.split(' ');
    await send(url, path, { method });
    expect(events.map((event) => event.routeKey)).toEqual([routeKey]);
  });

  it.each([
    { request: '/api/events', path: 'events' },
    { request: '/api/events/7/pictures', path: 'events/7/pictures' },
    { request: '/api/events/', path: 'events/' },
    { request: '/api//', path: '/' },
    { request: '/api/a%20b/c%2Fd?x=%2F', path: 'a b/c/d' },
    { request: '/api/%23', path: '#' },
  ])('with a greedy parameter takes $request as $path', async ({ request, path }) => {
    const { url, events } = await start({ paths: ['GET /api/{path+}'] });
    expect((await send(url, request, { method: 'GET' })).status).toBe(200);
    expect(events[0]).toMatchObject({ routeKey: 'GET /api/{path+}', pathParameters: { path } });
  });

  it.each(['/api', '/api/', '/apis/x', '/x/api/y'])('with a greedy parameter does not take %s', async (path) => {
    const { url, events } = await start({ paths: ['GET /api/{path+}'] });
    expect((await send(url, path, { method: 'GET' })).status).toBe(404);
    expect(events).toEqual([]);
  });

  it.each([
    { path: '/a/b', routeKey: 'GET /a/b' },
    { path: '/a/c', routeKey: 'GET /a/{one}' },
    { path: '/a/b/c', routeKey: 'GET /a/b/{rest+}' },
    { path: '/a/c/d', routeKey: 'GET /a/{rest+}' },
    { path: '/c', routeKey: 'GET /{rest+}' },
  ])('with a greedy parameter comes after one that fits $path better: $routeKey', async ({ path, routeKey }) => {
    const paths = ['GET /{rest+}', 'GET /a/{rest+}', 'GET /a/b/{rest+}', 'GET /a/{one}', 'GET /a/b'];
    const { url, events } = await start({ paths });
    await send(url, path, { method: 'GET' });
    expect(events.map((event) => event.routeKey)).toEqual([routeKey]);
  });

  it('of another method is not found', async () => {
    const { url } = await start({ paths: ['GET /items'] });
    expect((await send(url, '/items')).status).toBe(404);
  });
});

describe('a route for those who work at this machine', () => {
  const own = (url: string) => `http://${new URL(url).host}`;
  const page = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

  it.each<{ title: string; headers: (url: string) => http.OutgoingHttpHeaders }>([
    { title: 'no browser', headers: () => ({}) },
    { title: 'its own page', headers: (url) => ({ origin: own(url), 'sec-fetch-site': 'same-origin' }) },
    { title: 'an address that was typed', headers: () => ({ 'sec-fetch-site': 'none', ...page }) },
    { title: 'a link on another page', headers: () => ({ 'sec-fetch-site': 'cross-site', ...page }) },
    { title: 'another name of this machine', headers: (url) => ({ host: `localhost:${new URL(url).port}` }) },
  ])('is there for $title', async ({ headers }) => {
    const { url, events } = await start({ localPaths: ['GET /api/{path+}'] });
    expect((await send(url, '/api/now', { method: 'GET', headers: headers(url) })).status).toBe(200);
    expect(events).toHaveLength(1);
  });

  it.each([
    { title: 'a foreign host', headers: { host: 'bridge.example.com' } },
    { title: 'a proxy', headers: { 'x-forwarded-for': '203.0.113.7' } },
    { title: 'a foreign page', headers: { origin: 'https://example.com' } },
    { title: 'a page that hides where it is from', headers: { origin: 'null' } },
    { title: 'an image on a foreign page', headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' } },
    {
      title: 'a frame on a foreign page',
      headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
    },
    {
      title: 'a script on another port of this machine',
      headers: { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' },
    },
  ])('is hidden from $title', async ({ headers }) => {
    const { url, events } = await start({ localPaths: ['GET /api/{path+}'] });
    const answer = await send(url, '/api/now', { method: 'GET', headers });
    expect(answer).toMatchObject({ status: 404, text: '{"message":"Not Found"}' });
    expect(events).toEqual([]);
  });
});

describe('the answer', () => {
  it('is what the function replied', async () => {
    const { url } = await start({
      reply: () => ({
        statusCode: 405,
        headers: { Allow: 'POST', 'X-Count': 3, 'Content-Length': 1, 'Transfer-Encoding': 'chunked' },
        cookies: ['a=1', 'b=2'],
        body: 'grün',
      }),
    });
    const { status, headers, text } = await send(url, '/callbacks/x');
    expect({ status, text }).toEqual({ status: 405, text: 'grün' });
    expect(headers).toMatchObject({
      allow: 'POST',
      'x-count': '3',
      'content-length': '5',
      'content-type': 'text/plain;charset=utf-8',
      'set-cookie': ['a=1', 'b=2'],
    });
  });

  it('is decoded from base64', async () => {
    const { url } = await start({
      reply: () => ({
        statusCode: 200,
        headers: { 'content-type': 'image/png' },
        body: 'iVBO/w==',
        isBase64Encoded: true,
      }),
    });
    const response = await fetch(`${url}/callbacks/x`);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await response.arrayBuffer()).toString('hex')).toBe('89504eff');
  });

  it('may be empty', async () => {
    const { url } = await start({ reply: () => ({ statusCode: 204 }) });
    expect(await send(url, '/callbacks/x')).toMatchObject({ status: 204, text: '' });
  });

  it.each([
    { reply: { result: 'queued' }, text: '{"result":"queued"}' },
    { reply: [1], text: '[1]' },
    { reply: 'done', text: '"done"' },
    { reply: null, text: 'null' },
  ])('is 200 with $text where the reply has no status code', async ({ reply, text }) => {
    const { url } = await start({ reply: () => reply });
    const answer = await send(url, '/callbacks/x');
    expect(answer).toMatchObject({ status: 200, text, headers: { 'content-type': 'application/json' } });
  });

  it.each([
    { statusCode: 'fine' },
    { statusCode: 99 },
    { statusCode: 200, body: { a: 1 } },
    { statusCode: 200, headers: { 'x-bad': 'a\nb' } },
    { statusCode: 200, headers: { 'bad name': 'a' } },
  ])('is 500 for the reply %j', async (reply) => {
    const { url, errors } = await start({ reply: () => reply });
    const answer = await send(url, '/callbacks/x');
    expect(answer).toMatchObject({ status: 500, text: '{"message":"Internal Server Error"}' });
    expect(errors).toHaveLength(1);
  });

  it('is 500 where the function failed, and says nothing about it', async () => {
    const failure = new Error('a secret');
    const { url, errors } = await start({ reply: () => Promise.reject(failure) });
    const answer = await send(url, '/callbacks/x');
    expect(answer).toMatchObject({ status: 500, text: '{"message":"Internal Server Error"}' });
    expect(errors).toEqual([failure]);
  });
});

describe('a body', () => {
  const mebibyte = 1024 * 1024;

  it.each([
    { title: '5 MB of text', sizeBytes: 5 * mebibyte, type: 'text/plain', status: 200 },
    { title: '6 MB of text, more than Lambda takes', sizeBytes: 6 * mebibyte, type: 'text/plain', status: 500 },
    { title: '5 MB of bytes, more than Lambda takes', sizeBytes: 5 * mebibyte, type: 'image/png', status: 500 },
    { title: 'just 10 MB', sizeBytes: 10 * mebibyte, type: 'text/plain', status: 500 },
    { title: 'more than 10 MB', sizeBytes: 10 * mebibyte + 1, type: 'text/plain', status: 413 },
  ])('of $title is answered with $status', async ({ sizeBytes, type, status }) => {
    const { url, events } = await start();
    const answer = await send(url, '/callbacks/x', {
      headers: { 'content-type': type },
      body: Buffer.alloc(sizeBytes, 'a'),
    });
    expect(answer.status).toBe(status);
    if (status === 413) expect(answer.text).toBe('{"message":"Request Entity Too Large"}');
    expect(events).toHaveLength(status === 200 ? 1 : 0);
  });

  it('that never ends is cut off', async () => {
    const { gateway } = await start();
    const request = http.request({
      port: gateway.port,
      host: '127.0.0.1',
      path: '/callbacks/x',
      method: 'POST',
      agent: false,
    });
    const failed = once(request, 'response');
    const chunk = Buffer.alloc(mebibyte);
    const push = () => {
      while (!request.destroyed && request.write(chunk));
    };
    request.on('drain', push);
    push();
    await expect(failed).rejects.toMatchObject({ code: expect.stringMatching(/^(?:ECONNRESET|EPIPE)$/) });
  });

  it('whose sender hangs up harms nobody', async () => {
    const { gateway, url, events, errors } = await start();
    const socket = net.connect(gateway.port, '127.0.0.1');
    socket.on('error', () => undefined);
    const head = 'POST /callbacks/x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf';
    await new Promise((resolve) => {
      socket.write(head, resolve);
    });
    socket.resetAndDestroy();
    expect((await send(url, '/callbacks/y')).status).toBe(200);
    expect(events.map(({ rawPath }) => rawPath)).toEqual(['/callbacks/y']);
    expect(errors).toEqual([]);
  });

  it('whose sender does not wait for the answer harms nobody', async () => {
    const replying = Promise.withResolvers<unknown>();
    const { gateway, url, events, errors } = await start({
      reply: ({ rawPath }) => (rawPath === '/callbacks/x' ? replying.promise : { statusCode: 200 }),
    });
    const request = http.request({
      port: gateway.port,
      host: '127.0.0.1',
      path: '/callbacks/x',
      method: 'POST',
      agent: false,
    });
    request.on('error', () => undefined);
    request.end('{}');
    while (events.length === 0) await send(url, '/nowhere');
    request.destroy();
    await send(url, '/callbacks/y');
    replying.resolve({ statusCode: 200, body: 'too late' });
    expect((await send(url, '/callbacks/y')).status).toBe(200);
    expect(errors).toEqual([]);
  });
});

describe('the local API', () => {
  const headers = { 'content-type': 'application/json' };
  const localApi = (calls: unknown[] = [], result: unknown = { moved: 2 }) => ({
    invoke: (functionName: string, event: unknown) => {
      if (functionName !== 'recover-spill') return undefined;
      calls.push(event);
      return result instanceof Error ? Promise.reject(result) : Promise.resolve(result);
    },
  });

  it.each([
    { body: '{"limit":3}', event: { limit: 3 } },
    { body: '', event: {} },
  ])('runs a function with the event $body', async ({ body, event }) => {
    const calls: unknown[] = [];
    const { url } = await start({ localApi: localApi(calls) });
    const answer = await send(url, '/_local/invoke/recover-spill', { headers, body });
    expect(answer).toMatchObject({ status: 200, text: '{"moved":2}', headers: { 'content-type': 'application/json' } });
    expect(calls).toEqual([event]);
  });

  it('gives null for no result', async () => {
    const { url } = await start({ localApi: localApi([], null) });
    expect(await send(url, '/_local/invoke/recover-spill', { headers })).toMatchObject({ status: 200, text: 'null' });
  });

  it.each([
    {
      error: new TransientError('queue-refused', 'not now'),
      body: { error: 'TransientError', code: 'queue-refused', message: 'not now' },
    },
    { error: new RangeError('too far'), body: { error: 'RangeError', message: 'too far' } },
  ])('tells the operator that the function threw $error.name', async ({ error, body }) => {
    const { url } = await start({ localApi: localApi([], error) });
    const answer = await send(url, '/_local/invoke/recover-spill', { headers });
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.text)).toEqual(body);
  });

  it('does not know a function that there is not', async () => {
    const { url } = await start({ localApi: localApi() });
    const answer = await send(url, '/_local/invoke/nothing', { headers });
    expect(answer).toMatchObject({ status: 404, text: '{"message":"No such function"}' });
  });

  it('refuses what is no JSON', async () => {
    const { url } = await start({ localApi: localApi() });
    expect((await send(url, '/_local/invoke/recover-spill', { headers, body: '{' })).status).toBe(400);
  });

  it.each([
    { title: 'a foreign host', options: { headers: { ...headers, host: 'bridge.example.com' } } },
    { title: 'a proxy', options: { headers: { ...headers, 'x-forwarded-for': '203.0.113.7' } } },
    { title: 'a foreign page', options: { headers: { ...headers, origin: 'https://example.com' } } },
    { title: 'a form', options: { headers: { 'content-type': 'text/plain' } } },
    { title: 'another method', options: { headers, method: 'PUT' } },
    { title: 'another path', options: { headers }, path: '/_local/stop' },
  ])('is hidden from $title', async ({ options, path = '/_local/invoke/recover-spill' }) => {
    const calls: unknown[] = [];
    const { url } = await start({ localApi: localApi(calls) });
    expect(await send(url, path, options)).toMatchObject({ status: 404, text: '{"message":"Not Found"}' });
    expect(calls).toEqual([]);
  });

  it('is not there without one, whatever the routes', async () => {
    const { url, events } = await start({ paths: ['ANY /{a}/{b}/{c}'] });
    expect((await send(url, '/_local/invoke/recover-spill', { headers })).status).toBe(404);
    expect((await send(url, '/%5Flocal/invoke/recover-spill', { headers })).status).toBe(404);
    expect(events).toEqual([]);
  });
});

describe('close', () => {
  it('lets a request under way end, and drops its connection', async () => {
    const replying = Promise.withResolvers<unknown>();
    const { gateway, url, events } = await start({ reply: () => replying.promise });
    const answering = fetch(`${url}/callbacks/x`);
    while (events.length === 0) await send(url, '/nowhere');
    const closed = gateway.close();
    replying.resolve({ statusCode: 200, body: 'at last' });
    const response = await answering;
    expect(await response.text()).toBe('at last');
    await closed;
    await expect(fetch(`${url}/callbacks/x`)).rejects.toThrow('fetch failed');
  });
});

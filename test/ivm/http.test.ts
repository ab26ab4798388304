import { describe, expect, it } from 'vitest';
import { createIvmHttp } from '#lib/ivm/http.ts';
import { scriptedServer } from '../support/scripted-server.ts';
import { ivmHttp } from './ivm-http.ts';

const request = { name: 'showThing', method: 'GET', path: '/v1/thing' } as const;
const failed = (status: number, code?: string) => ({ status, body: code === undefined ? {} : { error_code: code } });

describe('call', () => {
  it('sends method, query, token and body, and gives the JSON of the answer', async () => {
    const { endpoint, requests } = await scriptedServer([{ body: { failed_num: 0, id: '12' } }]);
    const { http } = ivmHttp(endpoint);
    expect(
      await http.call({
        name: 'doThing',
        method: 'POST',
        path: '/v1/thing',
        query: { a: 'b c' },
        token: 'T',
        body: { x: 1 },
      }),
    ).toEqual({ failed_num: 0, id: '12' });
    expect(requests).toEqual([expect.objectContaining({ method: 'POST', url: '/v1/thing?a=b+c', body: '{"x":1}' })]);
    expect(requests[0]?.headers).toMatchObject({ 'access-token': 'T', 'content-type': 'application/json' });
  });

  it('keeps every digit of an answer', async () => {
    const { endpoint } = await scriptedServer([{ body: Buffer.from('{"id":16763406861001100001}') }]);
    expect(await ivmHttp(endpoint).http.call(request)).toEqual({ id: 16763406861001100001n });
  });

  it.each([
    ['a hang-up', 'reset'],
    ['a status 408', failed(408)],
    ['a status 429', failed(429)],
    ['a status 500', failed(500)],
    ['the busy code', failed(500, 'IVM.90000011')],
    ['an answer that is no JSON', { body: Buffer.from('<html>proxy</html>') }],
    ['an answer that is cut off', { body: { a: 'long enough' }, cutAfterBytes: 4 }],
  ] as const)('tries again after %s, up to three times', async (_title, failure) => {
    const recovered = await scriptedServer([failure, failure, { body: { done: true } }]);
    const { http, pauses } = ivmHttp(recovered.endpoint);
    expect(await http.call(request)).toEqual({ done: true });
    expect(pauses).toEqual([100, 200]);

    const broken = await scriptedServer([failure]);
    await expect(ivmHttp(broken.endpoint).http.call(request)).rejects.toMatchObject({
      retryable: true,
      message: expect.stringContaining('showThing'),
    });
    expect(broken.requests).toHaveLength(3);
  });

  it('waits longer after a 503, which the reference would rather not have repeated at all', async () => {
    const { endpoint } = await scriptedServer([failed(503), { body: { done: true } }]);
    const { http, pauses } = ivmHttp(endpoint);
    await http.call(request);
    expect(pauses).toEqual([1000]);
  });

  it('does not try again what IVM refuses for good, and says what it means', async () => {
    const { endpoint, requests } = await scriptedServer([failed(400, 'IVM.10020048')]);
    await expect(ivmHttp(endpoint).http.call(request)).rejects.toMatchObject({
      name: 'IvmRefused',
      code: 'IVM.10020048',
      retryable: false,
      kind: 'permanent',
    });
    expect(requests).toHaveLength(1);
  });

  it('takes an error for one although the status says 200', async () => {
    const { endpoint } = await scriptedServer([failed(200, 'IVM.10020048')]);
    await expect(ivmHttp(endpoint).http.call(request)).rejects.toMatchObject({ code: 'IVM.10020048' });
  });

  it('follows no redirect', async () => {
    const target = await scriptedServer([{ body: { secret: true } }]);
    const { endpoint } = await scriptedServer([{ status: 302, headers: { location: target.endpoint } }]);
    await expect(ivmHttp(endpoint).http.call(request)).rejects.toMatchObject({ retryable: false });
    expect(target.requests).toEqual([]);
  });

  it('says that nobody answers', async () => {
    const { http } = ivmHttp('http://127.0.0.1:9');
    await expect(http.call(request)).rejects.toMatchObject({ name: 'IvmUnavailable', retryable: true });
  });
});

describe('createIvmHttp', () => {
  const options = { allowLoopback: false, now: () => new Date(), random: Math.random, sleep: async () => undefined };

  it.each(['http://api-ivm.example.com', 'http://10.0.0.1', 'http://127.example.com'])(
    'refuses %s: a token would cross the network in the clear',
    (endpoint) => {
      expect(() => createIvmHttp({ ...options, endpoint })).toThrow(
        expect.objectContaining({ code: 'insecure-endpoint' }),
      );
    },
  );

  it.each(['https://api-ivm.example.com', 'http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:8080'])(
    'takes %s',
    async (endpoint) => {
      const http = createIvmHttp({ ...options, endpoint });
      expect(http.origin).toBe(endpoint);
      await http.close();
    },
  );
});

describe('download', () => {
  const limits = { maxBytes: 10, timeoutMs: 5_000 };

  it('gives bytes and status', async () => {
    const { endpoint } = await scriptedServer([{ status: 404, body: Buffer.from([1, 2, 3]) }]);
    const { http } = ivmHttp(endpoint);
    expect(await http.download(new URL(`${endpoint}/a.jpg`), limits)).toEqual({
      status: 404,
      bytes: Buffer.from([1, 2, 3]),
    });
  });

  it('sends the token to the API and to nobody else', async () => {
    const api = await scriptedServer([{ body: Buffer.from('x') }]);
    const other = await scriptedServer([{ body: Buffer.from('x') }]);
    const { http } = ivmHttp(api.endpoint);
    await http.download(new URL(`${api.endpoint}/a.jpg`), { ...limits, token: 'T' });
    await http.download(new URL(`${other.endpoint}/a.jpg`), { ...limits, token: 'T' });
    expect(api.requests[0]?.headers['access-token']).toBe('T');
    expect(other.requests[0]?.headers).not.toHaveProperty('access-token');
  });

  it.each<[string, { isChunked?: true }]>([
    ['announced', {}],
    ['not announced', { isChunked: true }],
  ])('stops at the largest size, %s', async (_title, how) => {
    const { endpoint } = await scriptedServer([{ body: Buffer.alloc(11), ...how }]);
    await expect(ivmHttp(endpoint).http.download(new URL(endpoint), limits)).rejects.toMatchObject({
      code: 'too-large',
      retryable: false,
    });
  });

  it('takes an answer that is cut off for none', async () => {
    const { endpoint } = await scriptedServer([{ body: Buffer.alloc(10), cutAfterBytes: 4 }]);
    await expect(ivmHttp(endpoint).http.download(new URL(endpoint), limits)).rejects.toMatchObject({ retryable: true });
  });

  it('follows no redirect', async () => {
    const { endpoint, requests } = await scriptedServer([{ status: 301, headers: { location: '/other' } }]);
    expect(await ivmHttp(endpoint).http.download(new URL(endpoint), limits)).toMatchObject({ status: 301 });
    expect(requests).toHaveLength(1);
  });

  it('refuses private addresses, and this machine unless it is allowed', async () => {
    const pictures = await scriptedServer([{ body: Buffer.from('x') }]);
    const http = createIvmHttp({
      endpoint: 'https://api-ivm.example.com',
      allowLoopback: false,
      now: () => new Date(),
      random: () => 0,
      sleep: async () => undefined,
    });
    const port = new URL(pictures.endpoint).port;
    for (const url of [
      pictures.endpoint,
      `http://localhost:${port}`,
      `http://[::1]:${port}`,
      'http://169.254.169.254/latest/meta-data',
      'http://10.0.0.1',
    ]) {
      await expect(http.download(new URL(url), limits)).rejects.toMatchObject({ code: 'private-address' });
    }
    expect(pictures.requests).toEqual([]);
    await http.close();
  });
});

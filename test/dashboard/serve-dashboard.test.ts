import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { route } from '#lib/dashboard/route.ts';
import { type DashboardSite, serveDashboard } from '#lib/dashboard/serve-dashboard.ts';
import { readStaticFiles } from '#lib/dashboard/static-files.ts';

const directory = mkdtempSync(join(tmpdir(), 'page-'));
mkdirSync(join(directory, 'assets'));
writeFileSync(join(directory, 'index.html'), '<!doctype html><title>页</title>');
writeFileSync(join(directory, 'assets', 'main-1.js'), 'go()');
afterAll(() => rmSync(directory, { recursive: true }));

const echo = route({
  path: '/api/echo',
  summary: 'What was asked',
  query: z.strictObject({ text: z.string() }),
  answer: z.strictObject({ text: z.string() }),
  handle: async (_: unknown, query) => query,
});
const site: DashboardSite<unknown> = {
  files: readStaticFiles(directory),
  signIn: { issuer: 'https://issuer.example/pool', clientId: 'client', scope: 'ivm-bridge/read' },
  origins: { pictures: 'https://bucket.example', signIn: ['https://issuer.example'] },
  routes: [echo],
  deps: {},
  onError: () => undefined,
};

const ask = (path: string, headers: Record<string, string> = {}, rawQueryString = '') =>
  serveDashboard(site, {
    rawPath: path,
    rawQueryString,
    headers,
    requestContext: { http: { method: 'GET', path } },
  } as unknown as APIGatewayProxyEventV2);
const bytesOf = ({ body = '', isBase64Encoded }: APIGatewayProxyStructuredResultV2) =>
  Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8');

describe('the page', () => {
  it('may load nothing but its own files and the pictures, and run nothing that stands in it', async () => {
    const { headers = {} } = await ask('/');
    const policy = String(headers['content-security-policy']);
    expect(policy).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https://bucket.example; " +
        "connect-src 'self' https://issuer.example; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  });

  it('is asked for anew each time, its assets never', async () => {
    expect((await ask('/')).headers).toMatchObject({ 'cache-control': 'no-cache' });
    expect((await ask('/assets/main-1.js')).headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
    });
  });

  it('is not sent again to who has it', async () => {
    const { headers = {} } = await ask('/');
    const again = await ask('/', { 'if-none-match': String(headers['etag']) });
    expect(again).toMatchObject({ statusCode: 304 });
    expect(again.body).toBeUndefined();
  });

  it.each([{ encoding: 'gzip, br' }, { encoding: '' }])(
    'comes whole where "$encoding" is accepted',
    async ({ encoding }) => {
      const response = await ask('/', { 'accept-encoding': encoding });
      const bytes = bytesOf(response);
      const isGzipped = response.headers?.['content-encoding'] === 'gzip';
      expect(isGzipped).toBe(encoding !== '');
      expect((isGzipped ? gunzipSync(bytes) : bytes).toString()).toBe('<!doctype html><title>页</title>');
    },
  );

  it.each(['/assets/..%2findex.html', '/assets/../index.html', '/assets/none.js', '/etc/passwd'])(
    'has nothing under %s',
    async (path) => {
      expect(await ask(path)).toMatchObject({ statusCode: 404 });
    },
  );

  it('is told how to sign in', async () => {
    const response = await ask('/sign-in.json');
    expect(JSON.parse(bytesOf(response).toString())).toEqual({ signIn: site.signIn });
  });

  it('that was never built is told of as such', () => {
    expect(() => readStaticFiles('/nowhere')).toThrow(expect.objectContaining({ code: 'no-page' }));
  });
});

describe('an answer of the API', () => {
  it('is kept by nobody on its way', async () => {
    expect((await ask('/api/echo', {}, 'text=a')).headers).toMatchObject({ 'cache-control': 'no-store' });
  });

  it.each([
    { length: 10, isGzipped: false },
    { length: 5_000, isGzipped: true },
  ])('of $length characters is compressed: $isGzipped', async ({ length, isGzipped }) => {
    const text = '车'.repeat(length);
    const response = await ask('/api/echo', { 'accept-encoding': 'gzip' }, `text=${encodeURIComponent(text)}`);
    expect(response.headers?.['content-encoding']).toBe(isGzipped ? 'gzip' : undefined);
    const bytes = bytesOf(response);
    expect(JSON.parse((isGzipped ? gunzipSync(bytes) : bytes).toString())).toEqual({ text });
  });
});

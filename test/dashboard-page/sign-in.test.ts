import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DashboardSite, serveDashboard } from '#lib/dashboard/serve-dashboard.ts';
import { readStaticFiles } from '#lib/dashboard/static-files.ts';
import { tenantRoute } from '#lib/dashboard/tenant.ts';
import { type HttpGateway, startHttpGateway } from '#lib/local/http-gateway.ts';
import { bundlePage } from '#lib/packaging/bundle-page.ts';
import { browserNote, browserPath, startBrowser } from '../support/browser.ts';

/** What came to the issuer of tokens, which signs everybody in who asks as the standard says (RFC 6749, RFC 7636). */
type Issuer = { origin: string; authorized: URLSearchParams[]; tokens: string[]; close(): void };

async function startIssuer(): Promise<Issuer> {
  const authorized: URLSearchParams[] = [];
  const tokens: string[] = [];
  const challenges = new Map<string, string>();
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? '', origin);
    const allowed = { 'access-control-allow-origin': '*', 'content-type': 'application/json' };
    const answer = (body: object) => response.writeHead(200, allowed).end(JSON.stringify(body));
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        answer({
          issuer: origin,
          authorization_endpoint: `${origin}/authorize`,
          token_endpoint: `${origin}/token`,
          jwks_uri: `${origin}/keys`,
        });
        break;
      case '/authorize': {
        authorized.push(url.searchParams);
        const code = `code-${authorized.length}`;
        challenges.set(code, url.searchParams.get('code_challenge') ?? '');
        const back = new URL(url.searchParams.get('redirect_uri') ?? '');
        back.searchParams.set('code', code);
        back.searchParams.set('state', url.searchParams.get('state') ?? '');
        response.writeHead(302, { location: back.href }).end();
        break;
      }
      case '/token': {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const form = new URLSearchParams(Buffer.concat(chunks).toString());
          const proof = createHash('sha256')
            .update(form.get('code_verifier') ?? '')
            .digest('base64url');
          if (challenges.get(form.get('code') ?? '') !== proof) {
            response.writeHead(400, allowed).end('{"error":"invalid_grant"}');
            return;
          }
          challenges.delete(form.get('code') ?? '');
          tokens.push(`token-${tokens.length + 1}`);
          answer({ access_token: tokens.at(-1), token_type: 'Bearer', expires_in: 3600, scope: 'ivm-bridge/read' });
        });
        break;
      }
      default:
        response.writeHead(404, allowed).end('{}');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, authorized, tokens, close: () => server.close() };
}

describe.skipIf(browserPath === undefined)(`signing in${browserNote}`, () => {
  const directory = mkdtempSync(join(tmpdir(), 'page-'));
  const asked: { authorization: string | undefined }[] = [];
  let refused = 0;
  let issuer: Issuer;
  let gateway: HttpGateway;
  let browser: Browser;

  beforeAll(async () => {
    await bundlePage(directory);
    issuer = await startIssuer();
    const site: DashboardSite<Parameters<typeof tenantRoute.handle>[0]> = {
      files: readStaticFiles(directory),
      signIn: { issuer: issuer.origin, clientId: 'dashboard', scope: 'openid ivm-bridge/read' },
      origins: { pictures: 'https://pictures.example', signIn: [issuer.origin] },
      routes: [tenantRoute],
      deps: {
        tenant: {
          stack: 'acme-prod',
          stage: 'prod',
          timeZone: 'Asia/Shanghai',
          statisticsTimeZone: 'Asia/Shanghai',
          weekStart: 1,
          hasHashedPlates: false,
        },
      },
      onError: (error) => {
        throw error;
      },
    };
    const invoke = async (event: APIGatewayProxyEventV2) => {
      if (event.rawPath.startsWith('/api/')) {
        const { authorization } = event.headers;
        asked.push({ authorization });
        // As the authorizer of API Gateway does.
        if (refused > 0 || authorization === undefined) {
          refused -= 1;
          return {
            statusCode: 401,
            headers: { 'content-type': 'application/json' },
            body: '{"message":"Unauthorized"}',
          };
        }
      }
      return serveDashboard(site, event);
    };
    gateway = await startHttpGateway({
      port: 0,
      routes: ['/', '/sign-in.json', '/assets/{file}', '/api/{path}'].map((path) => ({
        route: { method: 'GET', path },
        invoke,
      })),
      onError: (error) => {
        throw error;
      },
      now: () => new Date(),
    });
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await gateway.close();
    issuer.close();
    rmSync(directory, { recursive: true });
  });

  it('takes a code with its proof to the issuer, comes back to what was to be looked at, and shows the token to the API', async () => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${gateway.port}/#/data?set=people`);
    await page.getByText('acme-prod').waitFor();
    expect(page.url()).toBe(`http://127.0.0.1:${gateway.port}/#/data?set=people`);
    const [request] = issuer.authorized;
    expect(Object.fromEntries(request ?? [])).toMatchObject({
      response_type: 'code',
      client_id: 'dashboard',
      scope: 'openid ivm-bridge/read',
      code_challenge_method: 'S256',
      redirect_uri: `http://127.0.0.1:${gateway.port}/`,
    });
    expect(asked.filter(({ authorization }) => authorization !== 'Bearer token-1')).toEqual([]);
    await page.close();
  });

  it('is done again where a token is refused', async () => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${gateway.port}/`);
    await page.getByText('acme-prod').waitFor();
    const before = issuer.authorized.length;
    // Whatever the page still asks for must not be what is refused: it would leave for the issuer by itself.
    await page.goto('about:blank');
    refused = 1;
    // It leaves for the issuer before all of it is loaded.
    await page.goto(`http://127.0.0.1:${gateway.port}/`, { waitUntil: 'commit' });
    await expect.poll(() => issuer.authorized.length, { timeout: 20_000 }).toBe(before + 1);
    await page.getByText('acme-prod').waitFor();
    expect(asked.at(-1)?.authorization).toBe(`Bearer ${issuer.tokens.at(-1)}`);
    await page.close();
  });
});

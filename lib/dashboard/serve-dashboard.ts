import { gunzipSync, gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type ApiAnswer, answerRequest } from './answer-request.ts';
import { notFound, problemDetails } from './problem.ts';
import type { Route } from './route.ts';
import { commonHeaders, pageHeaders, type StaticFile } from './static-files.ts';

/** How the page signs its users in; `null` where whoever reaches it may read. */
export type SignIn = { issuer: string; clientId: string; scope: string } | null;

export type DashboardSite<Deps> = {
  files: ReadonlyMap<string, StaticFile>;
  signIn: SignIn;
  /** Origins that the page may load pictures from, and that it may talk to for signing in. */
  origins: Parameters<typeof pageHeaders>[0];
  routes: readonly Route<Deps>[];
  deps: Deps;
  /** Gets what the caller is not told. */
  onError: (error: unknown) => void;
};

/** Less is not worth it. */
const leastGzippedBytes = 1_000;

/** Answers one request: a file of the page, how to sign in, or the API. */
export async function serveDashboard<Deps>(
  site: DashboardSite<Deps>,
  { requestContext, rawPath, rawQueryString, headers }: APIGatewayProxyEventV2,
): Promise<APIGatewayProxyStructuredResultV2> {
  const acceptsGzip = /\bgzip\b/.test(headers['accept-encoding'] ?? '');
  const file = site.files.get(rawPath);
  if (file !== undefined) {
    const own = rawPath === '/' ? pageHeaders(site.origins) : {};
    return fileResponse(file, own, { acceptsGzip, etag: headers['if-none-match'] });
  }
  if (rawPath === '/sign-in.json') {
    return apiResponse(
      { status: 200, contentType: 'application/json', body: JSON.stringify({ signIn: site.signIn }) },
      acceptsGzip,
    );
  }
  if (!rawPath.startsWith('/api/')) {
    const problem = problemDetails(notFound('unknown-path', 'There is nothing under this path'));
    return apiResponse(
      { status: 404, contentType: 'application/problem+json', body: JSON.stringify(problem) },
      acceptsGzip,
    );
  }
  const request = {
    method: requestContext.http.method,
    path: rawPath,
    query: Object.fromEntries(new URLSearchParams(rawQueryString)),
  };
  return apiResponse(await answerRequest(site.routes, site.deps, request, site.onError), acceptsGzip);
}

function apiResponse(
  { status, contentType, body }: ApiAnswer,
  acceptsGzip: boolean,
): APIGatewayProxyStructuredResultV2 {
  const isGzipped = acceptsGzip && body.length >= leastGzippedBytes;
  return {
    statusCode: status,
    headers: {
      ...commonHeaders,
      'content-type': contentType,
      // What is stored of persons is not to be kept by what stands between.
      'cache-control': 'no-store',
      ...(isGzipped ? { 'content-encoding': 'gzip' } : {}),
    },
    body: isGzipped ? gzipSync(body, { level: 4 }).toString('base64') : body,
    isBase64Encoded: isGzipped,
  };
}

function fileResponse(
  { gzipped, contentType, etag, isImmutable }: StaticFile,
  headers: { readonly [name: string]: string },
  request: { acceptsGzip: boolean; etag: string | undefined },
): APIGatewayProxyStructuredResultV2 {
  const common = {
    ...commonHeaders,
    ...headers,
    etag,
    'cache-control': isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
  };
  if (request.etag === etag) return { statusCode: 304, headers: common };
  return {
    statusCode: 200,
    headers: { ...common, 'content-type': contentType, ...(request.acceptsGzip ? { 'content-encoding': 'gzip' } : {}) },
    body: (request.acceptsGzip ? gzipped : gunzipSync(gzipped)).toString('base64'),
    isBase64Encoded: true,
  };
}

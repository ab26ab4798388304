import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { errorMessage } from '#lib/errors.ts';
import { isLocalApiClient, isLocalReader } from './caller-guard.ts';
import { closeServer, listenOnLoopback } from './loopback-server.ts';
import { accountId, type HttpRoute } from './stack-definition.ts';

export type GatewayRoute = {
  route: HttpRoute;
  /** Whether only those who work at this machine find it. */
  isLocal?: boolean;
  invoke: (event: APIGatewayProxyEventV2) => Promise<unknown>;
};

/** What the operator of this machine may do beside the routes. */
export type LocalApi = {
  /** Runs a function now; `undefined` where there is none of this name. */
  invoke(functionName: string, event: unknown): Promise<unknown> | undefined;
};

export type GatewayOptions = {
  /** 0 for any free one. */
  port: number;
  routes: readonly GatewayRoute[];
  /** Without it, `/_local/*` is not found, so that a gateway that the world can reach has none. */
  localApi?: LocalApi | undefined;
  /** Gets what the caller is not told: why a function failed or its reply made no sense. */
  onError: (error: unknown) => void;
  now: () => Date;
};

export type HttpGateway = { port: number; close(): Promise<void> };

type Answer = {
  status: number;
  headers: { readonly [name: string]: string };
  cookies?: readonly string[] | undefined;
  body: Buffer;
};
type Match = GatewayRoute & { parameters: { readonly [name: string]: string } };

const longestBodyBytes = 10 * 1024 * 1024;
/** Of an event, in bytes of its JSON. */
const longestEventBytes = 6 * 1024 * 1024;
/** A body too long is read this far, so that its sender gets to see the answer. */
const longestDrainBytes = 10 * longestBodyBytes;
const textType = /^(?:text\/[^;]*|application\/(?:json|xml|javascript)|[^;]*\+(?:json|xml))\s*(?:;|$)/i;
/** Of the connection, not of the reply. */
const ownHeaders = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding']);
const localPath = /^\/_local(?:\/|$)/;
/** A last parameter that takes all segments from there on. */
const greedyEnd = /\{\w+\+\}$/;
const localInvokePath = /^\/_local\/invoke\/([^/]+)$/;

const Reply = z.object({
  statusCode: z.number().int().min(200).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

const keepAliveMs = 75_000;

/**
 * Serves routes on 127.0.0.1 as an HTTP API of API Gateway does, with payload format 2.0, and beside them the local API:
 * `POST /_local/invoke/<function>` with a JSON event, answered with its result.
 *
 * A body is passed as text where its content type says so and as base64 otherwise. What claims to be text but is no UTF-8 is
 * passed as base64 too, so that no byte is lost; what API Gateway does with it is not documented.
 *
 * @throws ConfigError `port-taken` or `port-forbidden`
 */
export async function startHttpGateway(options: GatewayOptions): Promise<HttpGateway> {
  const routes = options.routes.toSorted((one, other) => vagueness(one.route) - vagueness(other.route));
  const server = http.createServer((request, response) => {
    void respond({ ...options, routes }, request, response, () => server.listening);
  });
  // With the five seconds of Node, a sender that sends now and then hits upon connections that are just being closed.
  server.keepAliveTimeout = keepAliveMs;
  const port = await listenOnLoopback(server, options.port);
  return { port, close: () => closeServer(server) };
}

async function respond(
  options: GatewayOptions,
  request: http.IncomingMessage,
  response: http.ServerResponse,
  isListening: () => boolean,
): Promise<void> {
  // A caller that hangs up is told nothing, and is no trouble of ours.
  response.on('error', () => undefined);
  // Node takes the socket away from a request that is not read to its end, and leaves it open.
  const { socket } = request;
  const body = await readBody(request).catch(() => undefined);
  if (body === undefined) {
    socket.destroy();
    return;
  }
  try {
    send(
      response,
      body === 'too long' ? message(413, 'Request Entity Too Large') : await answer(options, request, body),
      isListening(),
    );
  } catch (error) {
    options.onError(error);
    if (response.headersSent) response.destroy();
    else send(response, message(500, 'Internal Server Error'), isListening());
  }
}

/** @throws where the caller hangs up or never ends */
async function readBody(request: http.IncomingMessage): Promise<Buffer | 'too long'> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes <= longestBodyBytes) chunks.push(chunk);
    else chunks.length = 0;
    if (sizeBytes > longestDrainBytes) throw new RangeError('the body does not end');
  }
  return sizeBytes <= longestBodyBytes ? Buffer.concat(chunks) : 'too long';
}

async function answer(options: GatewayOptions, request: http.IncomingMessage, body: Buffer): Promise<Answer> {
  const target = request.url ?? '';
  const queryAt = target.indexOf('?');
  const path = queryAt === -1 ? target : target.slice(0, queryAt);
  const query = queryAt === -1 ? '' : target.slice(queryAt + 1);
  const rawPath = decodePercent(path);
  if (rawPath === undefined || !path.startsWith('/')) return message(400, 'Bad Request');
  if (localPath.test(rawPath)) return answerLocally(options.localApi, request, rawPath, body);
  const match = findRoute(options.routes, request.method ?? '', path);
  if (match === undefined || (match.isLocal && !isLocalReader(request.headers))) return message(404, 'Not Found');
  const event = toEvent(request, match, { rawPath, query, body, at: options.now() });
  const sizeBytes = Buffer.byteLength(JSON.stringify(event));
  if (sizeBytes > longestEventBytes) throw new RangeError(`An event of ${sizeBytes} bytes is more than Lambda takes`);
  return toAnswer(await match.invoke(event));
}

async function answerLocally(
  api: LocalApi | undefined,
  { method, headers }: http.IncomingMessage,
  path: string,
  body: Buffer,
): Promise<Answer> {
  const functionName = localInvokePath.exec(path)?.[1];
  if (api === undefined || functionName === undefined || method !== 'POST' || !isLocalApiClient(headers)) {
    return message(404, 'Not Found');
  }
  let event: unknown;
  try {
    event = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
  } catch {
    return message(400, 'The body is not valid JSON');
  }
  try {
    const invocation = api.invoke(functionName, event);
    return invocation === undefined ? message(404, 'No such function') : json(200, await invocation);
  } catch (error) {
    const name = error instanceof Error ? error.name : 'Error';
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return json(502, { error: name, code, message: errorMessage(error) });
  }
}

/**
 * As API Gateway chooses: a route without parameters before one with, that before one that takes all below, the longer of
 * these first, and a method of its own before `ANY`.
 */
const vagueness = ({ method, path }: HttpRoute): number => {
  const segments = path.split('/').length;
  const breadth = greedyEnd.test(path) ? 1_000 - segments : [...path.matchAll(/\{\w+\}/g)].length;
  return 2 * breadth + Number(method === 'ANY');
};

function findRoute(routes: readonly GatewayRoute[], method: string, path: string): Match | undefined {
  const segments = path.split('/');
  for (const candidate of routes) {
    const { route } = candidate;
    if (route.method !== 'ANY' && route.method !== method) continue;
    const parameters = matchPath(route.path.split('/'), segments);
    if (parameters !== undefined) return { ...candidate, parameters };
  }
  return undefined;
}

/** Segments are compared before they are decoded, so that a `%2F` does not separate; in what is left of many it is a `/`. */
function matchPath(template: readonly string[], segments: readonly string[]): Match['parameters'] | undefined {
  const last = template.length - 1;
  const isGreedy = greedyEnd.test(template[last] ?? '');
  if (isGreedy ? segments.length < template.length : segments.length !== template.length) return undefined;
  const parameters: [string, string][] = [];
  for (const [index, part] of template.entries()) {
    const segment = isGreedy && index === last ? segments.slice(last).join('/') : (segments[index] ?? '');
    const value = decodePercent(segment) ?? '';
    const name = /^\{(\w+)\+?\}$/.exec(part)?.[1];
    if (name === undefined ? part !== value : value === '') return undefined;
    if (name !== undefined) parameters.push([name, value]);
  }
  return Object.fromEntries(parameters);
}

function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function toEvent(
  request: http.IncomingMessage,
  { route, parameters }: Match,
  { rawPath, query, body, at }: { rawPath: string; query: string; body: Buffer; at: Date },
): APIGatewayProxyEventV2 {
  const { cookie, ...distinct } = request.headersDistinct;
  const headers = joinValues(Object.entries(distinct));
  const queryValues = Object.entries(Object.groupBy(new URLSearchParams(query), ([name]) => name)).map(
    ([name, pairs]): [string, string[]] => [name, (pairs ?? []).map(([, value]) => value)],
  );
  const cookies = (cookie ?? []).flatMap((line) => line.split(/;\s*/)).filter((pair) => pair !== '');
  const domainName = (headers['host'] ?? '').replace(/:\d+$/, '');
  const routeKey = `${route.method} ${route.path}`;
  const isText = textType.test(headers['content-type'] ?? '') && isUtf8(body);
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString: query,
    ...(cookies.length === 0 ? {} : { cookies }),
    headers,
    ...(queryValues.length === 0 ? {} : { queryStringParameters: joinValues(queryValues) }),
    ...(Object.keys(parameters).length === 0 ? {} : { pathParameters: parameters }),
    requestContext: {
      accountId,
      apiId: 'local',
      domainName,
      domainPrefix: domainName.split('.')[0] ?? '',
      http: {
        method: request.method ?? '',
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: accessLogTime(at),
      timeEpoch: at.getTime(),
    },
    ...(body.length === 0 ? {} : { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

const joinValues = (entries: readonly (readonly [string, readonly string[] | undefined])[]): Record<string, string> =>
  Object.fromEntries(entries.map(([name, values]) => [name, (values ?? []).join(',')]));

/** Such as `12/Mar/2020:19:03:58 +0000`. */
function accessLogTime(at: Date): string {
  const [, day, month, year, time] = at.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}

/** A reply without status code is taken for the body, as by API Gateway. */
function toAnswer(reply: unknown): Answer {
  if (typeof reply !== 'object' || reply === null || !('statusCode' in reply)) return json(200, reply);
  const parsed = Reply.safeParse(reply);
  if (!parsed.success) {
    throw new TypeError(`A function gave a reply that is no HTTP answer: ${parsed.error.issues[0]?.path.join('.')}`);
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  const named = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  return {
    status: statusCode,
    headers: {
      ...(body ? { 'content-type': 'text/plain;charset=utf-8' } : {}),
      ...Object.fromEntries(named.filter(([name]) => !ownHeaders.has(name))),
    },
    cookies: cookies ?? undefined,
    body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
  };
}

const json = (status: number, value: unknown): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(value ?? null)),
});
const message = (status: number, text: string): Answer => json(status, { message: text });

function send(response: http.ServerResponse, { status, headers, cookies, body }: Answer, staysOpen: boolean): void {
  response.writeHead(status, {
    ...headers,
    ...(body.length === 0 ? {} : { 'content-length': body.length }),
    ...(cookies === undefined || cookies.length === 0 ? {} : { 'set-cookie': [...cookies] }),
    // Else a kept-alive connection would hold up the end of the server.
    ...(staysOpen ? {} : { connection: 'close' }),
  });
  response.end(body);
}

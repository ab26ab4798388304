import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { isJsonObject, type Json, type JsonObject, parseExact, stringifyExact } from '#lib/json/exact-json.ts';
import { IvmRefusal } from './ivm-refusal.ts';

export type ApiRequest = {
  /** Percent-encoded, without query. */
  path: string;
  query: URLSearchParams;
  header(name: string): string | undefined;
  /** @throws IvmRefusal where the body is no JSON object or not declared as JSON */
  json(): JsonObject;
};

/** `status` is 200 unless given. */
export type ApiAnswer = { json: Json } | { bytes: Buffer; contentType: string; status?: number };

export type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: RegExp;
  /** @param groups the groups of `path` */
  answer(request: ApiRequest, groups: readonly string[]): ApiAnswer | Promise<ApiAnswer>;
};

export type ApiServer = {
  /** `http://127.0.0.1:<port>` */
  origin: string;
  close(): Promise<void>;
};

const maxBodyBytes = 1_000_000;

/**
 * Serves routes on loopback and answers everything else as IVM does: 404 and 405 with their codes (reference 20.2), 400 for
 * a body that can't be read.
 *
 * @param port 0 for any free one
 * @param createRoutes gets the origin, which routes need for the URLs that they give out
 * @throws Error (`EADDRINUSE`) when the port is taken
 */
export async function startApiServer(
  port: number,
  createRoutes: (origin: string) => readonly Route[],
): Promise<ApiServer> {
  let routes: readonly Route[] = [];
  const server = http.createServer((request, response) => {
    void respond(routes, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const origin = `http://127.0.0.1:${portOf(server.address())}`;
  routes = createRoutes(origin);
  return {
    origin,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new TypeError('the server has no port');
  return address.port;
}

async function respond(
  routes: readonly Route[],
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  try {
    const body = await readBody(request);
    const url = URL.parse(request.url ?? '/', 'http://ivm');
    if (url === null) throw new IvmRefusal('IVM.90000007');
    const answer = await answerOf(routes, request, url, body);
    if ('json' in answer) send(response, 200, Buffer.from(stringifyExact(answer.json)), 'application/json');
    else send(response, answer.status ?? 200, answer.bytes, answer.contentType);
  } catch (error) {
    // A client that hung up before its request was complete gets no answer.
    if (request.destroyed && !request.complete) return;
    const refusal = error instanceof IvmRefusal ? error : new IvmRefusal('IVM.90000001');
    const json = stringifyExact({ error_code: refusal.code, error_msg: refusal.message });
    send(response, refusal.status, Buffer.from(json), 'application/json');
  }
}

function send(response: http.ServerResponse, status: number, body: Buffer, contentType: string): void {
  response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': body.length });
  response.end(body);
}

function answerOf(
  routes: readonly Route[],
  request: http.IncomingMessage,
  url: URL,
  body: Buffer,
): ApiAnswer | Promise<ApiAnswer> {
  const candidates = routes.flatMap((route) => {
    const match = route.path.exec(url.pathname);
    return match === null ? [] : [{ route, groups: match.slice(1) }];
  });
  if (candidates.length === 0) throw new IvmRefusal('IVM.90000007');
  const chosen = candidates.find(({ route }) => route.method === request.method);
  if (chosen === undefined) throw new IvmRefusal('IVM.90000009');
  return chosen.route.answer(apiRequest(request, url, body), chosen.groups);
}

function apiRequest(request: http.IncomingMessage, url: URL, body: Buffer): ApiRequest {
  const header = (name: string): string | undefined => {
    const value = request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  return {
    path: url.pathname,
    query: url.searchParams,
    header,
    json() {
      if (!/^application\/json\b/i.test(header('content-type') ?? '')) throw new IvmRefusal('IVM.10020016');
      const value = parsed(body);
      if (!isJsonObject(value)) throw new IvmRefusal('IVM.10020008');
      return value;
    },
  };
}

function parsed(body: Buffer): Json | undefined {
  try {
    return parseExact(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

async function readBody(request: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= maxBodyBytes) chunks.push(chunk);
    });
    request.on('end', () => {
      if (sizeBytes <= maxBodyBytes) resolve(Buffer.concat(chunks));
      else reject(new IvmRefusal('IVM.10020002'));
    });
    request.on('error', reject);
    request.on('close', () => reject(new Error('the client hung up')));
  });
}

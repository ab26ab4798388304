import { Agent, errors, request as send } from 'undici';
import { ConfigError, PermanentError } from '#lib/errors.ts';
import type { JsonObject } from '#lib/json/exact-json.ts';
import { classifyFailure, type Failure } from './classify-failure.ts';
import { errorCodeOf, jsonOrUndefined } from './error-body.ts';
import { ivmError } from './ivm-error.ts';
import { guardedLookup, isHostAllowed, type Resolve } from './public-address.ts';

export type IvmHttpOptions = {
  /** Base URL of the IVM API, without a slash at its end. */
  endpoint: string;
  /** Pictures may come from this machine: for a stack on one machine only. */
  allowLoopback: boolean;
  /** Finds the addresses of a picture's host; the system's own way unless told. */
  resolve?: Resolve;
  now: () => Date;
  random: () => number;
  sleep: (ms: number) => Promise<unknown>;
};

export type ApiRequest = {
  /** Name of the interface, for messages. */
  name: string;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  query?: { readonly [name: string]: string };
  token?: string;
  body?: { readonly [name: string]: unknown };
  /** How often it may be sent; 1 for what has an effect each time. */
  attempts?: number;
  /** How long one attempt may take; 5 s unless told. */
  timeoutMs?: number;
};

export type Download = { status: number; bytes: Buffer };
export type DownloadOptions = { token?: string; maxBytes: number; timeoutMs: number };

/** The one way to IVM: its API, and the pictures that it names. */
export type IvmHttp = {
  /** Origin of the API: scheme, host and port. */
  origin: string;
  /**
   * Sends a request to the API, again where its failure passes, and gives the JSON of the answer.
   *
   * @throws IvmUnavailable or IvmRefused, also where the answer says 200 and its body carries an error
   */
  call(request: ApiRequest): Promise<JsonObject>;
  /**
   * Sends a request as `call` does, and gives the bytes of the answer, whatever they are.
   *
   * @throws IvmUnavailable or IvmRefused for a failure that the status or an IVM code tells
   */
  callForBytes(request: ApiRequest): Promise<Buffer>;
  /**
   * Downloads from any origin with no redirects followed; the token goes to the API's own origin alone. Addresses that are not public are refused, the API's own aside;
   * judged is the address that is connected to.
   *
   * @throws PermanentError `too-large`, `private-address`; IvmUnavailable where no whole answer came
   */
  download(url: URL, options: DownloadOptions): Promise<Download>;
  close(): Promise<void>;
};

const loopbackHost = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/;
const connectTimeoutMs = 3_000;
const answerTimeoutMs = 5_000;
const longestAnswerBytes = 16 * 1024 * 1024;
const mostAttempts = 3;
const firstPauseMs = 200;
const firstSlowPauseMs = 2_000;
/** No new attempt begins later than this after the first: a function's own time-out must not cut one off. */
const budgetMs = 4_000;

export function createIvmHttp(options: IvmHttpOptions): IvmHttp {
  const { endpoint, allowLoopback, now, random, sleep } = options;
  const api = new URL(endpoint);
  if (api.protocol !== 'https:' && !loopbackHost.test(api.hostname)) {
    throw new ConfigError('insecure-endpoint', 'The IVM endpoint must begin with https: a token crosses the network');
  }
  const timeouts = { headersTimeout: answerTimeoutMs, bodyTimeout: answerTimeoutMs };
  const apiAgent = new Agent({ ...timeouts, connect: { timeout: connectTimeoutMs } });
  const pictureAgent = new Agent({
    ...timeouts,
    connect: { timeout: connectTimeoutMs, lookup: guardedLookup(allowLoopback, options.resolve) },
  });

  const attempt = async ({ method, path, query = {}, token, body, timeoutMs = answerTimeoutMs }: ApiRequest) => {
    const url = new URL(`${endpoint}${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const answer = await send(url, {
      dispatcher: apiAgent,
      method,
      headers: {
        accept: 'application/json',
        ...(token === undefined ? {} : { 'access-token': token }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const bytes = await readBody(answer.body, longestAnswerBytes);
    return { status: answer.statusCode, bytes, json: jsonOrUndefined(bytes.toString('utf8')) };
  };

  /** Sends until an answer says success, and `accepts` takes it; any other one may come from something in between. */
  const exchange = async <T>(
    request: ApiRequest,
    accepts: (answer: { bytes: Buffer; json: JsonObject | undefined }) => T | undefined,
  ): Promise<T> => {
    const { attempts = mostAttempts } = request;
    const startedMs = now().getTime();
    for (let tries = 1; ; tries += 1) {
      const { accepted, failure, facts } = await attempt(request).then(
        ({ status, bytes, json }) => {
          const code = errorCodeOf(json);
          const judged = classifyFailure({ status, ...(code === undefined ? {} : { code }) });
          const answer = judged.kind === 'ok' ? accepts({ bytes, json }) : undefined;
          const isStranger = judged.kind === 'ok' && answer === undefined;
          return { accepted: answer, failure: isStranger ? notIvm : judged, facts: { status, code } };
        },
        (cause: unknown) => {
          const code = transportCode(cause);
          return { accepted: undefined, failure: classifyFailure({ transportCode: code }), facts: { code, cause } };
        },
      );
      if (accepted !== undefined) return accepted;
      const pauseMs = random() * (failure.slow ? firstSlowPauseMs : firstPauseMs) * 2 ** (tries - 1);
      const isLate = now().getTime() + pauseMs - startedMs > budgetMs;
      if (!failure.retryable || tries >= attempts || isLate) throw ivmError(request.name, failure, facts);
      await sleep(pauseMs);
    }
  };

  return {
    origin: api.origin,
    call: (request) => exchange(request, ({ json }) => json),
    callForBytes: (request) => exchange(request, ({ bytes }) => bytes),
    download: async (url, { token, maxBytes, timeoutMs }) => {
      const isApi = url.origin === api.origin;
      if (!isApi && !isHostAllowed(url.hostname, allowLoopback)) {
        throw new PermanentError('private-address', 'The URL leads to an address inside of a private network');
      }
      try {
        const answer = await send(url, {
          dispatcher: isApi ? apiAgent : pictureAgent,
          method: 'GET',
          headers: token === undefined || !isApi ? {} : { 'access-token': token },
          signal: AbortSignal.timeout(timeoutMs),
        });
        if (Number(answer.headers['content-length'] ?? 0) > maxBytes) {
          // Unread, it would hold its connection; destroyed, it reports so, which is no news.
          answer.body.on('error', () => undefined).destroy();
          throw tooLarge();
        }
        return { status: answer.statusCode, bytes: await readBody(answer.body, maxBytes) };
      } catch (cause) {
        if (cause instanceof PermanentError) throw cause;
        const code = transportCode(cause);
        throw ivmError('the download of a picture', classifyFailure({ transportCode: code }), { code, cause });
      }
    },
    close: async () => {
      await Promise.all([apiAgent.close(), pictureAgent.close()]);
    },
  };
}

const notIvm: Failure = { kind: 'transient', retryable: true, slow: false };
const tooLarge = () => new PermanentError('too-large', 'The answer is larger than is allowed');

async function readBody(body: AsyncIterable<Buffer> & { destroy(): unknown }, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function transportCode(error: unknown): string {
  if (error instanceof errors.UndiciError) return error.code;
  const { code, name } = error as { code?: unknown; name: string };
  // The code of a DOMException, as a time-out is, is a number.
  return typeof code === 'string' ? code : name;
}

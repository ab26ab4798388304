import { TransientError } from '#lib/errors.ts';
import { type Connection, type Connections, createConnections, type Origin } from './connections.ts';
import { type HttpAnswer, readAnswer } from './http-answer.ts';

export type HttpRequest = {
  origin: Origin;
  /** As it is sent, with what it needs of percent-encoding. */
  path: string;
  method: string;
  /** All but the length of the body, `host` among them. */
  headers: { readonly [name: string]: string };
  body: string | Uint8Array;
};

/** Sends a request and gives its whole answer; rejects when that is not there within `timeoutMs`, and hangs up. */
export type Exchange = (request: HttpRequest, timeoutMs: number) => Promise<HttpAnswer>;

/**
 * Exchanges requests over connections that are kept. One that has died while nobody used it is found out by the next
 * request alone: that goes out again at once.
 */
export function createExchange(connections: Connections = createConnections()): Exchange {
  return async (request, timeoutMs) => {
    const untilMs = performance.now() + timeoutMs;
    const head = headOf(request);
    for (;;) {
      const connection = connections.take(request.origin);
      const answer = await exchangeOver(connection, head, request.body, untilMs - performance.now());
      if (answer !== 'connection-was-dead') return answer;
    }
  };
}

const exchangeOver = (
  connection: Connection,
  head: string,
  body: HttpRequest['body'],
  timeoutMs: number,
): Promise<HttpAnswer | 'connection-was-dead'> =>
  new Promise((resolve, reject) => {
    // Not the signal of a time-out, which takes many times as much.
    const timer = setTimeout(() => fail(new TransientError('TimeoutError', 'no whole answer in time')), timeoutMs);
    const fail = (error: unknown) => {
      clearTimeout(timer);
      connection.close();
      reject(error);
    };
    /** Ends the exchange where these bytes are its answer, or never will be one. */
    const endBy = (bytes: Buffer, isAll?: 'all') => {
      try {
        const read = readAnswer(bytes, isAll === 'all');
        if (read === undefined) return false;
        clearTimeout(timer);
        if (read.keepsConnection) connection.keep();
        else connection.close();
        resolve(read.answer);
      } catch (error) {
        fail(error);
      }
      return true;
    };
    /** What has come of an answer that does not come in one piece. */
    let before: Buffer | undefined;
    connection.send(head, body, {
      onBytes: (bytes) => {
        const all = before === undefined ? bytes : Buffer.concat([before, bytes]);
        if (!endBy(all)) before = before === undefined ? Buffer.from(bytes) : all;
      },
      onEnd: (error) => {
        if (before === undefined && connection.isOld) {
          clearTimeout(timer);
          resolve('connection-was-dead');
        } else if (error !== undefined || before === undefined || !endBy(before, 'all')) fail(ofConnection(error));
      },
    });
  });

/** @throws RangeError where a part of it would be read as more than what it is */
function headOf({ method, path, headers, body }: HttpRequest): string {
  const lines = [`${method} ${path} HTTP/1.1`];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  lines.push(`content-length: ${Buffer.byteLength(body)}`);
  for (const line of lines) if (!/^[ -~]+$/.test(line)) throw new RangeError('a header holds what no header may');
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** What a connection breaks with names hosts and addresses, never what was sent. */
function ofConnection(cause: Error | undefined): TransientError {
  if (cause === undefined)
    return new TransientError('ECONNRESET', 'the connection was closed before the whole answer had come');
  const { code, name, message } = cause as NodeJS.ErrnoException;
  return new TransientError(code ?? name, message, { cause });
}

import http from 'node:http';
import https from 'node:https';
import { signCallback } from './sign-callback.ts';

export type CallbackTarget = { url: string; authKey?: string };
export type CallbackAnswer = { outcome: 'answered'; status: number } | { outcome: 'timed-out' | 'unreachable' };
export type CallbackPoster = {
  /** Posts a body once; never throws and never tries again (reference 10.1.1). */
  post(target: CallbackTarget, body: Buffer): Promise<CallbackAnswer>;
  close(): void;
};

/**
 * Posts callbacks as IVM does (reference 10.1.1, 10.1.4.1): JSON over a kept connection, signed where the subscription has
 * a key. Only the status line has to come in time; the body of an answer is read and dropped.
 *
 * @param options.timeoutMs how long the receiver may take to answer
 * @param options.now the clock behind `X-Ivm-Timestamp`
 */
export function createCallbackPoster(options: { timeoutMs: number; now: () => Date }): CallbackPoster {
  const agents = { 'http:': new http.Agent({ keepAlive: true }), 'https:': new https.Agent({ keepAlive: true }) };

  function headersFor({ url, authKey }: CallbackTarget, body: Buffer): http.OutgoingHttpHeaders {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length };
    if (authKey === undefined) return headers;
    const timestampSeconds = Math.floor(options.now().getTime() / 1000);
    return {
      ...headers,
      'X-Ivm-Timestamp': String(timestampSeconds),
      'X-Ivm-Signature': signCallback(url, timestampSeconds, authKey),
    };
  }

  return {
    post: (target, body) =>
      new Promise((resolve) => {
        const isHttps = new URL(target.url).protocol === 'https:';
        const request = (isHttps ? https : http).request(target.url, {
          method: 'POST',
          agent: agents[isHttps ? 'https:' : 'http:'],
          headers: headersFor(target, body),
        });
        const timer = setTimeout(() => {
          resolve({ outcome: 'timed-out' });
          request.destroy();
        }, options.timeoutMs);
        request.on('response', (response) => {
          resolve({ outcome: 'answered', status: response.statusCode ?? 0 });
          // The status is the answer; a body that breaks off changes nothing.
          response.on('error', () => undefined).resume();
        });
        request.on('error', () => resolve({ outcome: 'unreachable' }));
        request.on('close', () => clearTimeout(timer));
        request.end(body);
      }),
    close() {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}

import type nodeHttp from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { TransientError } from '#lib/errors.ts';

export type HttpRequest = {
  url: URL;
  method: string;
  headers: { readonly [name: string]: string };
  body: Uint8Array;
};
export type HttpAnswer = { status: number; headers: IncomingHttpHeaders; text: string };

/** Sends a request and gives its whole answer; rejects when that is not there by the end of `signal`, and hangs up. */
export type Exchange = (request: HttpRequest, signal: AbortSignal) => Promise<HttpAnswer>;

/** Much more than AWS answers to what we send; a secret has 64 KiB at most. */
const longestAnswerBytes = 1_048_576;

/**
 * Exchanges requests over connections that are kept. One that has died while nobody used it, as while an environment of
 * Lambda was frozen, is found out by the next request alone: that goes out again at once.
 */
export function createExchange(tls: { ca?: string } = {}): Exchange {
  const https = keepingConnections({ Agent, request }, tls);
  let http: Send | undefined;
  const sendTo = ({ protocol }: URL): Send => {
    if (protocol === 'https:') return https;
    // Only the stores on this machine are asked without TLS. Importing this module takes four times as long as importing
    // that of TLS, and a function on AWS never needs it.
    http ??= keepingConnections(process.getBuiltinModule('http'));
    return http;
  };
  return async (wanted, signal) => {
    for (;;) {
      try {
        const answer = await exchangeOnce(sendTo(wanted.url), wanted, signal);
        if (answer !== 'connection-was-dead') return answer;
      } catch (error) {
        throw signal.aborted ? timedOut(error) : ofConnection(error);
      }
    }
  };
}

type Send = (
  url: URL,
  options: Pick<HttpRequest, 'method' | 'headers'> & { signal: AbortSignal },
  onAnswer: (answer: IncomingMessage) => void,
) => ReturnType<typeof request>;

function keepingConnections(module: Pick<typeof nodeHttp, 'Agent' | 'request'>, tls?: { ca?: string }): Send {
  const agent = new module.Agent({ keepAlive: true, ...tls });
  return (url, options, onAnswer) => module.request(url, { ...options, agent }, onAnswer);
}

const exchangeOnce = (
  send: Send,
  { url, method, headers, body }: HttpRequest,
  signal: AbortSignal,
): Promise<HttpAnswer | 'connection-was-dead'> =>
  new Promise((resolve, reject) => {
    // Whatever happens once an answer has begun is told to those who read it.
    const sent = send(url, { method, headers, signal }, (answer) => resolve(readAnswer(answer)));
    sent.on('error', (error) => {
      if (sent.reusedSocket && !signal.aborted) resolve('connection-was-dead');
      else reject(error);
    });
    sent.end(body);
  });

async function readAnswer(answer: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > longestAnswerBytes) throw new RangeError('the answer is too long');
    chunks.push(chunk);
  }
  return { status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(chunks).toString() };
}

const timedOut = (cause: unknown) => new TransientError('TimeoutError', 'no whole answer in time', { cause });

/** What a connection breaks with names hosts and addresses, never what was sent. */
const ofConnection = (cause: unknown) => {
  const { code, name, message } = cause as NodeJS.ErrnoException;
  return new TransientError(code ?? name, message, { cause });
};

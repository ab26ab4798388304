import type nodeHttp from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { TransientError } from '#lib/errors.ts';
import type { ReadyConnections } from './ready-connections.ts';

/** Where requests go, in parts as a URL has them; the name of a host that is an IPv6 address without brackets. */
export type Origin = Readonly<Pick<URL, 'protocol' | 'hostname' | 'port' | 'host'>>;

export type HttpRequest = {
  origin: Origin;
  /** As it is sent, with what it needs of percent-encoding. */
  path: string;
  method: string;
  headers: { readonly [name: string]: string };
  /** Text goes out in one piece with the headers, which costs less. */
  body: string | Uint8Array;
};
export type HttpAnswer = { status: number; headers: IncomingHttpHeaders; text: string };

/** Sends a request and gives its whole answer; rejects when that is not there within `timeoutMs`, and hangs up. */
export type Exchange = (request: HttpRequest, timeoutMs: number) => Promise<HttpAnswer>;

/** Much more than AWS answers to what we send; a secret has 64 KiB at most. */
const longestAnswer = 1_048_576;

export type ExchangeSettings = {
  /** Certificates of authorities, in place of those that Node trusts. */
  ca?: string;
  ready?: ReadyConnections;
};

/**
 * Exchanges requests over connections that are kept. One that has died while nobody used it, as while an environment of
 * Lambda was frozen, is found out by the next request alone: that goes out again at once.
 */
export function createExchange({ ready, ...tls }: ExchangeSettings = {}): Exchange {
  const https = keepingConnections({ Agent: ready === undefined ? Agent : agentOf(ready), request }, tls);
  let http: Send | undefined;
  const sendTo = ({ protocol }: Origin): Send => {
    if (protocol === 'https:') return https;
    // Only the stores on this machine are asked without TLS. Importing this module takes four times as long as importing
    // that of TLS, and a function on AWS never needs it.
    http ??= keepingConnections(process.getBuiltinModule('http'));
    return http;
  };
  return async (wanted, timeoutMs) => {
    const untilMs = performance.now() + timeoutMs;
    for (;;) {
      try {
        const answer = await exchangeOnce(sendTo(wanted.origin), wanted, untilMs - performance.now());
        if (answer !== 'connection-was-dead') return answer;
      } catch (error) {
        throw ofConnection(error);
      }
    }
  };
}

type Send = (
  wanted: Omit<HttpRequest, 'body'>,
  onAnswer: (answer: IncomingMessage) => void,
) => ReturnType<typeof request>;

function keepingConnections(module: Pick<typeof nodeHttp, 'Agent' | 'request'>, tls?: { ca?: string }): Send {
  const agent = new module.Agent({ keepAlive: true, ...tls });
  return ({ origin: { hostname, port }, path, method, headers }, onAnswer) =>
    module.request({ hostname, port, path, method, headers, agent }, onAnswer);
}

/** Agents that take the connections that are ready before they open others. */
const agentOf = (ready: ReadyConnections): typeof Agent =>
  class extends Agent {
    override createConnection(...args: Parameters<Agent['createConnection']>) {
      const [{ host, port }] = args;
      return ready.take(String(host), Number(port)) ?? super.createConnection(...args);
    }
  };

const exchangeOnce = (
  send: Send,
  { body, ...wanted }: HttpRequest,
  timeoutMs: number,
): Promise<HttpAnswer | 'connection-was-dead'> =>
  new Promise((resolve, reject) => {
    let hasTime = true;
    let answered: IncomingMessage | undefined;
    // Whatever happens once an answer has begun is told to those who read it.
    const sent = send(wanted, (answer) => {
      answered = answer;
      resolve(readAnswer(answer));
    });
    // Not the signal of a time-out, which takes a tenth of all the time that a callback costs.
    const hangUp = () => {
      hasTime = false;
      (answered ?? sent).destroy(new TransientError('TimeoutError', 'no whole answer in time'));
    };
    const timer = setTimeout(hangUp, timeoutMs);
    sent.on('close', () => clearTimeout(timer));
    sent.on('error', (error) => {
      if (sent.reusedSocket && hasTime) resolve('connection-was-dead');
      else reject(error);
    });
    sent.end(body);
  });

/** By its events, which cost less than a loop over its pieces. */
const readAnswer = (answer: IncomingMessage): Promise<HttpAnswer> =>
  new Promise((resolve, reject) => {
    let text = '';
    answer.setEncoding('utf8');
    answer.on('data', (piece: string) => {
      text += piece;
      if (text.length > longestAnswer) answer.destroy(new RangeError('the answer is too long'));
    });
    answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    answer.on('error', reject);
  });

/** What a connection breaks with names hosts and addresses, never what was sent. */
const ofConnection = (cause: unknown) => {
  if (cause instanceof TransientError) return cause;
  const { code, name, message } = cause as NodeJS.ErrnoException;
  return new TransientError(code ?? name, message, { cause });
};

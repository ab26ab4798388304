import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import type { Subscription } from '#lib/callback/subscriptions.ts';
import { type IvmSimulator, type SimulatorOptions, startIvmSimulator } from '#lib/simulator/ivm-simulator.ts';

export const userId = '109012345678901';
export const keys = { ak: 'ACCESS-1', sk: 'SECRET-1' };
export const startedAt = new Date('2026-03-10T10:15:00.000Z');

/** A simulator of which only the clock stands still; it ends with the test. */
export async function simulatedIvm(options: Partial<SimulatorOptions> = {}): Promise<IvmSimulator> {
  const simulator = await startIvmSimulator({
    userId,
    accessKey: keys.ak,
    secretKey: keys.sk,
    now: () => startedAt,
    slowPictureShare: 0,
    ...options,
  });
  onTestFinished(() => simulator.close());
  return simulator;
}

export type Reply = { status: number; body: unknown };

/** One call of a simulated interface, without following or retrying anything. */
export async function call(
  simulator: IvmSimulator,
  request: { method?: string; path: string; token?: string; body?: unknown; headers?: Record<string, string> },
): Promise<Reply> {
  const { method = 'POST', path, token, body, headers } = request;
  const response = await fetch(`${simulator.endpoint}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(token === undefined ? {} : { 'Access-Token': token }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

/** Path of an interface that reads. */
export const callPath = (user: string, path: string): string => `/v1/${user}/${path}`;

export const get = (simulator: IvmSimulator, path: string, token: string): Promise<Reply> =>
  call(simulator, { method: 'GET', path, token });

export const refused = (status: number, code: string) => ({
  status,
  body: { error_code: code, error_msg: expect.any(String) },
});

export async function tokenOf(simulator: IvmSimulator): Promise<string> {
  const { body } = await call(simulator, { path: `/v2/${userId}/enterprises/access-token`, body: keys });
  return textMember(body, 'access_token');
}

export function textMember(value: unknown, name: string): string {
  const found =
    typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name) : undefined;
  if (typeof found?.[1] !== 'string') throw new TypeError(`${name} is no text`);
  return found[1];
}

export type Received = { method: string; url: string; headers: http.IncomingHttpHeaders; body: string };
export type Receiver = {
  url: string;
  received: Received[];
  /** The next answers, all alike: a status, or `never` for none at all. */
  answer(with_: number | 'never'): void;
};

/** Takes callbacks as a customer does; answers 200 until told otherwise. */
export async function callbackReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  let next: number | 'never' = 200;
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      received.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      if (next !== 'never') response.writeHead(next).end('{}');
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/callbacks/device-alarm`,
    received,
    answer(with_) {
      next = with_;
    },
  };
}

/** Registers a receiver and forgets the test message that this sends. */
export async function subscribe(
  simulator: IvmSimulator,
  receiver: Receiver,
  registration: { subscription: Subscription; authKey?: string },
): Promise<Reply> {
  const { subscription, authKey } = registration;
  const reply = await call(simulator, {
    path: `/v1/${userId}/messages/callback`,
    token: await tokenOf(simulator),
    body: {
      callback_url: receiver.url,
      subscription_type: subscription,
      ...(authKey === undefined ? {} : { auth_key: authKey }),
    },
  });
  receiver.received.length = 0;
  return reply;
}

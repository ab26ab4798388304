import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { listenOnLoopback } from '#lib/local/loopback-server.ts';
import type { Service } from '#lib/local/stack.ts';
import { type Random, seededRandom } from '#lib/simulator/seeded-random.ts';

export type Fault =
  /** Hangs up, and nobody has seen the request. */
  | { kind: 'refuse' }
  /** The service does it, and hangs up before a word of it is said. */
  | { kind: 'lose-reply' }
  /** The service does it, and hangs up in the middle of saying so. */
  | { kind: 'cut-reply' }
  /** The service does it twice, as SQS may deliver what it was sent once. */
  | { kind: 'repeat' }
  /** Never answers; the client has to give up. */
  | { kind: 'hang' }
  /** An answer of the service in trouble, without a body that means anything. */
  | { kind: 'status'; status: number }
  /** Too many requests, said as this service says it. */
  | { kind: 'throttle' }
  /** Takes each element of a batch with this chance only, and says which it did not take. */
  | { kind: 'partial'; share: number }
  /** Answers piece by piece. */
  | { kind: 'slow'; pieces: number; pauseMs: number }
  /** Takes its time before it does anything. */
  | { kind: 'late'; afterMs: number }
  /** Whatever a test wants it to say. */
  | { kind: 'answer'; status: number; body: string };

export type Asked = {
  service: Service;
  /** `SendMessage`, `BatchWriteItem`, `GetSecretValue`; `PUT raw`, `GET spill`, `LIST quarantine`; `POST alarms/pictures`, `GET picture`. */
  operation: string;
  headers: http.IncomingHttpHeaders;
};

/** When a fault happens: to a share of what it is about, by number or by time, or to all of it. */
export type Rule = {
  on: Service;
  operation?: RegExp;
  fault: Fault;
  /** 0 to 1; absent: always. */
  share?: number;
  /** The first and the last of the requests it is about, counted from 1. */
  nth?: { from: number; to: number };
  during?: { from: Date; to: Date };
  /** What else has to be so. */
  when?: (asked: Asked) => boolean;
};

export type FaultProxy = {
  /** Stands in front of a service; gives the endpoint to use in its place. */
  through(service: Service, endpoint: string): Promise<string>;
  /** From now on these faults happen and no others. */
  breakWith(rules: readonly Rule[]): void;
  /** From now on all is well. */
  mend(): void;
  /** Counts anew. */
  forget(): void;
  /** How often each fault has happened, by service and kind. */
  readonly happened: ReadonlyMap<string, number>;
  /** How often something was asked, by service and operation. */
  readonly asked: ReadonlyMap<string, number>;
  close(): Promise<void>;
};

export type FaultProxyOptions = {
  seed: string;
  /** Waits that functions ask SQS for are divided by this, so that what is retried for hours is retried in seconds. */
  hurry?: number;
  now?: () => Date;
};

type Reply = { status: number; headers: http.IncomingHttpHeaders; body: Buffer };
type ArmedRule = Rule & { count: number; random: Random };

/**
 * Stands between functions and the services on this machine, and lets happen to requests what happens to them elsewhere.
 * The embedded services look at no signature (the secrets server at the access key's id), so a request may be changed.
 */
export function createFaultProxy({ seed, hurry = 1, now = () => new Date() }: FaultProxyOptions): FaultProxy {
  const servers: http.Server[] = [];
  const agent = new http.Agent({ keepAlive: true });
  const happened = new Map<string, number>();
  const asked = new Map<string, number>();
  let rules: ArmedRule[] = [];

  const ruleOf = (request: Asked): ArmedRule | undefined => {
    const nowMs = now().getTime();
    const concerned = rules.filter(
      ({ on, operation, when }) =>
        on === request.service && operation?.test(request.operation) !== false && when?.(request) !== false,
    );
    // Each counts for itself, whichever of them happens.
    for (const rule of concerned) rule.count += 1;
    return concerned.find(({ count, share = 1, nth, during, random }) => {
      if (nth !== undefined && (count < nth.from || count > nth.to)) return false;
      if (during !== undefined && (nowMs < during.from.getTime() || nowMs > during.to.getTime())) return false;
      return share === 1 || random.chance(share);
    });
  };

  const serve = async (
    service: Service,
    origins: { here: string; there: string },
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): Promise<void> => {
    const operation = operationOf(service, request);
    const body = hurried(service, await readAll(request), hurry);
    const rule = ruleOf({ service, operation, headers: request.headers });
    const fault = rule?.fault;
    add(asked, `${service} ${operation}`);
    if (fault !== undefined) add(happened, `${service} ${fault.kind}`);
    const forward = (some: Buffer) => ask(agent, origins.there, request, some);
    const answer = (reply: Reply) => send(response, ownOrigin(reply, origins));
    switch (fault?.kind) {
      case 'refuse':
        request.socket.destroy();
        return;
      case 'hang':
        return;
      case 'status':
        answer({ status: fault.status, headers: {}, body: Buffer.alloc(0) });
        return;
      case 'answer':
        answer({ status: fault.status, headers: jsonHeaders, body: Buffer.from(fault.body) });
        return;
      case 'throttle':
        answer(throttled(service));
        return;
      case 'lose-reply':
        await forward(body);
        request.socket.destroy();
        return;
      case 'cut-reply': {
        const reply = await forward(body);
        response.writeHead(reply.status, headersFor(reply));
        response.write(reply.body.subarray(0, reply.body.length / 2));
        // What is written goes out before the connection is closed.
        setImmediate(() => request.socket.destroy());
        return;
      }
      case 'repeat':
        await forward(body);
        answer(await forward(body));
        return;
      case 'partial':
        answer(await partly(service, body, () => rule?.random.chance(fault.share) ?? true, forward));
        return;
      case 'slow':
        await sendSlowly(response, ownOrigin(await forward(body), origins), fault);
        return;
      case 'late':
        await delay(fault.afterMs);
        answer(await forward(body));
        return;
      case undefined:
        answer(await forward(body));
    }
  };

  return {
    through: async (service, endpoint) => {
      const origins = { here: '', there: endpoint };
      const server = http.createServer((request, response) => {
        response.on('error', () => undefined);
        serve(service, origins, request, response).catch(() => request.socket.destroy());
      });
      servers.push(server);
      origins.here = `http://127.0.0.1:${await listenOnLoopback(server, 0)}`;
      return origins.here;
    },
    breakWith: (wanted) => {
      rules = wanted.map((rule, index) => ({ ...rule, count: 0, random: seededRandom(`${seed}|${index}`) }));
    },
    mend: () => {
      rules = [];
    },
    forget: () => {
      happened.clear();
      asked.clear();
    },
    happened,
    asked,
    close: async () => {
      agent.destroy();
      await Promise.all(
        servers.map(async (server) => {
          const closed = Promise.withResolvers<void>();
          server.close(() => closed.resolve());
          server.closeAllConnections();
          await closed.promise;
        }),
      );
    },
  };
}

const jsonHeaders = { 'content-type': 'application/json' };

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function operationOf(service: Service, { method = '', url = '', headers }: http.IncomingMessage): string {
  const { pathname, searchParams } = new URL(url, 'http://service');
  if (service === 'ivm') return `${method} ${/([\w-]+\/pictures|access-token)$/.exec(pathname)?.[0] ?? 'picture'}`;
  if (service === 's3') {
    const [, , ...key] = pathname.split('/');
    const prefix = searchParams.get('prefix');
    return prefix === null ? `${method} ${key[0] ?? ''}` : `LIST ${prefix.split('/')[0]}`;
  }
  return String(headers['x-amz-target']).split('.').at(-1) ?? '';
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const Waits = z.looseObject({ VisibilityTimeout: z.number().optional(), DelaySeconds: z.number().optional() });
const Waiting = Waits.extend({ Entries: z.array(Waits).optional() });

/** The body with its waits made short. */
function hurried(service: Service, body: Buffer, hurry: number): Buffer {
  if (service !== 'sqs' || hurry === 1) return body;
  const shorter = (waits: z.output<typeof Waits>) => ({
    ...waits,
    ...(waits.VisibilityTimeout === undefined ? {} : { VisibilityTimeout: waits.VisibilityTimeout / hurry }),
    ...(waits.DelaySeconds === undefined ? {} : { DelaySeconds: waits.DelaySeconds / hurry }),
  });
  const request = Waiting.parse(JSON.parse(body.toString()));
  const entries = request.Entries?.map(shorter);
  return Buffer.from(JSON.stringify({ ...shorter(request), ...(entries === undefined ? {} : { Entries: entries }) }));
}

function ask(agent: http.Agent, endpoint: string, { method, url, headers }: http.IncomingMessage, body: Buffer) {
  const { 'transfer-encoding': _encoding, expect: _expect, connection: _connection, ...kept } = headers;
  return new Promise<Reply>((resolve, reject) => {
    const request = http.request(
      new URL(url ?? '/', endpoint),
      { method, agent, headers: { ...kept, 'content-length': body.length } },
      (response) => {
        readAll(response).then(
          (bytes) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: bytes }),
          reject,
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** IVM's answers name its own origin in the URLs of pictures: those are to come by here, too. */
function ownOrigin(reply: Reply, { here, there }: { here: string; there: string }): Reply {
  const isText = String(reply.headers['content-type']).startsWith('application/json');
  return isText ? { ...reply, body: Buffer.from(reply.body.toString().replaceAll(there, here)) } : reply;
}

function headersFor({ headers, body }: Reply): http.OutgoingHttpHeaders {
  const { 'transfer-encoding': _encoding, connection: _connection, 'keep-alive': _alive, ...kept } = headers;
  // The answer to HEAD tells of a body that it does not have.
  return body.length === 0 && kept['content-length'] !== undefined ? kept : { ...kept, 'content-length': body.length };
}

function send(response: http.ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, headersFor(reply));
  response.end(reply.body);
}

async function sendSlowly(
  response: http.ServerResponse,
  reply: Reply,
  { pieces, pauseMs }: Fault & { kind: 'slow' },
): Promise<void> {
  response.writeHead(reply.status, headersFor(reply));
  const size = Math.ceil(reply.body.length / pieces);
  for (let at = 0; at < reply.body.length; at += size) {
    response.write(reply.body.subarray(at, at + size));
    await delay(pauseMs);
  }
  response.end();
}

function throttled(service: Service): Reply {
  const json = (status: number, type: string): Reply => ({
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: Buffer.from(JSON.stringify({ __type: type, message: 'Rate exceeded' })),
  });
  switch (service) {
    case 'sqs':
      return json(403, 'com.amazonaws.sqs#RequestThrottled');
    case 'dynamodb':
      return json(400, 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException');
    case 'secrets':
    case 'cloudwatch':
      return json(400, 'ThrottlingException');
    case 's3': {
      const xml =
        '<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code><Message>Slow down</Message></Error>';
      return { status: 503, headers: { 'content-type': 'application/xml' }, body: Buffer.from(xml) };
    }
    case 'ivm':
      return {
        status: 500,
        headers: jsonHeaders,
        body: Buffer.from('{"error_code":"IVM.90000011","error_msg":"System busy"}'),
      };
  }
}

const BatchWrite = z.object({ RequestItems: z.record(z.string(), z.array(z.unknown())) });
const BatchWritten = z.looseObject({ UnprocessedItems: z.record(z.string(), z.array(z.unknown())).default({}) });
const QueueBatch = z.looseObject({ Entries: z.array(z.looseObject({ Id: z.string() })) });
const QueueBatchDone = z.looseObject({ Failed: z.array(z.unknown()).default([]) });

/** Has the service do a part of a batch and tell of the rest as it does itself. */
async function partly(
  service: Service,
  body: Buffer,
  isTaken: () => boolean,
  forward: (body: Buffer) => Promise<Reply>,
): Promise<Reply> {
  const request: unknown = JSON.parse(body.toString());
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  const ownHeaders = { 'content-type': 'application/x-amz-json-1.0' };
  if (service === 'dynamodb') {
    const tables = Object.entries(BatchWrite.parse(request).RequestItems).map(([name, writes]) => {
      const { taken = [], left = [] } = Object.groupBy(writes, () => (isTaken() ? 'taken' : 'left'));
      return { name, taken, left };
    });
    const unprocessed = Object.fromEntries(
      tables.filter(({ left }) => left.length > 0).map(({ name, left }) => [name, left]),
    );
    const wanted = tables.filter(({ taken }) => taken.length > 0).map(({ name, taken }) => [name, taken]);
    if (wanted.length === 0) return { status: 200, headers: ownHeaders, body: json({ UnprocessedItems: unprocessed }) };
    const reply = await forward(json({ RequestItems: Object.fromEntries(wanted) }));
    if (reply.status !== 200) return reply;
    const written = BatchWritten.parse(JSON.parse(reply.body.toString()));
    return { ...reply, body: json({ ...written, UnprocessedItems: { ...written.UnprocessedItems, ...unprocessed } }) };
  }
  const { Entries, ...rest } = QueueBatch.parse(request);
  const { taken = [], left = [] } = Object.groupBy(Entries, () => (isTaken() ? 'taken' : 'left'));
  const failed = left.map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false, Message: 'not taken' }));
  if (taken.length === 0) return { status: 200, headers: ownHeaders, body: json({ Successful: [], Failed: failed }) };
  const reply = await forward(json({ ...rest, Entries: taken }));
  if (reply.status !== 200) return reply;
  const done = QueueBatchDone.parse(JSON.parse(reply.body.toString()));
  return { ...reply, body: json({ ...done, Failed: [...done.Failed, ...failed] }) };
}

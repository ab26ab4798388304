import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { createObjectStore } from '#lib/aws/objects.ts';
import { createPictureItems } from '#lib/aws/picture-items.ts';
import { createJobQueue, createSender } from '#lib/aws/queues.ts';
import { createSpillRecords } from '#lib/aws/state-table.ts';
import { recoverSpill } from '#lib/callback/recover-spill.ts';
import type { MessageType } from '#lib/callback/subscriptions.ts';
import { type Stack, startStack } from '#lib/local/stack.ts';
import { retryPictures } from '#lib/pictures/retry-pictures.ts';
import { eachLimited } from '#lib/runtime/each-limited.ts';
import type { Delivery, OutgoingMessage } from '#lib/simulator/ivm-simulator.ts';
import { createFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { type Ledger, readLedger, remembered, type SentMessage } from './ledger.ts';

export type Sent = SentMessage & Delivery;

export type FaultyStack = {
  stack: Stack;
  proxy: FaultProxy;
  /** How long a queue hides what a function has been given. */
  visibilitySeconds: number;
  /** The next message of the simulated IVM, whose pictures are fetched through the proxy. */
  message(type?: MessageType, options?: { at?: Date }): OutgoingMessage;
  /** Sends messages once each, as IVM does, several at a time. */
  send(messages: readonly OutgoingMessage[]): Promise<Sent[]>;
  /** Lets everything come to rest, as if days had passed; throws where that takes longer. */
  settle(withinMs?: number): Promise<void>;
  ledger(sent: readonly SentMessage[]): Promise<Ledger>;
  stop(): Promise<void>;
};

export type FaultyStackOptions = {
  seed: string;
  /** Gets every line that a function writes. */
  onOutput?: (functionName: string, line: string) => void;
  /** Parameters of serverless.yml. */
  parameters?: { readonly [name: string]: string };
};

const sentAtOnce = 32;
const hurry = 100;
/** In place of minutes: long enough for a batch on a busy machine. */
const visibilitySeconds = 12;
const settleMs = 90_000;
const hourMs = 3_600_000;
const weekMs = 7 * 24 * hourMs;

/** Starts a stack whose functions reach every store, the secrets and IVM through a proxy that can break them. */
export async function startFaultyStack({
  seed,
  onOutput = () => undefined,
  parameters = {},
}: FaultyStackOptions): Promise<FaultyStack> {
  await using starting = new AsyncDisposableStack();
  const dataDir = mkdtempSync(join(tmpdir(), 'faults-'));
  starting.defer(() => rmSync(dataDir, { recursive: true, force: true }));
  const proxy = createFaultProxy({ seed, hurry });
  starting.defer(() => proxy.close());
  let ivm = { here: '', there: '' };
  const stack = await startStack({
    dataDir,
    port: 0,
    ivm: { kind: 'simulated' },
    parameters,
    onOutput,
    // What functions answer is what counts, and that they fail is what is wanted.
    onError: () => undefined,
    through: async (service, endpoint) => {
      const here = await proxy.through(service, endpoint);
      if (service === 'ivm') ivm = { here, there: endpoint };
      return here;
    },
  });
  starting.defer(() => stack.stop());
  const { stores, file, simulator } = stack;
  if (simulator === undefined) throw new TypeError('the stack has no simulated IVM');
  await setVisibility(stack, visibilitySeconds);

  const running = starting.move();
  return {
    stack,
    proxy,
    visibilitySeconds,
    message: (type, options) => {
      const message = simulator.message(type, options);
      return { ...message, body: Buffer.from(message.body.toString().replaceAll(ivm.there, ivm.here)) };
    },
    send: async (messages) => {
      const results = await eachLimited(messages, sentAtOnce, async (message) => {
        const delivery = await simulator.deliver(message);
        return { ...remembered(message, delivery.outcome === 'acknowledged'), ...delivery };
      });
      return results.map((result) => {
        if (result.status === 'rejected') throw result.reason;
        return result.value;
      });
    },
    settle: (withinMs) => settle(stack, withinMs),
    ledger: (sent) => readLedger(stores, file, sent),
    stop: () => running.disposeAsync(),
  };
}

/** Sets for how long queues hide what a function has been given; of all queues unless some are named. */
export async function setVisibility(
  { stores, file }: Pick<Stack, 'stores' | 'file'>,
  seconds: number,
  queues: readonly string[] = Object.keys(file.queues),
): Promise<void> {
  for (const name of queues) {
    const Attributes = { VisibilityTimeout: String(seconds) };
    await stores.clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl: file.queues[name], Attributes }));
  }
}

/**
 * Lets everything come to rest, as if days had passed: what is queued is handled, what waits in spill/ comes back, and
 * pictures that are still wanted are asked for again.
 */
export async function settle(stack: Pick<Stack, 'stores' | 'file' | 'drain'>, withinMs = settleMs): Promise<void> {
  const signal = AbortSignal.timeout(withinMs);
  for (let round = 1; ; round += 1) {
    if (!(await stack.drain(signal))) throw new Error('there is still something in the queues');
    const left = (await recoverLater(stack, round)) + (await retryLater(stack, round));
    if (left === 0) return;
  }
}

/** What `recover-spill` does after a day per round, without the faults of the proxy; gives how many it sent again. */
async function recoverLater({ stores, file }: Pick<Stack, 'stores' | 'file'>, round: number): Promise<number> {
  const now = () => new Date(Date.now() + round * 24 * hourMs);
  const { s3, sqs, dynamodb } = stores.clients;
  const bucket = createObjectStore(file.bucket, s3);
  const send = createSender(sqs);
  const { requeued } = await recoverSpill({
    spill: {
      keys: () => bucket.keys('spill/'),
      read: async (key) => (await bucket.get(key))?.toString('utf8'),
    },
    records: createSpillRecords(file.tables['state'] ?? '', now, dynamodb),
    send: (queue, body, attributes) => send(file.queues[queue] ?? '', body, { ...attributes }, 10_000),
    metric: () => undefined,
    now,
  });
  return requeued;
}

/** What `retry-pictures` does a week from now, when every picture that is still wanted is due; gives how many there were. */
async function retryLater({ stores, file }: Pick<Stack, 'stores' | 'file'>, round: number): Promise<number> {
  const { due } = await retryPictures({
    open: createPictureItems(file.tables['events'] ?? '', stores.clients.dynamodb),
    queueRetries: createJobQueue(file.queues['picture-retries'] ?? '', stores.clients.sqs),
    watermark: { read: async () => undefined, write: async () => undefined },
    metric: () => undefined,
    now: () => new Date(Date.now() + weekMs + round * 2 * hourMs),
  });
  return due;
}

import { setImmediate as turn } from 'node:timers/promises';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { afterEach, describe, expect, it } from 'vitest';
import { type PolledQueue, type QueuePoller, startQueuePoller } from '#lib/local/queue-poller.ts';

const record = (messageId: string, body = '{}'): SQSRecord => ({
  messageId,
  receiptHandle: `handle-${messageId}`,
  body,
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: '0',
    SenderId: 'sender',
    ApproximateFirstReceiveTimestamp: '0',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:alarms',
  awsRegion: 'us-east-1',
});
const recordsOf = (count: number, body?: string) =>
  Array.from({ length: count }, (_, index) => record(`m${index}`, body));

const pollers: QueuePoller[] = [];
const gates: PromiseWithResolvers<unknown>[] = [];

type Situation = {
  trigger?: Partial<PolledQueue>;
  /** What each receive gives, at most `max` of it; an error is thrown. Nothing after the last. */
  queue?: (SQSRecord[] | Error)[];
  reply?: (event: SQSEvent) => unknown;
  deleteFails?: boolean;
};

function start({ trigger = {}, queue = [], reply = () => null, deleteFails = false }: Situation) {
  let clockMs = 0;
  const seen = {
    batches: [] as string[][],
    deleted: [] as string[],
    errors: [] as unknown[],
    waits: [] as number[],
    receives: [] as { max: number; waitSeconds: number }[],
  };
  const poller = startQueuePoller(
    {
      queueArn: 'arn:aws:sqs:us-east-1:000000000000:alarms',
      queueUrl: 'http://sqs/alarms',
      batchSize: 10,
      windowMs: 0,
      maximumConcurrency: 2,
      reportsFailures: true,
      ...trigger,
    },
    {
      receiver: {
        receive: async (_arn, _url, max, waitSeconds) => {
          await turn();
          seen.receives.push({ max, waitSeconds });
          const next = queue.shift() ?? [];
          if (next instanceof Error) throw next;
          if (next.length > max) queue.unshift(next.slice(max));
          if (next.length === 0) clockMs += waitSeconds * 1000;
          return next.slice(0, max);
        },
        delete: async (_url, handles) => {
          if (deleteFails) throw new Error('not deleted');
          seen.deleted.push(...handles);
        },
      },
      invoke: async (event) => {
        seen.batches.push(event.Records.map(({ messageId }) => messageId));
        return reply(event);
      },
      onError: (error) => seen.errors.push(error),
      wait: async (ms) => {
        seen.waits.push(ms);
        clockMs += ms;
        await turn();
      },
      now: () => new Date(clockMs),
    },
  );
  pollers.push(poller);
  return { ...seen, poller };
}

/** Lets the poller go on until something is so; a test that never gets there runs into its time limit. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn();
}

function gate(): PromiseWithResolvers<unknown> {
  const created = Promise.withResolvers<unknown>();
  gates.push(created);
  return created;
}

afterEach(async () => {
  for (const { resolve } of gates.splice(0)) resolve(null);
  await Promise.all(pollers.splice(0).map((poller) => poller.stop()));
});

describe('the reply of a function', () => {
  const all = ['handle-m0', 'handle-m1', 'handle-m2'];

  it.each([
    { title: 'null', reply: null },
    { title: 'nothing', reply: undefined },
    { title: 'an empty object', reply: {} },
    { title: 'null for a list', reply: { batchItemFailures: null } },
    { title: 'an empty list', reply: { batchItemFailures: [] } },
  ])('that is $title means that all records are done', async ({ reply }) => {
    const { poller, deleted, errors } = start({ queue: [recordsOf(3)], reply: () => reply });
    await until(() => deleted.length > 0);
    await poller.stop();
    expect(deleted).toEqual(all);
    expect(errors).toEqual([]);
  });

  it('keeps the records that it names in the queue', async () => {
    const reply = { batchItemFailures: [{ itemIdentifier: 'm1' }] };
    const { poller, deleted, errors } = start({ queue: [recordsOf(3)], reply: () => reply });
    await until(() => deleted.length > 0);
    await poller.stop();
    expect(deleted).toEqual(['handle-m0', 'handle-m2']);
    expect(errors).toEqual([]);
  });

  it.each([
    { title: 'an unknown record', reply: { batchItemFailures: [{ itemIdentifier: 'm0' }, { itemIdentifier: 'm7' }] } },
    { title: 'an empty identifier', reply: { batchItemFailures: [{ itemIdentifier: '' }] } },
    { title: 'no identifier', reply: { batchItemFailures: [{ itemIdentifier: null }] } },
    { title: 'another key', reply: { batchItemFailures: [{ id: 'm0' }] } },
    { title: 'no list', reply: { batchItemFailures: 'm0' } },
    { title: 'a text', reply: 'done' },
  ])('with $title means that all records failed', async ({ reply }) => {
    const { poller, deleted, errors } = start({ queue: [recordsOf(3)], reply: () => reply });
    await until(() => errors.length > 0);
    await poller.stop();
    expect(deleted).toEqual([]);
    expect(errors).toEqual([expect.objectContaining({ code: expect.stringMatching(/^reply-/) })]);
  });

  it('does not matter where the function reports no failures', async () => {
    const { deleted, errors } = start({
      trigger: { reportsFailures: false },
      queue: [recordsOf(3)],
      reply: () => ({ batchItemFailures: [{ itemIdentifier: 'm1' }] }),
    });
    await until(() => deleted.length > 0);
    expect(deleted).toEqual(all);
    expect(errors).toEqual([]);
  });

  it.each([true, false])('that is an error deletes nothing (reports failures: %s)', async (reportsFailures) => {
    const { poller, deleted, errors } = start({
      trigger: { reportsFailures },
      queue: [recordsOf(3)],
      reply: () => {
        throw new Error('broken');
      },
    });
    await until(() => errors.length > 0);
    await poller.stop();
    expect(deleted).toEqual([]);
    expect(errors).toEqual([new Error('broken')]);
  });
});

describe('a batch', () => {
  it('without a window is what one receive gave', async () => {
    const { batches } = start({ queue: [recordsOf(2), [record('m2')]] });
    await until(() => batches.length === 2);
    expect(batches).toEqual([['m0', 'm1'], ['m2']]);
  });

  it('is no larger than allowed', async () => {
    const { batches, receives } = start({ trigger: { batchSize: 4 }, queue: [recordsOf(6)] });
    await until(() => batches.length === 2);
    expect(batches.map(({ length }) => length)).toEqual([4, 2]);
    expect(receives[0]).toEqual({ max: 4, waitSeconds: 1 });
  });

  it('is gathered ten at a time until it is full', async () => {
    const { batches, receives } = start({ trigger: { batchSize: 25, windowMs: 60_000 }, queue: [recordsOf(30)] });
    await until(() => batches.length === 1);
    expect(batches[0]).toHaveLength(25);
    expect(receives.slice(0, 3).map(({ max }) => max)).toEqual([10, 10, 5]);
  });

  it('goes when its window has passed since the first record', async () => {
    const { batches, receives, waits } = start({
      trigger: { batchSize: 100, windowMs: 2_300 },
      queue: [[], [], [record('m0')], [], [], [record('m1')], []],
    });
    await until(() => batches.length === 1);
    expect(batches).toEqual([['m0', 'm1']]);
    expect(receives.slice(0, 7).map(({ waitSeconds }) => waitSeconds)).toEqual([1, 1, 1, 1, 1, 0, 0]);
    expect(waits.slice(0, 2)).toEqual([200, 100]);
  });

  it('stays below 6 MB, and what is left over makes the next', async () => {
    const { batches } = start({ queue: [recordsOf(10, 'x'.repeat(1_000_000))] });
    await until(() => batches.flat().length === 10);
    expect(batches.map(({ length }) => length)).toEqual([5, 5]);
  });

  it('takes a record that alone is above 6 MB', async () => {
    const { batches } = start({ queue: [recordsOf(2, '\u0001'.repeat(1_000_000))] });
    await until(() => batches.length === 2);
    expect(batches).toEqual([['m0'], ['m1']]);
  });

  it.each([
    { maximumConcurrency: 2, atOnce: 2 },
    { maximumConcurrency: 1000, atOnce: 4 },
  ])('runs beside others, $atOnce where $maximumConcurrency are allowed', async ({ maximumConcurrency, atOnce }) => {
    const first = gate();
    const { batches, receives } = start({
      trigger: { batchSize: 1, maximumConcurrency },
      queue: [recordsOf(10)],
      reply: ({ Records }) => (Records[0]?.messageId === 'm0' ? first.promise : gate().promise),
    });
    await until(() => batches.length === atOnce);
    for (let turns = 0; turns < 20; turns += 1) await turn();
    expect(batches).toHaveLength(atOnce);
    expect(receives).toHaveLength(atOnce);
    first.resolve(null);
    await until(() => batches.length === atOnce + 1);
  });
});

describe('a queue that does not answer', () => {
  it('is asked again, each time later, up to 5 s', async () => {
    const failures = Array.from({ length: 8 }, (_, index) => new Error(`refused ${index}`));
    const { deleted, errors, waits } = start({ queue: [...failures, recordsOf(1), new Error('again')] });
    await until(() => errors.length === 9);
    await until(() => waits.length === 9);
    expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000, 100]);
    expect(deleted).toEqual(['handle-m0']);
  });

  it('does not keep what was already received waiting', async () => {
    const { batches } = start({
      trigger: { batchSize: 20, windowMs: 60_000 },
      queue: [recordsOf(2), new Error('refused'), [record('m2')]],
    });
    await until(() => batches.length === 1);
    expect(batches).toEqual([['m0', 'm1']]);
  });

  it('when records are to be deleted is reported, and polling goes on', async () => {
    const { batches, errors } = start({ queue: [recordsOf(1), [record('m1')]], deleteFails: true });
    await until(() => errors.length === 2);
    expect(batches).toEqual([['m0'], ['m1']]);
    expect(errors).toEqual([new Error('not deleted'), new Error('not deleted')]);
  });
});

describe('stop', () => {
  it('ends polling and lets a batch under way finish', async () => {
    const running = gate();
    const { poller, batches, deleted, receives } = start({ queue: [recordsOf(1)], reply: () => running.promise });
    await until(() => batches.length === 1);
    let isStopped = false;
    const stopped = (async () => {
      await poller.stop();
      isStopped = true;
    })();
    for (let turns = 0; turns < 20; turns += 1) await turn();
    expect(isStopped).toBe(false);
    const polls = receives.length;
    running.resolve(null);
    await stopped;
    expect(deleted).toEqual(['handle-m0']);
    expect(receives).toHaveLength(polls);
  });

  it('hands on what was gathered', async () => {
    const { poller, deleted, receives } = start({ trigger: { batchSize: 100, windowMs: 1e12 }, queue: [recordsOf(3)] });
    await until(() => receives.length > 1);
    await poller.stop();
    expect(deleted).toEqual(['handle-m0', 'handle-m1', 'handle-m2']);
  });

  it('does not wait for a back-off to end', async () => {
    const poller = startQueuePoller(
      { queueArn: '', queueUrl: '', batchSize: 1, windowMs: 0, maximumConcurrency: 2, reportsFailures: true },
      {
        receiver: { receive: () => Promise.reject(new Error('refused')), delete: () => Promise.resolve() },
        invoke: () => Promise.resolve(null),
        onError: () => undefined,
        wait: (_ms, signal) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
          }),
        now: () => new Date(0),
      },
    );
    await turn();
    await expect(poller.stop()).resolves.toBeUndefined();
  });
});

describe('idle', () => {
  it('is false while a record is held or handled', async () => {
    const running = gate();
    const { poller, batches, deleted, receives } = start({
      trigger: { batchSize: 3, windowMs: 60_000 },
      queue: [recordsOf(2), [], [], [record('m2')]],
      reply: () => running.promise,
    });
    expect(poller.idle()).toBe(true);
    await until(() => receives.length === 2);
    expect(poller.idle()).toBe(false);
    await until(() => batches.length === 1);
    expect(poller.idle()).toBe(false);
    running.resolve(null);
    await until(() => deleted.length === 3);
    await turn();
    expect(poller.idle()).toBe(true);
  });
});

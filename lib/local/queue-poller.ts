import type { SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import type { QueueReceiver } from '#lib/aws/provisioning.ts';
import { TransientError } from '#lib/errors.ts';
import type { QueueTrigger } from './stack-definition.ts';

export type PolledQueue = Omit<QueueTrigger, 'queueName'> & { queueArn: string; queueUrl: string };

export type PollerDeps = {
  receiver: QueueReceiver;
  invoke: (event: SQSEvent) => Promise<unknown>;
  onError: (error: unknown) => void;
  /** Returns, or rejects, early when the signal is aborted. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
  now: () => Date;
};

export type QueuePoller = {
  /** Ends polling; what was received is handled first. Takes as long as the longest batch, and a poll of 1 s. */
  stop(): Promise<void>;
  /** Whether no record is held and no batch is under way; the queue may still have some. */
  idle(): boolean;
};

const receiveLimit = 10;
/** Of an invocation on Lambda, in bytes of JSON. */
const longestBatchBytes = 6_000_000;
/** One machine runs all functions. */
const mostBatches = 4;
/** Short, since a poll under way can't be ended: `stop` waits for it. */
const pollSeconds = 1;
const windowStepMs = 200;
const firstBackOffMs = 100;
const longestBackOffMs = 5_000;

/** What a function may answer; whatever else there is in it has no meaning to Lambda. */
const BatchReply = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullish();

/**
 * Feeds a function from a queue as an event source mapping of Lambda does: gathers records until the batch is full, its
 * window has passed or 6 MB are reached, invokes the function with several batches at once (at most four here), and
 * deletes what succeeded. What failed stays in the queue, whose visibility time-out brings it back and whose redrive policy
 * counts it.
 */
export function startQueuePoller(trigger: PolledQueue, deps: PollerDeps): QueuePoller {
  const { receiver, wait, now, onError } = deps;
  const stopping = new AbortController();
  const { signal } = stopping;
  const batchLimit = Math.min(mostBatches, trigger.maximumConcurrency);
  const batches = new Set<Promise<void>>();
  let held: SQSRecord[] = [];
  let failedPolls = 0;

  /** Without result where the queue did not answer. */
  const receive = async (max: number, waitSeconds: number): Promise<SQSRecord[] | undefined> => {
    try {
      const records = await receiver.receive(
        trigger.queueArn,
        trigger.queueUrl,
        Math.min(receiveLimit, max),
        waitSeconds,
      );
      failedPolls = 0;
      return records;
    } catch (error) {
      onError(error);
      failedPolls += 1;
      return undefined;
    }
  };
  const pause = async (ms: number): Promise<void> => {
    // It rejects when `stop` ends it early, which the loops see for themselves.
    await wait(ms, signal).catch(() => undefined);
  };

  const fillBatch = async (): Promise<void> => {
    let firstAt = now().getTime();
    while (!signal.aborted && held.length < trigger.batchSize && fitting(held) === held.length) {
      const leftMs = firstAt + trigger.windowMs - now().getTime();
      if (held.length > 0 && leftMs <= 0) return;
      const waitSeconds = held.length === 0 || leftMs >= pollSeconds * 1000 ? pollSeconds : 0;
      const received = await receive(trigger.batchSize - held.length, waitSeconds);
      if (received === undefined) return;
      if (held.length === 0) firstAt = now().getTime();
      held.push(...received);
      if (received.length === 0 && waitSeconds === 0) await pause(Math.min(leftMs, windowStepMs));
    }
  };

  const poll = async (): Promise<void> => {
    while (!signal.aborted || held.length > 0) {
      await fillBatch();
      if (held.length > 0) {
        const records = held.slice(0, fitting(held));
        held = held.slice(records.length);
        const batch = handleBatch(trigger, deps, records).finally(() => batches.delete(batch));
        batches.add(batch);
      }
      // Received without room for it, a record would use up its visibility time-out here.
      while (batches.size >= batchLimit) await Promise.race(batches);
      if (failedPolls > 0) await pause(Math.min(longestBackOffMs, firstBackOffMs * 2 ** (failedPolls - 1)));
    }
    await Promise.all(batches);
  };

  const polling = poll();
  return {
    idle: () => held.length === 0 && batches.size === 0,
    stop: async () => {
      stopping.abort();
      await polling;
    },
  };
}

/** How many of the records go into one invocation; the first always does. */
function fitting(records: readonly SQSRecord[]): number {
  let sizeBytes = 0;
  const tooMany = records.findIndex((record) => {
    sizeBytes += Buffer.byteLength(JSON.stringify(record));
    return sizeBytes > longestBatchBytes;
  });
  return tooMany === -1 ? records.length : Math.max(1, tooMany);
}

async function handleBatch(
  { queueUrl, reportsFailures }: PolledQueue,
  { invoke, receiver, onError }: PollerDeps,
  records: readonly SQSRecord[],
): Promise<void> {
  try {
    const reply = await invoke({ Records: [...records] });
    const failed = reportsFailures ? failedRecords(reply, records) : new Set();
    const done = records.filter(({ messageId }) => !failed.has(messageId));
    if (done.length > 0) {
      await receiver.delete(
        queueUrl,
        done.map(({ receiptHandle }) => receiptHandle),
      );
    }
  } catch (error) {
    onError(error);
  }
}

/** @throws TransientError for a reply by which Lambda would take the whole batch for failed */
function failedRecords(reply: unknown, records: readonly SQSRecord[]): ReadonlySet<string> {
  const parsed = BatchReply.safeParse(reply);
  if (!parsed.success)
    throw new TransientError('reply-malformed', 'A queue function answered with no list of failed records');
  const failed = new Set(parsed.data?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier));
  if (!failed.isSubsetOf(new Set(records.map(({ messageId }) => messageId)))) {
    throw new TransientError('reply-unknown-record', 'A queue function named a failed record that is not of its batch');
  }
  return failed;
}

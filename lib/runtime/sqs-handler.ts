import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { errorCode, errorMessage, isRetryable } from '#lib/errors.ts';
import { errorFields, log, withLogFields } from './log.ts';
import { createMetricSums, type Metric } from './metrics.ts';

/** What the handler needs of the queues a function is fed from, found by the record's own `eventSourceARN`. */
export type SourceQueues = {
  /** Puts a record into the dead-letter queue of its queue, with its own attributes and why it is there. */
  park(record: SQSRecord, reason: string, code: string): Promise<void>;
  /** Sets when a failed record comes back. */
  delay(record: SQSRecord, seconds: number): Promise<void>;
};

export type SqsDeps = { queues: SourceQueues; metric: Metric; random: () => number };

export type SqsJob<Message, Deps> = {
  deps: () => Promise<Deps & SqsDeps>;
  /** @throws PermanentError for a record that can never be read. */
  parse: (record: SQSRecord) => Message;
  /** Handles what could be read of a batch; one result per message, in their order. */
  handle: (deps: Deps, messages: Message[], context: BatchContext) => Promise<PromiseSettledResult<void>[]>;
};

export type BatchContext = { remainingMs: () => number };

const firstDelaySeconds = 5;
const longestDelaySeconds = 900;

/**
 * Makes the handler of a queue function, and is the only judge of what becomes of a record: done, tried again later, or
 * parked in the dead-letter queue with a reason. It never fails a whole batch for one record, and never throws for a
 * failed record, since that would send the good ones round again.
 */
export function sqsHandler<Message, Deps>(job: SqsJob<Message, Deps>) {
  return async (
    event: SQSEvent,
    context: Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>,
  ): Promise<SQSBatchResponse> => {
    const shared = await job.deps();
    const sums = createMetricSums(shared.metric);
    const deps = { ...shared, metric: sums.metric };
    return withLogFields({ request_id: context.awsRequestId }, async () => {
      const results = await handleBatch(job, deps, event.Records, {
        remainingMs: () => context.getRemainingTimeInMillis(),
      });
      const failures = await Promise.all(
        event.Records.map(async (record, index) => {
          const result = results[index];
          if (result?.status === 'fulfilled') return undefined;
          const error: unknown = result?.reason ?? new Error('the batch gave no result for this record');
          const messageId = record.messageAttributes['message_id']?.stringValue ?? record.messageId;
          return withLogFields({ message_id: messageId }, async () => settleFailure(deps, record, error));
        }),
      );
      sums.write();
      return { batchItemFailures: failures.filter((failure) => failure !== undefined) };
    });
  };
}

async function handleBatch<Message, Deps>(
  job: SqsJob<Message, Deps>,
  deps: Deps,
  records: readonly SQSRecord[],
  context: BatchContext,
): Promise<PromiseSettledResult<void>[]> {
  const parsed = await Promise.allSettled(records.map(async (record) => job.parse(record)));
  const messages = parsed.filter((result) => result.status === 'fulfilled').map((result) => result.value);
  let handled: PromiseSettledResult<void>[];
  try {
    handled = messages.length === 0 ? [] : await job.handle(deps, messages, context);
  } catch (reason) {
    handled = messages.map(() => ({ status: 'rejected', reason }));
  }
  let next = 0;
  return parsed.map((result) => {
    if (result.status === 'rejected') return result;
    next += 1;
    return handled[next - 1] ?? { status: 'rejected', reason: new Error('the batch gave no result for this record') };
  });
}

async function settleFailure(
  deps: SqsDeps,
  record: SQSRecord,
  error: unknown,
): Promise<{ itemIdentifier: string } | undefined> {
  if (!isRetryable(error)) {
    try {
      await deps.queues.park(record, errorMessage(error), errorCode(error));
      deps.metric('RecordParked', 1, { Code: errorCode(error) });
      log.error('record parked in its dead-letter queue', errorFields(error));
      return undefined;
    } catch (parkError) {
      log.error('record could not be parked and will come again', errorFields(parkError));
    }
  }
  deps.metric('RecordFailed', 1, { Code: errorCode(error) });
  log.warn('record failed and will come again', errorFields(error));
  const seconds = retryDelaySeconds(Number(record.attributes.ApproximateReceiveCount), deps.random());
  // Without it the record comes back after the queue's own visibility time-out: later or sooner, but it comes.
  await deps.queues.delay(record, seconds).catch((delayError: unknown) => {
    log.warn('visibility of a failed record could not be set', errorFields(delayError));
  });
  return { itemIdentifier: record.messageId };
}

/** 5, 10, 20 … 900 s, each shortened by up to half at random, so that what failed together does not return together. */
export function retryDelaySeconds(receiveCount: number, random: number): number {
  const full = Math.min(longestDelaySeconds, firstDelaySeconds * 2 ** Math.max(0, receiveCount - 1));
  return Math.max(1, Math.round(full * (1 - random / 2)));
}

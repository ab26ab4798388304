import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { PermanentError, TransientError } from '#lib/errors.ts';
import type { Metric } from '#lib/runtime/metrics.ts';
import { retryDelaySeconds, sqsHandler } from '#lib/runtime/sqs-handler.ts';
import { memoryMetrics } from '../support/fakes/memory-metrics.ts';

const record = (messageId: string, body: string, receiveCount = 1): SQSRecord => ({
  messageId,
  receiptHandle: `handle-${messageId}`,
  body,
  attributes: {
    ApproximateReceiveCount: String(receiveCount),
    SentTimestamp: '0',
    SenderId: 's',
    ApproximateFirstReceiveTimestamp: '0',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:alarms',
  awsRegion: 'us-east-1',
});
const event = (...records: SQSRecord[]): SQSEvent => ({ Records: records });
const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => 30_000 };

/** A handler whose messages say themselves what becomes of them. */
function handlerOf(options: { parkFails?: boolean; handle?: () => Promise<PromiseSettledResult<void>[]> } = {}) {
  const parked: [string, string, string][] = [];
  const delayed: [string, number][] = [];
  const metrics = memoryMetrics();
  const outcomes: { [body: string]: PromiseSettledResult<void> } = {
    good: { status: 'fulfilled', value: undefined },
    throttled: { status: 'rejected', reason: new TransientError('throttled', 'later') },
    bug: { status: 'rejected', reason: new TypeError('a bug') },
    odd: { status: 'rejected', reason: 'not even an error' },
    poison: { status: 'rejected', reason: new PermanentError('not-json', 'no JSON') },
  };
  const handler = sqsHandler({
    deps: async () => ({
      metric: metrics.metric,
      random: () => 0,
      queues: {
        park: async (parkedRecord: SQSRecord, reason: string, code: string) => {
          if (options.parkFails === true) throw new Error('the dead-letter queue is away');
          parked.push([parkedRecord.messageId, reason, code]);
        },
        delay: async (delayedRecord: SQSRecord, seconds: number) => {
          delayed.push([delayedRecord.messageId, seconds]);
        },
      },
    }),
    parse: ({ body }) => {
      if (body === 'unreadable') throw new PermanentError('unreadable', 'can never be read');
      return body;
    },
    handle:
      options.handle ??
      (async (_deps, messages) =>
        messages.map((message) => outcomes[message] ?? { status: 'rejected', reason: undefined })),
  });
  return { handler, parked, delayed, counts: metrics.counts };
}

describe('sqsHandler', () => {
  it('acknowledges what is done, parks what can never be done, and lets the rest come again', async () => {
    const { handler, parked, delayed, counts } = handlerOf();
    const response = await handler(
      event(
        record('1', 'good'),
        record('2', 'poison'),
        record('3', 'throttled'),
        record('4', 'bug', 4),
        record('5', 'odd'),
        record('6', 'unreadable'),
      ),
      context,
    );
    expect(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['3', '4', '5']);
    expect(parked).toEqual([
      ['2', 'no JSON', 'not-json'],
      ['6', 'can never be read', 'unreadable'],
    ]);
    expect(delayed).toEqual([
      ['3', 5],
      ['4', 40],
      ['5', 5],
    ]);
    expect([counts.get('RecordParked'), counts.get('RecordFailed')]).toEqual([2, 3]);
  });

  it('lets a record come again when it cannot be parked', async () => {
    const { handler } = handlerOf({ parkFails: true });
    const response = await handler(event(record('1', 'poison')), context);
    expect(response.batchItemFailures).toEqual([{ itemIdentifier: '1' }]);
  });

  it('fails every readable record, and only those, when the batch as a whole fails', async () => {
    const { handler, parked } = handlerOf({ handle: () => Promise.reject(new Error('no network')) });
    const response = await handler(event(record('1', 'good'), record('2', 'unreadable'), record('3', 'good')), context);
    expect(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['1', '3']);
    expect(parked.map(([id]) => id)).toEqual(['2']);
  });

  it('takes a missing result for a failure, never for a success', async () => {
    const { handler } = handlerOf({ handle: () => Promise.resolve([]) });
    expect((await handler(event(record('1', 'good')), context)).batchItemFailures).toHaveLength(1);
  });

  it('writes what a batch counts as one line per metric, also of a batch that fails', async () => {
    const written: unknown[] = [];
    const handler = sqsHandler({
      deps: async () => ({
        metric: (...line: unknown[]) => void written.push(line),
        random: () => 0,
        queues: { park: async () => undefined, delay: async () => undefined },
      }),
      parse: ({ body }) => body,
      handle: async ({ metric }: { metric: Metric }, messages: string[]) => {
        for (const message of messages) metric('MessageStored', 1, { MessageType: message });
        throw new TransientError('away', 'later');
      },
    });
    await handler(event(record('1', 'a'), record('2', 'a'), record('3', 'b')), context);
    expect(written).toEqual([
      ['MessageStored', 2, { MessageType: 'a' }],
      ['MessageStored', 1, { MessageType: 'b' }],
      ['RecordFailed', 3, { Code: 'away' }],
    ]);
  });
});

describe('retryDelaySeconds', () => {
  it('doubles from five seconds to fifteen minutes', () => {
    expect([1, 2, 3, 8, 9, 20].map((count) => retryDelaySeconds(count, 0))).toEqual([5, 10, 20, 640, 900, 900]);
  });

  it('is shortened by half at most', () => {
    expect([1, 9].map((count) => retryDelaySeconds(count, 0.999))).toEqual([3, 450]);
  });
});

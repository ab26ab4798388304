import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { PermanentError, TransientError } from '#lib/errors.ts';
import { createLog, log } from '#lib/runtime/log.ts';
import type { Metric } from '#lib/runtime/metrics.ts';
import { type BatchContext, retryDelaySeconds, sqsHandler } from '#lib/runtime/sqs-handler.ts';
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

/** What the log says during a test, with the fields that the lines take from around them. */
function recordedLog(): unknown[] {
  const lines: unknown[] = [];
  const recording = createLog(
    'info',
    (line) => lines.push(JSON.parse(line)),
    () => new Date(0),
  );
  const spies = [
    vi.spyOn(log, 'warn').mockImplementation(recording.warn),
    vi.spyOn(log, 'error').mockImplementation(recording.error),
  ];
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
  });
  return lines;
}
const line = (level: string, messageId: string, message: string, code: string, text: string) => ({
  level,
  time: '1970-01-01T00:00:00.000Z',
  message,
  request_id: 'r',
  message_id: messageId,
  error_code: code,
  error_message: text,
});
const parkedLine = 'record parked in its dead-letter queue';
const failedLine = 'record failed and will come again';

/** A handler that reads every record but an unreadable one, and whose queues do what a test tells them. */
const plainHandler = (
  handle: (messages: string[], batch: BatchContext) => Promise<PromiseSettledResult<void>[]>,
  delay: () => Promise<void> = async () => undefined,
) =>
  sqsHandler<string, object>({
    deps: async () => ({ metric: () => undefined, random: () => 0, queues: { park: async () => undefined, delay } }),
    parse: ({ body }) => {
      if (body === 'unreadable') throw new PermanentError('unreadable', 'can never be read');
      return body;
    },
    handle: (_deps, messages, batch) => handle(messages, batch),
  });
const done: PromiseSettledResult<void> = { status: 'fulfilled', value: undefined };
const later: PromiseSettledResult<void> = { status: 'rejected', reason: new TransientError('throttled', 'later') };

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

  it('counts parked and failed records by their code', async () => {
    const { handler, counts } = handlerOf();
    await handler(event(record('1', 'poison'), record('2', 'throttled'), record('3', 'no such outcome')), context);
    expect(Object.fromEntries(counts)).toEqual({
      RecordParked: 1,
      'RecordParked Code=not-json': 1,
      RecordFailed: 2,
      'RecordFailed Code=throttled': 1,
      'RecordFailed Code=Error': 1,
    });
  });

  it('says in the log what became of which message, and why', async () => {
    const lines = recordedLog();
    const { handler } = handlerOf();
    const named = { message_id: { stringValue: 'ivm-1', dataType: 'String' as const } };
    await handler(
      event(
        record('1', 'good'),
        { ...record('2', 'poison'), messageAttributes: named },
        record('3', 'unreadable'),
        record('4', 'throttled'),
        record('5', 'no such outcome'),
      ),
      context,
    );
    expect(lines).toHaveLength(4);
    expect(lines).toEqual(
      expect.arrayContaining([
        line('error', 'ivm-1', parkedLine, 'not-json', 'no JSON'),
        line('error', '3', parkedLine, 'unreadable', 'can never be read'),
        line('warn', '4', failedLine, 'throttled', 'later'),
        line('warn', '5', failedLine, 'Error', 'the batch gave no result for this record'),
      ]),
    );
  });

  it('says in the log that a record could not be parked, besides why it should be', async () => {
    const lines = recordedLog();
    await handlerOf({ parkFails: true }).handler(event(record('1', 'poison')), context);
    expect(lines).toEqual([
      line('error', '1', 'record could not be parked and will come again', 'Error', 'the dead-letter queue is away'),
      line('warn', '1', failedLine, 'not-json', 'no JSON'),
    ]);
  });

  it('says in the log that the batch left a record without result', async () => {
    const lines = recordedLog();
    await handlerOf({ handle: () => Promise.resolve([]) }).handler(event(record('1', 'good')), context);
    expect(lines).toEqual([line('warn', '1', failedLine, 'Error', 'the batch gave no result for this record')]);
  });

  it('lets a record come again although its delay cannot be set, and says so in the log', async () => {
    const lines = recordedLog();
    const handler = plainHandler(
      async () => [later],
      () => Promise.reject(new Error('the queue is away')),
    );
    expect(await handler(event(record('1', 'a')), context)).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
    expect(lines).toEqual([
      line('warn', '1', failedLine, 'throttled', 'later'),
      line('warn', '1', 'visibility of a failed record could not be set', 'Error', 'the queue is away'),
    ]);
  });

  it('answers only after the delay of a failed record is set, since the function stops with its answer', async () => {
    const asked = Promise.withResolvers<void>();
    const set = Promise.withResolvers<void>();
    let answered = false;
    const handler = plainHandler(
      async () => [later],
      () => {
        asked.resolve();
        return set.promise;
      },
    );
    const answer = handler(event(record('1', 'a')), context).then((response) => {
      answered = true;
      return response;
    });
    await asked.promise;
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    set.resolve();
    expect((await answer).batchItemFailures).toHaveLength(1);
  });

  it('hands over what could be read, in its order, with the time that is left', async () => {
    const calls: [string[], number][] = [];
    const handler = plainHandler(async (messages, batch) => {
      calls.push([messages, batch.remainingMs()]);
      return messages.map(() => done);
    });
    const response = await handler(event(record('1', 'a'), record('2', 'unreadable'), record('3', 'b')), context);
    expect(calls).toEqual([[['a', 'b'], 30_000]]);
    expect(response).toEqual({ batchItemFailures: [] });
  });

  it('handles a batch of a single record', async () => {
    expect(await plainHandler(async () => [done])(event(record('1', 'a')), context)).toEqual({ batchItemFailures: [] });
  });

  it('does not begin a batch of which nothing could be read', async () => {
    let begun = 0;
    const handler = plainHandler(async () => {
      begun += 1;
      return [];
    });
    await handler(event(record('1', 'unreadable')), context);
    expect(begun).toBe(0);
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

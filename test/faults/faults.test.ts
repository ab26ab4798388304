import type { DeleteMessageBatchCommandInput, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createTokenStore } from '#lib/aws/token-store.ts';
import { createCounters } from '#lib/local/progress.ts';
import type { Service } from '#lib/local/stack.ts';
import { deviceStates, deviceStatesInOrder } from './device-states.ts';
import type { Rule } from './fault-proxy.ts';
import { awayBy, everything } from './fault-rules.ts';
import { type FaultyStack, setVisibility, startFaultyStack } from './faulty-stack.ts';
import { isLong, isTried, kept, messageCount, outcomes, seeds, settled, timeoutMs, underFaults } from './scenario.ts';

const tenMinutesMs = 600_000;

/** Has SQS not delete every other message of the next batches, and say so; gives how many those were. */
function keepUndeleted(sqs: SQSClient, batches: number): () => number {
  let left = batches;
  let undeleted = 0;
  const name = 'keepUndeleted';
  sqs.middlewareStack.add(
    (next) => async (args) => {
      const input = args.input as Partial<DeleteMessageBatchCommandInput>;
      const { Entries = [] } = input;
      if (Entries[0]?.ReceiptHandle === undefined || left === 0) return next(args);
      left -= 1;
      const deleted = Entries.filter((_, index) => index % 2 === 1);
      const Failed = Entries.filter((_, index) => index % 2 === 0).map(({ Id }) => ({
        Id,
        Code: 'InternalError',
        SenderFault: false,
      }));
      undeleted += Failed.length;
      if (deleted.length === 0) return { output: { $metadata: {}, Failed }, response: {} };
      const result = await next({ ...args, input: { ...input, Entries: deleted } as typeof args.input });
      return { ...result, output: { ...result.output, Failed } };
    },
    { step: 'initialize', name },
  );
  onTestFinished(() => {
    sqs.middlewareStack.remove(name);
  });
  return () => undeleted;
}

describe.each(seeds)('with seed %s', (seed) => {
  let faulty: FaultyStack;
  let startedMs = 0;
  /** Every time that a function has stored a message counts here. */
  const { counters, read } = createCounters();
  const happened = (name: string) => faulty.proxy.happened.get(name) ?? 0;

  beforeAll(async () => {
    faulty = await startFaultyStack({ seed, onOutput: (_name, line) => read(line) });
  });
  afterAll(() => faulty.stop());
  /** What is counted before a scenario is no matter of its report. */
  const begin = () => {
    startedMs = performance.now();
    faulty.proxy.forget();
  };

  it('nothing acknowledged is lost while every service fails in every way, one request in three', {
    timeout: timeoutMs,
  }, async () => {
    begin();
    const sent = await underFaults(faulty, everything(0.05), {
      until: isTried,
    });
    const ledger = await settled('every fault everywhere', faulty, sent, startedMs);
    expect(ledger).toMatchObject(kept);
    expect(ledger.acknowledged).toBeGreaterThan(0.9 * sent.length);
    const broken = new Set([...faulty.proxy.happened.keys()].map((name) => name.split(' ')[0]));
    expect(broken.isSupersetOf(new Set(['sqs', 's3', 'dynamodb']))).toBe(true);
  });

  it('what was written and never confirmed is written once', { timeout: timeoutMs }, async () => {
    begin();
    const writes: [Service, RegExp][] = [
      ['sqs', /^SendMessage/],
      ['s3', /^PUT/],
      ['dynamodb', /^(?:BatchWrite|Put|Update)Item$/],
      ['ivm', /^POST/],
    ];
    const rules = writes.map(([on, operation]): Rule => ({ on, operation, fault: { kind: 'lose-reply' }, share: 0.3 }));
    const sent = await underFaults(
      faulty,
      [...rules, { on: 'sqs', operation: /^SendMessage$/, fault: { kind: 'repeat' }, share: 0.5 }],
      {
        until: isTried,
      },
    );
    const ledger = await settled('replies lost after the write, messages delivered twice', faulty, sent, startedMs);
    expect(ledger).toMatchObject(kept);
    expect(ledger.duplicatesAbsorbed).toBeGreaterThan(sent.length / 2);
  });

  it('while SQS is away callbacks take the way over S3, IVM sees no failure and all comes back, and with S3 away it is told 503', {
    timeout: timeoutMs,
  }, async () => {
    begin();
    const sent = await underFaults(faulty, [
      { on: 'sqs', operation: /^SendMessage$/, fault: { kind: 'hang' }, share: 0.1 },
      awayBy('sqs', /^SendMessage/),
    ]);
    expect(outcomes(sent)).toEqual(new Set(['acknowledged']));

    // Each time fewer of one kind than make IVM fall silent.
    const bothAway = [awayBy('sqs', /^SendMessage/), awayBy('s3', /^PUT spill$/)];
    const refused = await underFaults(faulty, bothAway, { count: 10 });
    expect(outcomes(refused)).toEqual(new Set(['refused']));
    const mostlyAway = bothAway.map((fault) => ({ ...fault, share: 0.9 }));
    const unlucky = [...refused, ...(await underFaults(faulty, mostlyAway, { count: 12 }))];
    expect(unlucky.every(({ outcome, status }) => status === (outcome === 'refused' ? 503 : 200))).toBe(true);

    const ledger = await settled('SQS away, at last with S3', faulty, [...sent, ...unlucky], startedMs);
    expect(ledger).toMatchObject({ ...kept, stored: ledger.acknowledged });
  });

  it('DynamoDB throttles and takes parts of batches only, then S3 is away', { timeout: timeoutMs }, async () => {
    begin();
    const throttled = await underFaults(
      faulty,
      [
        { on: 'dynamodb', operation: /^BatchWriteItem$/, fault: { kind: 'partial', share: 0.4 }, share: 0.7 },
        { on: 'dynamodb', fault: { kind: 'throttle' }, share: 0.5 },
      ],
      {
        count: Math.ceil(messageCount / 3),
        until: async () => happened('dynamodb partial') >= 3 && happened('dynamodb throttle') >= 20,
      },
    );
    const away = await underFaults(faulty, [awayBy('s3')], {
      count: Math.ceil(messageCount / 3),
      until: async () => happened('s3 refuse') >= 20,
    });
    const sent = [...throttled, ...away];
    expect(outcomes(sent)).toEqual(new Set(['acknowledged']));
    const ledger = await settled('DynamoDB throttled, S3 away', faulty, sent, startedMs);
    expect(ledger).toMatchObject({ ...kept, stored: sent.length });
  });

  it('pictures come when IVM is back', { timeout: timeoutMs }, async () => {
    begin();
    const sent = await underFaults(faulty, [awayBy('ivm')], {
      count: Math.ceil(messageCount / 3),
      until: async () => happened('ivm refuse') >= 20,
    });
    const ledger = await settled('IVM away', faulty, sent, startedMs);
    expect(ledger).toMatchObject({ ...kept, stored: sent.length });
    expect(ledger.pictures.stored).toBe(ledger.pictures.wanted);
  });

  it.runIf(isLong)(
    'pictures come when IVM is back after ten minutes, if it can be asked for them',
    {
      timeout: timeoutMs,
    },
    async () => {
      begin();
      const count = Math.ceil(messageCount / 3);
      const isAway = async () => happened('ivm refuse') >= 20;
      const later = await underFaults(faulty, [awayBy('ivm')], { count, until: isAway });
      // For IVM: its URLs live five of them.
      faulty.stack.simulator?.advance(tenMinutesMs);
      const { pictures, ...messages } = await settled('IVM away for ten minutes', faulty, later, startedMs);
      faulty.stack.simulator?.advance(-tenMinutesMs);
      expect(messages).toMatchObject({ ...kept, stored: later.length });
      const missing = [...pictures.missing.values()].reduce((sum, times) => sum + times, 0);
      expect(pictures.stored + missing).toBe(pictures.wanted);
      expect(pictures.stored).toBeGreaterThan(pictures.wanted / 2);
      expect(new Set(['gone', 'expired', 'unreachable']).isSupersetOf(new Set(pictures.missing.keys()))).toBe(true);
    },
  );

  it('a token that is revoked while functions hold it costs one call and no picture', {
    timeout: timeoutMs,
  }, async () => {
    begin();
    const { simulator, stores, file } = faulty.stack;
    const tokens = createTokenStore(file.tables['tokens'] ?? '', () => new Date(), stores.clients.dynamodb);
    const held = await tokens.read();
    if (held === undefined) throw new TypeError('no function has a token');
    // IVM is asked once in five minutes.
    await tokens.write({ ...held, askedAt: new Date(Date.now() - tenMinutesMs) });
    faulty.proxy.forget();
    simulator?.revokeTokens();
    const sent = await underFaults(faulty, [], { count: Math.ceil(messageCount / 4) });
    const ledger = await settled('the token revoked', faulty, sent, startedMs);
    expect(ledger).toMatchObject({ ...kept, stored: sent.length });
    expect(ledger.pictures.stored).toBe(ledger.pictures.wanted);
    expect(faulty.proxy.asked.get('ivm POST access-token')).toBe(1);
    expect((await tokens.read())?.token).not.toBe(held.token);
  });

  it('a message that comes again, while it is still handled or since SQS has not deleted it, is stored once', {
    timeout: timeoutMs,
  }, async () => {
    begin();
    const storedBefore = counters.stored;
    await setVisibility(faulty.stack, 2);
    onTestFinished(() => setVisibility(faulty.stack, faulty.visibilitySeconds));
    const undeleted = keepUndeleted(faulty.stack.stores.clients.sqs, 4);
    const sent = await underFaults(
      faulty,
      [
        {
          on: 'dynamodb',
          operation: /^BatchWriteItem$/,
          fault: { kind: 'late', afterMs: 3_000 },
          nth: { from: 1, to: 3 },
        },
      ],
      { count: Math.ceil(messageCount / 3), until: isTried },
    );
    const ledger = await settled('a slow consumer, and batches deleted in part', faulty, sent, startedMs);
    expect(ledger).toMatchObject({ ...kept, stored: sent.length });
    expect(undeleted()).toBeGreaterThan(0);
    expect(counters.stored - storedBefore).toBeGreaterThan(sent.length + undeleted());
  });

  it('what is known of devices is the latest news, in whatever order and however often messages come', {
    timeout: timeoutMs,
  }, async () => {
    begin();
    const minuteMs = 60_000;
    // Later than all that other scenarios have told of the same devices.
    const messages = Array.from({ length: Math.ceil(messageCount / 2) }, (_, index) =>
      faulty.message(index % 10 === 0 ? 'device_unbind' : 'device_status', {
        at: new Date(Date.now() + (index + 1) * minuteMs),
      }),
    );
    const again = messages.filter((_, index) => index % 3 === 0);
    const rules: Rule[] = [
      { on: 'sqs', operation: /^SendMessage$/, fault: { kind: 'repeat' }, share: 0.3 },
      // A batch makes few requests, whatever the number of its messages.
      { on: 'dynamodb', operation: /^UpdateItem$/, fault: { kind: 'lose-reply' }, share: 0.3 },
      { on: 'dynamodb', fault: { kind: 'status', status: 500 }, share: 0.3 },
    ];
    const sent = await underFaults(faulty, rules, {
      messages: [...messages, ...again],
      until: async () => happened('dynamodb status') >= 10,
    });
    const ledger = await settled('news of devices out of order', faulty, sent, startedMs);
    expect(ledger).toMatchObject(kept);

    expect(outcomes(sent)).toEqual(new Set(['acknowledged']));
    const { stores, file } = faulty.stack;
    const known = await deviceStates(stores, file.tables['state'] ?? '');
    const expected = await deviceStatesInOrder(stores, messages);
    // A tenth of the messages unbinds one to three devices each; all others speak of the same few.
    expect(expected.size).toBeGreaterThan(messages.length / 6);
    for (const [device, aspects] of expected) expect(known.get(device), device).toMatchObject(aspects);
  });

  it.runIf(isLong)(
    'a connection that goes dead costs a batch a few seconds and is tried again',
    { timeout: timeoutMs },
    async () => {
      begin();
      const storedBefore = counters.stored;
      const hanging: [Service, RegExp][] = [
        ['s3', /^PUT raw$/],
        ['dynamodb', /^BatchWriteItem$/],
        ['dynamodb', /^PutItem$/],
        ['sqs', /^SendMessageBatch$/],
      ];
      const rules = hanging.map(([on, operation]): Rule => {
        return { on, operation, fault: { kind: 'hang' }, nth: { from: 1, to: 1 } };
      });
      // One batch may meet all of them, and must not be given to another function meanwhile.
      await setVisibility(faulty.stack, 60);
      onTestFinished(() => setVisibility(faulty.stack, faulty.visibilitySeconds));
      const sent = await underFaults(faulty, rules, { count: 40, until: isTried });
      const handledMs = performance.now() - startedMs;
      const ledger = await settled('dead connections', faulty, sent, startedMs);
      expect(ledger).toMatchObject({ ...kept, stored: sent.length });
      expect([...faulty.proxy.happened]).toEqual([
        ['s3 hang', 1],
        ['dynamodb hang', 2],
        ['sqs hang', 1],
      ]);
      // Had a function run into its time-out, its batch would have come again, and half a minute later.
      expect(counters.stored - storedBefore).toBe(sent.length);
      expect(handledMs).toBeLessThan(30_000);
    },
  );
});

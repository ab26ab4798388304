import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DeadLetter,
  type DeadLetters,
  type MessageContent,
  type RedriveRequest,
  receivedTooOften,
  redriveQueue,
} from '#lib/operator/redrive-queue.ts';

const now = new Date('2026-01-15T08:00:00.000Z');
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const later = new Date(now.getTime() + 1);

const textAttributes = (texts: { readonly [name: string]: string }) =>
  Object.fromEntries(Object.entries(texts).map(([name, stringValue]) => [name, { dataType: 'String', stringValue }]));
const parked = (id: string, texts: { readonly [name: string]: string } = {}, sentAt = minutesAgo(5)): DeadLetter => ({
  id,
  receipt: '',
  sentAt,
  body: `body ${id}`,
  attributes: textAttributes({ message_id: `m-${id}`, code: 'not-json', reason: 'the body is no JSON', ...texts }),
});
const givenUp = (id: string, sentAt = minutesAgo(300)): DeadLetter => ({
  ...parked(id, {}, sentAt),
  attributes: textAttributes({ message_id: `m-${id}` }),
});
const fulfilled: PromiseSettledResult<void> = { status: 'fulfilled', value: undefined };
const rejected: PromiseSettledResult<void> = { status: 'rejected', reason: new Error('SQS refused it: Throttled') };

type Behavior = {
  /** Whether a message is refused, by its body. */
  refusesSend?: (body: string) => boolean;
  /** Whether a message is refused, by its id. */
  refusesDelete?: (id: string) => boolean;
  /** What becomes dead when a message has been sent. */
  onSent?: (message: MessageContent) => DeadLetter | undefined;
  /** What becomes dead with every receive. */
  onReceive?: () => DeadLetter;
  /** Whether messages come back although they are held. */
  forgetsHolds?: boolean;
  /** Receives that fail, or bring nothing, by their number from 1. */
  failingReceive?: number;
  emptyReceive?: number;
  heldByOthers?: number;
  /** How many a receive brings. */
  pageSize?: number;
};

/** A dead-letter queue in memory, and what was done to it in its order. */
function deadLetterQueue(letters: readonly DeadLetter[], behavior: Behavior = {}) {
  const dead = new Map(letters.map((letter) => [letter.id, letter]));
  const held = new Map<string, string>();
  const sent: MessageContent[] = [];
  const log: string[] = [];
  let receives = 0;
  let receipts = 0;
  const idOf = (receipt: string) => receipt.slice(0, receipt.lastIndexOf(' '));
  const deadLetters: DeadLetters = {
    count: async () => dead.size + (behavior.heldByOthers ?? 0),
    receive: async () => {
      receives += 1;
      if (receives === behavior.failingReceive) throw new Error('SQS is away');
      if (receives === behavior.emptyReceive) return [];
      const arriving = behavior.onReceive?.();
      if (arriving !== undefined) dead.set(arriving.id, arriving);
      const visible = [...dead.values()].filter(({ id }) => behavior.forgetsHolds === true || !held.has(id));
      const page = visible.slice(0, behavior.pageSize ?? 10);
      return page.map((letter) => {
        receipts += 1;
        held.set(letter.id, `${letter.id} ${receipts}`);
        // Whoever comes back goes to the end.
        dead.delete(letter.id);
        dead.set(letter.id, letter);
        return { ...letter, receipt: `${letter.id} ${receipts}` };
      });
    },
    sendBack: async (messages) =>
      messages.map((message) => {
        if (behavior.refusesSend?.(message.body) === true) return rejected;
        log.push(`sent ${message.body}`);
        sent.push(message);
        const returned = behavior.onSent?.(message);
        if (returned !== undefined) dead.set(returned.id, returned);
        return fulfilled;
      }),
    delete: async (all) =>
      all.map((receipt) => {
        const id = idOf(receipt);
        if (behavior.refusesDelete?.(id) === true) return rejected;
        log.push(`deleted ${id}`);
        dead.delete(id);
        held.delete(id);
        return fulfilled;
      }),
    release: async (all) => {
      for (const receipt of all) if (held.get(idOf(receipt)) === receipt) held.delete(idOf(receipt));
    },
  };
  const redrive = (request: Partial<RedriveRequest> = {}) =>
    redriveQueue({ deadLetters, now: () => now }, { queue: 'alarms', dryRun: false, ...request });
  return { dead, held, sent, log, redrive };
}

const ids = (count: number) => Array.from({ length: count }, (_, index) => String(index));

describe('redriveQueue', () => {
  it('tells why messages are dead, by code and reason, the most frequent first', async () => {
    const { redrive } = deadLetterQueue([
      parked('1', {}, minutesAgo(7)),
      parked('2', {}, minutesAgo(9)),
      parked('3', {}, minutesAgo(8)),
      parked('4'),
      parked('5', { code: 'spill-missing', reason: 'the spill object is gone' }),
      givenUp('6'),
      { ...givenUp('7', minutesAgo(200)), attributes: {} },
    ]);
    const { groups, moved, left, arrived, unseen, failed } = await redrive();
    expect(groups).toEqual([
      {
        code: 'not-json',
        reason: 'the body is no JSON',
        count: 4,
        moved: 4,
        oldestSentAt: minutesAgo(9).toISOString(),
        messageIds: ['m-1', 'm-2', 'm-3'],
      },
      {
        code: receivedTooOften,
        reason: expect.stringContaining('received as often as the queue allows'),
        count: 2,
        moved: 2,
        oldestSentAt: minutesAgo(300).toISOString(),
        messageIds: ['m-6', '7'],
      },
      expect.objectContaining({ code: 'spill-missing', count: 1, messageIds: ['m-5'] }),
    ]);
    expect({ moved, left, arrived, unseen, failed }).toEqual({ moved: 7, left: 0, arrived: 0, unseen: 0, failed: [] });
  });

  it('sends a message before it deletes it, as it was before it was parked', async () => {
    const letter = parked('1', { received_at: '2026-01-15T07:00:00.000Z', spill: 'spill/device-alarm/x.json' });
    const binary = { dataType: 'Binary.gzip', binaryValue: Uint8Array.of(0, 255) };
    const number = { dataType: 'Number.int', stringValue: '7' };
    const { redrive, sent, log, dead } = deadLetterQueue([
      { ...letter, attributes: { ...letter.attributes, binary, number } },
    ]);
    await redrive();
    expect(log).toEqual(['sent body 1', 'deleted 1']);
    const own = { message_id: 'm-1', received_at: '2026-01-15T07:00:00.000Z', spill: 'spill/device-alarm/x.json' };
    expect(sent).toEqual([{ body: 'body 1', attributes: { ...textAttributes(own), binary, number } }]);
    expect(dead.size).toBe(0);
  });

  it('moves more than fit into one receive, also where one brings nothing in between', async () => {
    const { redrive, dead, sent } = deadLetterQueue(
      ids(35).map((id) => parked(id)),
      { emptyReceive: 2 },
    );
    expect(await redrive()).toMatchObject({ moved: 35, left: 0 });
    expect(sent).toHaveLength(35);
    expect(dead.size).toBe(0);
  });

  it.each([
    [{ code: 'not-json' }, ['1', '2']],
    [{ code: receivedTooOften }, ['3']],
    [{ messageId: 'm-2' }, ['2']],
    [{ messageId: '4' }, ['4']],
    [{ limit: 2 }, ['1', '2']],
    [{ code: 'not-json', limit: 1 }, ['1']],
    [{ code: 'not-a-job' }, []],
  ] as [Partial<RedriveRequest>, string[]][])('moves only what is asked for: %j', async (request, moved) => {
    const { redrive, dead, held, sent } = deadLetterQueue(
      [parked('1'), parked('2'), givenUp('3'), { ...parked('4'), attributes: textAttributes({ code: 'other' }) }],
      { pageSize: 1 },
    );
    const report = await redrive(request);
    expect(sent.map(({ body }) => body)).toEqual(moved.map((id) => `body ${id}`));
    expect(report).toMatchObject({ moved: moved.length, left: 4 - moved.length, failed: [] });
    expect(report.groups.reduce((sum, group) => sum + group.count, 0)).toBe(4);
    expect(report.groups.reduce((sum, group) => sum + group.moved, 0)).toBe(moved.length);
    expect(dead.size).toBe(4 - moved.length);
    expect(held.size).toBe(0);
  });

  it('changes nothing in a dry run, and says what would be moved', async () => {
    const { redrive, dead, held, log } = deadLetterQueue([parked('1'), parked('2'), givenUp('3')]);
    const report = await redrive({ dryRun: true, code: 'not-json' });
    expect(report).toMatchObject({ dryRun: true, moved: 2, left: 1 });
    expect(report.groups.map(({ moved }) => moved)).toEqual([2, 0]);
    expect(log).toEqual([]);
    expect(dead.size).toBe(3);
    expect(held.size).toBe(0);
  });

  it('moves a message once, however fast it is parked again', async () => {
    let returns = 0;
    const { redrive, dead, held, sent } = deadLetterQueue(
      ids(12).map((id) => parked(id)),
      {
        onSent: ({ body, attributes }) => {
          returns += 1;
          return { ...parked(`new ${returns}`, {}, later), body, attributes: { ...attributes } };
        },
      },
    );
    expect(await redrive()).toMatchObject({ moved: 12, left: 12, arrived: 12, failed: [] });
    expect(sent).toHaveLength(12);
    expect(dead.size).toBe(12);
    expect(held.size).toBe(0);
  });

  it('ends although new messages are parked all the time', async () => {
    let arrivals = 0;
    const { redrive, sent } = deadLetterQueue([parked('1'), parked('2')], {
      onReceive: () => {
        arrivals += 1;
        return parked(`new ${arrivals}`, {}, later);
      },
    });
    expect(await redrive()).toMatchObject({ moved: 2, left: arrivals, arrived: arrivals });
    expect(sent.map(({ body }) => body)).toEqual(['body 1', 'body 2']);
  });

  it('moves what SQS gives up during the run, once', async () => {
    const { redrive, sent } = deadLetterQueue([parked('1')], {
      onSent: ({ body }) => (body === 'body 1' ? givenUp('2', minutesAgo(1)) : { ...givenUp('3', later), body }),
    });
    expect(await redrive()).toMatchObject({ moved: 2, left: 1, arrived: 1 });
    expect(sent.map(({ body }) => body)).toEqual(['body 1', 'body 2']);
  });

  it('leaves what could not be sent where it is, and moves the rest', async () => {
    const { redrive, dead, held, log } = deadLetterQueue([parked('1'), parked('2'), parked('3')], {
      refusesSend: (body) => body === 'body 2',
    });
    const report = await redrive();
    expect(report).toMatchObject({ moved: 2, left: 1 });
    expect(report.failed).toEqual([{ messageId: 'm-2', outcome: 'not-sent', reason: 'SQS refused it: Throttled' }]);
    expect(report.groups).toMatchObject([{ count: 3, moved: 2 }]);
    expect(log).not.toContain('deleted 2');
    expect([...dead.keys()]).toEqual(['2']);
    expect(held.size).toBe(0);
  });

  it('tells of what was sent and could not be deleted, and does not send it again when it shows up', async () => {
    const { redrive, sent, held } = deadLetterQueue([parked('1'), parked('2')], {
      refusesDelete: (id) => id === '1',
      forgetsHolds: true,
    });
    const report = await redrive();
    expect(report).toMatchObject({ moved: 2, left: 0 });
    expect(report.failed).toEqual([{ messageId: 'm-1', outcome: 'not-deleted', reason: 'SQS refused it: Throttled' }]);
    expect(sent.map(({ body }) => body)).toEqual(['body 1', 'body 2']);
    expect(held.size).toBe(0);
  });

  it('counts what SQS brings again once, and lets go of it by its last receipt', async () => {
    const { redrive, held } = deadLetterQueue(
      ids(15).map((id) => parked(id)),
      { forgetsHolds: true },
    );
    expect(await redrive({ dryRun: true })).toMatchObject({ moved: 15, left: 0, groups: [{ count: 15 }] });
    expect(held.size).toBe(0);
  });

  it.each([
    ['sent', { refusesSend: () => true }, 0],
    ['deleted', { refusesDelete: () => true }, 20],
  ] as [string, Behavior, number][])('gives up where nothing can be %s', async (_what, behavior, moved) => {
    const { redrive, dead, held } = deadLetterQueue(
      ids(200).map((id) => parked(id)),
      behavior,
    );
    const report = await redrive();
    expect(report).toMatchObject({ moved, unseen: 180, stopped: '20 messages could not be moved' });
    expect(report.failed).toHaveLength(20);
    expect(dead.size).toBe(200);
    expect(held.size).toBe(0);
  });

  it('tells what it has moved where SQS fails halfway', async () => {
    const { redrive, held } = deadLetterQueue(
      ids(30).map((id) => parked(id)),
      { failingReceive: 3 },
    );
    expect(await redrive({ limit: 15 })).toMatchObject({
      moved: 15,
      left: 5,
      unseen: 10,
      stopped: 'Error: SQS is away',
    });
    expect(held.size).toBe(0);
  });

  it('tells of messages that another reader holds', async () => {
    const { redrive } = deadLetterQueue([parked('1')], { heldByOthers: 4 });
    expect(await redrive()).toMatchObject({ moved: 1, left: 0, unseen: 4 });
  });

  it('loses nothing and sends nothing twice, whatever fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ sends: fc.boolean(), deletes: fc.boolean(), returns: fc.boolean() }), { maxLength: 19 }),
        fc.record({
          pageSize: fc.integer({ min: 1, max: 10 }),
          forgetsHolds: fc.boolean(),
          failingReceive: fc.integer({ min: 1, max: 25 }),
        }),
        async (fates, circumstances) => {
          const fateOf = (id: string) => fates[Number(id)];
          const { redrive, dead, sent } = deadLetterQueue(
            fates.map((_fate, index) => parked(String(index))),
            {
              ...circumstances,
              refusesSend: (body) => fateOf(body.slice('body '.length))?.sends === false,
              refusesDelete: (id) => fateOf(id)?.deletes === false,
              onSent: ({ body }) =>
                fateOf(body.slice('body '.length))?.returns === true
                  ? { ...parked(`${body} again`, {}, later), body }
                  : undefined,
            },
          );
          const report = await redrive();
          const sentBodies = sent.map(({ body }) => body);
          expect(new Set(sentBodies).size).toBe(sentBodies.length);
          expect(report.moved).toBe(sentBodies.length);
          const kept = new Set([...sentBodies, ...[...dead.values()].map(({ body }) => body)]);
          expect(kept.size).toBe(fates.length);
        },
      ),
    );
  });
});

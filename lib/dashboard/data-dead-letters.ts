import * as z from 'zod';
import { type DeadLetter, type DeadLetters, messageIdOf, verdictOf } from '#lib/operator/redrive-queue.ts';
import { badParameter } from './problem.ts';
import { firstOf } from './readable-text.ts';
import { route } from './route.ts';

export type DeadLettersDeps = {
  /** By the short names of the queues. */
  deadLetters: ReadonlyMap<string, Pick<DeadLetters, 'count' | 'receive' | 'release'>>;
};

export const DeadLetterShown = z.strictObject({
  id: z.string().describe('by SQS'),
  message_id: z.string().describe('by which its log lines are found'),
  code: z.string(),
  reason: z.string(),
  sent_at: z.iso.datetime().describe('when it was parked; of one that SQS gave up, when it was sent'),
  attributes: z.record(z.string(), z.string()),
  body: z.string(),
  is_cut: z.boolean().describe('whether the body is longer'),
});
export type DeadLetterShown = z.infer<typeof DeadLetterShown>;

export const DeadLetterList = z.strictObject({
  queue: z.string(),
  count: z.int().describe('how many there are, as SQS estimates it'),
  messages: z.array(DeadLetterShown).describe('some of them, the newest first'),
});
export type DeadLetterList = z.infer<typeof DeadLetterList>;

/** More than anybody reads; bodies of so many, cut, are less than a function may answer. */
const mostShown = 100;
const longestBody = 8_000;
const receivedAtOnce = 10;
/** SQS may bring fewer than there are. */
const mostRounds = 3;

export const deadLettersRoute = route({
  path: '/api/data/dead-letters',
  summary: 'What rests in a dead-letter queue, and why',
  query: z.strictObject({ queue: z.string() }),
  answer: DeadLetterList,
  handle: async ({ deadLetters }: DeadLettersDeps, { queue }) => {
    const letters = deadLetters.get(queue);
    if (letters === undefined) throw badParameter('queue', `it is one of ${[...deadLetters.keys()].join(', ')}`);
    const count = await letters.count();
    const peeked = count === 0 ? [] : await peek(letters, Math.min(count, mostShown));
    return {
      queue,
      count: Math.max(count, peeked.length),
      messages: peeked.toSorted((one, other) => other.sentAt.getTime() - one.sentAt.getTime()).map(shown),
    };
  },
});

/**
 * Receives dead letters and lets go of them again. SQS has no other way to look; nothing is deleted, and a dead-letter
 * queue has no order and counts no receives. A redrive or an erasure that runs at the same moment does not see what is held
 * here: that is a second, or, where it could not be let go, the few that `createDeadLetters` was told to hold for. What it
 * has not seen the redrive tells as such, and a second run of either finds it.
 */
async function peek(letters: Pick<DeadLetters, 'receive' | 'release'>, wanted: number): Promise<DeadLetter[]> {
  const held = new Map<string, DeadLetter>();
  const receipts: string[] = [];
  try {
    for (let round = 0; round < mostRounds && held.size < wanted; round += 1) {
      const calls = Math.ceil((wanted - held.size) / receivedAtOnce);
      const results = await Promise.allSettled(Array.from({ length: calls }, () => letters.receive()));
      const received = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
      for (const letter of received) {
        receipts.push(letter.receipt);
        held.set(letter.id, letter);
      }
      // What was received by the other calls is to be let go of all the same.
      const failed = results.find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      if (received.length === 0) break;
    }
  } finally {
    if (receipts.length > 0) await letters.release(receipts);
  }
  return [...held.values()].slice(0, mostShown);
}

function shown(letter: DeadLetter): DeadLetterShown {
  const { code, reason } = verdictOf(letter);
  const bytes = Buffer.from(letter.body, 'utf8');
  const { code: _code, reason: _reason, ...own } = letter.attributes;
  return {
    id: letter.id,
    message_id: messageIdOf(letter),
    code,
    reason,
    sent_at: letter.sentAt.toISOString(),
    attributes: Object.fromEntries(
      Object.entries(own).flatMap(([name, { stringValue }]) =>
        stringValue === undefined ? [] : [[name, stringValue]],
      ),
    ),
    body: firstOf(bytes, longestBody).toString('utf8'),
    is_cut: bytes.length > longestBody,
  };
}

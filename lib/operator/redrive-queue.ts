import { errorCode, errorMessage } from '#lib/errors.ts';

/** An attribute of a message, with the type that SQS gives it: `String`, `Number`, `Binary`, each with a suffix or none. */
export type MessageAttribute = { dataType: string; stringValue?: string; binaryValue?: Uint8Array };
export type MessageContent = { body: string; attributes: { readonly [name: string]: MessageAttribute } };

export type DeadLetter = MessageContent & {
  /** By SQS: another one after every send. */
  id: string;
  /** What SQS wants to hear for deleting or releasing it; another one after every receive. */
  receipt: string;
  sentAt: Date;
};

/** A queue and the dead-letter queue behind it. */
export type DeadLetters = {
  /** How many there are, as SQS estimates it, those that some reader holds included. */
  count(): Promise<number>;
  /** Some that nobody holds, and holds them for as long as a redrive takes; waits a moment for the first. */
  receive(): Promise<DeadLetter[]>;
  /** Sends to the queue. One result per message, in their order; of a rejected one SQS has confirmed nothing. */
  sendBack(messages: readonly MessageContent[]): Promise<PromiseSettledResult<void>[]>;
  /** Deletes from the dead-letter queue. One result per receipt, in their order. */
  delete(receipts: readonly string[]): Promise<PromiseSettledResult<void>[]>;
  /** Lets go of what is held, as far as possible: what is not let go comes back a little later by itself. */
  release(receipts: readonly string[]): Promise<void>;
};

export type RedriveRequest = {
  /** The short name of the queue. */
  queue: string;
  /** Moves only what was parked with this code. */
  code?: string;
  /** Moves only what is about this message. */
  messageId?: string;
  /** Moves no more than so many. */
  limit?: number;
  /** Only says what would be moved. */
  dryRun: boolean;
};

/** Messages that are dead for the same reason. */
export type DeadLetterGroup = {
  code: string;
  reason: string;
  count: number;
  /** How many were moved, or in a dry run would be. */
  moved: number;
  /** ISO 8601. */
  oldestSentAt: string;
  /** Of some of them. */
  messageIds: string[];
};

export type RedriveFailure = {
  messageId: string;
  /** `not-sent` is in the dead-letter queue as before; `not-deleted` is in both queues. */
  outcome: 'not-sent' | 'not-deleted';
  reason: string;
};

export type RedriveReport = {
  queue: string;
  dryRun: boolean;
  groups: DeadLetterGroup[];
  /** Sent to the queue, or in a dry run: what would be. */
  moved: number;
  /** Seen and not moved. */
  left: number;
  /** Of those left: dead only since this run began, so that nothing goes round in circles. */
  arrived: number;
  /** How many more SQS counted at the start than were seen. */
  unseen: number;
  failed: RedriveFailure[];
  /** Why the run ended before its end. */
  stopped?: string;
};

/** The code of messages that SQS itself has moved, when they had been received as often as the queue allows. */
export const receivedTooOften = 'received-too-often';
const receivedTooOftenReason = 'received as often as the queue allows, without success; its log lines say why';

const mostMessageIds = 3;
/** SQS may say once that there is nothing more where there is. */
const idleReceives = 2;
/** Once so many have failed, the trouble is not with a message. */
const mostFailures = 20;

/**
 * Looks through a dead-letter queue and moves what is asked for back to its queue: sent, then deleted, each message once
 * per run. What `sqs-handler` has added to a message is taken away again, all else goes back as it came.
 *
 * The pointer of a spilled callback needs no more than that. Its record may say that `recover-spill` has given it up, but
 * that only ends the sending of further pointers: whoever gets this one reads the object, and deletes it when it is stored.
 */
export async function redriveQueue(
  { deadLetters, now }: { deadLetters: DeadLetters; now: () => Date },
  request: RedriveRequest,
): Promise<RedriveReport> {
  const startedAt = now();
  const counted = await deadLetters.count();
  const redrive = new Redrive(deadLetters, request, startedAt);
  try {
    await redrive.run();
  } finally {
    await redrive.release();
  }
  return redrive.report(counted);
}

class Redrive {
  readonly #deadLetters: DeadLetters;
  readonly #request: RedriveRequest;
  readonly #startedAt: Date;
  readonly #groups = new Map<string, DeadLetterGroup>();
  readonly #seen = new Set<string>();
  /** Receipts by the id of the message. */
  readonly #held = new Map<string, string>();
  readonly #failed: RedriveFailure[] = [];
  #chosen = 0;
  #moved = 0;
  #arrived = 0;
  #stopped: string | undefined;

  constructor(deadLetters: DeadLetters, request: RedriveRequest, startedAt: Date) {
    this.#deadLetters = deadLetters;
    this.#request = request;
    this.#startedAt = startedAt;
  }

  /** Goes on until SQS brings nothing that was there before and has not been seen yet. */
  async run(): Promise<void> {
    for (let idle = 0; idle < idleReceives; ) {
      if (this.#failed.length >= mostFailures) {
        this.#stopped = `${this.#failed.length} messages could not be moved`;
        return;
      }
      let received: DeadLetter[];
      try {
        received = await this.#deadLetters.receive();
      } catch (error) {
        // What was moved until now is to be told all the same.
        this.#stopped = `${errorCode(error)}: ${errorMessage(error)}`;
        return;
      }
      const waiting = received.filter((letter) => this.#isWaiting(letter));
      await this.#move(waiting.filter((letter) => this.#isChosen(letter)));
      idle = waiting.length > 0 ? 0 : idle + 1;
    }
  }

  async release(): Promise<void> {
    if (this.#held.size > 0) await this.#deadLetters.release([...this.#held.values()]);
  }

  report(counted: number): RedriveReport {
    const { queue, dryRun } = this.#request;
    return {
      queue,
      dryRun,
      groups: [...this.#groups.values()].toSorted((a, b) => b.count - a.count),
      moved: this.#moved,
      left: this.#seen.size - this.#moved,
      arrived: this.#arrived,
      unseen: Math.max(0, counted - (this.#seen.size - this.#arrived)),
      failed: this.#failed,
      ...(this.#stopped === undefined ? {} : { stopped: this.#stopped }),
    };
  }

  /**
   * Whether a message was dead before the run began, and is seen for the first time.
   *
   * What is moved and fails again comes back, and moving it again would go on for ever. It is told by when it was sent: a
   * parked message counts from its parking, and one that SQS itself moves keeps the time at which it was last sent to the
   * queue, which for a message moved by this run is later than the beginning of the run. One that SQS moves meanwhile for
   * the first time is as old as it is and goes back, once. A clock that is fast prolongs the run by no more than it is
   * fast; with one that is slow, what has just been parked waits for the next run.
   */
  #isWaiting(letter: DeadLetter): boolean {
    this.#held.set(letter.id, letter.receipt);
    // It was left, or could not be deleted, and SQS brings it again.
    if (this.#seen.has(letter.id)) return false;
    this.#seen.add(letter.id);
    this.#count(letter);
    if (letter.sentAt < this.#startedAt) return true;
    this.#arrived += 1;
    return false;
  }

  #isChosen(letter: DeadLetter): boolean {
    const { code, messageId, limit = Number.POSITIVE_INFINITY } = this.#request;
    if (code !== undefined && code !== verdictOf(letter).code) return false;
    if (messageId !== undefined && messageId !== messageIdOf(letter)) return false;
    if (this.#chosen >= limit) return false;
    this.#chosen += 1;
    return true;
  }

  async #move(letters: readonly DeadLetter[]): Promise<void> {
    if (letters.length === 0) return;
    const sent = this.#request.dryRun ? letters : await this.#send(letters);
    for (const letter of sent) this.#groupOf(letter).moved += 1;
    this.#moved += sent.length;
    if (!this.#request.dryRun && sent.length > 0) await this.#delete(sent);
  }

  async #send(letters: readonly DeadLetter[]): Promise<DeadLetter[]> {
    const results = await this.#deadLetters.sendBack(letters.map(original));
    return letters.filter((letter, index) => this.#isDone(letter, results[index], 'not-sent'));
  }

  async #delete(letters: readonly DeadLetter[]): Promise<void> {
    const results = await this.#deadLetters.delete(letters.map(({ receipt }) => receipt));
    for (const [index, letter] of letters.entries()) {
      if (this.#isDone(letter, results[index], 'not-deleted')) this.#held.delete(letter.id);
    }
  }

  #isDone(
    letter: DeadLetter,
    result: PromiseSettledResult<void> | undefined,
    outcome: RedriveFailure['outcome'],
  ): boolean {
    if (result?.status === 'fulfilled') return true;
    const reason = result === undefined ? 'there was no answer for it' : errorMessage(result.reason);
    this.#failed.push({ messageId: messageIdOf(letter), outcome, reason });
    return false;
  }

  #count(letter: DeadLetter): void {
    const group = this.#groupOf(letter);
    const sentAt = letter.sentAt.toISOString();
    group.count += 1;
    if (sentAt < group.oldestSentAt) group.oldestSentAt = sentAt;
    if (group.messageIds.length < mostMessageIds) group.messageIds.push(messageIdOf(letter));
  }

  #groupOf(letter: DeadLetter): DeadLetterGroup {
    const { code, reason } = verdictOf(letter);
    const key = JSON.stringify([code, reason]);
    const oldestSentAt = letter.sentAt.toISOString();
    const group = this.#groups.get(key) ?? { code, reason, count: 0, moved: 0, oldestSentAt, messageIds: [] };
    this.#groups.set(key, group);
    return group;
  }
}

/** Why it is dead. */
export function verdictOf({ attributes }: DeadLetter): { code: string; reason: string } {
  const code = attributes['code']?.stringValue;
  const reason = attributes['reason']?.stringValue;
  return code === undefined && reason === undefined
    ? { code: receivedTooOften, reason: receivedTooOftenReason }
    : { code: code ?? 'unknown', reason: reason ?? 'unknown' };
}

/** By which its log lines are found. */
export const messageIdOf = ({ attributes, id }: DeadLetter): string => attributes['message_id']?.stringValue ?? id;

/** The message as it was before it was parked. */
function original({ body, attributes }: DeadLetter): MessageContent {
  const { reason: _reason, code: _code, ...own } = attributes;
  return { body, attributes: own };
}

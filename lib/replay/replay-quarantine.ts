import type { InboundAttributes } from '#lib/callback/inbound-queues.ts';
import { bodyKeyOfNote } from '#lib/callback/quarantine.ts';
import {
  admitQuarantined,
  type QuarantinedCallbackFound,
  type QuarantinePair,
  type QuarantineStore,
  readQuarantined,
  removeQuarantined,
  routeOf,
} from '#lib/callback/quarantined-callback.ts';
import type { InboundQueue, MessageType } from '#lib/callback/subscriptions.ts';
import { errorCode, errorMessage, PermanentError } from '#lib/errors.ts';
import { eachLimited } from '#lib/runtime/each-limited.ts';
import { daysBetween } from '#lib/time/calendar.ts';
import type { TimeRange } from '#lib/time/time-range.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';

/**
 * What may be admitted by hand: a callback whose only fault was a clock, or one that an earlier version could not read.
 * `unverified` is judged by `recover-spill`, `refused` has a wrong signature, and `empty` stays so.
 */
export const admissibleReasons = ['stale', 'unknown-message-type', 'not-json'] as const;
export type AdmissibleReason = (typeof admissibleReasons)[number];

export type ReplayQuarantineDeps = {
  quarantine: QuarantineStore & { keys(prefix: string): AsyncIterable<string> };
  send: (queue: InboundQueue, body: string, attributes: InboundAttributes) => Promise<void>;
  timeZone: string;
  now: () => Date;
  /** Ends the run early, between two callbacks. */
  signal: AbortSignal;
  /** Told now and then how many callbacks were looked at. */
  onProgress: (callbacks: number) => void;
};

export type QuarantineRequest = TimeRange & {
  reason: AdmissibleReason;
  /** Only callbacks that are of this type by the current code. */
  messageType?: MessageType;
  /** Whether to admit, or only to say what would be admitted. */
  apply: boolean;
};

/** What rests in quarantine of a subscription. */
export type QuarantineGroup = {
  subscription: string;
  count: number;
  /** How many the current code knows a queue for; these are, or would be, admitted. */
  admitted: number;
  /** Message ids of some of those. */
  messageIds: string[];
  /** Arrival less the sender's timestamp, in seconds: a wrong clock is off by much the same throughout. */
  clockSeconds?: { min: number; median: number; max: number };
};

export type QuarantineReport = {
  applied: boolean;
  reason: AdmissibleReason;
  /** What arrived from here to before `to` was looked at, ISO 8601. */
  from: string;
  to: string;
  groups: QuarantineGroup[];
  /** Only their note is there yet. */
  waiting: number;
  failed: { key: string; code: string; reason: string }[];
  /** Why the run ended before its end. */
  stopped?: string;
};

const mostAtOnce = 8;
const mostMessageIds = 3;
/** Once so many have failed, the trouble is not with a callback. */
const mostFailures = 20;

/**
 * Looks through what rests in quarantine for a reason, and admits what the current code knows a queue for: each takes the
 * way of a spilled callback and leaves quarantine only when it is durable there.
 *
 * The signature of a stale one was right when it came. Whoever once read one along may send any body with it, so what is
 * admitted is a matter of looking at the clocks first.
 *
 * @throws what the stores throw before the first callback
 */
export async function replayQuarantine(
  deps: ReplayQuarantineDeps,
  request: QuarantineRequest,
): Promise<QuarantineReport> {
  const run = new QuarantineReplay(deps, request);
  return run.run();
}

type Counted = { count: number; admitted: number; messageIds: string[]; clocks: number[] };

class QuarantineReplay {
  readonly #deps: ReplayQuarantineDeps;
  readonly #request: QuarantineRequest;
  readonly #groups = new Map<string, Counted>();
  readonly #failed: QuarantineReport['failed'] = [];
  #looked = 0;
  #waiting = 0;
  #stopped: string | undefined;

  constructor(deps: ReplayQuarantineDeps, request: QuarantineRequest) {
    this.#deps = deps;
    this.#request = request;
  }

  async run(): Promise<QuarantineReport> {
    try {
      for (const prefix of this.#prefixes()) await this.#look(prefix);
    } catch (error) {
      // What was admitted until now, if anything, is to be told all the same.
      if (this.#looked === 0) throw error;
      this.#stopped = `${errorCode(error)}: ${errorMessage(error)}`;
    }
    const { apply, reason, from, to } = this.#request;
    return {
      applied: apply,
      reason,
      from: from.toISOString(),
      to: to.toISOString(),
      groups: [...this.#groups].map(groupOf),
      waiting: this.#waiting,
      failed: this.#failed,
      ...(this.#stopped === undefined ? {} : { stopped: this.#stopped }),
    };
  }

  #prefixes(): string[] {
    const { reason, from, to } = this.#request;
    if (reason === 'stale') return ['quarantine/stale/'];
    const dateOf = (instant: Date) => zonedDate(instant, this.#deps.timeZone).date;
    return daysBetween(dateOf(from), dateOf(new Date(to.getTime() - 1))).map((date) => `quarantine/date=${date}/`);
  }

  async #look(prefix: string): Promise<void> {
    // All workers take from the one listing.
    const keys = this.#deps.quarantine.keys(prefix)[Symbol.asyncIterator]();
    const takeTurns = async (): Promise<void> => {
      while (!this.#isEnded()) {
        const { done, value: noteKey } = await keys.next();
        if (done === true) return;
        await this.#tryOne(noteKey);
      }
    };
    const results = await eachLimited(Array.from({ length: mostAtOnce }), mostAtOnce, takeTurns);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  #isEnded(): boolean {
    if (this.#deps.signal.aborted) this.#stopped ??= 'interrupted';
    return this.#stopped !== undefined;
  }

  async #tryOne(noteKey: string): Promise<void> {
    const bodyKey = bodyKeyOfNote(noteKey);
    if (bodyKey === undefined || !this.#isInRange(bodyKey)) return;
    try {
      await this.#replayOne({ noteKey, bodyKey });
      this.#looked += 1;
      this.#deps.onProgress(this.#looked);
    } catch (error) {
      this.#failed.push({ key: bodyKey, code: errorCode(error), reason: errorMessage(error) });
      const isOwnFault = error instanceof PermanentError;
      if (!isOwnFault && this.#failed.length >= mostFailures) {
        this.#stopped ??= `${this.#failed.length} callbacks could not be admitted`;
      }
    }
  }

  /** By the name of the object, which begins with the arrival. */
  #isInRange(bodyKey: string): boolean {
    const arrivedAt = new Date(/\/(\d{4}-\d\d-\d\dT[\d:.]+Z)-[0-9a-f]+\.body$/.exec(bodyKey)?.[1] ?? Number.NaN);
    return arrivedAt >= this.#request.from && arrivedAt < this.#request.to;
  }

  async #replayOne(pair: QuarantinePair): Promise<void> {
    const { deps, request } = { deps: this.#deps, request: this.#request };
    const found = await readQuarantined(deps.quarantine, pair, deps.now());
    if (found === 'waiting') this.#waiting += 1;
    if (found === 'finished' && request.apply) await deps.quarantine.delete(pair.noteKey);
    if (found === 'waiting' || found === 'finished' || found.note.reason !== request.reason) return;
    const { envelope, owner } = routeOf(found.body);
    if (request.messageType !== undefined && owner?.messageType !== request.messageType) return;
    if (owner !== undefined && request.apply) {
      const { messageType } = owner;
      await admitQuarantined({ objects: deps.quarantine, send: deps.send }, found, {
        messageId: envelope?.messageId,
        messageType,
      });
      await removeQuarantined(deps.quarantine, pair);
    }
    this.#count(found, owner === undefined ? undefined : (envelope?.messageId ?? '-'));
  }

  /** @param admitted the message id of one that has a queue */
  #count({ note, subscription }: QuarantinedCallbackFound, admitted: string | undefined): void {
    const { path } = subscription;
    const group = this.#groups.get(path) ?? { count: 0, admitted: 0, messageIds: [], clocks: [] };
    group.count += 1;
    if (admitted !== undefined) {
      group.admitted += 1;
      if (group.messageIds.length < mostMessageIds) group.messageIds.push(admitted);
    }
    const clock = Date.parse(note.received_at) / 1000 - Number(note.timestamp);
    if (this.#request.reason === 'stale' && Number.isFinite(clock)) group.clocks.push(clock);
    this.#groups.set(path, group);
  }
}

function groupOf([subscription, { clocks, ...counted }]: [string, Counted]): QuarantineGroup {
  const ordered = clocks.toSorted((one, other) => one - other).map(Math.round);
  const [min] = ordered;
  const median = ordered[Math.floor((ordered.length - 1) / 2)];
  const max = ordered.at(-1);
  return {
    subscription,
    ...counted,
    ...(min === undefined || median === undefined || max === undefined ? {} : { clockSeconds: { min, median, max } }),
  };
}

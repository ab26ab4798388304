import { isErasedLine, type RawLine, readRawLine } from '#lib/callback/raw-line.ts';
import { errorCode, errorMessage, PermanentError } from '#lib/errors.ts';
import { integer, text, textOf } from '#lib/events/attribute.ts';
import { encodeId } from '#lib/events/event-keys.ts';
import { type EventRecord, eventRecord, type RecordSettings } from '#lib/events/event-record.ts';
import { rawLinesOf } from '#lib/intake/raw-archive.ts';
import { erasableEvent } from '#lib/intake/store-messages.ts';
import { messageModules } from '#lib/messages/registry.ts';
import type { ErasableEvent } from '#lib/privacy/erasures.ts';
import { eachLimited } from '#lib/runtime/each-limited.ts';
import type { TimeRange } from '#lib/time/time-range.ts';
import { type ApplyPlanDeps, applyPlan } from './apply-plan.ts';
import { type RawHour, rawHours } from './raw-hours.ts';
import { type ItemKey, keyText, planReplay, type ReplayPlan } from './replay-plan.ts';
import { type ReplayReport, ReplayTally } from './replay-report.ts';
import { type ReplayedStates, replayStates } from './replay-states.ts';
import { isSame, type MovedMessages, readStanding, type StandingEvents } from './standing-items.ts';

export type ReplayMessagesDeps = Omit<ApplyPlanDeps, 'events' | 'timeZone'> & {
  /** The raw archive. */
  raw: { keys(prefix: string): AsyncIterable<string>; get(key: string): Promise<Buffer | undefined> };
  events: ApplyPlanDeps['events'] & StandingEvents;
  moved: MovedMessages;
  states: ReplayedStates;
  /** Makes of a body what the tenant wants kept of it, which is less than the archive has where a setting was changed. */
  protect: (body: Buffer) => Promise<Buffer>;
  /** Reads what was erased, as it is now; tells of an event whether it is part of that and must not come back. */
  readErasures: () => Promise<(event: ErasableEvent) => boolean>;
  settings: RecordSettings;
  /** Ends the run early, between two messages. */
  signal: AbortSignal;
  /** Told now and then how many lines were looked at, and where. */
  onProgress: (lines: number, where: Pick<RawHour, 'messageType' | 'date' | 'hour'>) => void;
};

export type ReplayRequest = TimeRange & {
  messageType?: string;
  /** Only messages of this device, or with a part of it. */
  deviceId?: string;
  /** Whether to write, or only to say what would be written. */
  apply: boolean;
};

/** Pictures of what has just come may still be on their way, and who moved it would pass them. */
const settledAfterMs = 15 * 60_000;
/** Each a batch of up to a hundred messages of up to a megabyte. */
const mostObjectsAtOnce = 3;
const mostMessagesAtOnce = 8;
/** Once so many were not taken or given by the stores, the trouble is not with a message. */
const mostStoreFailures = 20;

/**
 * Reads the raw archive once more, by the current code, and compares what it gives with what stands in the table; writes
 * the difference where that is asked for. Messages fail one by one, and each may be replayed any number of times.
 *
 * @throws what the stores throw before the first message
 */
export async function replayMessages(deps: ReplayMessagesDeps, request: ReplayRequest): Promise<ReplayReport> {
  return new Replay(deps, request).run();
}

/** A line of the raw archive, and where it lies. */
type Found = { line: RawLine; body: Buffer; rawKey: string; lineNumber: number };

/** What the lines of an object have in common. */
type Batch = {
  messageType: string;
  /** Messages of the hour that were looked at. */
  seen: Set<string>;
  isErased: (event: ErasableEvent) => boolean;
};

class Replay {
  readonly #deps: ReplayMessagesDeps;
  readonly #request: ReplayRequest;
  readonly #tally = new ReplayTally();
  readonly #until: Date;
  #storeFailures = 0;
  #stopped: string | undefined;

  constructor(deps: ReplayMessagesDeps, request: ReplayRequest) {
    this.#deps = deps;
    this.#request = request;
    this.#until = new Date(Math.min(request.to.getTime(), deps.now().getTime() - settledAfterMs));
  }

  async run(): Promise<ReplayReport> {
    const { from, to, apply } = this.#request;
    try {
      if (from < this.#until) await this.#replayRange({ from, to: this.#until });
    } catch (error) {
      // What was done until now, if anything, is to be told all the same.
      if (this.#tally.lines === 0) throw error;
      this.#stopped = `${errorCode(error)}: ${errorMessage(error)}`;
    }
    const { lines, repeated, messages } = this.#tally;
    return {
      applied: apply,
      from: from.toISOString(),
      to: this.#until.toISOString(),
      isCutOff: this.#until < to,
      lines,
      repeated,
      messages,
      findings: this.#tally.findings(),
      ...(this.#stopped === undefined ? {} : { stopped: this.#stopped }),
    };
  }

  async #replayRange(range: TimeRange): Promise<void> {
    const { raw, settings, onProgress } = this.#deps;
    const { messageType } = this.#request;
    const types = messageType === undefined ? messageModules.map((module) => module.messageType) : [messageType];
    for await (const hour of rawHours(raw.keys, types, range, settings.timeZone)) {
      // A message that comes twice from its queue says both times when it arrived.
      const seen = new Set<string>();
      await eachLimited(hour.keys, mostObjectsAtOnce, async (key) => {
        if (this.#isEnded()) return;
        await this.#replayObject(hour.messageType, key, seen);
        onProgress(this.#tally.lines, hour);
      });
      if (this.#isEnded()) return;
    }
  }

  #isEnded(): boolean {
    if (this.#deps.signal.aborted) this.#stopped ??= 'interrupted';
    return this.#stopped !== undefined;
  }

  async #replayObject(messageType: string, rawKey: string, seen: Set<string>): Promise<void> {
    const { raw, readErasures } = this.#deps;
    let lines: string[];
    let batch: Batch;
    try {
      // For each object, as the functions do for each batch: an erasure waits for no more than what was under way.
      batch = { messageType, seen, isErased: await readErasures() };
      const content = await raw.get(rawKey);
      if (content === undefined) throw new PermanentError('raw-missing', 'the raw archive has just forgotten it');
      lines = rawLinesOf(content);
    } catch (error) {
      this.#fail(error, messageType, rawKey);
      return;
    }
    await eachLimited([...lines.entries()], mostMessagesAtOnce, async ([lineNumber, source]) => {
      if (this.#isEnded()) return;
      let example = `${rawKey}#${lineNumber}`;
      if (isErasedLine(source)) {
        // It says of no device any more that it was its own.
        if (this.#request.deviceId === undefined) this.#tally.count('erased', messageType, example);
        return;
      }
      try {
        const { line, body } = readRawLine(source);
        if (line.camera !== null && line.sk !== null) example = `${line.camera} ${line.sk}`;
        await this.#replayLine({ line, body, rawKey, lineNumber }, batch);
      } catch (error) {
        this.#fail(error, messageType, example);
      }
    });
  }

  async #replayLine({ line, body, rawKey, lineNumber }: Found, { seen, isErased }: Batch): Promise<void> {
    const receivedAt = new Date(line.received_at);
    if (Number.isNaN(receivedAt.getTime())) throw new PermanentError('bad-raw-line', 'the line has no time of arrival');
    if (receivedAt < this.#request.from || receivedAt >= this.#until) return;
    const inLine = { camera: line.camera ?? '', sk: line.sk ?? '' };
    const record = await this.#read(line, body);
    if (record === undefined) return;
    record.event['raw_key'] = text(rawKey);
    record.event['raw_line'] = integer(lineNumber);
    const cameras = record.children.map((child) => textOf(child['camera']) ?? '');
    if (!this.#isAsked([inLine.camera, record.camera, ...cameras])) return;
    const own = { camera: record.camera, sk: record.sk };
    const id = `${keyText(own)} ${keyText(inLine)}`;
    if (seen.has(id)) {
      this.#tally.repeated += 1;
      return;
    }
    seen.add(id);
    if (isErased(erasableEvent(record))) this.#tally.count('erased', record.messageType, keyText(own));
    else await this.#replayMessage(record, line.camera === null || line.sk === null ? own : inLine);
  }

  /** The message by the current code. What it can't read is no matter of a device that it was not said to be of. */
  async #read(line: RawLine, body: Buffer): Promise<EventRecord | undefined> {
    const { received_at: receivedAt, subscription, body_sha256: bodySha256, camera } = line;
    const kept = await this.#deps.protect(body);
    try {
      return eventRecord({ receivedAt, subscription, body: kept, bodySha256 }, this.#deps.settings);
    } catch (error) {
      if (this.#isAsked([camera ?? ''])) throw error;
      return undefined;
    }
  }

  /** Whether one of these cameras is of the device that was asked for. */
  #isAsked(cameras: readonly string[]): boolean {
    const { deviceId } = this.#request;
    return deviceId === undefined || cameras.some((camera) => camera.startsWith(`${encodeId(deviceId)}#`));
  }

  async #replayMessage(record: EventRecord, inLine: ItemKey): Promise<void> {
    const { deps, own } = { deps: this.#deps, own: { camera: record.camera, sk: record.sk } };
    const standing = await readStanding(deps, record, inLine);
    const plan = planReplay(record, standing.items, deps.now());
    if (this.#request.apply) await this.#apply(plan, { own, inLine, places: standing.places });
    const changes =
      plan.outcome === 'expired' ? [] : await replayStates(deps.states, record, { apply: this.#request.apply });
    this.#tally.count(plan.outcome, record.messageType, keyText(own));
    this.#tally.countDifferences(record.messageType, own, plan.differences);
    for (const { aspect } of changes) this.#tally.countState(record.messageType, aspect, own);
  }

  async #apply(
    plan: ReplayPlan,
    { own, inLine, places }: { own: ItemKey; inLine: ItemKey; places: readonly ItemKey[] },
  ): Promise<void> {
    if (plan.outcome === 'expired') return;
    const { moved, settings } = this.#deps;
    const isChanged = plan.outcome !== 'unchanged';
    const isElsewhere = !isSame(own, inLine) || places.length > 0;
    const isRemembered = places.length === 1 && places[0] !== undefined && isSame(places[0], own);
    // Before: it may then stand in both. After: it stands in one.
    if (isElsewhere && isChanged && !isRemembered) {
      await moved.remember(inLine, [...places, own], plan.expiresAtSeconds);
    }
    if (isChanged) await applyPlan({ ...this.#deps, timeZone: settings.timeZone }, plan);
    if (isElsewhere && !isRemembered) await moved.remember(inLine, [own], plan.expiresAtSeconds);
  }

  #fail(error: unknown, messageType: string, example: string): void {
    this.#tally.count('failed', messageType, example, errorCode(error));
    if (error instanceof PermanentError) return;
    this.#storeFailures += 1;
    if (this.#storeFailures >= mostStoreFailures) {
      this.#stopped ??= `${errorMessage(error)}, as ${this.#storeFailures - 1} times before`;
    }
  }
}

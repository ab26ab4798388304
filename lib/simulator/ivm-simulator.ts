import { setTimeout as delay } from 'node:timers/promises';
import type { MessageType, Subscription } from '#lib/callback/subscriptions.ts';
import { ConfigError } from '#lib/errors.ts';
import { createAnnouncements } from './announcements.ts';
import { type ApiAnswer, startApiServer } from './api-server.ts';
import { createCallbackRegistry } from './callback-registry.ts';
import { type CameraStates, createCameraStates } from './camera-states.ts';
import { type Camera, createCameras } from './cameras.ts';
import { createDeclaredRoutes } from './interfaces/declared-routes.ts';
import { createChannelFinder } from './interfaces/find-channel.ts';
import { createIvmRoutes, type InterfaceName } from './ivm-routes.ts';
import { createMessageSource, type OutgoingMessage } from './message-source.ts';
import { createMessageWorld } from './message-world.ts';
import { createPeopleTruth, type PeopleTruth } from './people-truth.ts';
import { createPictureDesk, type PictureAnswer } from './picture-desk.ts';
import { createCallbackPoster } from './post-callback.ts';
import { createRecordIds } from './record-ids.ts';
import { seededRandom } from './seeded-random.ts';
import { createSnapshotDesk } from './snapshot-desk.ts';
import { createStatisticsRoutes } from './statistics-routes.ts';
import { createTokenLedger } from './token-ledger.ts';

export type { OutgoingMessage } from './message-source.ts';

export type SimulatorOptions = {
  /** 0 or absent: any free port. */
  port?: number;
  /** 15 to 25 digits (reference 4.1). */
  userId: string;
  /** Letters, digits and `-`, 1 to 64 of them, as for the secret key. */
  accessKey: string;
  secretKey: string;
  /** The same seed and clock give the same cameras, messages and pictures. */
  seed?: number;
  now?: () => Date;
  /** IANA zone of the times in messages. */
  timeZone?: string;
  /** How pictures are answered: as image, as JSON with base64, or one or the other by picture. */
  pictureAnswer?: PictureAnswer;
  /** Share of alarms, 0 to 1, whose pictures appear only three seconds after the alarm. */
  slowPictureShare?: number;
  /** How many cameras there are at least. */
  cameraCount?: number;
  /** How long a kept snapshot takes to be behind its URL. */
  snapshotReadyAfterMs?: number;
  /** How long a receiver may take; IVM gives it five seconds. */
  callbackTimeoutMs?: number;
  /** Waits between the messages of `run`; must return when the signal aborts. */
  sleep?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
};

export type DeliveryOutcome =
  | 'acknowledged'
  | 'refused'
  | 'timed-out'
  | 'unreachable'
  | 'breaker-open'
  | 'not-subscribed';
export type Delivery = { outcome: DeliveryOutcome; status?: number; durationMs: number };

export type RunOptions = {
  ratePerSecond: number;
  /** Messages to send; absent: until the signal aborts. */
  count?: number;
  signal: AbortSignal;
  onDelivery?: (message: OutgoingMessage, delivery: Delivery) => void;
  /** Deliveries under way at the same time. */
  concurrency?: number;
};

export type SimulatorStats = {
  /** Messages written, by type. */
  messages: Partial<Record<MessageType, number>>;
  deliveries: Record<DeliveryOutcome, number>;
};

export type IvmSimulator = {
  /** Base URL of its interfaces: `http://127.0.0.1:<port>`. */
  endpoint: string;
  /**
   * Writes the next plausible message, of a given type or of the one that is next. Does not send it.
   *
   * @param options.at when it happened; its picture URLs live from now on all the same
   */
  message(type?: MessageType, options?: { at?: Date }): OutgoingMessage;
  /** Sends a message where its subscription says, once (reference 10.1.1). Never throws. */
  deliver(message: OutgoingMessage): Promise<Delivery>;
  /**
   * Writes and sends messages at a rate, of all nine types once there are nine of them. Returns when as many as asked for
   * are sent, or the signal has aborted, and every delivery under way has come to its end.
   *
   * @throws RangeError for a rate that is not positive, and whatever `onDelivery` throws
   */
  run(options: RunOptions): Promise<void>;
  subscriptions(): ReadonlyMap<Subscription, { url: string; authKey?: string }>;
  readonly cameras: readonly Camera[];
  /** What happens to cameras, set as a test likes it. */
  readonly states: CameraStates;
  /** What the counting cameras have really seen. */
  readonly truth: PeopleTruth;
  /** Has the next calls of an interface answered with this, whatever they ask. */
  answerNext(name: InterfaceName, answer: OrderedAnswer, times?: number): void;
  /** Moves its clock forward: tokens, URLs and breakers age. Backward where the number is negative. */
  advance(milliseconds: number): void;
  /** Ends all access tokens before their time. */
  revokeTokens(): void;
  readonly stats: Readonly<SimulatorStats>;
  close(): Promise<void>;
};

/** An answer of any kind, good or bad. */
export type OrderedAnswer = { status: number; body: string | Buffer; contentType?: string };

const defaultSnapshotReadyAfterMs = 1500;
const answerTimeMs = 5000;
const defaultConcurrency = 32;
const defaultSlowPictureShare = 0.1;
/** A run that was held up catches up on one second, not on the whole pause. */
const longestBacklogMs = 1000;

/**
 * Starts a Huawei Cloud IVM on loopback, with cameras of its own, that answers all its interfaces and calls back as the reference
 * says. What it is told it keeps in memory, and loses on close.
 *
 * @throws ConfigError for a user id or key that IVM would not accept; Error (`EADDRINUSE`) when the port is taken
 */
export async function startIvmSimulator(options: SimulatorOptions): Promise<IvmSimulator> {
  checkAccount(options);
  const seed = String(options.seed ?? 1);
  const timeZone = options.timeZone ?? 'Asia/Shanghai';
  const wallClock = options.now ?? (() => new Date());
  let advancedMs = 0;
  const now = () => new Date(wallClock().getTime() + advancedMs);

  const random = seededRandom(`${seed}|messages`);
  let writtenAt: Date | undefined;
  const eventClock = () => writtenAt ?? now();
  const nanoseconds = () => random.integer(0, 999_999);
  const nextLiveId = createMessageIds(now, nanoseconds);
  // What is written of the past would otherwise hold up the ids of the present, or be held up by them.
  const nextPastId = createMessageIds(eventClock, nanoseconds);
  const nextMessageId = () => (writtenAt === undefined ? nextLiveId() : nextPastId());
  const cameras = createCameras(seed, options.cameraCount);
  const states = createCameraStates(cameras);
  const find = createChannelFinder(states, now);
  const truth = createPeopleTruth({ seed, states, now, timeZone });
  const ordered = new Map<InterfaceName, { answer: OrderedAnswer; times: number }>();
  const orderedAnswer = (name: InterfaceName): ApiAnswer | undefined => {
    const order = ordered.get(name);
    if (order === undefined || order.times <= 0) return undefined;
    order.times -= 1;
    const { status, body, contentType = 'application/json' } = order.answer;
    return { status, bytes: Buffer.from(body), contentType };
  };
  const ids = createRecordIds({ seed, cameras, timeZone });
  const callbacks = createCallbackRegistry(now);
  const poster = createCallbackPoster({ timeoutMs: options.callbackTimeoutMs ?? answerTimeMs, now });
  const tokens = createTokenLedger(`${seed}|${options.secretKey}`, now);
  const deskAt = (origin: string) =>
    createPictureDesk({
      ids,
      origin,
      now,
      timeZone,
      answer: options.pictureAnswer ?? 'mixed',
      slowPictureShare: options.slowPictureShare ?? defaultSlowPictureShare,
    });
  const server = await startApiServer(options.port ?? 0, (origin) =>
    createIvmRoutes({
      account: options,
      tokens,
      callbacks,
      pictures: deskAt(origin),
      probe: (target, body) => poster.post(target, body),
      nextMessageId,
      snapshots: createSnapshotDesk({
        find,
        origin,
        now,
        timeZone,
        readyAfterMs: options.snapshotReadyAfterMs ?? defaultSnapshotReadyAfterMs,
      }),
      statistics: createStatisticsRoutes({ seed, states, truth }),
      declared: createDeclaredRoutes({ states, find, seed, now, timeZone, announce: () => announcements }),
      orderedAnswer,
      timeZone,
    }),
  );
  const world = createMessageWorld({
    random,
    cameras,
    states,
    ids,
    pictures: deskAt(server.origin),
    now: eventClock,
    timeZone,
  });
  const source = createMessageSource(world, nextMessageId);
  const announcements = createAnnouncements(world, (messageType, data) => {
    count(messageType);
    void deliver(source.announce({ messageType, data }));
  });
  const closing = new AbortController();
  const stats: SimulatorStats = {
    messages: {},
    deliveries: { acknowledged: 0, refused: 0, 'timed-out': 0, unreachable: 0, 'breaker-open': 0, 'not-subscribed': 0 },
  };

  function message(type?: MessageType, { at }: { at?: Date } = {}): OutgoingMessage {
    writtenAt = at;
    const written = source.message(type);
    writtenAt = undefined;
    count(written.messageType);
    return written;
  }

  function count(messageType: MessageType): void {
    stats.messages[messageType] = (stats.messages[messageType] ?? 0) + 1;
  }

  async function deliver(outgoing: OutgoingMessage): Promise<Delivery> {
    const startedMs = performance.now();
    const result = await attempt(outgoing);
    stats.deliveries[result.outcome] += 1;
    return { ...result, durationMs: performance.now() - startedMs };
  }

  async function attempt(outgoing: OutgoingMessage): Promise<Omit<Delivery, 'durationMs'>> {
    if (closing.signal.aborted) return { outcome: 'unreachable' };
    const target = callbacks.get(outgoing.subscription);
    if (target === undefined) return { outcome: 'not-subscribed' };
    const breaker = callbacks.breaker(target.url);
    if (breaker.isOpen()) return { outcome: 'breaker-open' };
    const answer = await poster.post(target, outgoing.body);
    if (answer.outcome === 'answered' && answer.status === 200) {
      breaker.succeeded();
      return { outcome: 'acknowledged', status: answer.status };
    }
    breaker.failed();
    return answer.outcome === 'answered' ? { outcome: 'refused', status: answer.status } : answer;
  }

  async function run({
    ratePerSecond,
    count = Infinity,
    signal,
    onDelivery,
    concurrency = defaultConcurrency,
  }: RunOptions) {
    if (!(ratePerSecond > 0)) throw new RangeError('ratePerSecond must be greater than 0');
    const stop = AbortSignal.any([signal, closing.signal]);
    const sleep = options.sleep ?? sleepUntilAborted;
    const underWay = new Set<Promise<void>>();
    const failures: unknown[] = [];
    const sendOne = async () => {
      const outgoing = message();
      const delivery = await deliver(outgoing);
      try {
        onDelivery?.(outgoing, delivery);
      } catch (error) {
        failures.push(error);
      }
    };

    source.restart();
    let dueMs = performance.now();
    for (let sent = 0; sent < count && !stop.aborted && failures.length === 0; sent += 1) {
      const waitMs = dueMs - performance.now();
      if (waitMs > 0) await sleep(waitMs, stop);
      if (underWay.size >= concurrency) await Promise.race(underWay);
      if (stop.aborted) break;
      const task = sendOne().finally(() => underWay.delete(task));
      underWay.add(task);
      dueMs = Math.max(dueMs + 1000 / ratePerSecond, performance.now() - longestBacklogMs);
    }
    await Promise.all(underWay);
    if (failures.length > 0) throw failures[0];
  }

  return {
    endpoint: server.origin,
    message,
    deliver,
    run,
    subscriptions: () =>
      new Map(
        [...callbacks.all()].map(([subscription, { url, authKey }]) => [
          subscription,
          authKey === undefined ? { url } : { url, authKey },
        ]),
      ),
    cameras,
    states,
    truth,
    answerNext: (name, answer, times = 1) => {
      ordered.set(name, { answer, times });
    },
    advance(milliseconds) {
      advancedMs += milliseconds;
    },
    revokeTokens: () => tokens.revokeAll(),
    stats,
    async close() {
      closing.abort();
      poster.close();
      await server.close();
    },
  };
}

function checkAccount({ userId, accessKey, secretKey }: SimulatorOptions): void {
  if (!/^\d{15,25}$/.test(userId)) throw new ConfigError('simulator-user-id', 'Give a user id of 15 to 25 digits.');
  if (![accessKey, secretKey].every((key) => /^[A-Za-z0-9-]{1,64}$/.test(key))) {
    throw new ConfigError(
      'simulator-keys',
      'Give an access key and a secret key of 1 to 64 letters, digits and hyphens.',
    );
  }
}

/** Ids as IVM makes them (reference 10.1.4.1): nanoseconds since the epoch, 19 digits, never the same twice. */
function createMessageIds(now: () => Date, nanoseconds: () => number): () => bigint {
  let last = 0n;
  return () => {
    const id = BigInt(now().getTime()) * 1_000_000n + BigInt(nanoseconds());
    last = id > last ? id : last + 1n;
    return last;
  };
}

async function sleepUntilAborted(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

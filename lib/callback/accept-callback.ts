import { isUtf8 } from 'node:buffer';
import { errorFields, type LogFields, log, withLogFields } from '#lib/runtime/log.ts';
import type { Metric } from '#lib/runtime/metrics.ts';
import { type AuthKeyCache, authKeyId } from './auth-keys.ts';
import { type Envelope, readEnvelope } from './envelope.ts';
import { quarantineObjects } from './quarantine.ts';
import type { QuarantineReason } from './quarantine-note.ts';
import { rawBody, sha256Hex } from './raw-body.ts';
import type { RawLine } from './raw-line.ts';
import { fitsAttribute, fitsSqs } from './sqs-fitness.ts';
import { type InboundQueue, type SubscriptionEntry, subscriptionOfPath, subscriptionOfType } from './subscriptions.ts';
import { signingKey, type Verdict, verifySignature } from './verify-signature.ts';

export type CallbackRequest = {
  method: string;
  subscriptionPath: string;
  timestamp: string | undefined;
  signature: string | undefined;
  /** The bytes as they came, base64 of the transport decoded once. */
  body: Buffer;
};

/** What became of a callback, each with the one status it is answered with. */
export type CallbackOutcome =
  | { status: 200; result: 'queued' | 'probe' | 'spilled' | 'quarantined' }
  | { status: 401; result: Exclude<Verdict, 'valid'> }
  | { status: 404; result: 'unknown-subscription' }
  | { status: 405; result: 'method-not-allowed' }
  | { status: 503; result: 'not-stored' };

export type InboundAttributes = {
  message_type: string;
  subscription: string;
  received_at: string;
  message_id?: string;
  /** Names the key that the callback was signed with, by which a rotation sees that the new one is in use. */
  key_id?: string;
  /** Key of the spill object that holds the body. */
  spill?: string;
};

/** Queues a message; rejects when SQS has not confirmed it within `timeoutMs`. */
export type InboundQueues = {
  send(queue: InboundQueue, body: string, attributes: InboundAttributes, timeoutMs: number): Promise<void>;
};
/** Stores an object; rejects when S3 has not confirmed it within `timeoutMs`. */
export type KeepObject = (key: string, content: Buffer, contentType: string, timeoutMs: number) => Promise<void>;

export type CallbackDeps = {
  queues: InboundQueues;
  keep: KeepObject;
  authKeys: AuthKeyCache;
  /** Base of the URLs registered at IVM, without a trailing slash. */
  callbackBaseUrl: string;
  signatureWindowSeconds: number;
  /** Accept unsigned callbacks of a subscription that has no key. */
  allowUnsigned: boolean;
  timeZone: string;
  /** Whether one more stale callback may be kept: a replayed signature must not fill the bucket. */
  mayKeepStale: () => boolean;
  metric: Metric;
  now: () => Date;
};

/** IVM waits 5 s. What the keys have taken of this is taken from the waits for SQS and S3. */
const budgetMs = 3_000;
const queueTimeoutMs = 1_200;
const spillTimeoutMs = 1_400;
const pointerTimeoutMs = 400;
/** What SQS must leave of the budget for S3. */
const spillReserveMs = 600;
/** What stores objects tries again by itself, but not for as long as there is time. */
const mostTries = 4;
const shortestTryMs = 200;

/** Senders choose their ids: those of IVM have 32 characters. */
const loggedIdLength = 128;

/** The URL that is registered at IVM for a subscription, and so the one its signature covers. */
export const callbackUrl = (baseUrl: string, path: string): string => `${baseUrl}/callbacks/${path}`;

/**
 * Takes one callback: checks who sent it and stores it before it is answered. IVM sends once and never again, so
 * whatever is authentic is kept somewhere, and nothing that a sender controls leads to a 5xx.
 */
export async function acceptCallback(deps: CallbackDeps, request: CallbackRequest): Promise<CallbackOutcome> {
  const subscription = subscriptionOfPath(request.subscriptionPath);
  if (subscription === undefined) return { status: 404, result: 'unknown-subscription' };
  if (request.method !== 'POST') return { status: 405, result: 'method-not-allowed' };

  const arrival = arrivalOf(request, subscription, deps.now());
  if (arrival.envelope?.isProbe === true) return { status: 200, result: 'probe' };
  return withLogFields(logFieldsOf(arrival), async () => {
    const outcome = await judgeAndKeep(deps, arrival);
    log.debug('callback answered', outcome);
    return outcome;
  });
}

async function judgeAndKeep(deps: CallbackDeps, arrival: Arrival): Promise<CallbackOutcome> {
  const { verdict, key } = await judge(deps, arrival);
  const { quarantine, route } = createKeeping(deps, arrival);
  if (verdict === 'unverified') return quarantine('unverified');
  if (verdict !== 'valid') {
    deps.metric('CallbackRefused', 1, { Verdict: verdict });
    if (verdict === 'stale' && deps.mayKeepStale()) await quarantine('stale');
    return { status: 401, result: verdict };
  }
  return route(key);
}

async function judge(deps: CallbackDeps, { request, subscription, receivedAt }: Arrival): Promise<Judgement> {
  const verify = async (): Promise<Judgement> => {
    const authKeys = await deps.authKeys.keys(subscription.subscription);
    if (authKeys === 'unreadable') return { verdict: 'unverified' };
    if (authKeys.length === 0 && deps.allowUnsigned) return { verdict: 'valid' };
    const { timestamp, signature } = request;
    const signed = {
      registeredUrl: callbackUrl(deps.callbackBaseUrl, subscription.path),
      authKeys,
      timestamp,
      signature,
    };
    const verdict = verifySignature(signed, receivedAt, deps.signatureWindowSeconds);
    if (verdict !== 'valid') return { verdict };
    // Outside of a rotation there is one key, and nothing to find out.
    const key = authKeys.length === 1 ? authKeys[0] : signingKey(signed);
    return { verdict, key };
  };
  const judgement = await verify();
  // A key may have been added a moment ago: look once before refusing what may be authentic.
  if (judgement.verdict === 'mismatch' && (await deps.authKeys.refreshAfterMismatch())) return verify();
  return judgement;
}

type Judgement = { verdict: Verdict | 'unverified'; key?: string | undefined };

/** One callback on its way into a store. */
type Arrival = {
  receivedAt: Date;
  request: CallbackRequest;
  /** Of the path that it came by. */
  subscription: SubscriptionEntry;
  envelope: Envelope | undefined;
  /** `undefined` where the body is no UTF-8. */
  text: string | undefined;
};

function arrivalOf(request: CallbackRequest, subscription: SubscriptionEntry, receivedAt: Date): Arrival {
  // Bytes that are no UTF-8 are still searched for an envelope (what is damaged is usually a name): such a body is
  // spilled byte-exact, not refused.
  const text = request.body.toString('utf8');
  const envelope = readEnvelope(text);
  return { receivedAt, request, subscription, envelope, text: isUtf8(request.body) ? text : undefined };
}

/** By which the lines of a message are found, from here to its pictures. */
const logFieldsOf = ({ envelope, subscription }: Arrival): LogFields => ({
  message_id: envelope?.messageId?.slice(0, loggedIdLength),
  subscription: subscription.path,
});

/** The ways of a callback into the stores, each of which ends with what it is answered. */
function createKeeping(
  { queues, keep, metric, timeZone, now }: CallbackDeps,
  { receivedAt, request: { body, timestamp, signature }, subscription: { path, messageType }, envelope, text }: Arrival,
) {
  const received_at = receivedAt.toISOString();
  const messageId = envelope?.messageId;

  async function route(key: string | undefined): Promise<CallbackOutcome> {
    if (envelope === undefined) return quarantine(body.length === 0 ? 'empty' : 'not-json');
    const owner = envelope.messageType === undefined ? undefined : subscriptionOfType(envelope.messageType);
    if (owner === undefined) return quarantine('unknown-message-type');
    if (owner.messageType !== messageType) metric('CallbackOnForeignPath', 1, { MessageType: owner.messageType });
    return enqueue(owner, {
      message_type: owner.messageType,
      subscription: path,
      received_at,
      ...(key === undefined ? {} : { key_id: authKeyId(key) }),
      ...(messageId === undefined || !fitsAttribute(messageId) ? {} : { message_id: messageId }),
    });
  }

  async function quarantine(reason: QuarantineReason): Promise<CallbackOutcome> {
    const callback = { reason, body, receivedAt, subscription: path, timeZone, timestamp, signature };
    metric('CallbackQuarantined', 1, { Reason: reason });
    try {
      await Promise.all(quarantineObjects(callback).map((one) => keepObject(one.key, one.content, one.contentType)));
      return { status: 200, result: 'quarantined' };
    } catch (error) {
      return notStored(error);
    }
  }

  async function enqueue(
    { queue, messageType }: SubscriptionEntry,
    attributes: InboundAttributes,
  ): Promise<CallbackOutcome> {
    if (text !== undefined && fitsSqs(text, body.length, messageId, messageType)) {
      try {
        await queues.send(queue, text, attributes, within(queueTimeoutMs, spillReserveMs));
        return { status: 200, result: 'queued' };
      } catch (error) {
        metric('QueueRefused', 1, { Queue: queue });
        log.warn('queue did not take a callback', { queue, ...errorFields(error) });
      }
    }
    const line: RawLine = {
      received_at,
      subscription: path,
      message_id: messageId ?? null,
      message_type: messageType,
      body_sha256: sha256Hex(body),
      camera: null,
      sk: null,
      ...rawBody(body),
    };
    return spill(line, queue, attributes);
  }

  async function spill(line: RawLine, queue: InboundQueue, attributes: InboundAttributes): Promise<CallbackOutcome> {
    const key = spillKey(line);
    try {
      await keepObject(key, Buffer.from(JSON.stringify(line)), 'application/json');
    } catch (error) {
      return notStored(error);
    }
    metric('CallbackSpilled', 1, { Queue: queue });
    // The object is what counts: should the pointer be lost, recover-spill sends another.
    await queues.send(queue, '{}', { ...attributes, spill: key }, within(pointerTimeoutMs)).catch(() => {
      metric('SpillPointerDelayed', 1, { Queue: queue });
    });
    return { status: 200, result: 'spilled' };
  }

  /** Tries more than once while there is time: after S3 comes nothing, and IVM does not send again. */
  async function keepObject(key: string, content: Buffer, contentType: string): Promise<void> {
    const untilMs = now().getTime() + within(spillTimeoutMs);
    for (let tries = 1; ; tries += 1) {
      try {
        return await keep(key, content, contentType, untilMs - now().getTime());
      } catch (error) {
        if (tries === mostTries || untilMs - now().getTime() < shortestTryMs) throw error;
        log.warn('S3 did not take a callback and is asked again', errorFields(error));
      }
    }
  }

  /** How long something may take: no longer than the budget allows, but long enough to be worth a try. */
  function within(mostMs: number, reservedMs = 0): number {
    const leftMs = budgetMs - (now().getTime() - receivedAt.getTime()) - reservedMs;
    return Math.max(shortestTryMs, Math.min(mostMs, leftMs));
  }

  function notStored(error: unknown): CallbackOutcome {
    metric('CallbackNotStored', 1, { Subscription: path });
    log.error('callback is lost: nothing stored it', errorFields(error));
    return { status: 503, result: 'not-stored' };
  }

  return { route, quarantine };
}

/** Where a spilled callback waits: the key begins with its arrival, so that a listing shows the oldest first. */
export const spillKey = (line: Pick<RawLine, 'subscription' | 'received_at' | 'body_sha256'>): string =>
  `spill/${line.subscription}/${line.received_at}-${line.body_sha256.slice(0, 16)}.json`;

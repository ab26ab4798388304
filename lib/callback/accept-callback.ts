import { errorFields, log } from '#lib/runtime/log.ts';
import { type Arrival, arrivalOf, type CallbackRequest, logFieldsOf, timeFor } from './arrival.ts';
import { type AuthKeyCache, authKeyId } from './auth-keys.ts';
import type { InboundAttributes } from './inbound-queues.ts';
import { createKeeping, type KeepingDeps, type Kept } from './keep-callback.ts';
import { fitsAttribute, fitsSqs } from './sqs-fitness.ts';
import { type SubscriptionEntry, subscriptionOfPath, subscriptionOfType } from './subscriptions.ts';
import { signingKey, type Verdict, verifySignature } from './verify-signature.ts';

/** What became of a callback, each with the one status it is answered with. */
export type CallbackOutcome =
  | { status: 200; result: 'queued' | 'probe' }
  | Kept
  | { status: 401; result: Exclude<Verdict, 'valid'> }
  | { status: 404; result: 'unknown-subscription' }
  | { status: 405; result: 'method-not-allowed' };

export type CallbackDeps = KeepingDeps & {
  authKeys: AuthKeyCache;
  /** Base of the URLs registered at IVM, without a trailing slash. */
  callbackBaseUrl: string;
  signatureWindowSeconds: number;
  /** Accept unsigned callbacks of a subscription that has no key. */
  allowUnsigned: boolean;
  /** Whether one more stale callback may be kept: a replayed signature must not fill the bucket. */
  mayKeepStale: () => boolean;
};

const queueTimeoutMs = 1_200;
/** What SQS must leave of the time for S3. */
const spillReserveMs = 600;

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
  const outcome = await storeAsJudged(deps, arrival, await judge(deps, arrival));
  log.debug('callback answered', { ...logFieldsOf(arrival), ...outcome });
  return outcome;
}

async function judge(deps: CallbackDeps, arrival: Arrival): Promise<Judgement> {
  const keysNow = () => deps.authKeys.keys(arrival.subscription.subscription);
  const judgement = judgeBy(await keysNow(), deps, arrival);
  // A key may have been added a moment ago: look once before refusing what may be authentic.
  if (judgement.verdict === 'mismatch' && (await deps.authKeys.refreshAfterMismatch())) {
    return judgeBy(await keysNow(), deps, arrival);
  }
  return judgement;
}

type Judgement = { verdict: Verdict | 'unverified'; key?: string | undefined };

function judgeBy(
  authKeys: readonly string[] | 'unreadable',
  { allowUnsigned, callbackBaseUrl, signatureWindowSeconds }: CallbackDeps,
  { request: { timestamp, signature }, subscription, receivedAt }: Arrival,
): Judgement {
  if (authKeys === 'unreadable') return { verdict: 'unverified' };
  if (authKeys.length === 0 && allowUnsigned) return { verdict: 'valid' };
  const signed = { registeredUrl: callbackUrl(callbackBaseUrl, subscription.path), authKeys, timestamp, signature };
  const verdict = verifySignature(signed, receivedAt, signatureWindowSeconds);
  if (verdict !== 'valid') return { verdict };
  // Outside of a rotation there is one key, and nothing to find out.
  return { verdict, key: authKeys.length === 1 ? authKeys[0] : signingKey(signed) };
}

async function storeAsJudged(
  deps: CallbackDeps,
  arrival: Arrival,
  { verdict, key }: Judgement,
): Promise<CallbackOutcome> {
  if (verdict === 'valid') return route(deps, arrival, key);
  if (verdict === 'unverified') return createKeeping(deps, arrival).quarantine('unverified');
  deps.metric('CallbackRefused', 1, { Verdict: verdict });
  if (verdict === 'stale' && deps.mayKeepStale()) await createKeeping(deps, arrival).quarantine('stale');
  return { status: 401, result: verdict };
}

function route(deps: CallbackDeps, arrival: Arrival, key: string | undefined): Promise<CallbackOutcome> {
  const { envelope, body, subscription, receivedAt } = arrival;
  if (envelope === undefined) {
    return createKeeping(deps, arrival).quarantine(body.legible === '' ? 'empty' : 'not-json');
  }
  const { messageId, messageType } = envelope;
  const owner = messageType === undefined ? undefined : subscriptionOfType(messageType);
  if (owner === undefined) return createKeeping(deps, arrival).quarantine('unknown-message-type');
  if (owner !== subscription) deps.metric('CallbackOnForeignPath', 1, { MessageType: owner.messageType });
  return enqueue(deps, arrival, owner, {
    message_type: owner.messageType,
    subscription: subscription.path,
    received_at: receivedAt.toISOString(),
    key_id: key === undefined ? undefined : authKeyId(key),
    message_id: messageId !== undefined && fitsAttribute(messageId) ? messageId : undefined,
  });
}

async function enqueue(
  deps: CallbackDeps,
  arrival: Arrival,
  owner: SubscriptionEntry,
  attributes: InboundAttributes,
): Promise<CallbackOutcome> {
  const { body, envelope } = arrival;
  const { queue } = owner;
  // A body whose id fits no attribute takes the way over S3, too.
  if (fitsSqs(body) && attributes.message_id === envelope?.messageId) {
    try {
      await deps.queues.send(
        queue,
        body.text,
        attributes,
        timeFor(arrival, deps.now(), queueTimeoutMs, spillReserveMs),
      );
      return { status: 200, result: 'queued' };
    } catch (error) {
      deps.metric('QueueRefused', 1, { Queue: queue });
      log.warn('queue did not take a callback', { ...logFieldsOf(arrival), queue, ...errorFields(error) });
    }
  }
  return createKeeping(deps, arrival).spill(owner, attributes);
}

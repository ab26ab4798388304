import type { LogFields } from '#lib/runtime/log.ts';
import { type CallbackBody, callbackBody } from './callback-body.ts';
import { type Envelope, readEnvelope } from './envelope.ts';
import type { SubscriptionEntry } from './subscriptions.ts';

export type CallbackRequest = {
  method: string;
  subscriptionPath: string;
  timestamp: string | undefined;
  signature: string | undefined;
  /** The text that the gateway gives, or the bytes of what it has encoded. */
  body: string | Buffer;
};

/** One callback on its way into a store. */
export type Arrival = {
  receivedAt: Date;
  request: CallbackRequest;
  /** Of the path that it came by. */
  subscription: SubscriptionEntry;
  envelope: Envelope | undefined;
  body: CallbackBody;
};

export function arrivalOf(request: CallbackRequest, subscription: SubscriptionEntry, receivedAt: Date): Arrival {
  const body = callbackBody(request.body);
  // Bytes that are no UTF-8 are still searched for an envelope (what is damaged is usually a name): such a body is
  // spilled byte-exact, not refused.
  return { receivedAt, request, subscription, envelope: readEnvelope(body.legible), body };
}

/** Senders choose their ids: those of IVM have 32 characters. */
const loggedIdLength = 128;

/** By which the lines of a message are found, from here to its pictures. */
export const logFieldsOf = ({ envelope, subscription }: Arrival): LogFields => ({
  message_id: envelope?.messageId?.slice(0, loggedIdLength),
  subscription: subscription.path,
});

/** IVM waits 5 s. What the keys have taken of this is taken from the waits for SQS and S3. */
const budgetMs = 3_000;
/** Less is not worth a try. */
export const shortestTryMs = 200;

/** How long a store may take: no longer than the budget allows, but long enough to be worth a try. */
export function timeFor(arrival: Arrival, now: Date, mostMs: number, reservedMs = 0): number {
  const leftMs = budgetMs - (now.getTime() - arrival.receivedAt.getTime()) - reservedMs;
  return Math.max(shortestTryMs, Math.min(mostMs, leftMs));
}

import { errorFields, type LogFields, log } from '#lib/runtime/log.ts';
import type { Metric } from '#lib/runtime/metrics.ts';
import { type Arrival, logFieldsOf, shortestTryMs, timeFor } from './arrival.ts';
import type { InboundAttributes, InboundQueues } from './inbound-queues.ts';
import { quarantineObjects } from './quarantine.ts';
import type { QuarantineReason } from './quarantine-note.ts';
import { rawBody, sha256Hex } from './raw-body.ts';
import type { RawLine } from './raw-line.ts';
import type { SubscriptionEntry } from './subscriptions.ts';

/** Stores an object; rejects when S3 has not confirmed it within `timeoutMs`. */
export type KeepObject = (key: string, content: Buffer, contentType: string, timeoutMs: number) => Promise<void>;

export type KeepingDeps = {
  queues: InboundQueues;
  keep: KeepObject;
  timeZone: string;
  metric: Metric;
  now: () => Date;
};

export type Kept = { status: 200; result: 'spilled' | 'quarantined' } | { status: 503; result: 'not-stored' };

const spillTimeoutMs = 1_400;
const pointerTimeoutMs = 400;
/** What stores objects tries again by itself, but not for as long as there is time. */
const mostTries = 4;

/** The ways of a callback into S3, each of which ends with what it is answered. */
export function createKeeping({ queues, keep, metric, timeZone, now }: KeepingDeps, arrival: Arrival) {
  const { receivedAt, request, subscription, envelope } = arrival;
  const body = arrival.body.bytes();

  /** For who looks after the tenant: its bytes as they came, and beside them the reason. */
  async function quarantine(reason: QuarantineReason): Promise<Kept> {
    const { timestamp, signature } = request;
    const callback = { reason, body, receivedAt, subscription: subscription.path, timeZone, timestamp, signature };
    metric('CallbackQuarantined', 1, { Reason: reason });
    try {
      await Promise.all(quarantineObjects(callback).map((one) => keepObject(one.key, one.content, one.contentType)));
      return { status: 200, result: 'quarantined' };
    } catch (error) {
      return notStored(error);
    }
  }

  /** For the queue, which gets a pointer to it. */
  async function spill(owner: SubscriptionEntry, attributes: InboundAttributes): Promise<Kept> {
    const { queue, messageType } = owner;
    const line: RawLine = {
      received_at: attributes.received_at,
      subscription: subscription.path,
      message_id: envelope?.messageId ?? null,
      message_type: messageType,
      body_sha256: sha256Hex(body),
      camera: null,
      sk: null,
      ...rawBody(body),
    };
    const key = spillKey(line);
    try {
      await keepObject(key, Buffer.from(JSON.stringify(line)), 'application/json');
    } catch (error) {
      return notStored(error);
    }
    metric('CallbackSpilled', 1, { Queue: queue });
    // The object is what counts: should the pointer be lost, recover-spill sends another.
    await queues
      .send(queue, '{}', { ...attributes, spill: key }, timeFor(arrival, now(), pointerTimeoutMs))
      .catch(() => metric('SpillPointerDelayed', 1, { Queue: queue }));
    return { status: 200, result: 'spilled' };
  }

  /** Tries more than once while there is time: after S3 comes nothing, and IVM does not send again. */
  async function keepObject(key: string, content: Buffer, contentType: string): Promise<void> {
    const untilMs = now().getTime() + timeFor(arrival, now(), spillTimeoutMs);
    for (let tries = 1; ; tries += 1) {
      try {
        return await keep(key, content, contentType, untilMs - now().getTime());
      } catch (error) {
        if (tries === mostTries || untilMs - now().getTime() < shortestTryMs) throw error;
        log.warn('S3 did not take a callback and is asked again', failureFields(error));
      }
    }
  }

  function notStored(error: unknown): Kept {
    metric('CallbackNotStored', 1, { Subscription: subscription.path });
    log.error('callback is lost: nothing stored it', failureFields(error));
    return { status: 503, result: 'not-stored' };
  }

  const failureFields = (error: unknown): LogFields => ({ ...logFieldsOf(arrival), ...errorFields(error) });

  return { quarantine, spill };
}

/** Where a spilled callback waits: the key begins with its arrival, so that a listing shows the oldest first. */
export const spillKey = (line: Pick<RawLine, 'subscription' | 'received_at' | 'body_sha256'>): string =>
  `spill/${line.subscription}/${line.received_at}-${line.body_sha256.slice(0, 16)}.json`;

import { PermanentError } from '#lib/errors.ts';
import { jsonOrUndefined } from '#lib/json/json-or-undefined.ts';
import { type Envelope, readEnvelope } from './envelope.ts';
import type { InboundAttributes } from './inbound-queues.ts';
import { spillKey } from './keep-callback.ts';
import { QuarantineNote } from './quarantine-note.ts';
import { rawBody } from './raw-body.ts';
import type { RawLine } from './raw-line.ts';
import { spillPointer } from './recover-spill.ts';
import { type InboundQueue, type SubscriptionEntry, subscriptionOfPath, subscriptionOfType } from './subscriptions.ts';

export type QuarantineStore = {
  read(key: string): Promise<Buffer | undefined>;
  put(key: string, content: Buffer, contentType: string): Promise<void>;
  delete(key: string): Promise<void>;
};

/** The two objects of a quarantined callback. */
export type QuarantinePair = { noteKey: string; bodyKey: string };

export type QuarantinedCallbackFound = { note: QuarantineNote; body: Buffer; subscription: SubscriptionEntry };

/** Far longer than a callback may take to be stored. */
const arrivingMs = 60_000;

/**
 * Reads a quarantined callback. `waiting` is one of which only the note is there yet; `finished` is what a run has left
 * behind that was stopped between its two last steps.
 *
 * @throws PermanentError `bad-quarantine`
 */
export async function readQuarantined(
  objects: Pick<QuarantineStore, 'read'>,
  { noteKey, bodyKey }: QuarantinePair,
  now: Date,
): Promise<QuarantinedCallbackFound | 'waiting' | 'finished'> {
  const [noteBytes, body] = await Promise.all([objects.read(noteKey), objects.read(bodyKey)]);
  const { data: note } = QuarantineNote.safeParse(jsonOrUndefined(noteBytes?.toString('utf8') ?? ''));
  if (body === undefined) {
    // The two are stored side by side: without its note, a body that is still on its way would never be found.
    const ageMs = note === undefined ? Infinity : now.getTime() - new Date(note.received_at).getTime();
    return ageMs < arrivingMs ? 'waiting' : 'finished';
  }
  const subscription = note === undefined ? undefined : subscriptionOfPath(note.subscription);
  if (note === undefined || subscription === undefined) {
    throw new PermanentError('bad-quarantine', 'the note of a quarantined callback is damaged: judge its body by hand');
  }
  return { note, body, subscription };
}

/** What a body says of itself, and whose it is: without an owner no queue takes it. */
export function routeOf(body: Buffer): { envelope: Envelope | undefined; owner: SubscriptionEntry | undefined } {
  const envelope = readEnvelope(body.toString('utf8'));
  return {
    envelope,
    owner: envelope?.messageType === undefined ? undefined : subscriptionOfType(envelope.messageType),
  };
}

/** Sends a quarantined callback on the way of a spilled one, with its own arrival time. */
export async function admitQuarantined(
  {
    objects,
    send,
  }: {
    objects: Pick<QuarantineStore, 'put'>;
    send: (queue: InboundQueue, body: string, attributes: InboundAttributes) => Promise<void>;
  },
  { note, body, subscription }: QuarantinedCallbackFound,
  { messageId, messageType }: { messageId: string | undefined; messageType: string },
): Promise<void> {
  const line: RawLine = {
    received_at: note.received_at,
    subscription: subscription.path,
    message_id: messageId ?? null,
    message_type: messageType,
    body_sha256: note.body_sha256,
    camera: null,
    sk: null,
    ...rawBody(body),
  };
  const key = spillKey(line);
  await objects.put(key, Buffer.from(JSON.stringify(line)), 'application/json');
  const { queue, attributes } = spillPointer(key, line);
  await send(queue, '{}', attributes);
}

/** Only when the callback is durable elsewhere; the note last, because it is what makes a pair be found. */
export async function removeQuarantined(
  objects: Pick<QuarantineStore, 'delete'>,
  { noteKey, bodyKey }: QuarantinePair,
): Promise<void> {
  await objects.delete(bodyKey);
  await objects.delete(noteKey);
}

import { PermanentError } from '#lib/errors.ts';
import { errorFields, log } from '#lib/runtime/log.ts';
import { callbackUrl, type InboundAttributes, spillKey } from './accept-callback.ts';
import type { AuthKeys } from './auth-keys.ts';
import { readEnvelope } from './envelope.ts';
import { bodyKeyOfNote, QuarantineNote, type QuarantineReason, quarantineObjects } from './quarantine.ts';
import { jsonOrUndefined, type RawLine, rawBody } from './raw-line.ts';
import { spillPointer } from './recover-spill.ts';
import { type InboundQueue, subscriptionOfPath, subscriptionOfType } from './subscriptions.ts';
import { verifySignature } from './verify-signature.ts';

export type VerifyQuarantinedDeps = {
  quarantine: {
    /** Keys under `quarantine/unverified/`, page by page. */
    keys(): AsyncIterable<string>;
    read(key: string): Promise<Buffer | undefined>;
    put(key: string, content: Buffer, contentType: string): Promise<void>;
    delete(key: string): Promise<void>;
  };
  /** Rejects while the keys still can't be read; everything then waits for the next run. */
  readKeys: () => Promise<AuthKeys>;
  send: (queue: InboundQueue, body: string, attributes: InboundAttributes) => Promise<void>;
  callbackBaseUrl: string;
  signatureWindowSeconds: number;
  timeZone: string;
  now: () => Date;
};

/** `waiting` are those of which only the note is there yet. */
export type VerifyQuarantinedResult = {
  admitted: number;
  refused: number;
  finished: number;
  waiting: number;
  failed: number;
};

/** Far longer than a callback may take to be stored. */
const arrivingMs = 60_000;

/**
 * Judges the callbacks that arrived while the keys were unreadable, each by its own arrival time. What proves authentic
 * takes the way of a spilled callback, what does not stays in quarantine under its date.
 */
export async function verifyQuarantined(deps: VerifyQuarantinedDeps): Promise<VerifyQuarantinedResult> {
  const result: VerifyQuarantinedResult = { admitted: 0, refused: 0, finished: 0, waiting: 0, failed: 0 };
  let authKeys: AuthKeys | undefined;
  for await (const noteKey of deps.quarantine.keys()) {
    const bodyKey = bodyKeyOfNote(noteKey);
    if (bodyKey === undefined) continue;
    try {
      authKeys ??= await deps.readKeys();
      result[await verifyOne(deps, authKeys, noteKey, bodyKey)] += 1;
    } catch (error) {
      result.failed += 1;
      log.error('quarantined callback could not be verified', { quarantine: bodyKey, ...errorFields(error) });
    }
  }
  return result;
}

async function verifyOne(
  deps: VerifyQuarantinedDeps,
  authKeys: AuthKeys,
  noteKey: string,
  bodyKey: string,
): Promise<Exclude<keyof VerifyQuarantinedResult, 'failed'>> {
  const { quarantine } = deps;
  const [noteBytes, body] = await Promise.all([quarantine.read(noteKey), quarantine.read(bodyKey)]);
  const note = QuarantineNote.safeParse(jsonOrUndefined(noteBytes?.toString('utf8') ?? ''));
  const subscription = note.success ? subscriptionOfPath(note.data.subscription) : undefined;
  if (body === undefined) {
    // The two are stored side by side: without its note, a body that is still on its way would never be found.
    const ageMs = note.success ? deps.now().getTime() - new Date(note.data.received_at).getTime() : Infinity;
    if (ageMs < arrivingMs) return 'waiting';
    // An earlier run was stopped between its two last steps.
    await quarantine.delete(noteKey);
    return 'finished';
  }
  if (!note.success || subscription === undefined) {
    throw new PermanentError('bad-quarantine', 'the note of a quarantined callback is damaged: judge its body by hand');
  }
  const receivedAt = new Date(note.data.received_at);
  const verdict = verifySignature(
    {
      registeredUrl: callbackUrl(deps.callbackBaseUrl, subscription.path),
      authKeys: authKeys[subscription.subscription] ?? [],
      timestamp: note.data.timestamp,
      signature: note.data.signature,
    },
    receivedAt,
    deps.signatureWindowSeconds,
  );
  const envelope = readEnvelope(body.toString('utf8'));
  const owner = envelope?.messageType === undefined ? undefined : subscriptionOfType(envelope.messageType);
  if (verdict === 'valid' && owner !== undefined) {
    const line: RawLine = {
      received_at: note.data.received_at,
      subscription: subscription.path,
      message_id: envelope?.messageId ?? null,
      message_type: owner.messageType,
      body_sha256: note.data.body_sha256,
      camera: null,
      sk: null,
      ...rawBody(body),
    };
    const key = spillKey(line);
    await quarantine.put(key, Buffer.from(JSON.stringify(line)), 'application/json');
    const { queue, attributes } = spillPointer(key, line);
    await deps.send(queue, '{}', attributes);
  } else {
    const reason: QuarantineReason =
      verdict !== 'valid' ? 'refused' : envelope === undefined ? 'not-json' : 'unknown-message-type';
    const objects = quarantineObjects({
      reason,
      body,
      receivedAt,
      subscription: subscription.path,
      timeZone: deps.timeZone,
    });
    await Promise.all(objects.map(({ key, content, contentType }) => quarantine.put(key, content, contentType)));
  }
  // Only now, with the callback durable elsewhere; the note last, because it is what makes a pair be found.
  await quarantine.delete(bodyKey);
  await quarantine.delete(noteKey);
  return verdict === 'valid' && owner !== undefined ? 'admitted' : 'refused';
}

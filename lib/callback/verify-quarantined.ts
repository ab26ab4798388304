import { errorFields, log } from '#lib/runtime/log.ts';
import { callbackUrl } from './accept-callback.ts';
import type { AuthKeys } from './auth-keys.ts';
import type { Envelope } from './envelope.ts';
import type { InboundAttributes } from './inbound-queues.ts';
import { bodyKeyOfNote, quarantineObjects } from './quarantine.ts';
import type { QuarantineReason } from './quarantine-note.ts';
import {
  admitQuarantined,
  type QuarantinePair,
  type QuarantineStore,
  readQuarantined,
  removeQuarantined,
  routeOf,
} from './quarantined-callback.ts';
import type { InboundQueue } from './subscriptions.ts';
import { type Verdict, verifySignature } from './verify-signature.ts';

export type VerifyQuarantinedDeps = {
  quarantine: QuarantineStore & {
    /** Keys under `quarantine/unverified/`, page by page. */
    keys(): AsyncIterable<string>;
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
      result[await verifyOne(deps, authKeys, { noteKey, bodyKey })] += 1;
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
  pair: QuarantinePair,
): Promise<Exclude<keyof VerifyQuarantinedResult, 'failed'>> {
  const { quarantine, send } = deps;
  const found = await readQuarantined(quarantine, pair, deps.now());
  if (found === 'waiting') return found;
  if (found === 'finished') {
    await quarantine.delete(pair.noteKey);
    return found;
  }
  const { note, body, subscription } = found;
  const receivedAt = new Date(note.received_at);
  const verdict = verifySignature(
    {
      registeredUrl: callbackUrl(deps.callbackBaseUrl, subscription.path),
      authKeys: authKeys[subscription.subscription] ?? [],
      timestamp: note.timestamp,
      signature: note.signature,
    },
    receivedAt,
    deps.signatureWindowSeconds,
  );
  const { envelope, owner } = routeOf(body);
  if (verdict === 'valid' && owner !== undefined) {
    const { messageType } = owner;
    await admitQuarantined({ objects: quarantine, send }, found, { messageId: envelope?.messageId, messageType });
  } else {
    const { timestamp, signature } = note;
    const objects = quarantineObjects({
      reason: reasonOf(verdict, envelope),
      body,
      receivedAt,
      subscription: subscription.path,
      timeZone: deps.timeZone,
      ...(timestamp === undefined ? {} : { timestamp }),
      ...(signature === undefined ? {} : { signature }),
    });
    await Promise.all(objects.map(({ key, content, contentType }) => quarantine.put(key, content, contentType)));
  }
  await removeQuarantined(quarantine, pair);
  return verdict === 'valid' && owner !== undefined ? 'admitted' : 'refused';
}

/** The same that it would have been given at its arrival, had the keys been known; only what was answered 200 is kept. */
function reasonOf(verdict: Verdict, envelope: Envelope | undefined): QuarantineReason {
  if (verdict === 'stale') return 'stale';
  if (verdict !== 'valid') return 'refused';
  return envelope === undefined ? 'not-json' : 'unknown-message-type';
}

import { hash, timingSafeEqual } from 'node:crypto';

/**
 * `stale` says that the digest is right and only the clock is off: such a sender knows the key.
 * `malformed` is a signature or timestamp that has not even the right form.
 */
export type Verdict = 'valid' | 'unsigned' | 'malformed' | 'mismatch' | 'stale';

export type SignedRequest = {
  /** The URL exactly as it was registered at IVM, not as seen behind the gateway. */
  registeredUrl: string;
  /** The current key first, then the one being retired. */
  authKeys: readonly string[];
  timestamp: string | undefined;
  signature: string | undefined;
};

/**
 * Judges a request by the signature that IVM sends: `hex(sha256(callback_url|timestamp|auth_key))` (reference 10.1.4.1).
 *
 * The body is not covered: `valid` names the sender, not the content. Freshness is judged against the arrival, on both
 * sides, so that a message is never judged again by the clock of a later step.
 */
export function verifySignature(request: SignedRequest, receivedAt: Date, windowSeconds: number): Verdict {
  const { timestamp, signature } = request;
  if (timestamp === undefined || signature === undefined) return 'unsigned';
  if (!/^\d{10}$/.test(timestamp) || !/^[\da-fA-F]{64}$/.test(signature)) return 'malformed';
  if (signingKey(request) === undefined) return 'mismatch';
  const ageSeconds = receivedAt.getTime() / 1000 - Number(timestamp);
  return Math.abs(ageSeconds) <= windowSeconds ? 'valid' : 'stale';
}

/** Digests in hexadecimal, to be compared in a time that says nothing of them; kept, since each callback compares two. */
const [given, expected] = [Buffer.alloc(64), Buffer.alloc(64)];

/** The key that a request is signed with, of those in force. */
export function signingKey({ registeredUrl, authKeys, timestamp, signature }: SignedRequest): string | undefined {
  if (signature?.length !== given.length) return undefined;
  given.write(signature.toLowerCase(), 'latin1');
  return authKeys.find((key) => {
    expected.write(hash('sha256', `${registeredUrl}|${timestamp}|${key}`), 'latin1');
    return timingSafeEqual(given, expected);
  });
}

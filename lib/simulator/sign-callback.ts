import { createHash } from 'node:crypto';

/**
 * The value of `X-Ivm-Signature` (reference 10.1.4.1): lower-case hex of the SHA-256 of address, time and key, joined by
 * vertical bars. Written apart from the product's verifier on purpose, so that the two can contradict each other.
 *
 * @param url the callback URL exactly as it was registered
 * @param timestampSeconds Unix time in whole seconds, as sent in `X-Ivm-Timestamp`
 */
export const signCallback = (url: string, timestampSeconds: number, authKey: string): string =>
  createHash('sha256')
    .update([url, String(timestampSeconds), authKey].join('|'))
    .digest('hex');

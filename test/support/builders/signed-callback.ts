import { createHash } from 'node:crypto';

/** A signer of its own, so that the product's verifier is not judged by itself. */
export function signCallback(options: { url: string; key: string; at: Date }): {
  timestamp: string;
  signature: string;
} {
  const timestamp = String(Math.floor(options.at.getTime() / 1000));
  const signature = createHash('sha256').update([options.url, timestamp, options.key].join('|')).digest('hex');
  return { timestamp, signature };
}

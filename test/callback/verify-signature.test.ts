import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SignedRequest, signingKey, verifySignature } from '#lib/callback/verify-signature.ts';
import { signCallback } from '../support/builders/signed-callback.ts';

const now = new Date('2026-01-01T00:00:00Z');
const url = 'https://bridge.example/callbacks/device-alarm';
const secondsFromNow = (seconds: number) => new Date(now.getTime() + seconds * 1000);

function request(options: { at?: Date; key?: string; over?: string } & Partial<SignedRequest> = {}): SignedRequest {
  const { at = now, key = 'current-key', over = url, ...rest } = options;
  return { registeredUrl: url, authKeys: ['current-key', 'old-key'], ...signCallback({ url: over, key, at }), ...rest };
}

describe('verifySignature', () => {
  it.each([
    ['accepts the current key', request(), 'valid'],
    ['accepts the key being retired', request({ key: 'old-key' }), 'valid'],
    [
      'accepts hex in capitals',
      request({ signature: signCallback({ url, key: 'current-key', at: now }).signature.toUpperCase() }),
      'valid',
    ],
    ['accepts exactly five minutes of age', request({ at: secondsFromNow(-300) }), 'valid'],
    ['refuses one second more', request({ at: secondsFromNow(-301) }), 'stale'],
    ['refuses the future as well', request({ at: secondsFromNow(301) }), 'stale'],
    [
      'calls a wrong digest wrong before it calls it stale',
      request({ at: secondsFromNow(-301), key: 'other' }),
      'mismatch',
    ],
    ['refuses another key', request({ key: 'other' }), 'mismatch'],
    ['refuses another URL', request({ over: `${url}/` }), 'mismatch'],
    ['refuses everything without keys', request({ authKeys: [] }), 'mismatch'],
    ['refuses a missing signature', request({ signature: undefined }), 'unsigned'],
    ['refuses a missing timestamp', request({ timestamp: undefined }), 'unsigned'],
    ['refuses a cut-off digest', request({ signature: 'abc' }), 'malformed'],
    ['refuses a digest with one digit too many', request({ signature: 'a'.repeat(65) }), 'malformed'],
    ['refuses a timestamp in milliseconds', request({ timestamp: String(now.getTime()) }), 'malformed'],
    [
      'refuses two signatures joined by a proxy',
      request({ signature: `${'a'.repeat(64)}, ${'b'.repeat(64)}` }),
      'malformed',
    ],
  ])('%s', (_title, signed, verdict) => {
    expect(verifySignature(signed, now, 300)).toBe(verdict);
  });

  it('agrees with a digest computed elsewhere', () => {
    // printf 'https://example.com/cb|1767225600|secret' | sha256sum
    const signed = {
      registeredUrl: 'https://example.com/cb',
      authKeys: ['secret'],
      timestamp: '1767225600',
      signature: '1a2d9bfc7621cd189da2fae82b857fca705c856fac36eeb2196acb424feba105',
    };
    expect(verifySignature(signed, now, 300)).toBe('valid');
  });

  it('accepts what the sender signs with any key and refuses it when a single digit differs', () => {
    const digit = fc.constantFrom(...'0123456789abcdef');
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.webUrl(), fc.nat(63), digit, (key, registeredUrl, place, other) => {
        const { timestamp, signature } = signCallback({ url: registeredUrl, key, at: now });
        const judge = (given: string) =>
          verifySignature({ registeredUrl, authKeys: ['first', key], timestamp, signature: given }, now, 300);
        expect(judge(signature)).toBe('valid');
        const changed = signature.slice(0, place) + other + signature.slice(place + 1);
        expect(judge(changed)).toBe(changed === signature ? 'valid' : 'mismatch');
      }),
    );
  });

  it('never throws, whatever the headers hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (timestamp, signature) => {
        expect(verifySignature(request({ timestamp, signature }), now, 300)).not.toBe('valid');
      }),
    );
  });
});

describe('signingKey', () => {
  it('names the key that signed, also where that is the one being retired', () => {
    expect(signingKey(request())).toBe('current-key');
    expect(signingKey(request({ key: 'old-key' }))).toBe('old-key');
  });

  it.each([
    ['without signature', undefined],
    ['with an empty signature', ''],
    ['with a cut-off signature', 'abc'],
    ['with a signature that is too long', 'a'.repeat(65)],
  ])('names none for a request %s, which nobody has judged yet', (_title, signature) => {
    expect(signingKey(request({ signature }))).toBeUndefined();
  });
});

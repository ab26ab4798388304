import { createHash } from 'node:crypto';
import { IvmRefusal } from './ivm-refusal.ts';

const daySeconds = 86_400;
const lifetimeSeconds = 7 * daySeconds;
/** `force_update` is heeded at this remaining validity and below. */
const renewableSeconds = 2 * daySeconds;

export type IssuedToken = { accessToken: string; remainingSeconds: number };
export type TokenLedger = {
  issue(forceUpdate: boolean): IssuedToken;
  /** @throws IvmRefusal (401) for a missing, unknown or expired token */
  check(accessToken: string | undefined): void;
  /** Ends all tokens before their time, as a change of the account does. */
  revokeAll(): void;
};

/**
 * The access tokens of one AK/SK (reference 4.1): seven days each, two alive at most. Asked again, IVM gives the newest one
 * that is still alive; a second one comes only from `force_update` while a single token with two days or less is held, and
 * `force_update` in any other situation is ignored.
 *
 * @param secret goes into the tokens, so that those of one run mean nothing to the next
 */
export function createTokenLedger(secret: string, now: () => Date): TokenLedger {
  const tokens = new Map<string, { expiresAtMs: number }>();
  const remaining = (expiresAtMs: number): number => Math.floor((expiresAtMs - now().getTime()) / 1000);

  function create(): IssuedToken {
    const issuedAtMs = now().getTime();
    const accessToken = createHash('sha256').update(`${secret}|${issuedAtMs}|${tokens.size}`).digest('hex');
    tokens.set(accessToken, { expiresAtMs: issuedAtMs + lifetimeSeconds * 1000 });
    return { accessToken, remainingSeconds: lifetimeSeconds };
  }

  return {
    issue(forceUpdate) {
      const alive = [...tokens]
        .map(([accessToken, { expiresAtMs }]) => ({ accessToken, remainingSeconds: remaining(expiresAtMs) }))
        .filter(({ remainingSeconds }) => remainingSeconds > 0);
      const newest = alive.at(-1);
      if (newest === undefined) return create();
      return forceUpdate && alive.length === 1 && newest.remainingSeconds <= renewableSeconds ? create() : newest;
    },
    check(accessToken) {
      if (accessToken === undefined || accessToken === '') throw new IvmRefusal('IVM.10000004');
      const token = tokens.get(accessToken);
      if (token === undefined) throw new IvmRefusal('IVM.10000005');
      if (remaining(token.expiresAtMs) <= 0) throw new IvmRefusal('IVM.10000002');
    },
    revokeAll: () => tokens.clear(),
  };
}

import { TransientError } from '#lib/errors.ts';
import type { IssuedToken } from '#lib/ivm/client.ts';
import type { Metric } from '#lib/runtime/metrics.ts';
import type { StoredToken, TokenStore } from './token-source.ts';

export type RotateTokenDeps = {
  tokens: {
    store: TokenStore;
    issue(forceUpdate: boolean): Promise<IssuedToken>;
    isAccepted(token: string): Promise<boolean>;
    holder: string;
  };
  metric: Metric;
  now: () => Date;
};

export type TokenRotation = {
  /**
   * `kept`: the stored token lives at least as long as any that IVM gives; `replaced`: another one is stored now; `busy`:
   * somebody else is asking IVM at this moment.
   */
  outcome: 'kept' | 'replaced' | 'busy';
  secondsLeft: number;
  /** What an operator should know. */
  notes: string[];
};

/** `force_update` is heeded from this remaining validity on (reference 4.1). */
const renewableSeconds = 2 * 86_400;
/** Five calls to IVM at most, each with its own time-out. */
const leaseMs = 60_000;

/**
 * Keeps a usable access token stored. One AK/SK holds two live tokens at most, and asked again IVM gives one of them, so
 * the answer's own remaining time is believed, and a token is replaced only by one that lives longer and that IVM takes.
 * From two days before the end a new one is asked for with `force_update`; the old one stays valid until its own end.
 *
 * Safe to run twice at once and at any time: a new token whose answer was lost is given by the next call without
 * `force_update`.
 *
 * @throws TransientError `no-usable-token` where neither the stored token nor what IVM gives works
 */
export async function rotateToken({ tokens, metric, now }: RotateTokenDeps): Promise<TokenRotation> {
  const { store, holder } = tokens;
  const isLeased = await store.lease(holder, new Date(now().getTime() + leaseMs));
  if (!isLeased) {
    const secondsLeft = secondsOf(await store.read(), now());
    metric('TokenSecondsLeft', secondsLeft);
    return { outcome: 'busy', secondsLeft, notes: ['another function is asking IVM for a token at this moment'] };
  }
  try {
    const rotation = await rotate(tokens, now);
    metric('TokenSecondsLeft', rotation.secondsLeft);
    return rotation;
  } finally {
    await store.release(holder);
  }
}

async function rotate(tokens: RotateTokenDeps['tokens'], now: () => Date): Promise<TokenRotation> {
  const ask = async (forceUpdate: boolean): Promise<StoredToken> => {
    const { token, remainingSeconds } = await tokens.issue(forceUpdate);
    return { token, expiresAt: new Date(now().getTime() + remainingSeconds * 1000), askedAt: now() };
  };
  const stored = await tokens.store.read();
  const offered = await ask(false);
  const forced = secondsOf(offered, now()) <= renewableSeconds ? await ask(true) : undefined;
  // What IVM has just said of a token counts more than what was stored when it was new.
  const byToken = new Map([stored, offered, forced].flatMap((one) => (one === undefined ? [] : [[one.token, one]])));
  const longestFirst = [...byToken.values()]
    .filter((one) => secondsOf(one, now()) > 0)
    .toSorted((one, other) => other.expiresAt.getTime() - one.expiresAt.getTime());

  const notes: string[] = [];
  for (const candidate of longestFirst) {
    if (!(await tokens.isAccepted(candidate.token))) {
      notes.push('IVM refuses a token that should be alive: it was not taken');
      continue;
    }
    const secondsLeft = secondsOf(candidate, now());
    if (candidate.token === stored?.token && candidate.token !== offered.token) {
      notes.push('IVM gives a token that ends before the stored one: the stored one was kept');
    }
    if (forced !== undefined && secondsLeft <= renewableSeconds) {
      notes.push(
        'force_update was not heeded: this AK/SK holds a second token, issued elsewhere; a new one comes when the first of them ends',
      );
    }
    await tokens.store.write({ ...candidate, askedAt: now() });
    return { outcome: candidate.token === stored?.token ? 'kept' : 'replaced', secondsLeft, notes };
  }
  throw new TransientError('no-usable-token', 'IVM gives no token that it takes itself: check the AK/SK and the user');
}

const secondsOf = (token: StoredToken | undefined, now: Date): number =>
  token === undefined ? 0 : Math.max(0, Math.floor((token.expiresAt.getTime() - now.getTime()) / 1000));

import { errorMessage, TransientError } from '#lib/errors.ts';
import type { IssuedToken, Tokens } from '#lib/ivm/client.ts';
import { log } from '#lib/runtime/log.ts';
import type { Metric } from '#lib/runtime/metrics.ts';

export type StoredToken = {
  token: string;
  expiresAt: Date;
  /** When IVM was last asked. */
  askedAt: Date;
};

/** The one place of the access token, shared by every function that calls IVM. */
export type TokenStore = {
  read(): Promise<StoredToken | undefined>;
  write(token: StoredToken): Promise<void>;
  /** Takes the lease that allows to ask IVM; `false` while somebody else holds it. */
  lease(holder: string, until: Date): Promise<boolean>;
  release(holder: string): Promise<void>;
};

export type TokenSourceDeps = {
  store: TokenStore;
  /** Asks IVM. */
  issue: () => Promise<IssuedToken>;
  /** Names this environment in the lease. */
  holder: string;
  metric: Metric;
  now: () => Date;
  random: () => number;
  sleep: (ms: number) => Promise<unknown>;
};

/** A token renewed elsewhere is seen after this long without a refusal. */
const cachedForMs = 60_000;
/** A token about to end is not begun with. */
const marginMs = 30_000;
const askedAtMostEveryMs = 300_000;
const leaseMs = 15_000;
const waits = 6;
const firstWaitMs = 150;

/**
 * Gives the access token that all functions share. IVM is asked only where the stored token is missing, over or refused,
 * under a lease and at most once in five minutes: a burst of refusals costs one call (reference 4.1: two tokens are all
 * that a pair of keys ever gets).
 *
 * @throws TransientError `token-rejected` where IVM was asked less than five minutes ago, or gives the refused token
 * again; `token-busy` where whoever holds the lease needs too long
 */
export function createTokenSource({ store, issue, holder, metric, now, random, sleep }: TokenSourceDeps): Tokens {
  let cached: { stored: StoredToken; readAtMs: number } | undefined;
  let renewing: Promise<string> | undefined;

  const isLive = ({ expiresAt }: StoredToken) => expiresAt.getTime() - now().getTime() > marginMs;
  const keep = (stored: StoredToken): string => {
    cached = { stored, readAtMs: now().getTime() };
    return stored.token;
  };
  const rejected = () => metric('TokenRejected');
  /** The stored token, unless it is the refused one or over. */
  const usable = async (refused: string | undefined): Promise<string | undefined> => {
    const stored = await store.read();
    return stored !== undefined && stored.token !== refused && isLive(stored) ? keep(stored) : undefined;
  };

  const ask = async (refused: string | undefined): Promise<string> => {
    const stored = await store.read();
    if (stored !== undefined && stored.token !== refused && isLive(stored)) return keep(stored);
    if (stored !== undefined && now().getTime() - stored.askedAt.getTime() < askedAtMostEveryMs) {
      rejected();
      throw new TransientError('token-rejected', 'IVM refuses a token that is less than five minutes old');
    }
    const { token, remainingSeconds } = await issue();
    const askedAt = now();
    const fresh = { token, expiresAt: new Date(askedAt.getTime() + remainingSeconds * 1000), askedAt };
    await store.write(fresh);
    if (token === refused) {
      rejected();
      throw new TransientError('token-rejected', 'IVM gives the same token again that it has refused: check the AK/SK');
    }
    return keep(fresh);
  };

  const renew = async (refused: string | undefined): Promise<string> => {
    for (let wait = 0; wait < waits; wait += 1) {
      const found = await usable(refused);
      if (found !== undefined) return found;
      if (await store.lease(holder, new Date(now().getTime() + leaseMs))) {
        try {
          return await ask(refused);
        } finally {
          await store.release(holder).catch((error: unknown) => {
            // It ends by itself.
            log.warn('token lease could not be released', { error_message: errorMessage(error) });
          });
        }
      }
      await sleep(firstWaitMs * 2 ** wait * (0.5 + random() / 2));
    }
    throw new TransientError('token-busy', 'Another function is asking IVM for a token and has not got one yet');
  };
  const renewOnce = (refused: string | undefined): Promise<string> => {
    renewing ??= renew(refused).finally(() => {
      renewing = undefined;
    });
    return renewing;
  };

  return {
    current: async () => {
      if (cached !== undefined && now().getTime() - cached.readAtMs < cachedForMs && isLive(cached.stored)) {
        return cached.stored.token;
      }
      return renewOnce(undefined);
    },
    renew: async (refused) => {
      if (cached?.stored.token === refused) cached = undefined;
      const token = await renewOnce(refused);
      // A renewal under way may have begun for the sake of a missing token, before this one was refused.
      return token === refused ? renewOnce(refused) : token;
    },
    rejected,
  };
}

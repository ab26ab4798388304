import { hash } from 'node:crypto';
import { errorFields, log } from '#lib/runtime/log.ts';
import { type Subscription, subscriptions } from './subscriptions.ts';

/** The keys in force per subscription, the current one first, then the one being retired. */
export type AuthKeys = { readonly [subscription in Subscription]?: readonly string[] | undefined };

const subscriptionNames: ReadonlySet<string> = new Set(subscriptions.map(({ subscription }) => subscription));

/** The content of the secret, judged as its schema (`AuthKeySecret`) does; `undefined` where it is something else. */
export function authKeysIn(content: unknown): AuthKeys | undefined {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return undefined;
  const entries = Object.entries(content).filter(([name]) => name !== '__proto__');
  const isExpected = entries.every(([name, keys]) => subscriptionNames.has(name) && isListOfKeys(keys));
  return isExpected ? Object.fromEntries(entries) : undefined;
}

const isListOfKeys = (value: unknown): boolean =>
  Array.isArray(value) && value.every((key) => typeof key === 'string' && key !== '');

/** Each callback names its key, and there are but a few of them. */
const knownIds = new Map<string, string>();

/** Names a key where the key itself must not stand: one of 2^32, which tells two keys apart and gives neither away. */
export function authKeyId(key: string): string {
  const id = knownIds.get(key) ?? hash('sha256', `callback key ${key}`).slice(0, 8);
  knownIds.set(key, id);
  return id;
}

export type AuthKeyCache = {
  /** Reads the keys before the first of them is asked for. */
  warm(): Promise<void>;
  /** The keys of a subscription; `unreadable` where they were never read and can't be now. */
  keys(subscription: Subscription): Promise<readonly string[] | 'unreadable'>;
  /** Reads again because a signature did not match, at most every ten seconds; `false` where nothing was read. */
  refreshAfterMismatch(): Promise<boolean>;
};

const freshForMs = 60_000;
const mismatchPauseMs = 10_000;
/** While keys can't be read, callbacks that follow at once don't wait for another try each. */
const failurePauseMs = 2_000;

/**
 * Keeps the keys for a minute and reads them again beside the requests, so that a rotation costs no callback its answer.
 * Keys once read stay in force while the store can't be reached.
 */
export function createAuthKeyCache(read: () => Promise<AuthKeys>, now: () => Date): AuthKeyCache {
  let known: AuthKeys | undefined;
  const never = Number.NEGATIVE_INFINITY;
  let [readAtMs, failedAtMs, mismatchAtMs] = [never, never, never];
  let reading: Promise<boolean> | undefined;

  const refresh = (): Promise<boolean> => {
    reading ??= read()
      .then(
        (keys) => {
          known = keys;
          readAtMs = now().getTime();
          return true;
        },
        (error: unknown) => {
          failedAtMs = now().getTime();
          log.error('keys of callbacks could not be read', errorFields(error));
          return false;
        },
      )
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };
  const mayTry = () => now().getTime() - failedAtMs >= failurePauseMs;

  return {
    warm: async () => {
      await refresh();
    },
    keys: async (subscription) => {
      if (known === undefined) {
        if (reading !== undefined || mayTry()) await refresh();
      } else if (now().getTime() - readAtMs >= freshForMs && mayTry()) void refresh();
      return known === undefined ? 'unreadable' : (known[subscription] ?? []);
    },
    refreshAfterMismatch: async () => {
      if (now().getTime() - mismatchAtMs < mismatchPauseMs) return false;
      mismatchAtMs = now().getTime();
      return refresh();
    },
  };
}

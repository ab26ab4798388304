import type { StoredToken, TokenStore } from '#lib/tokens/token-source.ts';

export type MemoryTokenStore = TokenStore & {
  stored: StoredToken | undefined;
  leased: { holder: string; untilMs: number } | undefined;
};

/** The one place of the token, in memory, with the lease as the table keeps it. */
export function memoryTokenStore(now: () => Date): MemoryTokenStore {
  const store: MemoryTokenStore = {
    stored: undefined,
    leased: undefined,
    read: async () => store.stored,
    write: async (token) => {
      store.stored = token;
    },
    lease: async (holder, until) => {
      if (store.leased !== undefined && store.leased.untilMs >= now().getTime()) return false;
      store.leased = { holder, untilMs: until.getTime() };
      return true;
    },
    release: async (holder) => {
      if (store.leased?.holder === holder) store.leased = undefined;
    },
  };
  return store;
}

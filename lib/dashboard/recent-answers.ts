/**
 * Keeps what was worked out last, up to a total weight: what was not asked for the longest goes first. Under one key there is
 * always the same value, so that nothing in it grows old.
 */
export function createRecentAnswers<Value>(mostWeight: number) {
  const kept = new Map<string, { value: Value; weight: number }>();
  let total = 0;
  return {
    get: (key: string): Value | undefined => {
      const found = kept.get(key);
      if (found === undefined) return undefined;
      kept.delete(key);
      kept.set(key, found);
      return found.value;
    },
    put: (key: string, value: Value, weight: number): void => {
      total += weight - (kept.get(key)?.weight ?? 0);
      kept.delete(key);
      kept.set(key, { value, weight });
      for (const [oldest, one] of kept) {
        if (total <= mostWeight || oldest === key) break;
        kept.delete(oldest);
        total -= one.weight;
      }
    },
  };
}
export type RecentAnswers<Value> = ReturnType<typeof createRecentAnswers<Value>>;

/**
 * Runs `start` at the first call and shares its result, also among calls that come while it runs. A failed start is
 * forgotten, so that the next call tries again instead of finding a broken environment for ever.
 */
export function once<T>(start: () => T | Promise<T>): () => Promise<T> {
  let started: Promise<T> | undefined;
  return () => {
    started ??= (async () => start())().catch((error: unknown) => {
      started = undefined;
      throw error;
    });
    return started;
  };
}

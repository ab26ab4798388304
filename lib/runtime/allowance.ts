/** Allows `count` things per period; the allowance is counted per environment, which is enough to bound a flood. */
export function createAllowance(count: number, periodMs: number, now: () => Date): () => boolean {
  let periodStartMs = Number.NEGATIVE_INFINITY;
  let used = 0;
  return () => {
    const nowMs = now().getTime();
    if (nowMs - periodStartMs >= periodMs) {
      periodStartMs = nowMs;
      used = 0;
    }
    used += 1;
    return used <= count;
  };
}

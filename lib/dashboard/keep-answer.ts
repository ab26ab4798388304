/**
 * Keeps what was read for a while, so that a page that asks every few seconds, or several of them, do not have it read as
 * often. A failure is not kept.
 */
export function keepAnswer<T>(keptMs: number, now: () => Date, read: () => Promise<T>): () => Promise<T> {
  let kept: { until: number; answer: Promise<T> } | undefined;
  return () => {
    const at = now().getTime();
    if (kept !== undefined && at < kept.until) return kept.answer;
    const answer = read();
    const mine = { until: at + keptMs, answer };
    kept = mine;
    answer.catch(() => {
      if (kept === mine) kept = undefined;
    });
    return answer;
  };
}

/** A look at the queues that feed the functions that store messages. */
export type QueueCounts = { waiting: number; underWay: number };

export type SettleDeps = {
  count: () => Promise<QueueCounts>;
  sleep: (ms: number) => Promise<void>;
  now: () => Date;
  /** As long as a function may work on what it was given before: until then nothing can be said. */
  shortestMs: number;
  /** A busy stack never comes to rest, and need not: whoever reads a message from now on knows of the tombstone. */
  longestMs: number;
  pauseMs: number;
};

/** Waits until what was given to functions before is done with; gives how many messages still wait. */
export async function settleQueues(deps: SettleDeps): Promise<number> {
  const startedMs = deps.now().getTime();
  for (;;) {
    const { waiting, underWay } = await deps.count();
    const elapsedMs = deps.now().getTime() - startedMs;
    const isQuiet = waiting + underWay === 0;
    if (elapsedMs >= deps.longestMs || (isQuiet && elapsedMs >= deps.shortestMs)) return waiting + underWay;
    await deps.sleep(deps.pauseMs);
  }
}

const connectMs = 2_000;
const idleMs = 4_000;

/**
 * Says what the SDK warns of, as it does by itself. It has no `info` and no `error`: where a logger has them, and that of
 * the SDK has though it says nothing, all that is sent and answered is copied for their lines first, which is nearly half of
 * what a batch of events costs.
 */
const warningsOnly = { debug: () => undefined, warn: console.warn } as Partial<Console> as Console;

/**
 * What all clients of AWS are made with. The SDK waits without end for a connection that has gone dead, and a function
 * that waits with it loses its whole batch to its own time-out. So what says nothing for `idleMs` is given up, and the SDK
 * tries it again as it does what broke off, three times in all: less than the 30 s of a function. However long an upload
 * or a download takes, it goes on while bytes flow.
 */
export const clientSettings = (timeouts = { connectMs, idleMs }) => ({
  logger: warningsOnly,
  // Neither a `requestTimeout`, which only warns, nor one that throws: it would cut what is large and slow.
  requestHandler: { connectionTimeout: timeouts.connectMs, socketTimeout: timeouts.idleMs },
});

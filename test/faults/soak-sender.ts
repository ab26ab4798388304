import { setTimeout as delay } from 'node:timers/promises';
import type { FaultyStack } from './faulty-stack.ts';
import { remembered, type SentMessage } from './ledger.ts';

export type SoakState = {
  sent: number;
  backlog: number;
  /** How long the sender has waited for the queues. */
  pausedMs: number;
  /** Deliveries by what came of them. */
  outcomes: ReadonlyMap<string, number>;
};
export type Soak = {
  /** Sends as fast as answers come, and gives what was sent. */
  run(): Promise<SentMessage[]>;
  /** Looks how much waits, for the sender to know. */
  look(): Promise<void>;
  state(): SoakState;
};

const sendersAtOnce = 32;
/** More than functions can hold at once, and little enough that what waits is handled before the URLs of its pictures end. */
const mostWaiting = 2_000;
const pauseMs = 100;

/**
 * A sender without a rate: it waits for its answers, and for the queues where they have grown too long. What IVM would not
 * send, since six deliveries in a row have failed and it leaves that URL alone, is not sent and does not count.
 *
 * @param options.untilMs when it ends at the latest, by `performance.now()`
 */
export function createSoak({ stack, message }: FaultyStack, options: { count: number; untilMs: number }): Soak {
  const { simulator } = stack;
  if (simulator === undefined) throw new TypeError('the stack has no simulated IVM');
  const sent: SentMessage[] = [];
  const outcomes = new Map<string, number>();
  const state = { begun: 0, backlog: 0, pausedMs: 0 };
  const sendOn = async (): Promise<void> => {
    while (state.begun < options.count && performance.now() < options.untilMs) {
      state.begun += 1;
      const one = message();
      const { outcome, status } = await simulator.deliver(one);
      const named = status === undefined ? outcome : `${outcome} ${status}`;
      outcomes.set(named, (outcomes.get(named) ?? 0) + 1);
      if (outcome === 'breaker-open') {
        state.begun -= 1;
        await delay(pauseMs);
        continue;
      }
      sent.push(remembered(one, outcome === 'acknowledged'));
      while (state.backlog > mostWaiting) {
        await delay(pauseMs);
        state.pausedMs += pauseMs / sendersAtOnce;
      }
    }
  };
  return {
    run: async () => {
      await Promise.all(Array.from({ length: sendersAtOnce }, sendOn));
      return sent;
    },
    look: async () => {
      state.backlog = await stack.backlog();
    },
    state: () => ({ sent: sent.length, backlog: state.backlog, pausedMs: state.pausedMs, outcomes }),
  };
}

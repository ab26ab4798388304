import { setTimeout as delay } from 'node:timers/promises';
import type { FaultyStack } from './faulty-stack.ts';
import { remembered, type SentMessage } from './ledger.ts';

export type Soak = {
  /** Sends as fast as answers come, and gives what was sent. */
  run(): Promise<SentMessage[]>;
  /** Looks how much waits, for the sender to know. */
  look(): Promise<void>;
  state(): { sent: number; backlog: number; pausedMs: number };
};

const sendersAtOnce = 32;
/** More than functions can hold at once, and little enough that what waits is handled before the URLs of its pictures end. */
const mostWaiting = 2_000;
const pauseMs = 100;

/** A sender without a rate: it waits for its answers, and for the queues where they have grown too long. */
export function createSoak({ stack, message }: FaultyStack, count: number): Soak {
  const { simulator } = stack;
  if (simulator === undefined) throw new TypeError('the stack has no simulated IVM');
  const sent: SentMessage[] = [];
  const state = { begun: 0, backlog: 0, pausedMs: 0 };
  const sendOn = async (): Promise<void> => {
    while (state.begun < count) {
      state.begun += 1;
      const one = message();
      const { outcome } = await simulator.deliver(one);
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
    state: () => ({ sent: sent.length, backlog: state.backlog, pausedMs: state.pausedMs }),
  };
}

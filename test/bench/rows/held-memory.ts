import type { Bench, Row } from '../harness/row.ts';

const functions = ['receive-callback', 'store-alarms', 'track-devices', 'store-intelligence'] as const;
/** By the first number all that is loaded and compiled once is there. */
const [few, many] = [5_000, 50_000];

/** What holds on to messages shows in the heap after a collection, however much memory a process has been given meanwhile. */
export const heldMemory = ({ dir, run }: Bench): Row => ({
  number: 14,
  title: `The heap of functions after ${many} messages, against that after ${few}`,
  leastRounds: 1,
  variants: functions.flatMap((name) =>
    [few, many].map((count) => ({
      name: `${name}, ${count}`,
      measure: () => run('held-memory', `${dir}/functions`, name, `${dir}/events.json`, count),
    })),
  ),
  targets: functions.map((name) => ({
    title: `${name}: heap`,
    measure: 'heap',
    of: `${name}, ${many}`,
    against: `${name}, ${few}`,
    atMost: 1.15,
  })),
});

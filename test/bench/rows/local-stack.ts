import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Bench, Row } from '../harness/row.ts';

const run = promisify(execFile);
const root = new URL('../../../', import.meta.url).pathname;
const messages = 10_000;
/** So that the stores are never waited for longer than a callback may take. */
const sentPerSecond = 40;
/** A tenth says as much about the stores. */
const limitMessages = 1_000;
const mostOutput = 64 * 2 ** 20;

export function localStack({ dir }: Bench): Row {
  return {
    number: 14,
    title: `The local stack, ${messages} messages with their pictures, against its embedded stores alone`,
    leastRounds: 1,
    variants: [
      {
        name: 'stack',
        measure: async (round) => {
          const startedMs = performance.now();
          // It fails where not everything that was sent is stored.
          await run(
            process.execPath,
            [
              join(root, 'lib/cli/ivm-bridge.mjs'),
              'start',
              `--count=${messages}`,
              `--rate=${sentPerSecond}`,
              '--port=0',
              `--data=${join(dir, `stack-${round}`)}`,
            ],
            { maxBuffer: mostOutput },
          );
          return { perSecond: (messages / (performance.now() - startedMs)) * 1_000 };
        },
      },
      {
        name: 'stores',
        measure: async () => {
          const { stdout } = await run(process.execPath, [
            join(root, 'test/bench/stack/store-limits.ts'),
            String(limitMessages),
          ]);
          return { perSecond: Number(stdout) };
        },
      },
    ],
    targets: [{ title: 'messages a second', measure: 'perSecond', of: 'stack', against: 'stores', atLeast: 0.6 }],
  };
}

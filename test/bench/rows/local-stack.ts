import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Bench, Row, Sample } from '../harness/row.ts';

const root = new URL('../../../', import.meta.url).pathname;
const messages = 10_000;
/** As many as the stores alone take; it shows in what the stack has done in the end, and in callbacks that it has refused. */
const sentPerSecond = 120;
/** A tenth says as much about the stores. */
const limitMessages = 1_000;
/** The last line of what `npm start` counts: sent, acknowledged, stored, and of pictures wanted, stored, missing. */
const sums = /^all\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)$/m;

export function localStack({ dir }: Bench): Row {
  return {
    number: 14,
    title: `The local stack, ${messages} messages with their pictures, against its embedded stores alone`,
    leastRounds: 1,
    variants: [
      { name: 'stack', measure: (round) => stackRun(`${dir}/stack-${round}`) },
      {
        name: 'stores',
        measure: async () => {
          const output = await outputOf('test/bench/stack/store-limits.ts', limitMessages);
          // What has printed nothing would be no messages a second, which any stack beats.
          if (!(Number(output) > 0)) throw new Error(`the stores alone were not measured: ${output.slice(-2_000)}`);
          return { perSecond: Number(output) };
        },
      },
    ],
    targets: [
      { title: 'messages a second', measure: 'perSecond', of: 'stack', against: 'stores', atLeast: 0.6 },
      { title: 'callbacks not taken', measure: 'refused', of: 'stack', by: 'sum', atMost: 0 },
      { title: 'messages and pictures taken and not stored', measure: 'lost', of: 'stack', by: 'sum', atMost: 0 },
    ],
  };
}

async function stackRun(dataDir: string): Promise<Sample> {
  const startedMs = performance.now();
  const args = ['start', `--count=${messages}`, `--rate=${sentPerSecond}`, '--port=0', `--data=${dataDir}`];
  const output = await outputOf('lib/cli/ivm-bridge.mjs', ...args);
  const seconds = (performance.now() - startedMs) / 1_000;
  const [sent, acknowledged, stored, wanted, storedPictures, missing] = (sums.exec(output) ?? []).slice(1).map(Number);
  if (sent === undefined || acknowledged === undefined || stored === undefined) throw new Error(output.slice(-2_000));
  return {
    perSecond: stored / seconds,
    refused: sent - acknowledged,
    lost: acknowledged - stored + (wanted ?? 0) - (storedPictures ?? 0) - (missing ?? 0),
  };
}

/** What a program of this repository prints, whatever its status. */
async function outputOf(program: string, ...args: readonly (string | number)[]): Promise<string> {
  const child = spawn(process.execPath, [`${root}${program}`, ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return output;
}

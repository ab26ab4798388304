import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { createProvisioning, type Provisioning } from '#lib/aws/provisioning.ts';
import type { StackFile } from '#lib/local/stack.ts';
import type { IvmSimulator } from '#lib/simulator/ivm-simulator.ts';

export type Runner = { file: StackFile; stores: Provisioning; kill(): Promise<void> };

export type RunnerOptions = {
  /** As the runner sees it. */
  dataDir: string;
  /** As we see it, where that differs. */
  dataDirHere?: string;
  ivm: IvmSimulator;
  /** What the runner's command line begins with: a program that starts others. */
  launcher?: readonly string[];
};

const startMs = 30_000;
/** Of the simulated IVM that the runner talks to. */
export const account = { userId: '109012345678901', accessKey: 'RUNNER-AK', secretKey: 'RUNNER-SK' };
const command = new URL('../../lib/cli/ivm-bridge.mjs', import.meta.url).pathname;

/** Starts the runner as a process of its own, in whatever state its data is; it ends with the test. */
export async function startRunner({
  dataDir,
  dataDirHere = dataDir,
  ivm,
  launcher = [],
}: RunnerOptions): Promise<Runner> {
  const words = `start --data ${dataDir} --port 0 --rate 0 --ivm-endpoint ${ivm.endpoint} --user-id ${account.userId}`;
  const [program = '', ...parameters] = [...launcher, process.execPath, command, ...words.split(' ')];
  const child = spawn(program, parameters, {
    env: { ...process.env, IVM_AK: account.accessKey, IVM_SK: account.secretKey, LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => output.push(text.toString()));
  onTestFinished(() => killed(child));
  const deadline = AbortSignal.timeout(startMs);
  for (;;) {
    if (child.exitCode !== null || deadline.aborted) throw new Error(`the runner does not start: ${output.join('')}`);
    const file = readFile(dataDirHere);
    if (file !== undefined && file.pid === child.pid && output.join('').includes('Waiting for callbacks')) {
      const stores = createProvisioning(file.aws);
      onTestFinished(() => stores.close());
      return { file, stores, kill: () => killed(child) };
    }
    await delay(50);
  }
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

function readFile(dataDir: string): StackFile | undefined {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'stack.json'), 'utf8'));
  } catch {
    // Not there yet.
    return undefined;
  }
}

/** What was under way when the runner was killed comes back at once, as if the time-outs had passed while it was down. */
export function letTimePass(dataDir: string): void {
  using database = new DatabaseSync(join(dataDir, 'sqs', 'fauxqs.db'));
  database.exec('UPDATE sqs_messages SET visibility_deadline = 1 WHERE visibility_deadline IS NOT NULL');
}

/** Waits until all queues are empty at two looks; `false` where the signal ended the wait. */
export async function drain({ stores, file }: Runner, signal: AbortSignal): Promise<boolean> {
  for (let quiet = 0; quiet < 2; ) {
    if (signal.aborted) return false;
    const depths = await Promise.all(Object.values(file.queues).map((url) => stores.depth(url)));
    const isQuiet = depths.every(({ visible, inFlight, delayed }) => visible + inFlight + delayed === 0);
    quiet = isQuiet ? quiet + 1 : 0;
    await delay(200);
  }
  return true;
}

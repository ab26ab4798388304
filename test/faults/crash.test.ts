import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { createProvisioning, type Provisioning } from '#lib/aws/provisioning.ts';
import type { StackFile } from '#lib/local/stack.ts';
import { type IvmSimulator, startIvmSimulator } from '#lib/simulator/ivm-simulator.ts';
import { seededRandom } from '#lib/simulator/seeded-random.ts';
import { settle } from './faulty-stack.ts';
import { readLedger, remembered, renderLedger, type SentMessage } from './ledger.ts';
import { seeds } from './scenario.ts';

const kills = 3;
const sendersAtOnce = 8;
const startMs = 30_000;
const account = { userId: '109012345678901', accessKey: 'CRASH-AK', secretKey: 'CRASH-SK' };
const command = new URL('../../lib/cli/ivm-bridge.mjs', import.meta.url).pathname;

type Runner = { file: StackFile; stores: Provisioning; kill(): Promise<void> };

/** Starts the runner as a process of its own, in whatever state its data is. */
async function startRunner(dataDir: string, ivm: IvmSimulator): Promise<Runner> {
  const child = spawn(
    process.execPath,
    `${command} start --data ${dataDir} --port 0 --rate 0 --ivm-endpoint ${ivm.endpoint} --user-id ${account.userId}`.split(
      ' ',
    ),
    {
      env: { ...process.env, IVM_AK: account.accessKey, IVM_SK: account.secretKey, LOG_LEVEL: 'error' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => output.push(text.toString()));
  onTestFinished(() => killed(child));
  const deadline = AbortSignal.timeout(startMs);
  for (;;) {
    if (child.exitCode !== null || deadline.aborted) throw new Error(`the runner does not start: ${output.join('')}`);
    const file = readFile(dataDir);
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

/** What a kill in the middle of a write leaves behind: the content, and no word about it. */
function leaveHalfAnObject(dataDir: string, bucket: string): void {
  const path = join(dataDir, 's3', 'buckets', bucket, 'objects', 'raw', 'half.ndjson.gz');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.data`, 'half');
  writeFileSync(`${path}.meta.json`, '');
}

/** What was under way when the runner was killed comes back at once, as if the time-outs had passed while it was down. */
function letTimePass(dataDir: string): void {
  using database = new DatabaseSync(join(dataDir, 'sqs', 'fauxqs.db'));
  database.exec('UPDATE sqs_messages SET visibility_deadline = 1 WHERE visibility_deadline IS NOT NULL');
}

function readFile(dataDir: string): StackFile | undefined {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'stack.json'), 'utf8'));
  } catch {
    // Not there yet.
    return undefined;
  }
}

/** Waits until all queues are empty at two looks; `false` where the signal ended the wait. */
async function drain({ stores, file }: Runner, signal: AbortSignal): Promise<boolean> {
  for (let quiet = 0; quiet < 2; ) {
    if (signal.aborted) return false;
    const depths = await Promise.all(Object.values(file.queues).map((url) => stores.depth(url)));
    const isQuiet = depths.every(({ visible, inFlight, delayed }) => visible + inFlight + delayed === 0);
    quiet = isQuiet ? quiet + 1 : 0;
    await delay(200);
  }
  return true;
}

it.each(seeds)(
  'what was answered 200 outlives three kills of the runner (seed %s)',
  { timeout: 180_000 },
  async (seed) => {
    const startedMs = performance.now();
    const random = seededRandom(`crash ${seed}`);
    const dataDir = mkdtempSync(join(tmpdir(), 'crash-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    const ivm = await startIvmSimulator({ ...account, seed: Number(seed) });
    onTestFinished(() => ivm.close());

    const sent: SentMessage[] = [];
    for (let round = 0; round < kills; round += 1) {
      const runner = await startRunner(dataDir, ivm);
      const killAt = sent.length + random.integer(50, 150);
      const isKilled = new AbortController();
      const sendOn = async () => {
        while (!isKilled.signal.aborted) {
          const message = ivm.message();
          const { outcome } = await ivm.deliver(message);
          sent.push(remembered(message, outcome === 'acknowledged'));
          if (sent.length < killAt || isKilled.signal.aborted) continue;
          isKilled.abort();
          await runner.kill();
        }
      };
      await Promise.all(Array.from({ length: sendersAtOnce }, sendOn));
      letTimePass(dataDir);
      leaveHalfAnObject(dataDir, runner.file.bucket);
    }

    const runner = await startRunner(dataDir, ivm);
    const { stores, file } = runner;
    await settle({ stores, file, drain: (signal) => drain(runner, signal) });
    const ledger = await readLedger(stores, file, sent);
    const seconds = (performance.now() - startedMs) / 1000;
    process.stdout.write(`${renderLedger(`three kills, seed ${seed}`, ledger, seconds)}\n`);
    expect(ledger).toMatchObject({ lost: 0, deadLettered: 0, problems: [] });
    expect(ledger.acknowledged).toBeGreaterThan(3 * 20);
  },
);

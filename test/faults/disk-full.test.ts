import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { subscriptions } from '#lib/callback/subscriptions.ts';
import { type IvmSimulator, startIvmSimulator } from '#lib/simulator/ivm-simulator.ts';
import { settle, setVisibility } from './faulty-stack.ts';
import { readLedger, remembered, renderLedger, type SentMessage } from './ledger.ts';
import { account, drain, startRunner } from './runner.ts';
import { isLong } from './scenario.ts';

const diskMegabytes = 64;
/** One more in a row, and IVM calls a URL no more for ten minutes. */
const wavesWhileFull = 5;
const types = subscriptions.map(({ messageType }) => messageType);
/** So that what was under way when the runner was killed comes back while we wait. */
const visibilitySeconds = 3;
const waveMs = 300;
/** Enough for a batch to be written after the disk has room again: what is written then must not hang on what failed. */
const handledMs = 2_500;
const unshare = ['--user', '--map-root-user', '--mount'];

/** Whether this machine lets us have a small disk of our own. */
const canMount = spawnSync('unshare', [...unshare, 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()]).status === 0;

type SmallDisk = {
  /** The directory as those see it who were started by `launcher`. */
  dir: string;
  /** The same as everybody sees it. */
  dirHere: string;
  launcher: readonly string[];
  /** Takes the last byte of it. */
  fill(): void;
  free(): void;
};

/** A disk that is as large as it is, and gone with the test. */
async function mountSmallDisk(): Promise<SmallDisk> {
  const dir = mkdtempSync(join(tmpdir(), 'small-disk-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const mount = `mount -t tmpfs -o size=${diskMegabytes}m tmpfs ${dir} && echo ready && exec sleep infinity`;
  const holder = spawn('unshare', [...unshare, 'sh', '-c', mount], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => ended(holder));
  await once(holder.stdout, 'data');
  const dirHere = `/proc/${holder.pid}/root${dir}`;
  const ballast = join(dirHere, 'ballast');
  return {
    dir: join(dir, 'data'),
    dirHere: join(dirHere, 'data'),
    launcher: ['nsenter', '--user', '--mount', '--preserve-credentials', '--target', String(holder.pid)],
    fill: () => {
      for (let piece = 1024 * 1024; piece >= 1; ) {
        try {
          appendFileSync(ballast, Buffer.alloc(piece));
        } catch {
          piece = Math.floor(piece / 2);
        }
      }
    },
    free: () => rmSync(ballast),
  };
}

async function ended(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** Sends so many messages of each type, all at once. */
async function send(ivm: IvmSimulator, each: number): Promise<SentMessage[]> {
  const messages = types.flatMap((type) => Array.from({ length: each }, () => ivm.message(type)));
  return Promise.all(
    messages.map(async (message) => remembered(message, (await ivm.deliver(message)).outcome === 'acknowledged')),
  );
}
const acknowledged = (sent: readonly SentMessage[]) => sent.filter(({ isAcknowledged }) => isAcknowledged).length;

it.runIf(canMount)(
  'what was answered 200 is there when the disk was full for a while, also after a kill',
  { timeout: 180_000 },
  async () => {
    const startedMs = performance.now();
    const disk = await mountSmallDisk();
    const ivm = await startIvmSimulator(account);
    onTestFinished(() => ivm.close());
    const options = { dataDir: disk.dir, dataDirHere: disk.dirHere, launcher: disk.launcher, ivm };
    const runner = await startRunner(options);
    await setVisibility(runner, visibilitySeconds);
    const seconds = () => (performance.now() - startedMs) / 1000;

    const before = await send(ivm, 4);
    expect(acknowledged(before)).toBe(before.length);
    // In the middle of what functions are doing.
    await delay(500);
    disk.fill();
    const during: SentMessage[] = [];
    for (let wave = 0; wave < wavesWhileFull; wave += 1) {
      during.push(...(await send(ivm, 1)));
      await delay(waveMs);
    }
    expect(acknowledged(during)).toBeLessThan(during.length);
    disk.free();
    const after = await send(ivm, 4);
    expect(acknowledged(after)).toBe(after.length);
    await delay(handledMs);
    await runner.kill();

    const sent = [...before, ...during, ...after];
    for (const title of ['the disk was full', ...(isLong ? ['and after another kill'] : [])]) {
      const next = await startRunner(options);
      await settle({ stores: next.stores, file: next.file, drain: (signal) => drain(next, signal) });
      const ledger = await readLedger(next.stores, next.file, sent);
      process.stdout.write(`${renderLedger(title, ledger, seconds())}\n`);
      expect(ledger).toMatchObject({ lost: 0, deadLettered: 0, quarantined: 0, problems: [] });
      await next.kill();
    }
  },
);

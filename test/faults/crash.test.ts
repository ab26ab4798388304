import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startIvmSimulator } from '#lib/simulator/ivm-simulator.ts';
import { seededRandom } from '#lib/simulator/seeded-random.ts';
import { settle } from './faulty-stack.ts';
import { readLedger, remembered, renderLedger, type SentMessage } from './ledger.ts';
import { account, drain, letTimePass, startRunner } from './runner.ts';
import { isLong, seeds } from './scenario.ts';

const kills = isLong ? 3 : 1;
const sendersAtOnce = 8;

/** What a kill in the middle of a write leaves behind: the content, and no word about it. */
function leaveHalfAnObject(dataDir: string, bucket: string): void {
  const path = join(dataDir, 's3', 'buckets', bucket, 'objects', 'raw', 'half.ndjson.gz');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.data`, 'half');
  writeFileSync(`${path}.meta.json`, '');
}

it.each(seeds)('what was answered 200 outlives kills of the runner (seed %s)', { timeout: 180_000 }, async (seed) => {
  const startedMs = performance.now();
  const random = seededRandom(`crash ${seed}`);
  const dataDir = mkdtempSync(join(tmpdir(), 'crash-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const ivm = await startIvmSimulator({ ...account, seed: Number(seed) });
  onTestFinished(() => ivm.close());

  const sent: SentMessage[] = [];
  for (let round = 0; round < kills; round += 1) {
    const runner = await startRunner({ dataDir, ivm });
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

  const runner = await startRunner({ dataDir, ivm });
  const { stores, file } = runner;
  await settle({ stores, file, drain: (signal) => drain(runner, signal) });
  const ledger = await readLedger(stores, file, sent);
  const seconds = (performance.now() - startedMs) / 1000;
  process.stdout.write(`${renderLedger(`${kills} kills, seed ${seed}`, ledger, seconds)}\n`);
  expect(ledger).toMatchObject({ lost: 0, deadLettered: 0, problems: [] });
  expect(ledger.acknowledged).toBeGreaterThan(kills * 20);
});

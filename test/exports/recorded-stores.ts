import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExportLedger } from '#lib/exports/export-ledger.ts';
import type { ExportObjects } from '#lib/exports/export-objects.ts';
import type { PublishExportDeps } from '#lib/exports/publish-export.ts';
import { memoryExportLedger } from '../support/fakes/memory-export-ledger.ts';

/**
 * Which step fails: `refused` before it did anything, `unanswered` after it was done, `dead` as the first of all that
 * follow, as when the process ends.
 */
export type Crash = { step: number; how: 'refused' | 'unanswered' | 'dead' };

/** A bucket and a ledger in memory that write down each step in its order and can fail at any of them. */
export function recordedStores() {
  const content = new Map<string, Buffer>();
  const world = {
    nowMs: Date.parse('2024-03-01T04:00:00Z'),
    content,
    steps: [] as string[],
    crash: undefined as Crash | undefined,
    directories: [] as string[],
  };
  const now = () => new Date(world.nowMs);
  const { ledger, entries, leases } = memoryExportLedger(now);
  const step = async <T>(name: string, act: () => T | Promise<T>): Promise<T> => {
    const { step, how } = world.crash ?? { step: Number.POSITIVE_INFINITY, how: 'refused' };
    const index = world.steps.push(name) - 1;
    if (how === 'dead' ? index >= step : index === step && how === 'refused') throw new Error(`no ${name}`);
    const result = await act();
    if (index === step) throw new Error(`no answer to ${name}`);
    return result;
  };

  const objects: ExportObjects = {
    put: (key, bytes) =>
      step(`put ${key}`, () => {
        content.set(key, Buffer.from(bytes));
      }),
    get: (key) => step(`get ${key}`, () => content.get(key)),
    describe: (key) =>
      step(`describe ${key}`, () => {
        const found = content.get(key);
        return found && { sizeBytes: found.length, contentType: '', metadata: {} };
      }),
    delete: (key) =>
      step(`delete ${key}`, () => {
        content.delete(key);
      }),
    async *keys(prefix) {
      yield* await step(`keys ${prefix}`, () => [...content.keys()].filter((key) => key.startsWith(prefix)).sort());
    },
  };
  const recorded: ExportLedger = {
    begin: (...args) => step('begin', () => ledger.begin(...args)),
    finish: (...args) => step('finish', () => ledger.finish(...args)),
    release: (...args) => step('release', () => ledger.release(...args)),
  };
  const deps: PublishExportDeps = {
    objects,
    ledger: recorded,
    holder: 'run-1',
    now,
    temporaryDirectory: async () => {
      const directory = await mkdtemp(join(tmpdir(), 'export-'));
      world.directories.push(directory);
      return directory;
    },
  };
  /** The steps that changed something in the bucket. */
  const changes = () => world.steps.filter((name) => /^(?:put|delete) /.test(name));
  return { world, deps, entries, leases, changes };
}

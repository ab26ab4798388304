import { describe, expect, it } from 'vitest';
import { type EraseExportsDeps, eraseExports } from '#lib/erasure/erase-exports.ts';
import { createFoundEvents } from '#lib/erasure/found-events.ts';
import { createSubject } from '#lib/erasure/subject.ts';
import type { ExportObjects } from '#lib/exports/export-objects.ts';
import { readManifest } from '#lib/exports/manifest.ts';
import { type ExportSpec, publishExport } from '#lib/exports/publish-export.ts';
import { readExportRows } from '#lib/exports/read-export-rows.ts';
import { temporaryDirectory } from '#lib/runtime/temporary-directory.ts';
import { peopleTable } from '#lib/statistics/people-rows.ts';
import { memoryExportLedger } from '../support/fakes/memory-export-ledger.ts';
import { memoryVersions } from '../support/fakes/memory-versions.ts';

const timeZone = 'Asia/Shanghai';
const now = () => new Date('2026-03-05T00:00:00.000Z');
const settings = { timeZone, retentionDays: 400, facePictures: 'keep' } as const;
const subjectOf = (request: Parameters<typeof createSubject>[0]) =>
  createSubject(request, 'an-invented-key-of-more-than-32-characters', now(), settings);
const partitionOf = (period: string) =>
  [
    ['granularity', 'day'],
    ['period', period],
  ] as const;
const heatmaps = 'exports/heatmaps/kind=time/granularity=day/period=2026-03-01';
const heatmapsManifest = 'exports/manifests/heatmaps/kind=time/granularity=day/period=2026-03-01.json';

/** Dies at a step, before or after it. */
type Crash = { step: number; isDone: boolean };

/** Statistics and heatmaps of two days, of which the second is of one device alone. */
async function world() {
  const bucket = memoryVersions();
  const { ledger } = memoryExportLedger(now);
  const plain = objectsOver(bucket);
  const publish = async (period: string, devices: readonly string[]) => {
    const spec: ExportSpec = { set: 'people', partition: partitionOf(period), table: peopleTable };
    const deps = { objects: plain, ledger, holder: 'export', temporaryDirectory, now };
    await publishExport(deps, spec, async ({ version, add }) => {
      for (const device_id of devices) {
        const bucket_start = `${period}T09:00:00+08:00`;
        add({ device_id, channel_id: '0', granularity: 'day', period_start: period, bucket_start, in: 1, version });
      }
      return { excluded: devices.map((device_id) => ({ device_id, reason: 'x' })) };
    });
  };
  await publish('2026-03-01', ['GONE', 'STAYS', 'STAYS-TOO']);
  await publish('2026-03-01', ['GONE', 'STAYS']);
  await publish('2026-03-02', ['GONE']);
  for (const device of ['GONE', 'STAYS']) {
    await plain.put(`${heatmaps}/device_id=${device}/channel_id=0.json`, Buffer.from(device), { contentType: 'x' });
  }
  const maps = ['GONE', 'STAYS'].map((device_id) => ({ device_id, status: 'ok' }));
  await plain.put(heatmapsManifest, Buffer.from(JSON.stringify({ set: 'heatmaps', maps })), { contentType: 'x' });
  return { bucket, ledger };
}

function objectsOver(bucket: ReturnType<typeof memoryVersions>): ExportObjects {
  return {
    put: async (key, content, options) => bucket.put(key, Buffer.from(content), options),
    get: async (key) => bucket.current(key),
    describe: async (key) => {
      const content = bucket.current(key);
      return content === undefined ? undefined : { sizeBytes: content.length };
    },
    delete: async (key) => bucket.delete(key),
    async *keys(prefix) {
      for (const key of [...bucket.keys.keys()].toSorted()) {
        if (key.startsWith(prefix) && bucket.current(key) !== undefined) yield key;
      }
    },
  };
}

function depsOf({ bucket, ledger }: Awaited<ReturnType<typeof world>>, crash?: Crash) {
  const steps = { count: 0 };
  const step =
    <Args extends unknown[]>(act: (...args: Args) => Promise<void>) =>
    async (...args: Args): Promise<void> => {
      const index = steps.count;
      steps.count += 1;
      if (crash !== undefined && (index > crash.step || (index === crash.step && !crash.isDone)))
        throw new Error('dead');
      await act(...args);
      if (index === crash?.step) throw new Error('dead');
    };
  const plain = objectsOver(bucket);
  const deps: EraseExportsDeps = {
    erasable: { ...bucket, remove: step(bucket.remove), put: step(bucket.put) },
    publishing: {
      objects: { ...plain, put: step(plain.put), delete: step(plain.delete) },
      ledger: { ...ledger, finish: step(ledger.finish) },
      temporaryDirectory,
      now,
    },
    newHolder: () => 'erase',
    timeZone,
    now,
  };
  return { deps, steps };
}

const erase = (deps: EraseExportsDeps, request: Parameters<typeof createSubject>[0] = { device: 'GONE' }) =>
  eraseExports(deps, subjectOf(request), createFoundEvents(timeZone), false);

async function rowsOf({ bucket }: Awaited<ReturnType<typeof world>>, period: string) {
  const objects = objectsOver(bucket);
  const manifest = await readManifest(objects, 'people', partitionOf(period));
  if (manifest === undefined) return undefined;
  const rows = await Array.fromAsync(readExportRows(objects, manifest));
  return { devices: rows.map((row) => row['device_id']), coverage: manifest.coverage, version: manifest.version };
}

/** What is left of the device, in any version of any object, by CSV and JSON, which are plain. */
const left = ({ bucket }: Awaited<ReturnType<typeof world>>, device: string): string[] =>
  [...bucket.keys]
    .filter(([key, versions]) => [key, ...versions.map(({ content }) => content.toString())].join().includes(device))
    .map(([key]) => key);

describe('erasing from exports', () => {
  it('takes the rows of a device out, its heatmaps, and what manifests tell of it, in all versions', async () => {
    const whole = await world();
    expect(await erase(depsOf(whole).deps)).toEqual({ rewritten: 1, rows: 2, removed: 2, busy: [] });
    expect(left(whole, 'GONE')).toEqual([]);
    expect(await rowsOf(whole, '2026-03-01')).toEqual({
      devices: ['STAYS'],
      coverage: { excluded: [{ device_id: 'STAYS', reason: 'x' }], erased: { rows: 1, at: now().toISOString() } },
      version: 3,
    });
    expect(await rowsOf(whole, '2026-03-02')).toBeUndefined();
    expect(JSON.parse(String(whole.bucket.current(heatmapsManifest)))).toMatchObject({
      maps: [{ device_id: 'STAYS' }],
    });
    expect(whole.bucket.current(`${heatmaps}/device_id=STAYS/channel_id=0.json`)).toBeDefined();
    // The former version had a third device, which nobody is to bring back either.
    expect(left(whole, 'STAYS-TOO')).toEqual([]);
  });

  it('takes everything before a time away, and leaves what is of later', async () => {
    const whole = await world();
    await erase(depsOf(whole).deps, { before: new Date('2026-03-02T00:00:00+08:00') });
    expect(await rowsOf(whole, '2026-03-01')).toBeUndefined();
    expect((await rowsOf(whole, '2026-03-02'))?.devices).toEqual(['GONE']);
    expect(whole.bucket.current(heatmapsManifest)).toBeUndefined();
  });

  it('leaves statistics as they are where a person or a plate is erased: they tell of nobody', async () => {
    const whole = await world();
    expect(await erase(depsOf(whole).deps, { target: 'GONE' })).toMatchObject({ rows: 0, removed: 0 });
    expect((await rowsOf(whole, '2026-03-01'))?.devices).toEqual(['GONE', 'STAYS']);
  });

  it('names an export that another run is at, and leaves it', async () => {
    const whole = await world();
    await whole.ledger.begin('people/granularity=day/period=2026-03-01', 'other', new Date(now().getTime() + 60_000));
    expect(await erase(depsOf(whole).deps)).toMatchObject({ busy: ['people/granularity=day/period=2026-03-01.json'] });
    expect((await rowsOf(whole, '2026-03-01'))?.devices).toContain('GONE');
  });

  it('is ended by the next run, at whatever step it was killed', async () => {
    const whole = await world();
    const { deps, steps } = depsOf(whole);
    await erase(deps);
    const expected = await rowsOf(whole, '2026-03-01');
    expect(steps.count).toBeGreaterThan(10);
    for (let index = 0; index < steps.count; index += 1) {
      for (const isDone of [false, true]) {
        const killed = await world();
        await expect(erase(depsOf(killed, { step: index, isDone }).deps)).rejects.toThrow('dead');
        await erase(depsOf({ ...killed, ledger: memoryExportLedger(now).ledger }).deps);
        const at = `killed ${isDone ? 'after' : 'before'} step ${index}`;
        expect(left(killed, 'GONE'), at).toEqual([]);
        expect((await rowsOf(killed, '2026-03-01'))?.devices, at).toEqual(expected?.devices);
        expect(await rowsOf(killed, '2026-03-02'), at).toBeUndefined();
      }
    }
  });
});

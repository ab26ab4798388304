import { describe, expect, it } from 'vitest';
import { publishExport } from '#lib/exports/publish-export.ts';
import { cameras, fiveRows, manifestAt, partAt, partition, publishing, threeRows } from './publishing.ts';
import { row, table } from './table-parts.ts';

describe('publishExport', () => {
  it('puts the parts, then the manifest, then removes the old version', async () => {
    const { publish, changes } = publishing();
    expect(await publish(fiveRows)).toEqual({ outcome: 'published', version: 1, rows: 5 });
    expect(changes()).toEqual([
      ...['1.parquet', '1.csv', '2.parquet', '2.csv', '3.parquet', '3.csv'].map(
        (name) => `put ${partAt(`v1-part-${name}`)}`,
      ),
      `put ${manifestAt}`,
    ]);
    expect(await publish(threeRows)).toEqual({ outcome: 'published', version: 2, rows: 3 });
    expect(changes()).toEqual([
      ...['1.parquet', '1.csv', '2.parquet', '2.csv'].map((name) => `put ${partAt(`v2-part-${name}`)}`),
      `put ${manifestAt}`,
      ...['1.parquet', '2.parquet', '3.parquet', '1.csv', '2.csv', '3.csv'].map(
        (name) => `delete ${partAt(`v1-part-${name}`)}`,
      ),
    ]);
  });

  it('says in the manifest what there is', async () => {
    const { publish, read, entries, leases } = publishing();
    await publish(fiveRows, { channels: 5, missing: [{ camera: 'D9#0', why: 'offline' }] });
    const { manifest, rows } = await read();
    expect(manifest).toMatchObject({
      set: 'people',
      partition: { granularity: 'day', period: '2024-02-29' },
      version: 1,
      published_at: '2024-03-01T04:00:00.000Z',
      rows: 5,
      coverage: { channels: 5, missing: [{ camera: 'D9#0', why: 'offline' }] },
    });
    expect(manifest.files.map(({ key, rows }) => [key, rows])).toEqual([
      [partAt('v1-part-1.parquet'), 2],
      [partAt('v1-part-1.csv'), 2],
      [partAt('v1-part-2.parquet'), 2],
      [partAt('v1-part-2.csv'), 2],
      [partAt('v1-part-3.parquet'), 1],
      [partAt('v1-part-3.csv'), 1],
    ]);
    expect(rows).toEqual(fiveRows);
    expect([...entries]).toEqual([
      ['people/granularity=day/period=2024-02-29', { version: 1, contentSha256: manifest.content_sha256 }],
    ]);
    expect(leases.size).toBe(0);
  });

  it('publishes an export without rows', async () => {
    const { publish, read } = publishing();
    expect(await publish([])).toEqual({ outcome: 'published', version: 1, rows: 0 });
    const { manifest, rows } = await read();
    expect([manifest.files.length, rows]).toEqual([2, []]);
  });

  it('changes nothing when the same rows come again, though their stamps differ', async () => {
    const { publish, changes, world, leases } = publishing();
    await publish(fiveRows, { channels: 5 });
    const before = new Map(world.content);
    world.nowMs += 3_600_000;
    expect(await publish(fiveRows, { channels: 5 })).toEqual({ outcome: 'unchanged', version: 1, rows: 5 });
    expect(changes()).toEqual([]);
    expect(world.content).toEqual(before);
    expect(leases.size).toBe(0);
  });

  it('writes the manifest alone when the coverage alone differs', async () => {
    const { publish, changes, world, read } = publishing();
    await publish(fiveRows, { on: 4, off: 1 });
    const { manifest } = await read();
    world.nowMs += 3_600_000;
    expect(await publish(fiveRows, { on: 5, off: 0 })).toEqual({ outcome: 'unchanged', version: 1, rows: 5 });
    expect(changes()).toEqual([`put ${manifestAt}`]);
    expect((await read()).manifest).toEqual({ ...manifest, coverage: { on: 5, off: 0 } });
    await publish(fiveRows, { off: 0, on: 5 });
    expect(changes()).toEqual([]);
  });

  it.each<[string, (content: Map<string, Buffer>) => void]>([
    ['a part is gone', (content) => content.delete(partAt('v1-part-2.csv'))],
    ['a part is cut short', (content) => content.set(partAt('v1-part-2.parquet'), Buffer.from('PAR1'))],
    ['the manifest is gone', (content) => content.delete(manifestAt)],
    ['the manifest is no manifest', (content) => content.set(manifestAt, Buffer.from('{'))],
  ])('publishes the same rows anew when %s', async (_, damage) => {
    const { publish, world, read, expectNothingElse } = publishing();
    await publish(fiveRows);
    damage(world.content);
    expect(await publish(fiveRows)).toEqual({ outcome: 'published', version: 2, rows: 5 });
    const { manifest, rows } = await read();
    expect(cameras(rows)).toEqual(cameras(fiveRows));
    expectNothingElse(manifest);
  });

  it('never gives a version twice, even when the ledger is lost', async () => {
    const { publish, entries } = publishing();
    await publish(fiveRows);
    await publish(threeRows);
    entries.clear();
    expect(await publish(fiveRows)).toMatchObject({ outcome: 'published', version: 3 });
  });

  it('never goes back to an older version, even when the bucket was restored to it', async () => {
    const { publish, world, read } = publishing();
    await publish(fiveRows);
    const older = new Map(world.content);
    await publish(threeRows);
    world.content.clear();
    for (const [key, bytes] of older) world.content.set(key, bytes);
    expect(await publish(fiveRows)).toEqual({ outcome: 'published', version: 3, rows: 5 });
    expect((await read()).manifest.version).toBe(3);
  });

  it('leaves an export alone that another run works on, until its lease has run out', async () => {
    const { publish, world, deps } = publishing();
    const until = new Date(world.nowMs + 900_000);
    await deps.ledger.begin('people/granularity=day/period=2024-02-29', 'run-9', until);
    expect(await publish(fiveRows)).toEqual({ outcome: 'busy', version: 0, rows: 0 });
    expect(world.steps).toEqual(['begin']);
    expect(world.directories).toEqual([]);
    world.nowMs = until.getTime();
    expect(await publish(fiveRows)).toMatchObject({ outcome: 'published' });
  });

  it('leaves other partitions alone, also one that lies within this one', async () => {
    const { publish, world } = publishing();
    const others = [
      partAt('v1-part-1.csv').replace('02-29', '02-28'),
      partAt('source=line/v1-part-1.csv'),
      partAt('v1-part-1.csv').replace('people', 'counts'),
      partAt('v1-part-1.csv').replace('02-29', '02-290'),
    ];
    for (const key of others) world.content.set(key, Buffer.from('other'));
    world.content.set(partAt('v0-part-1.csv'), Buffer.from('left over'));
    await publish(fiveRows);
    await publish(threeRows);
    expect([...world.content.keys()]).toEqual(expect.arrayContaining(others));
    expect(world.content.has(partAt('v0-part-1.csv'))).toBe(false);
  });

  it('passes on what the writing of rows fails with, gives the lease back and changes nothing', async () => {
    const { publish, changes, leases, world, deps } = publishing();
    await publish(fiveRows);
    world.steps.length = 0;
    const failing = publishExport({ ...deps, rowsPerPart: 1 }, { set: 'people', partition, table }, async (sink) => {
      sink.add(row());
      throw new Error('the table is away');
    });
    await expect(failing).rejects.toThrow('the table is away');
    await expect(publish([row({ in: 2n ** 63n })])).rejects.toThrow(RangeError);
    expect(changes()).toEqual([]);
    expect(leases.size).toBe(0);
    expect(world.directories).toHaveLength(3);
  });

  it('changes nothing any more once its lease has run out', async () => {
    const { publish, changes, world, deps } = publishing();
    await publish(fiveRows);
    world.steps.length = 0;
    const late = publishExport({ ...deps, leaseMs: 1_000 }, { set: 'people', partition, table }, async (sink) => {
      sink.add(row());
      world.nowMs += 1_000;
      return {};
    });
    await expect(late).rejects.toMatchObject({ code: 'export-lease-lost', retryable: true });
    expect(changes()).toEqual([]);
  });
});

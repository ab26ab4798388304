import { describe, expect, it } from 'vitest';
import { createGridStore } from '#lib/dashboard/people/grid-store.ts';
import { TransientError } from '#lib/errors.ts';
import type { Manifest } from '#lib/exports/manifest.ts';

const manifestOf = (version: number): Manifest => ({
  set: 'people',
  partition: {},
  version,
  published_at: '2024-03-01T04:00:00.000Z',
  rows: 0,
  content_sha256: String(version % 10).repeat(64),
  files: [],
  coverage: {},
});

function store(mostBytes: number) {
  let version = 1;
  const objects = { get: async () => Buffer.from(JSON.stringify(manifestOf(version))) };
  const made: string[] = [];
  const grids = createGridStore(objects, mostBytes);
  const read = (date: string, fails?: () => void) =>
    grids.read('people', [['date', date]], 'own', async (manifest) => {
      fails?.();
      made.push(`${date} v${manifest.version}`);
      return { cameras: new Map(), values: {}, asOf: undefined, bytes: 40 };
    });
  const publish = () => {
    version += 1;
  };
  return { made, read, publish, sizeBytes: grids.sizeBytes };
}

describe('grids that are kept', () => {
  it('are made once for each version', async () => {
    const { made, read, publish } = store(100);
    await read('a');
    await read('a');
    publish();
    await read('a');
    expect(made).toEqual(['a v1', 'a v2']);
  });

  it('never take more room than they may: what was not asked for longest goes', async () => {
    const { made, read, sizeBytes } = store(100);
    for (const date of ['a', 'b', 'a', 'c', 'a', 'b']) {
      await read(date);
      expect(sizeBytes()).toBeLessThanOrEqual(100);
    }
    expect(made).toEqual(['a v1', 'b v1', 'c v1', 'b v1']);
  });

  it('are read from the new manifest where the old one was replaced, but not for ever', async () => {
    const { made, read, publish } = store(100);
    let failures = 0;
    await read('a', () => {
      failures += 1;
      publish();
      if (failures === 1) throw new TransientError('export-replaced', '');
    });
    expect(made).toEqual(['a v2']);
    await expect(
      read('b', () => {
        throw new TransientError('export-replaced', '');
      }),
    ).rejects.toThrow(TransientError);
  });
});

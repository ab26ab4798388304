import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import type { Partition } from '#lib/exports/export-keys.ts';
import type { ExportObjects } from '#lib/exports/export-objects.ts';
import type { Row } from '#lib/exports/export-table.ts';
import { type Manifest, readManifest } from '#lib/exports/manifest.ts';
import { type CoverageInput, publishExport } from '#lib/exports/publish-export.ts';
import { readExportRows } from '#lib/exports/read-export-rows.ts';
import { recordedStores } from './recorded-stores.ts';
import { row, table } from './table-parts.ts';

export const partition: Partition = [
  ['granularity', 'day'],
  ['period', '2024-02-29'],
];
export const manifestAt = 'exports/manifests/people/granularity=day/period=2024-02-29.json';
export const partAt = (name: string) =>
  `exports/people/format=${name.split('.')[1]}/granularity=day/period=2024-02-29/${name}`;

export const fiveRows = Array.from({ length: 5 }, (_, n) => row({ camera: `old ${n}` }));
export const threeRows = Array.from({ length: 3 }, (_, n) => row({ camera: `new ${n}` }));
export const cameras = (rows: readonly Row[]) => rows.map((row) => row['camera']);

/** An export of two rows a part in stores that record what is done to them. */
export function publishing() {
  const stores = recordedStores();
  const { world, deps } = stores;
  const publish = async (rows: readonly Row[], coverage: CoverageInput = {}, holder = 'run-1') => {
    world.steps.length = 0;
    try {
      return await publishExport(
        { ...deps, rowsPerPart: 2, holder },
        { set: 'people', partition, table },
        async (sink) => {
          for (const row of rows) sink.add({ ...row, version: sink.version });
          return coverage;
        },
      );
    } finally {
      for (const directory of world.directories) expect(existsSync(directory), directory).toBe(false);
    }
  };
  /** What a reader sees that starts from the manifest; fails where a file is not what the manifest says. */
  const read = async () => {
    const objects: Pick<ExportObjects, 'get'> = { get: async (key) => world.content.get(key) };
    const manifest = await readManifest(objects, 'people', partition);
    if (manifest === undefined) throw new Error('there is no manifest');
    for (const { key, bytes, sha256 } of manifest.files) {
      const content = world.content.get(key);
      expect([content?.length, content && hash('sha256', content)], key).toEqual([bytes, sha256]);
    }
    return { manifest, rows: await Array.fromAsync(readExportRows(objects, manifest)) };
  };
  const expectNothingElse = (manifest: Manifest) => {
    const named = [manifestAt, ...manifest.files.map(({ key }) => key)];
    expect([...world.content.keys()].sort()).toEqual(named.sort());
  };
  return { ...stores, publish, read, expectNothingElse };
}

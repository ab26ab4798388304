import { errorCode } from '#lib/errors.ts';
import { exportId, type Partition } from '#lib/exports/export-keys.ts';
import type { ExportObjects } from '#lib/exports/export-objects.ts';
import { type Manifest, readManifest } from '#lib/exports/manifest.ts';
import type { CountGrid } from './count-grid.ts';

/** An export as the views need it. */
export type StandingGrid<Grid> = { manifest: Manifest; grid: Grid };

/**
 * Reads exports, and keeps what it has made of them: a version never changes. What was not asked for longest goes when all
 * together is more than `mostBytes`.
 */
export function createGridStore(objects: Pick<ExportObjects, 'get'>, mostBytes: number) {
  const kept = new Map<string, CountGrid>();
  let keptBytes = 0;
  const keep = (id: string, grid: CountGrid): void => {
    kept.set(id, grid);
    keptBytes += grid.bytes;
    for (const [oldest, { bytes }] of kept) {
      if (keptBytes <= mostBytes) return;
      kept.delete(oldest);
      keptBytes -= bytes;
    }
  };
  const forget = (id: string): CountGrid | undefined => {
    const grid = kept.get(id);
    if (grid !== undefined && kept.delete(id)) keptBytes -= grid.bytes;
    return grid;
  };

  /**
   * @param form tells grids of the same export apart
   * @returns `undefined` where there is no such export
   */
  async function read<Measure extends string>(
    set: string,
    partition: Partition,
    form: string,
    make: (manifest: Manifest) => Promise<CountGrid<Measure>>,
    isSecondTry = false,
  ): Promise<StandingGrid<CountGrid<Measure>> | undefined> {
    const manifest = await readManifest(objects, set, partition);
    if (manifest === undefined) return undefined;
    const id = `${exportId(set, partition)} ${form} ${manifest.version} ${manifest.content_sha256}`;
    const standing = forget(id) as CountGrid<Measure> | undefined;
    try {
      const grid = standing ?? (await make(manifest));
      keep(id, grid);
      return { manifest, grid };
    } catch (error) {
      if (isSecondTry || errorCode(error) !== 'export-replaced') throw error;
      return read(set, partition, form, make, true);
    }
  }
  return { read, sizeBytes: () => keptBytes };
}

import { TransientError } from '#lib/errors.ts';
import type { ExportObjects } from './export-objects.ts';
import type { Row } from './export-table.ts';
import type { Manifest } from './manifest.ts';
import { readParquet } from './parquet.ts';

/**
 * The rows of an export in their order, one part in memory at a time.
 *
 * @param columns those that are wanted, where not all are
 * @throws TransientError `export-replaced` when a newer version has taken the place of this one: read the manifest again
 */
export async function* readExportRows(
  objects: Pick<ExportObjects, 'get'>,
  manifest: Manifest,
  columns?: readonly string[],
): AsyncGenerator<Row> {
  for (const { key, format } of manifest.files) {
    if (format !== 'parquet') continue;
    const content = await objects.get(key);
    if (content === undefined) throw new TransientError('export-replaced', `${key} is gone: read the manifest again`);
    yield* await readParquet(content, columns);
  }
}

import { TransientError } from '#lib/errors.ts';
import type { ExportObjects } from './export-objects.ts';
import type { Cell, Row } from './export-table.ts';
import type { Manifest } from './manifest.ts';
import { readParquet, readParquetColumns } from './parquet.ts';

/**
 * The rows of an export in their order, one part in memory at a time.
 * @throws TransientError `export-replaced` when a newer version has taken the place of this one: read the manifest again
 */
export async function* readExportRows(objects: Pick<ExportObjects, 'get'>, manifest: Manifest): AsyncGenerator<Row> {
  for await (const part of readParts(objects, manifest)) yield* await readParquet(part);
}

/**
 * The same by columns, a part at a time, and only those that are named.
 * @throws as `readExportRows`
 */
export async function* readExportColumns<Name extends string>(
  objects: Pick<ExportObjects, 'get'>,
  manifest: Manifest,
  names: readonly Name[],
): AsyncGenerator<{ [name in Name]: Cell[] }> {
  for await (const part of readParts(objects, manifest)) yield await readParquetColumns(part, names);
}

async function* readParts(objects: Pick<ExportObjects, 'get'>, { files }: Manifest): AsyncGenerator<Buffer> {
  for (const { key, format } of files) {
    if (format !== 'parquet') continue;
    const content = await objects.get(key);
    if (content === undefined) throw new TransientError('export-replaced', `${key} is gone: read the manifest again`);
    yield content;
  }
}

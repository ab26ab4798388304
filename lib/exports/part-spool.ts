import { createHash, hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { csvOf } from './csv.ts';
import { type ExportFormat, exportFormats } from './export-keys.ts';
import { createRowCheck, type ExportTable, type Row } from './export-table.ts';
import { parquetOf } from './parquet.ts';

export type SpooledFile = { format: ExportFormat; path: string; bytes: number; sha256: string };
/** Parts are numbered from 1. */
export type SpooledPart = { number: number; rows: number; files: SpooledFile[] };
export type SpooledExport = {
  rows: number;
  /** Over the columns and all rows in their order, but for the cells of stamps: equal where the contents are. */
  contentSha256: string;
  parts: SpooledPart[];
};

export type PartSpool = {
  /** @throws RangeError where the row does not fit the table */
  add(row: Row): void;
  finish(): SpooledExport;
  /** Removes the directory with all that is in it. */
  dispose(): Promise<void>;
};

const encoders: { [format in ExportFormat]: typeof csvOf } = { parquet: parquetOf, csv: csvOf };

/**
 * Writes rows to files of `rowsPerPart` rows, each part in both formats. Only the rows of one part are ever held: a
 * full one goes to `directory` before the next row is taken. An export without rows has one part all the same, so that
 * readers find its columns.
 * @param options.directory empty, and the spool's own from now on
 */
export function createPartSpool(options: { table: ExportTable; directory: string; rowsPerPart?: number }): PartSpool {
  const { table, directory, rowsPerPart = 50_000 } = options;
  const cellsOf = createRowCheck(table);
  const digest = createHash('sha256').update(canonicalHead(table));
  const parts: SpooledPart[] = [];
  let held: Row[] = [];
  let rows = 0;

  const writePart = (): void => {
    const number = parts.length + 1;
    const files = exportFormats.map((format) => {
      const content = encoders[format](table, held);
      const path = join(directory, `${number}.${format}`);
      writeFileSync(path, content);
      return { format, path, bytes: content.length, sha256: hash('sha256', content) };
    });
    parts.push({ number, rows: held.length, files });
    held = [];
  };

  return {
    add: (row) => {
      const cells = cellsOf(row).filter((_, index) => table.columns[index]?.isStamp !== true);
      digest.update(`${JSON.stringify(cells, (_, cell) => (typeof cell === 'bigint' ? String(cell) : cell))}\n`);
      held.push(row);
      rows += 1;
      if (held.length === rowsPerPart) writePart();
    },
    finish: () => {
      if (held.length > 0 || parts.length === 0) writePart();
      return { rows, contentSha256: digest.digest('hex'), parts };
    },
    dispose: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Columns count too: whoever gets a new one must find it in every export. */
const canonicalHead = ({ columns }: ExportTable): string =>
  `${JSON.stringify(columns.map(({ name, type, isStamp = false }) => [name, type, isStamp]))}\n`;

import { createHash, hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createCsvFile } from './csv.ts';
import { type ExportFormat, exportFormats } from './export-keys.ts';
import { type CheckedCell, createRowCheck, type ExportTable, type Row, type TableFile } from './export-table.ts';
import { createParquetFile } from './parquet.ts';

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

const creators: { [format in ExportFormat]: (table: ExportTable) => TableFile } = {
  parquet: createParquetFile,
  csv: createCsvFile,
};

/**
 * Writes rows to files of `rowsPerPart` rows, each part in both formats. Of rows only some are ever held, and of bytes
 * those of one part: a full one goes to `directory` before the next row is taken. An export without rows has one part all the same, so that
 * readers find its columns.
 * @param options.directory empty, and the spool's own from now on
 */
export function createPartSpool(options: { table: ExportTable; directory: string; rowsPerPart?: number }): PartSpool {
  const { table, directory, rowsPerPart = 50_000 } = options;
  const cellsOf = createRowCheck(table);
  const contentOf = createContentLine(table);
  const digest = createHash('sha256').update(canonicalHead(table));
  const newPart = () => exportFormats.map((format) => ({ format, file: creators[format](table) }));
  const parts: SpooledPart[] = [];
  let part = newPart();
  let [rows, held] = [0, 0];

  const writePart = (): void => {
    const number = parts.length + 1;
    const files = part.map(({ format, file }) => {
      const content = file.finish();
      const path = join(directory, `${number}.${format}`);
      writeFileSync(path, content);
      return { format, path, bytes: content.length, sha256: hash('sha256', content) };
    });
    parts.push({ number, rows: held, files });
    part = newPart();
    held = 0;
  };

  return {
    add: (row) => {
      const cells = cellsOf(row);
      digest.update(contentOf(cells));
      for (const { file } of part) file.add(cells);
      rows += 1;
      held += 1;
      if (held === rowsPerPart) writePart();
    },
    finish: () => {
      if (held > 0 || parts.length === 0) writePart();
      return { rows, contentSha256: digest.digest('hex'), parts };
    },
    dispose: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Columns count too: whoever gets a new one must find it in every export. */
const canonicalHead = ({ columns }: ExportTable): string =>
  `${JSON.stringify(columns.map(({ name, type, isStamp = false }) => [name, type, isStamp]))}\n`;

/** What counts of a row when contents are compared: no stamps. Whole numbers stand as text, as they always have. */
function createContentLine({ columns }: ExportTable): (cells: readonly CheckedCell[]) => string {
  const counted = columns.flatMap(({ type, isStamp }, index) =>
    isStamp === true ? [] : [{ index, isInteger: type === 'integer' }],
  );
  return (cells) => {
    const content = counted.map(({ index, isInteger }) => {
      const cell = cells[index] ?? null;
      return isInteger && cell !== null ? String(cell) : cell;
    });
    return `${JSON.stringify(content)}\n`;
  };
}

import { createCsvFile } from '#lib/exports/csv.ts';
import { createRowCheck, type ExportTable, type Row, type TableFile } from '#lib/exports/export-table.ts';
import { createParquetFile } from '#lib/exports/parquet.ts';

/** Rows as one file of their table. */
const fileOf = (create: (table: ExportTable) => TableFile) => (table: ExportTable, rows: readonly Row[]) => {
  const cellsOf = createRowCheck(table);
  const file = create(table);
  for (const row of rows) file.add(cellsOf(row));
  return file.finish();
};

export const parquetOf = fileOf(createParquetFile);
export const csvOf = fileOf(createCsvFile);

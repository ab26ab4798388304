import { type CheckedCell, createRowCheck, type ExportTable, type Row } from './export-table.ts';

/**
 * A table as CSV of RFC 4180: UTF-8 without a byte-order mark, a line of column names, CRLF after every line, quotes
 * only where a field needs them. Null is an empty field and the empty text is `""`, so that the two stay apart. The
 * same rows give the same bytes.
 *
 * Nothing else is changed: text that begins with `=`, `+`, `-` or `@` stays as it came, because this is data for
 * programs. Whoever opens it in a spreadsheet must import such columns as text.
 * @throws RangeError where a row does not fit its table
 */
export function csvOf(table: ExportTable, rows: readonly Row[]): Uint8Array {
  const cellsOf = createRowCheck(table);
  const lines = rows.map((row) => csvLine(cellsOf(row)));
  return Buffer.from([csvLine(table.columns.map(({ name }) => name)), ...lines].join(''));
}

const csvLine = (cells: readonly CheckedCell[]): string => `${cells.map(csvField).join(',')}\r\n`;

function csvField(cell: CheckedCell): string {
  if (cell === null) return '';
  const text = String(cell);
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

import type { CheckedCell, ExportTable, TableFile } from './export-table.ts';

/**
 * A table as CSV of RFC 4180: UTF-8 without a byte-order mark, a line of column names, CRLF after every line, quotes
 * only where a field needs them. Null is an empty field and the empty text is `""`, so that the two stay apart.
 *
 * Nothing else is changed: text that begins with `=`, `+`, `-` or `@` stays as it came, because this is data for
 * programs. Whoever opens it in a spreadsheet must import such columns as text.
 */
export function createCsvFile({ columns }: ExportTable): TableFile {
  const blocks: Buffer[] = [];
  let lines = csvLine(columns.map(({ name }) => name));
  const writeBlock = (): void => {
    blocks.push(Buffer.from(lines));
    lines = '';
  };
  return {
    add: (cells) => {
      lines += csvLine(cells);
      if (lines.length >= blockLength) writeBlock();
    },
    finish: () => {
      writeBlock();
      return Buffer.concat(blocks);
    },
  };
}

/** So that lines become bytes, which take less memory, before there are many of them. */
const blockLength = 1_048_576;

const csvLine = (cells: readonly CheckedCell[]): string => `${cells.map(csvField).join(',')}\r\n`;

function csvField(cell: CheckedCell): string {
  if (cell === null) return '';
  const text = String(cell);
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { parquetReadObjects, type SchemaElement } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import {
  type Cell,
  type CheckedCell,
  type Column,
  type ColumnType,
  createRowCheck,
  type ExportTable,
  type Row,
} from './export-table.ts';

const rowsPerGroup = 10_000;
const dayMs = 86_400_000;

const elements: { [type in ColumnType]: Pick<SchemaElement, 'type' | 'converted_type'> } = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  integer: { type: 'INT64' },
  decimal: { type: 'DOUBLE' },
  flag: { type: 'BOOLEAN' },
  date: { type: 'INT32', converted_type: 'DATE' },
};

/**
 * A table as one Parquet file, compressed with zstd. It holds nothing that changes from run to run: the same rows give
 * the same bytes. No rows give a file with the schema alone.
 * @throws RangeError where a row does not fit its table
 */
export function parquetOf(table: ExportTable, rows: readonly Row[]): Uint8Array {
  const cells = rows.map(createRowCheck(table));
  const schema: SchemaElement[] = [
    { name: 'root', num_children: table.columns.length },
    ...table.columns.map(({ name, type }) => ({ name, repetition_type: 'OPTIONAL' as const, ...elements[type] })),
  ];
  const buffer = parquetWriteBuffer({
    schema,
    columnData: table.columns.map((column, index) => ({
      name: column.name,
      data: cells.map((row) => stored(column, row[index] ?? null)),
    })),
    codec: 'ZSTD',
    compressors: {
      ZSTD: (input) => zstdCompressSync(input, { params: { [constants.ZSTD_c_compressionLevel]: 3 } }),
    },
    rowGroupSize: rowsPerGroup,
  });
  return new Uint8Array(buffer);
}

const stored = ({ type }: Column, cell: CheckedCell): CheckedCell =>
  type === 'date' && typeof cell === 'string' ? Date.parse(cell) / dayMs : cell;

/** The rows of a file that `parquetOf` wrote: whole numbers as number where that is exact, else as bigint. */
export async function readParquet(bytes: Uint8Array): Promise<Row[]> {
  const { buffer } = new Uint8Array(bytes);
  // The reader's own decoder takes a text's first U+FEFF for a byte-order mark and drops it.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const rows = await parquetReadObjects({
    file: { byteLength: buffer.byteLength, slice: (start, end) => buffer.slice(start, end) },
    compressors: { ZSTD: (input) => zstdDecompressSync(input) },
    parsers: {
      stringFromBytes: (text) => text && decoder.decode(text),
      dateFromDays: (days) => (typeof days === 'number' ? new Date(days * dayMs).toISOString().slice(0, 10) : days),
    },
  });
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cellOf(value)])));
}

function cellOf(value: unknown): Cell {
  switch (typeof value) {
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    default:
      return null;
  }
}

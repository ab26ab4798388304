import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { type ParquetReadOptions, parquetRead, parquetReadObjects, type SchemaElement } from 'hyparquet';
import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer';
import { dateAt, daysTo } from '#lib/time/calendar.ts';
import {
  type Cell,
  type CheckedCell,
  type Column,
  type ColumnType,
  type ExportTable,
  type Row,
  type TableFile,
} from './export-table.ts';

const rowsPerGroup = 10_000;

const elements: { [type in ColumnType]: Pick<SchemaElement, 'type' | 'converted_type'> } = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  integer: { type: 'INT64' },
  decimal: { type: 'DOUBLE' },
  flag: { type: 'BOOLEAN' },
  date: { type: 'INT32', converted_type: 'DATE' },
};

/**
 * A table as one Parquet file, compressed with zstd. It holds nothing that changes from run to run. No rows give a file with
 * the schema alone. No more than the rows of one group are held, by columns; the groups before are bytes already.
 */
export function createParquetFile({ columns }: ExportTable): TableFile {
  const bytes = new ByteWriter();
  const file = new ParquetWriter({
    writer: bytes,
    schema: [
      { name: 'root', num_children: columns.length },
      ...columns.map(({ name, type }) => ({ name, repetition_type: 'OPTIONAL' as const, ...elements[type] })),
    ],
    codec: 'ZSTD',
    compressors: {
      ZSTD: (input) => zstdCompressSync(input, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
    },
  });
  const newGroup = () => columns.map((column) => ({ column, put: stored[column.type], data: [] as CheckedCell[] }));
  let group = newGroup();
  let held = 0;

  const writeGroup = (): void => {
    // Bytes in memory have nothing to wait for.
    void file.write({
      columnData: group.map(({ column, data }) => sourceOf(column, data)),
      rowGroupSize: rowsPerGroup,
    });
    group = newGroup();
    held = 0;
  };

  return {
    add: (cells) => {
      group.forEach(({ put, data }, index) => data.push(put(cells[index] ?? null)));
      held += 1;
      if (held === rowsPerGroup) writeGroup();
    },
    finish: () => {
      if (held > 0) writeGroup();
      void file.finish();
      return bytes.getBytes();
    },
  };
}

/**
 * The bounds of a group's values let readers skip it. They are found for what rows are sorted and sought by, ids and times:
 * those of numbers, whose order says nothing, would skip no group and take a fifth of all the work.
 */
const sourceOf = ({ name, type, isRecurring, isStamp }: Column, data: CheckedCell[]): ColumnSource => ({
  name,
  data,
  statistics: (type === 'text' || type === 'date') && isStamp !== true,
  ...(isRecurring === true ? { encoding: 'RLE_DICTIONARY' } : {}),
});

/** Most whole numbers are counts: to make each anew takes a ninth of all the work. */
const smallIntegers = Array.from({ length: 4_096 }, (_, index) => BigInt(index));

const asIs = (cell: CheckedCell): CheckedCell => cell;
/** What the writer takes for a cell of each type. */
const stored: { readonly [type in ColumnType]: (cell: CheckedCell) => CheckedCell } = {
  text: asIs,
  integer: (cell) => (typeof cell === 'number' ? (smallIntegers[cell] ?? BigInt(cell)) : cell),
  decimal: asIs,
  flag: asIs,
  date: (cell) => (typeof cell === 'string' ? (daysTo(cell) ?? null) : cell),
};

/** The rows of such a file: whole numbers as number where that is exact, else as bigint. */
export async function readParquet(bytes: Uint8Array): Promise<Row[]> {
  const rows = await parquetReadObjects(readerOf(bytes));
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cellOf(value)])));
}

/** The cells of some columns of such a file, column by column: far less work than its rows. */
export async function readParquetColumns<Name extends string>(
  bytes: Uint8Array,
  names: readonly Name[],
): Promise<{ [name in Name]: Cell[] }> {
  const columns = new Map<string, Cell[]>(names.map((name) => [name, []]));
  await parquetRead({
    ...readerOf(bytes),
    columns: [...names],
    onChunk: ({ columnName, columnData, rowStart }) => {
      const cells = columns.get(columnName);
      for (let index = 0; index < columnData.length; index += 1) {
        if (cells !== undefined) cells[rowStart + index] = cellOf(columnData[index]);
      }
    },
  });
  return Object.fromEntries(columns) as { [name in Name]: Cell[] };
}

function readerOf(bytes: Uint8Array): Pick<ParquetReadOptions, 'file' | 'compressors' | 'parsers'> {
  const { buffer } = new Uint8Array(bytes);
  // The reader's own decoder takes a text's first U+FEFF for a byte-order mark and drops it.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return {
    file: { byteLength: buffer.byteLength, slice: (start, end) => buffer.slice(start, end) },
    compressors: { ZSTD: (input) => zstdDecompressSync(input) },
    parsers: {
      stringFromBytes: (text) => text && decoder.decode(text),
      dateFromDays: (days) => (typeof days === 'number' ? dateAt(days) : days),
    },
  };
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

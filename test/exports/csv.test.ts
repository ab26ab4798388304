import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cell, ColumnType } from '#lib/exports/export-table.ts';
import { csvOf } from '../support/table-files.ts';
import { anyRow, row, table } from './table-parts.ts';

const text = (bytes: Uint8Array) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
const fieldOf = (type: ColumnType, cell: Cell) => {
  const csv = text(csvOf({ columns: [{ name: 'c', type }] }, [{ c: cell }]));
  expect(csv.startsWith('c\r\n')).toBe(true);
  expect(csv.endsWith('\r\n')).toBe(true);
  return csv.slice(3, -2);
};

/** RFC 4180, character by character: a field without quotes and characters is null. */
function readCsv(csv: string): (string | null)[][] {
  const lines: (string | null)[][] = [];
  let line: (string | null)[] = [];
  let at = 0;
  while (at < csv.length) {
    let field: string | null = null;
    if (csv[at] === '"') {
      field = '';
      for (at += 1; csv[at] !== '"' || csv[at + 1] === '"'; at += 1) {
        if (csv[at] === '"') at += 1;
        field += csv[at];
      }
      at += 1;
    } else {
      while (csv[at] !== ',' && csv[at] !== '\r') {
        if (csv[at] === '"' || csv[at] === '\n' || csv[at] === undefined) throw new Error(`not RFC 4180 at ${at}`);
        field = (field ?? '') + csv[at];
        at += 1;
      }
    }
    line.push(field);
    if (csv[at] === ',') at += 1;
    else if (csv.startsWith('\r\n', at)) {
      at += 2;
      lines.push(line);
      line = [];
    } else throw new Error(`not RFC 4180 at ${at}`);
  }
  return lines;
}

describe('csvOf', () => {
  it.each<[string, ColumnType, Cell, string]>([
    ['writes plain text as it is', 'text', 'D1#0', 'D1#0'],
    ['leaves null empty', 'text', null, ''],
    ['quotes the empty text', 'text', '', '""'],
    ['quotes a comma', 'text', 'a,b', '"a,b"'],
    ['doubles a quote', 'text', 'a"b', '"a""b"'],
    ['quotes a line feed', 'text', 'a\nb', '"a\nb"'],
    ['quotes a carriage return', 'text', 'a\rb', '"a\rb"'],
    ['keeps spaces without quotes', 'text', ' a ', ' a '],
    ['keeps what a spreadsheet would run', 'text', '=1+1', '=1+1'],
    ['keeps the word null', 'text', 'null', 'null'],
    ['keeps a byte-order mark within text', 'text', '\uFEFFa', '\uFEFFa'],
    ['replaces half a surrogate pair', 'text', 'a\uD800b', 'a\uFFFDb'],
    ['writes a whole number', 'integer', -7, '-7'],
    ['writes a large whole number exactly', 'integer', 9223372036854775807n, '9223372036854775807'],
    ['writes zero without a sign', 'integer', -0, '0'],
    ['writes a decimal', 'decimal', 0.1, '0.1'],
    ['writes a decimal zero without a sign', 'decimal', -0, '0'],
    ['writes a tiny decimal with its exponent', 'decimal', 1e-7, '1e-7'],
    ['writes yes', 'flag', true, 'true'],
    ['writes no', 'flag', false, 'false'],
    ['writes a date', 'date', '2024-02-29', '2024-02-29'],
  ])('%s', (_, type, cell, field) => {
    expect(fieldOf(type, cell)).toBe(field);
  });

  it('begins with the names of the columns, without a byte-order mark', () => {
    expect(text(csvOf(table, []))).toBe('camera,in,speed,closed,day,version\r\n');
    expect(text(csvOf({ columns: [{ name: 'a,"b"', type: 'text' }] }, []))).toBe('"a,""b"""\r\n');
  });

  it('leaves a column empty that a row does not name', () => {
    expect(text(csvOf(table, [{ in: 1, camera: 'D1' }]))).toContain('\r\nD1,1,,,,\r\n');
  });

  it('is read back as what was written', () => {
    fc.assert(
      fc.property(fc.array(anyRow), (rows) => {
        const written = rows.map((row) => Object.values(row).map((cell) => (cell === null ? null : String(cell))));
        expect(readCsv(text(csvOf(table, rows)))).toEqual([table.columns.map(({ name }) => name), ...written]);
      }),
    );
  });

  it.each<[string, ColumnType, Cell]>([
    ['a whole number of more than 64 bits', 'integer', 2n ** 63n],
    ['a negative one of more than 64 bits', 'integer', -(2n ** 63n) - 1n],
    ['a number too large to be exact', 'integer', 2 ** 53],
    ['a fraction where a whole number belongs', 'integer', 1.5],
    ['text where a whole number belongs', 'integer', '1'],
    ['no number', 'decimal', Number.NaN],
    ['an endless number', 'decimal', Number.POSITIVE_INFINITY],
    ['a bigint where a decimal belongs', 'decimal', 1n],
    ['a day that is in no calendar', 'date', '2023-02-29'],
    ['a time where a date belongs', 'date', '2024-02-29T00:00:00Z'],
    ['a year before the first', 'date', '0000-01-01'],
    ['a number where text belongs', 'text', 1],
    ['a number where a flag belongs', 'flag', 1],
  ])('refuses %s and names the column', (_, type, cell) => {
    expect(() => fieldOf(type, cell)).toThrow(RangeError);
    expect(() => fieldOf(type, cell)).toThrow(/column c\b/);
  });

  it('refuses a cell that no column takes, and a table of equal columns', () => {
    expect(() => csvOf(table, [row({ channel: '0' })])).toThrow(new RangeError('column channel is not in the table'));
    const column = { name: 'a', type: 'text' } as const;
    expect(() => csvOf({ columns: [column, column] }, [])).toThrow(RangeError);
    expect(() => csvOf({ columns: [] }, [])).toThrow(RangeError);
  });
});

import { daysTo } from '#lib/time/calendar.ts';

/**
 * `text` also for whole numbers beyond 64 bits, `integer` an exact signed 64-bit one, `decimal` a finite double,
 * `date` a calendar day as `YYYY-MM-DD`. Every column may be null.
 */
export type ColumnType = 'text' | 'integer' | 'decimal' | 'flag' | 'date';
export type Cell = string | number | bigint | boolean | null;
export type Column = {
  readonly name: string;
  readonly type: ColumnType;
  /** A stamp (`version`, `as_of`) says when a row was written, so it does not count when two contents are compared. */
  readonly isStamp?: true;
  /** Its texts come again, but far apart: the hours of a day, channel after channel. Parquet writers fail to see that. */
  readonly isRecurring?: true;
};
export type ExportTable = { readonly columns: readonly Column[] };
/** A column left out is null. */
export type Row = { readonly [column: string]: Cell };

/**
 * A cell as it is written: a whole number is a number where that is exact, else a bigint; text is well-formed Unicode, there
 * is no negative zero.
 */
export type CheckedCell = string | number | bigint | boolean | null;

/** A file of a table in the making. */
export type TableFile = {
  /** @param cells of one row, checked, in the order of the columns */
  add(cells: readonly CheckedCell[]): void;
  /** Its bytes, which the same rows give again; nothing is added after that. */
  finish(): Uint8Array;
};

/**
 * Gives the cells of a row in the order of the columns.
 *
 * The function returned throws RangeError, with the column's name and never its value, where a cell does not fit its
 * column or the table has no such column: rows come from our own code, so that is a bug in it.
 * @throws RangeError when two columns bear one name, or there are none
 */
export function createRowCheck({ columns }: ExportTable): (row: Row) => CheckedCell[] {
  const names = new Set(columns.map(({ name }) => name));
  if (names.size === 0 || names.size < columns.length) throw new RangeError('a table needs columns of different names');
  const checked = columns.map(({ name, type }) => ({ name, type, check: checks[type] }));
  return (row) => {
    for (const name of Object.keys(row)) {
      if (!names.has(name)) throw new RangeError(`column ${name} is not in the table`);
    }
    return checked.map(({ name, type, check }) => {
      const cell = row[name] ?? null;
      const result = cell === null ? null : check(cell);
      if (result !== undefined) return result;
      throw new RangeError(`column ${name} does not take this value: its type is ${type}`);
    });
  };
}

const checks: { [type in ColumnType]: (cell: Cell) => CheckedCell | undefined } = {
  // A lone surrogate has no UTF-8: each writer would put something else in its place.
  text: (cell) => (typeof cell === 'string' ? cell.toWellFormed() : undefined),
  integer: (cell) => {
    if (typeof cell === 'bigint' && BigInt.asIntN(64, cell) === cell) {
      return Number.isSafeInteger(Number(cell)) ? Number(cell) : cell;
    }
    // Adding zero makes 0 of -0.
    return Number.isSafeInteger(cell) ? Number(cell) + 0 : undefined;
  },
  // A Parquet dictionary cannot tell the two zeros apart.
  decimal: (cell) => (typeof cell === 'number' && Number.isFinite(cell) ? cell + 0 : undefined),
  flag: (cell) => (typeof cell === 'boolean' ? cell : undefined),
  date: (cell) => (typeof cell === 'string' && cell >= '0001' && daysTo(cell) !== undefined ? cell : undefined),
};

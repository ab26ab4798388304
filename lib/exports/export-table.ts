import { isDate } from '#lib/time/calendar.ts';

/**
 * `text` also for whole numbers beyond 64 bits, `integer` an exact signed 64-bit one, `decimal` a finite double,
 * `date` a calendar day as `YYYY-MM-DD`. Every column may be null.
 */
export type ColumnType = 'text' | 'integer' | 'decimal' | 'flag' | 'date';
export type Cell = string | number | bigint | boolean | null;
/** A stamp (`version`, `as_of`) says when a row was written, so it does not count when two contents are compared. */
export type Column = { readonly name: string; readonly type: ColumnType; readonly isStamp?: true };
export type ExportTable = { readonly columns: readonly Column[] };
/** A column left out is null. */
export type Row = { readonly [column: string]: Cell };

/** A cell as it is written: whole numbers are bigints, text is well-formed Unicode, there is no negative zero. */
export type CheckedCell = string | number | bigint | boolean | null;

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
  return (row) => {
    for (const name of Object.keys(row))
      if (!names.has(name)) throw new RangeError(`column ${name} is not in the table`);
    return columns.map((column) => checkedCell(column, row[column.name] ?? null));
  };
}

function checkedCell({ name, type }: Column, cell: Cell): CheckedCell {
  if (cell === null) return null;
  const checked = checks[type](cell);
  if (checked === undefined) throw new RangeError(`column ${name} does not take this value: its type is ${type}`);
  return checked;
}

const checks: { [type in ColumnType]: (cell: Cell) => CheckedCell | undefined } = {
  // A lone surrogate has no UTF-8: each writer would put something else in its place.
  text: (cell) => (typeof cell === 'string' ? cell.toWellFormed() : undefined),
  integer: (cell) => {
    const integer = typeof cell === 'number' && Number.isSafeInteger(cell) ? BigInt(cell) : cell;
    return typeof integer === 'bigint' && BigInt.asIntN(64, integer) === integer ? integer : undefined;
  },
  // Adding zero makes 0 of -0, which a Parquet dictionary cannot tell apart.
  decimal: (cell) => (typeof cell === 'number' && Number.isFinite(cell) ? cell + 0 : undefined),
  flag: (cell) => (typeof cell === 'boolean' ? cell : undefined),
  date: (cell) => (typeof cell === 'string' && isDate(cell) && cell >= '0001' ? cell : undefined),
};

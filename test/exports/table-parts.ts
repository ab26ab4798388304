import fc from 'fast-check';
import type { Cell, ExportTable, Row } from '#lib/exports/export-table.ts';

/** A column of every type, and a stamp. */
export const table: ExportTable = {
  columns: [
    { name: 'camera', type: 'text' },
    { name: 'in', type: 'integer' },
    { name: 'speed', type: 'decimal' },
    { name: 'closed', type: 'flag' },
    { name: 'day', type: 'date' },
    { name: 'version', type: 'integer', isStamp: true },
  ],
};

export const row = (changes: Row = {}): Row => ({
  camera: 'D1#0',
  in: 7,
  speed: 1.5,
  closed: false,
  day: '2024-02-29',
  version: 1,
  ...changes,
});

const orNull = <T extends Cell>(cell: fc.Arbitrary<T>) => fc.option(cell, { nil: null, freq: 4 });
const oddText = fc
  .array(
    fc.oneof(fc.constantFrom('"', ',', '\r', '\n', '\r\n', '\uFEFF', ' ', '日本', '😀'), fc.string({ unit: 'binary' })),
  )
  .map((parts) => parts.join(''));
const dates = fc
  .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

/** Rows of the table, as odd as they come; whole numbers are numbers where these are exact. */
export const anyRow: fc.Arbitrary<Row> = fc.record({
  camera: orNull(oddText),
  in: orNull(
    fc.oneof(
      fc.maxSafeInteger().map((integer) => integer + 0),
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
      fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }),
    ),
  ),
  speed: orNull(fc.double({ noNaN: true, noDefaultInfinity: true }).map((decimal) => decimal + 0)),
  closed: orNull(fc.boolean()),
  day: orNull(dates),
  version: fc.nat(),
});

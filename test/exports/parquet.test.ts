import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { parquetMetadata } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Row } from '#lib/exports/export-table.ts';
import { readParquet, readParquetColumns } from '#lib/exports/parquet.ts';
import { csvOf, parquetOf } from '../support/table-files.ts';
import { anyRow, row, table } from './table-parts.ts';

const bufferOf = (bytes: Uint8Array) => new Uint8Array(bytes).buffer;

describe('parquetOf', () => {
  it('is read back as what was written', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow), async (rows) => {
        expect(await readParquet(parquetOf(table, rows))).toEqual(rows);
      }),
    );
  });

  it('is read back by columns as by rows, over several groups', async () => {
    const rows = fc.sample(anyRow, { numRuns: 12_000, seed: 2 });
    const names = Object.keys(rows[0] ?? {});
    const columns = await readParquetColumns(parquetOf(table, rows), names);
    expect(Object.keys(columns)).toEqual(names);
    for (const name of names) expect(columns[name]).toEqual(rows.map((one) => one[name] ?? null));
    expect(await readParquetColumns(parquetOf(table, []), names.slice(0, 1))).toEqual({ [names[0] ?? '']: [] });
  });

  it('gives the same bytes for the same rows', () => {
    fc.assert(
      fc.property(fc.array(anyRow), (rows) => {
        expect(Buffer.compare(parquetOf(table, rows), parquetOf(table, structuredClone(rows)))).toBe(0);
      }),
    );
  });

  it('makes one of the two zeros and of half a surrogate pair, as CSV does', async () => {
    const rows = Array.from({ length: 100 }, (_, n) => row({ speed: n % 2 === 0 ? 0 : -0, camera: 'a\uD800', in: -0 }));
    const read = await readParquet(parquetOf(table, rows));
    expect(read).toEqual(rows.map((row) => ({ ...row, speed: 0, camera: 'a\uFFFD', in: 0 })));
  });

  it('puts ten thousand rows in a group, compressed with zstd', () => {
    const rows = Array.from({ length: 25_000 }, (_, n) => row({ in: n }));
    const { row_groups, key_value_metadata } = parquetMetadata(bufferOf(parquetOf(table, rows)));
    expect(key_value_metadata).toBeUndefined();
    expect(row_groups.map(({ num_rows }) => num_rows)).toEqual([10_000n, 10_000n, 5_000n]);
    const codecs = row_groups.flatMap(({ columns }) => columns.map(({ meta_data }) => meta_data?.codec));
    expect(new Set(codecs)).toEqual(new Set(['ZSTD']));
  });

  it('keeps the columns of a table without rows', async () => {
    const bytes = parquetOf(table, []);
    expect(await readParquet(bytes)).toEqual([]);
    const { schema } = parquetMetadata(bufferOf(bytes));
    expect(schema.slice(1).map(({ name }) => name)).toEqual(['camera', 'in', 'speed', 'closed', 'day', 'version']);
  });

  it('refuses a whole number of more than 64 bits and names the column', () => {
    expect(() => parquetOf(table, [row({ in: 2n ** 63n })])).toThrow(/^column in\b/);
    expect(() => parquetOf(table, [row({ in: 2n ** 63n })])).toThrow(RangeError);
  });
});

describe('in DuckDB', () => {
  const dir = mkdtempSync(join(tmpdir(), 'exports-'));
  let duckDb: DuckDBInstance;
  beforeAll(async () => {
    duckDb = await DuckDBInstance.create(':memory:');
  });
  afterAll(() => {
    duckDb.closeSync();
    rmSync(dir, { recursive: true, force: true });
  });

  const query = async (sql: string) => {
    const connection = await duckDb.connect();
    try {
      return (await connection.runAndReadAll(sql)).getRowObjectsJson();
    } finally {
      connection.closeSync();
    }
  };
  const types = { camera: 'VARCHAR', in: 'BIGINT', speed: 'DOUBLE', closed: 'BOOLEAN', day: 'DATE', version: 'BIGINT' };
  const columns = Object.entries(types).map(([name, type]) => `'${name}': '${type}'`);
  const tables = (name: string, rows: readonly Row[]) => {
    const path = join(dir, name);
    writeFileSync(`${path}.parquet`, parquetOf(table, rows));
    writeFileSync(`${path}.csv`, csvOf(table, rows));
    return {
      parquet: `read_parquet('${path}.parquet')`,
      csv: `read_csv('${path}.csv', auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
        new_line = '\\r\\n', allow_quoted_nulls = false, columns = {${columns.join(', ')}})`,
    };
  };

  // The client drops a text's first U+FEFF, so that only the bytes tell whether it is there.
  const bytesAndAll = (from: string) => query(`SELECT *, hex(camera) AS bytes FROM ${from}`);

  const odd: Row[] = [
    row({ camera: '', in: 9223372036854775807n, speed: 5e-324, closed: true, day: '0001-01-01' }),
    row({ camera: null, in: -9223372036854775808n, speed: -1.7976931348623157e308, closed: null, day: '9999-12-31' }),
    row({ camera: 'a,"b"\r\nc\nd', in: null, speed: null, closed: false, day: null }),
    row({ camera: ' 日本\uFEFF 😀 ', in: 0, speed: 0.1 }),
    row({ camera: 'null', in: 2 ** 53 - 1, speed: 1e21 }),
    row({ camera: '=1+1' }),
  ];

  it('a file has the types and the values that were written', async () => {
    const { parquet } = tables('odd', odd);
    const described = await query(`DESCRIBE SELECT * FROM ${parquet}`);
    expect(Object.fromEntries(described.map((column) => [column['column_name'], column['column_type']]))).toEqual(
      types,
    );
    // DuckDB gives BIGINT as text in JSON.
    const written = odd.map((row) => ({ ...row, in: row['in'] === null ? null : String(row['in']), version: '1' }));
    expect(await query(`SELECT * FROM ${parquet}`)).toEqual(written);
  });

  it('the two formats hold the same, nulls and empty texts apart', async () => {
    const { parquet, csv } = tables('both', odd);
    expect(await bytesAndAll(csv)).toEqual(await bytesAndAll(parquet));
    for (const format of [parquet, csv]) {
      const counted = `SELECT count(*) FILTER (camera IS NULL) AS nulls, count(*) FILTER (camera = '') AS empties`;
      expect(await query(`${counted} FROM ${format}`)).toEqual([{ nulls: '1', empties: '1' }]);
    }
  });

  it('the two formats hold the same over several groups, also where a column has no values', async () => {
    const rows = fc.sample(anyRow, { numRuns: 12_000, seed: 1 }).map((row) => ({ ...row, closed: null }));
    const { parquet, csv } = tables('many', rows);
    expect(await query(`SELECT count(*) AS rows, count(closed) AS flags FROM ${parquet}`)).toEqual([
      { rows: '12000', flags: '0' },
    ]);
    expect(await bytesAndAll(csv)).toEqual(await bytesAndAll(parquet));
  });

  it('a table without rows still has its columns', async () => {
    const { parquet, csv } = tables('empty', []);
    expect(await query(`SELECT * FROM ${parquet}`)).toEqual([]);
    expect(await query(`SELECT * FROM ${csv}`)).toEqual([]);
    expect((await query(`DESCRIBE SELECT * FROM ${parquet}`)).map((column) => column['column_name'])).toEqual(
      Object.keys(types),
    );
  });
});

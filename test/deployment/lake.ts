import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { catalogTables } from '#lib/deployment/data-catalog.ts';

export type Lake = {
  /** Puts an object where its key says. */
  put(key: string, content: Uint8Array): void;
  /** Asks with the tables of the data catalog over what was put, as Athena does. */
  ask(sql: string): Promise<{ [column: string]: unknown }[]>;
  close(): void;
};

/** A bucket on disk under the data catalog, with DuckDB in the place of Athena: partition keys come from the paths, as text. */
export async function openLake(): Promise<Lake> {
  const dir = mkdtempSync(join(tmpdir(), 'lake-'));
  const duckDb = await DuckDBInstance.create(':memory:');
  const keys: string[] = [];
  return {
    put: (key, content) => {
      mkdirSync(dirname(join(dir, key)), { recursive: true });
      writeFileSync(join(dir, key), content);
      keys.push(key);
    },
    ask: async (sql) => {
      const connection = await duckDb.connect();
      try {
        for (const { name, prefix, format, partitions, columns } of catalogTables) {
          const hive = `hive_partitioning = true, hive_types = {${partitions
            .map((key) => `'${key.name}': ${key.kind === 'integer' ? 'INTEGER' : 'VARCHAR'}`)
            .join(', ')}}`;
          const names = [...columns.map(({ Name }) => Name), ...partitions.map((key) => key.name)];
          const files = `${dir}/${prefix}/**/*`;
          const source =
            format === 'parquet'
              ? `read_parquet('${files}.parquet', ${hive})`
              : `read_json('${files}.ndjson.gz', format = 'newline_delimited', columns = {${columns
                  .map(({ Name }) => `${Name}: 'VARCHAR'`)
                  .join(', ')}}, ${hive})`;
          if (keys.some((key) => key.startsWith(`${prefix}/`))) {
            const selected = names.map((column) => `"${column}"`).join(', ');
            await connection.run(`CREATE OR REPLACE VIEW ${name} AS SELECT ${selected} FROM ${source}`);
          }
        }
        const reader = await connection.runAndReadAll(sql);
        return reader.getRowObjectsJson();
      } finally {
        connection.closeSync();
      }
    },
    close: () => {
      duckDb.closeSync();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

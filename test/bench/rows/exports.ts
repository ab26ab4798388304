import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Bench, Row, Sample } from '../harness/row.ts';

/** What someone who plans shifts asks of it. */
const question =
  'SELECT device_id, sum("in") AS entered, count(*) AS hours FROM $files WHERE status = \'ok\' GROUP BY ALL';

export function peopleExport({ dir, run }: Bench): Row {
  const measure = async (format: string, reader: string): Promise<Sample> => {
    const files = mkdtempSync(join(dir, 'export-'));
    try {
      const written = await run('people-export', format, files);
      return { ...written, queryMs: await queryMs(`${reader}('${files}/*')`) };
    } finally {
      rmSync(files, { recursive: true, force: true });
    }
  };
  return {
    number: 12,
    title: 'A million rows of the people export, against NDJSON with gzip',
    leastRounds: 5,
    variants: [
      { name: 'parquet', measure: () => measure('parquet', 'read_parquet') },
      { name: 'NDJSON', measure: () => measure('ndjson', 'read_ndjson') },
    ],
    targets: [
      { title: 'size', measure: 'megabytes', of: 'parquet', against: 'NDJSON', atMost: 0.6 },
      { title: 'CPU', measure: 'cpu', of: 'parquet', against: 'NDJSON', atMost: 0.8 },
      { title: 'query in DuckDB', measure: 'queryMs', of: 'parquet', against: 'NDJSON', atMost: 0.1 },
      { title: 'memory', measure: 'rss', of: 'parquet', atMost: 300, unit: 'MB' },
    ],
  };
}

/** The best of three, since the first one reads the files from the disk. */
async function queryMs(files: string): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const times: number[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      const startedMs = performance.now();
      const found = await connection.runAndReadAll(question.replace('$files', files));
      times.push(performance.now() - startedMs);
      if (found.currentRowCount === 0) throw new Error(`DuckDB finds nothing in ${files}`);
    }
    return Math.min(...times);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

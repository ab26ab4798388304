/**
 * Writes a million rows of the people export. Arguments: `parquet` as the export does, in parts, or `ndjson` with gzip 6;
 * a directory for the files.
 */
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Row } from '#lib/exports/export-table.ts';
import { parquetOf } from '#lib/exports/parquet.ts';
import { seededRandom } from '#lib/simulator/seeded-random.ts';
import { peopleTable } from '#lib/statistics/people-rows.ts';
import { argument, cpuOf, peakRss, report } from '../harness/measure.ts';

const [format, directory] = [argument(0), argument(1)];
const [parts, rowsPerPart, hours] = [20, 50_000, 1_000];
const random = seededRandom('people');
const begin = Date.UTC(2026, 0, 1);

/** Hour after hour of a channel, then the next channel, as the export lists them. */
function rowAt(index: number): Row {
  const [channel, hour] = [Math.floor(index / hours), index % hours];
  const isBusy = hour % 24 > 7 && hour % 24 < 22;
  return {
    device_id: `219123456CYP${String(100_000 + channel)}`,
    channel_id: '0',
    channel_name: `门口 ${channel}`,
    granularity: 'hour',
    period_start: '2026-01-01',
    bucket_start: new Date(begin + hour * 3_600_000).toISOString(),
    bucket_seconds: 3_600,
    in: isBusy ? random.integer(0, 400) : 0,
    out: isBusy ? random.integer(0, 400) : 0,
    status: random.chance(0.02) ? 'offline' : 'ok',
    version: 1,
    as_of: '2026-02-15T00:00:00.000Z',
  };
}

const encode = {
  parquet: (rows: readonly Row[]) => parquetOf(peopleTable, rows),
  // A gzip file may have several members, which readers take for one.
  ndjson: (rows: readonly Row[]) => gzipSync(rows.map((row) => `${JSON.stringify(row)}\n`).join(''), { level: 6 }),
}[format];
if (encode === undefined) throw new Error(`there is no format ${format}`);

let [bytes, cpu] = [0, 0];
for (let part = 0; part < parts; part += 1) {
  const rows = Array.from({ length: rowsPerPart }, (_, index) => rowAt(part * rowsPerPart + index));
  let content: Uint8Array = Buffer.alloc(0);
  cpu += await cpuOf(() => {
    content = encode(rows);
  });
  bytes += content.length;
  writeFileSync(`${directory}/${part}.${format === 'parquet' ? 'parquet' : 'ndjson.gz'}`, content);
}
report({ cpu, megabytes: bytes / 1e6, rss: peakRss() });

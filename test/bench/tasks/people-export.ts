/**
 * Writes a million rows of the people export. Arguments: `parquet` as the export does, in parts, or `ndjson` with gzip 6;
 * a directory for the files.
 */
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { createRowCheck, type Row } from '#lib/exports/export-table.ts';
import { createParquetFile } from '#lib/exports/parquet.ts';
import { seededRandom } from '#lib/simulator/seeded-random.ts';
import { peopleTable } from '#lib/statistics/people-rows.ts';
import { argument, cpuOf, peakRss, report } from '../harness/measure.ts';

const [format, directory] = [argument(0), argument(1)];
const [parts, rowsPerPart, hours] = [20, 50_000, 1_000];
/** Made beforehand, so that making them is not measured. */
const rowsAtOnce = 1_000;
const random = seededRandom('people');
const begin = Date.UTC(2026, 0, 1);

/** One text for all rows of a channel, as in the inventory that the export takes it from. */
const channels = Array.from({ length: (parts * rowsPerPart) / hours }, (_, channel) => ({
  device_id: `219123456CYP${String(100_000 + channel)}`,
  channel_id: '0',
  channel_name: `门口 ${channel}`,
}));

/** Hour after hour of a channel, then the next channel, as the export lists them. */
function rowAt(index: number): Row {
  const [channel, hour] = [channels[Math.floor(index / hours)], index % hours];
  const isBusy = hour % 24 > 7 && hour % 24 < 22;
  return {
    ...channel,
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

/** A file in the making, and how a row is added to it. */
const formats: { readonly [format: string]: () => { add(row: Row): void; finish(): Uint8Array } } = {
  parquet: () => {
    const [cellsOf, file] = [createRowCheck(peopleTable), createParquetFile(peopleTable)];
    return { add: (row) => file.add(cellsOf(row)), finish: () => file.finish() };
  },
  ndjson: () => {
    let lines = '';
    const members: Buffer[] = [];
    // A gzip file may have several members, which readers take for one.
    const compress = () => {
      members.push(gzipSync(lines, { level: 6 }));
      lines = '';
    };
    return {
      add: (row) => {
        lines += `${JSON.stringify(row)}\n`;
        if (lines.length > 1_048_576) compress();
      },
      finish: () => {
        compress();
        return Buffer.concat(members);
      },
    };
  },
};
const create = formats[format];
if (create === undefined) throw new Error(`there is no format ${format}`);

let [bytes, cpu] = [0, 0];
for (let part = 0; part < parts; part += 1) {
  const file = create();
  for (let first = 0; first < rowsPerPart; first += rowsAtOnce) {
    const rows = Array.from({ length: rowsAtOnce }, (_, index) => rowAt(part * rowsPerPart + first + index));
    cpu += await cpuOf(() => {
      for (const row of rows) file.add(row);
    });
  }
  let content: Uint8Array = Buffer.alloc(0);
  cpu += await cpuOf(() => {
    content = file.finish();
  });
  bytes += content.length;
  writeFileSync(`${directory}/${part}.${format === 'parquet' ? 'parquet' : 'ndjson.gz'}`, content);
}
report({ cpu, megabytes: bytes / 1e6, rss: peakRss() });

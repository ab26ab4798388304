import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createObjectStore } from '#lib/aws/objects.ts';
import type { Partition } from '#lib/exports/export-keys.ts';
import type { Row } from '#lib/exports/export-table.ts';
import { readManifest } from '#lib/exports/manifest.ts';
import { publishExport } from '#lib/exports/publish-export.ts';
import { readExportRows } from '#lib/exports/read-export-rows.ts';
import { type EmbeddedStores, startEmbeddedStores } from '../support/embedded-stores.ts';
import { memoryExportLedger } from '../support/fakes/memory-export-ledger.ts';
import { row, table } from './table-parts.ts';

let embedded: EmbeddedStores;
beforeAll(async () => {
  embedded = await startEmbeddedStores();
});
afterAll(() => embedded.stop());

it('an export is published, left alone and replaced in a bucket', async () => {
  const objects = createObjectStore(embedded.bucket, embedded.stores.clients.s3);
  const now = () => new Date('2024-03-01T04:00:00Z');
  const { ledger } = memoryExportLedger(now);
  const partition: Partition = [
    ['message_type', 'a b'],
    ['date', '2024-02-29'],
  ];
  const temporaryDirectory = () => mkdtemp(join(tmpdir(), 'export-'));
  const publish = (rows: readonly Row[]) =>
    publishExport(
      { objects, ledger, holder: 'run-1', now, temporaryDirectory, rowsPerPart: 2 },
      { set: 'events', partition, table },
      async (sink) => {
        for (const row of rows) sink.add(row);
        return { messages: rows.length };
      },
    );
  const folder = (format: string) => `exports/events/format=${format}/message_type=a%20b/date=2024-02-29`;

  const first = [row({ in: 1 }), row({ in: 2n ** 60n }), row({ camera: '日本' })];
  expect(await publish(first)).toEqual({ outcome: 'published', version: 1, rows: 3 });
  expect(await publish(first)).toEqual({ outcome: 'unchanged', version: 1, rows: 3 });
  expect(await Array.fromAsync(objects.keys('exports/'))).toEqual([
    `${folder('csv')}/v1-part-1.csv`,
    `${folder('csv')}/v1-part-2.csv`,
    `${folder('parquet')}/v1-part-1.parquet`,
    `${folder('parquet')}/v1-part-2.parquet`,
    'exports/manifests/events/message_type=a%20b/date=2024-02-29.json',
  ]);
  const manifest = await readManifest(objects, 'events', partition);
  if (manifest === undefined) throw new Error('there is no manifest');
  expect(await Array.fromAsync(readExportRows(objects, manifest))).toEqual(first);

  expect(await publish([row()])).toEqual({ outcome: 'published', version: 2, rows: 1 });
  expect(await Array.fromAsync(objects.keys(folder('csv')))).toEqual([`${folder('csv')}/v2-part-1.csv`]);
  expect(String(await objects.get(`${folder('csv')}/v2-part-1.csv`))).toBe(
    'camera,in,speed,closed,day,version\r\nD1#0,7,1.5,false,2024-02-29,1\r\n',
  );
  expect(await objects.describe(`${folder('parquet')}/v2-part-1.parquet`)).toMatchObject({
    contentType: 'application/vnd.apache.parquet',
  });
});

import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Column, ExportTable, Row } from '#lib/exports/export-table.ts';
import { readParquet } from '#lib/exports/parquet.ts';
import { createPartSpool } from '#lib/exports/part-spool.ts';
import { anyRow, row, table } from './table-parts.ts';

function spool(options: { table?: ExportTable; rowsPerPart?: number } = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'spool-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return { directory, spool: createPartSpool({ table, directory, ...options }) };
}

function contentSha256(rows: readonly Row[], columns: readonly Column[] = table.columns): string {
  const { spool: taken } = spool({ table: { columns }, rowsPerPart: 3 });
  for (const row of rows) taken.add(row);
  return taken.finish().contentSha256;
}

describe('createPartSpool', () => {
  it.each([
    [0, [0]],
    [1, [1]],
    [4, [4]],
    [5, [4, 1]],
    [8, [4, 4]],
    [11, [4, 4, 3]],
  ])('splits %i rows into parts of at most four', async (count, sizes) => {
    const { spool: taken } = spool({ rowsPerPart: 4 });
    const rows = Array.from({ length: count }, (_, n) => row({ in: n }));
    for (const row of rows) taken.add(row);
    const { rows: total, parts } = taken.finish();
    expect(total).toBe(count);
    expect(parts.map((part) => [part.number, part.rows])).toEqual(sizes.map((size, index) => [index + 1, size]));
    const read: Row[] = [];
    let lines = 0;
    for (const { files } of parts) {
      expect(files.map(({ format }) => format)).toEqual(['parquet', 'csv']);
      for (const { path, bytes, sha256, format } of files) {
        const content = readFileSync(path);
        expect(bytes).toBe(content.length);
        expect(sha256).toBe(createHash('sha256').update(content).digest('hex'));
        if (format === 'parquet') read.push(...(await readParquet(content)));
        else lines += content.toString().split('\r\n').length - 2;
      }
    }
    expect(read).toEqual(rows);
    expect(lines).toBe(count);
  });

  it('keeps the header in a part without rows', () => {
    const [part] = spool().spool.finish().parts;
    const csv = part?.files.find(({ format }) => format === 'csv');
    expect(String(readFileSync(csv?.path ?? ''))).toBe('camera,in,speed,closed,day,version\r\n');
  });

  it('holds no row, and of the texts in them no more than a group of rows has, however many come', async () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const rowsPerPart = 15_000;
    const { spool: taken, directory } = spool({ rowsPerPart });
    const given: WeakRef<Row>[] = [];
    const heapUsed = () => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const grown: number[] = [];
    const before = heapUsed();
    for (let n = 0; n < 200_000; n += 1) {
      const added = row({ in: n, camera: `${'long '.repeat(40)}${n}` });
      given.push(new WeakRef(added));
      taken.add(added);
      if ((n + 1) % rowsPerPart === 0) expect(readdirSync(directory)).toHaveLength(((n + 1) / rowsPerPart) * 2);
      if ((n + 1) % 50_000 === 0) {
        // What was looked at through a weak reference lives to the end of its turn.
        await new Promise((resolve) => setImmediate(resolve));
        grown.push(heapUsed() - before);
      }
    }
    expect(given.filter((reference) => reference.deref() !== undefined)).toEqual([]);
    // The references themselves are some of it.
    expect(Math.max(...grown)).toBeLessThan(20 * 2 ** 20);
    expect(taken.finish().rows).toBe(200_000);
  });

  it('knows a content by its columns and rows, whole numbers as text, whatever is stamped on it', () => {
    const { spool: taken } = spool();
    const rows = [row({ camera: 'D', in: 2 ** 53 - 1, speed: 0.5, closed: true, day: '2026-01-02', version: 1 })];
    rows.push(row({ camera: null, in: 2n ** 62n, speed: null, closed: null, day: null, version: 2 }), row({ in: -0 }));
    for (const one of rows) taken.add(one);
    const { camera, speed, closed, day } = row();
    const lines = [
      table.columns.map(({ name, type, isStamp = false }) => [name, type, isStamp]),
      ['D', '9007199254740991', 0.5, true, '2026-01-02'],
      [null, '4611686018427387904', null, null, null],
      [camera, '0', speed, closed, day],
    ];
    const content = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    expect(taken.finish().contentSha256).toBe(createHash('sha256').update(content).digest('hex'));
  });

  it('removes its directory with all that is in it', async () => {
    const { spool: taken, directory } = spool({ rowsPerPart: 1 });
    taken.add(row());
    expect(readdirSync(directory)).toHaveLength(2);
    await taken.dispose();
    expect(existsSync(directory)).toBe(false);
  });

  it('refuses a row that does not fit as soon as it comes', () => {
    expect(() => spool().spool.add(row({ in: 2n ** 63n }))).toThrow(/^column in\b/);
  });
});

describe('the hash of a content', () => {
  it('is that of its rows, whatever the stamps', () => {
    fc.assert(
      fc.property(fc.array(anyRow), fc.array(fc.nat(), { minLength: 1 }), (rows, versions) => {
        const restamped = rows.map((row, index) => ({ ...row, version: versions[index % versions.length] ?? 0 }));
        expect(contentSha256(restamped)).toBe(contentSha256(rows));
      }),
    );
  });

  it('is the same for a number and the bigint of the same value', () => {
    expect(contentSha256([row({ in: 5n })])).toBe(contentSha256([row({ in: 5 })]));
  });

  const rows = [row(), row({ camera: 'D2#0' })];
  it.each<[string, Row[], Column[]?]>([
    ['a cell', [row(), row({ camera: 'D3#0' })]],
    ['the order of the rows', rows.toReversed()],
    ['a row more', [...rows, row()]],
    ['a new column', rows, [...table.columns, { name: 'new', type: 'text' }]],
    ['a new stamp', rows, [...table.columns, { name: 'as_of', type: 'text', isStamp: true }]],
  ])('changes with %s', (_, changed, columns) => {
    expect(contentSha256(changed, columns)).not.toBe(contentSha256(rows));
  });

  it('tells an empty text from null, and texts with separators apart', () => {
    const hashes = ['', null, '","', '\n', 'null', '[]'].map((camera) => contentSha256([row({ camera })]));
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

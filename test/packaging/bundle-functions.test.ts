import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundleFunctions } from '#lib/packaging/bundle-functions.ts';

const run = promisify(execFile);
const root = new URL('../../', import.meta.url).pathname;
const functionNames = readdirSync(`${root}functions`)
  .map((file) => file.replace(/\.ts$/, ''))
  .toSorted();

describe('bundleFunctions', () => {
  let outputDir = '';
  let bundles: Bundle[] = [];

  beforeAll(async () => {
    outputDir = mkdtempSync(join(tmpdir(), 'bundles-'));
    bundles = await bundleFunctions(outputDir);
  });
  afterAll(() => rmSync(outputDir, { recursive: true, force: true }));

  it('makes one file per function, and keeps the maps apart', () => {
    expect(bundles.map(({ name }) => name).toSorted()).toEqual(functionNames);
    for (const name of functionNames) expect(readdirSync(join(outputDir, name))).toEqual(['index.mjs']);
    expect(readdirSync(join(outputDir, 'maps')).toSorted()).toEqual(functionNames.map((name) => `${name}.mjs.map`));
  });

  it.each(functionNames)('%s loads on its own, without settings, and has its handler', async (name) => {
    const load = `import(${JSON.stringify(join(outputDir, name, 'index.mjs'))}).then(m=>console.log(typeof m.handler,m.handler.length))`;
    const { stdout } = await run(process.execPath, ['-e', load], { env: {}, cwd: tmpdir() });
    // Lambda for Node 24 refuses handlers with a callback.
    expect(stdout).toMatch(/^function [12]\n$/);
  });

  it('leaves the HTTP client out of functions that do not talk to IVM', () => {
    const withClient = functionNames.filter((name) =>
      readFileSync(join(outputDir, name, 'index.mjs'), 'utf8').includes('UND_ERR'),
    );
    expect(withClient).toEqual([
      'export-statistics',
      'reconcile-callbacks',
      'rotate-token',
      'store-pictures',
      'sync-inventory',
      'take-snapshots',
    ]);
  });

  it('stays below a size that a cold start is quick with', () => {
    const largest = bundles.toSorted((one, other) => other.sizeBytes - one.sizeBytes)[0];
    expect(largest?.sizeBytes).toBeLessThan(1_700_000);
    expect(bundles.find(({ name }) => name === 'receive-callback')?.sizeBytes).toBeLessThan(700_000);
  });
});

describe('npm run package', () => {
  it('packages the stack without an account: one bundle per function, and nothing else in it', async () => {
    const home = mkdtempSync(join(tmpdir(), 'home-'));
    try {
      await bundleFunctions(`${root}dist`);
      const serverless = `${root}node_modules/.bin/serverless`;
      const { PATH = '' } = process.env;
      await run(serverless, ['package', '--package', home], { cwd: root, env: { PATH, HOME: home } });
      const template = JSON.parse(readFileSync(join(home, 'cloudformation-template-update-stack.json'), 'utf8')) as {
        Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
      };
      const functions = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
      expect(functions.map(({ Properties }) => String(Properties['Handler'])).toSorted()).toEqual(
        functionNames.map((name) => `dist/${name}/index.handler`),
      );
      for (const { Properties } of functions) {
        expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
      }
      const zips = readdirSync(home).filter((file) => file.endsWith('.zip'));
      expect(zips).toHaveLength(functionNames.length);
      for (const zip of zips) expect(entriesOf(readFileSync(join(home, zip)))).toHaveLength(1);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
});

/** Names in the central directory of a zip file. */
function entriesOf(zip: Buffer): string[] {
  const names: string[] = [];
  const signature = Buffer.from('PK\u0001\u0002');
  for (let at = zip.indexOf(signature); at !== -1; at = zip.indexOf(signature, at + 1)) {
    names.push(zip.toString('utf8', at + 46, at + 46 + zip.readUInt16LE(at + 28)));
  }
  return names;
}

import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'acorn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type Bundle, bundleFunctions } from '#lib/packaging/bundle-functions.ts';
import { resourcesOfType } from '../support/packaged-template.ts';

const run = promisify(execFile);
/** Does without any library. */
const lean = 'receive-callback';
const root = new URL('../../', import.meta.url).pathname;
const functionNames = readdirSync(`${root}functions`)
  .map((file) => file.replace(/\.ts$/, ''))
  .toSorted();

const { dependencies } = z
  .object({ dependencies: z.record(z.string(), z.unknown()).transform((all) => Object.keys(all)) })
  .parse(JSON.parse(readFileSync(`${root}package.json`, 'utf8')));
const Function = z.object({
  Role: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
});

/**
 * Most KB of each bundle: loading is most of a cold start. What grows past its budget has to say why, here. The receiver
 * has the smallest, since IVM waits for its cold starts.
 */
const budgets: { readonly [name: string]: number } = {
  'check-exports': 600,
  'collect-statistics': 475,
  'export-counts': 800,
  'export-events': 750,
  'export-statistics': 1_675,
  // 4 KB of it are its own client of HTTP: with the one of Node it would be smaller, but load slower and take twice as much
  // for a callback.
  'receive-callback': 22,
  'reconcile-callbacks': 1_325,
  'recover-spill': 700,
  'request-snapshots': 525,
  'retry-pictures': 525,
  'rotate-token': 1_300,
  'serve-dashboard': 1_675,
  'store-alarms': 750,
  'store-intelligence': 750,
  'store-pictures': 1_500,
  'sync-inventory': 1_325,
  'take-snapshots': 1_500,
  'track-devices': 750,
};

/** Chapters of the reference by the functions that call IVM; the schemas of all would add a fifth to what they take to load. */
const chaptersCalled: { readonly [name: string]: readonly string[] } = {
  'export-statistics': ['4', '10.4'],
  'reconcile-callbacks': ['4', '10.1'],
  // Callbacks are what a token is tried with.
  'rotate-token': ['4', '10.1'],
  'store-pictures': ['4', '10.2'],
  'sync-inventory': ['4', '6', '7'],
  'take-snapshots': ['4', '10.3'],
};

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

  it.each(functionNames)('%s carries the libraries that it calls, and no other', (name) => {
    const { packages = [] } = bundles.find((bundle) => bundle.name === name) ?? {};
    if (name === lean) {
      expect(packages).toEqual([]);
      return;
    }
    const { services, variables } = needsOf(name);
    const called = [
      ...services.map((service) => `@aws-sdk/client-${service}`),
      ...(variables.includes('IVM_ENDPOINT') ? ['undici'] : []),
      ...(name.startsWith('export-') ? ['hyparquet', 'hyparquet-writer'] : []),
      ...(name === 'serve-dashboard' ? ['@aws-sdk/s3-request-presigner', 'hyparquet'] : []),
      // Heatmaps are pictures.
      ...(name === 'export-statistics' ? ['fast-png'] : []),
      'zod',
    ];
    expect(packages.filter((one) => dependencies.includes(one))).toEqual(called.toSorted());
  });

  it.each(Object.entries(budgets))('%s stays within %i KB', (name, budgetKb) => {
    expect(bundles.find((bundle) => bundle.name === name)?.sizeBytes).toBeLessThanOrEqual(budgetKb * 1024);
  });

  it.each(functionNames)('%s carries the interfaces of IVM that it calls, and no other chapter', (name) => {
    const code = readFileSync(join(outputDir, name, 'index.mjs'), 'utf8');
    const chapters = [...code.matchAll(/\bsection:"(\d+(?:\.\d+)?)\.\d+"/g)].map(([, chapter = '']) => chapter);
    expect([...new Set(chapters)].toSorted()).toEqual((chaptersCalled[name] ?? []).toSorted());
  });

  it('gives the function that IVM waits for nothing to load but the few modules of Node that it needs', async () => {
    const path = join(outputDir, lean, 'index.mjs');
    const code = readFileSync(path, 'utf8');
    const { body } = parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
    const imported = body.flatMap((node) => (node.type === 'ImportDeclaration' ? [String(node.source.value)] : []));
    expect([...new Set(imported)].toSorted()).toEqual([
      'node:async_hooks',
      'node:buffer',
      'node:crypto',
      'node:net',
      'node:timers/promises',
      'node:tls',
    ]);
    expect(code).not.toMatch(/node:http\b(?!s)|\bfetch\b|undici|\bimport\(|\brequire\b/);
    // `node:http` and `fetch` load undici, which takes longer than all the rest.
    const load = `import(${JSON.stringify(path)}).then(() => console.log(process.moduleLoadList.filter((one) => /undici/.test(one)).length))`;
    expect((await run(process.execPath, ['-e', load], { env: {}, cwd: tmpdir() })).stdout).toBe('0\n');
  });

  it('has a budget for every function', () => {
    expect(Object.keys(budgets).toSorted()).toEqual(functionNames);
  });
});

/** What the template lets a function reach: services by the names of their clients, and its variables. */
function needsOf(name: string): { services: string[]; variables: string[] } {
  const { Role, Environment } = Function.parse(
    resourcesOfType('AWS::Lambda::Function').find(
      ({ Properties }) => Properties['Handler'] === `dist/${name}/index.handler`,
    )?.Properties,
  );
  const role = resourcesOfType('AWS::IAM::Role').find(({ id }) => id === Role['Fn::GetAtt'][0]);
  const services = [...JSON.stringify(role?.Properties).matchAll(/"(sqs|s3|dynamodb|secretsmanager|cloudwatch):/g)].map(
    ([, service = '']) => service.replace('secretsmanager', 'secrets-manager'),
  );
  return { services: [...new Set(services)], variables: Object.keys(Environment.Variables) };
}

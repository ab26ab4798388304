import { existsSync, globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

const root = new URL('../../', import.meta.url).pathname;
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8');

const Names = z.record(z.string(), z.string()).default({});
const Manifest = z.object({
  license: z.string().optional(),
  bin: z.union([z.string(), Names]).default({}),
  scripts: Names,
  allowScripts: z.record(z.string(), z.boolean()).default({}),
  dependencies: Names,
  devDependencies: Names,
  peerDependencies: Names,
});
const manifest = Manifest.parse(JSON.parse(read('package.json')));
const manifestOf = (directory: string) => Manifest.parse(JSON.parse(read(`${directory}/package.json`)));
const production = Object.keys(manifest.dependencies);
const development = Object.keys(manifest.devDependencies);
const declared = [...production, ...development];

const LockedPackage = z.object({
  license: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  dev: z.boolean().default(false),
  optional: z.boolean().default(false),
  hasInstallScript: z.boolean().default(false),
});
const Lock = z.object({ packages: z.record(z.string(), LockedPackage) });
const locked = Object.entries(Lock.parse(JSON.parse(read('package-lock.json'))).packages)
  .filter(([directory]) => directory !== '')
  .map(([directory, entry]) => ({ directory, ...entry }));

/** Licences that ask for no more than that their text goes along. */
const allowed = new Set(['MIT', 'MIT-0', 'Apache-2.0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0']);

/** Whether a licence, as SPDX writes it, leaves a choice that is allowed. */
const isAllowed = (expression: string): boolean =>
  expression
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((licence) => allowed.has(licence.trim())));

type Import = { path: string; name: string; isType: boolean };

/** Packages that the files import, each as its name stands in a manifest. */
function importsOf(...patterns: string[]): Import[] {
  const statement =
    /\n(?:import|export)\s(?<type>type\s)?(?:[^;'"]*?\sfrom\s)?'(?<stated>[^']+)'|(?:\bimport|createRequire\(import\.meta\.url\))\('(?<called>[^']+)'/g;
  return globSync(patterns, { cwd: root }).flatMap((path) =>
    [...`\n${read(path)}`.matchAll(statement)].flatMap(({ groups = {} }): Import[] => {
      const name = /^(?:@[^/]+\/)?[^/]+/.exec(groups['stated'] ?? groups['called'] ?? '')?.[0] ?? '';
      const isPackage = !/^[.#]/.test(name) && !name.startsWith('node:') && !builtinModules.includes(name);
      return isPackage ? [{ path, name, isType: groups['type'] !== undefined }] : [];
    }),
  );
}

const tools = ['local', 'simulator', 'packaging', 'deployment', 'cli'].map((folder) => `lib/${folder}/`);
/** Modules that the packager makes for the page, of what is ours. */
const isMade = (name: string) => name.startsWith('field-words:');
const sources = importsOf('functions/**/*.ts', 'lib/**/*.{ts,tsx,mjs}').filter(({ name }) => !isMade(name));
const everything = [...sources, ...importsOf('test/**/*.ts')];
const isImported = (imports: readonly Import[], name: string) =>
  imports.some((one) => one.name === name || `@types/${one.name}` === name);

describe('the licence of a package', () => {
  it.each(production)('%s lets us pass it on', (name) => {
    expect(isAllowed(manifestOf(`node_modules/${name}`).license ?? 'none')).toBe(true);
  });

  it('that comes with one that we pass on lets us do so as well', () => {
    const shipped = locked.filter(({ dev }) => !dev);
    expect(shipped.length).toBeGreaterThanOrEqual(production.length);
    const others = shipped.flatMap(({ directory, license }) => {
      const isInstalled = existsSync(`${root}${directory}/package.json`);
      const licence = (isInstalled ? manifestOf(directory).license : license) ?? 'none';
      return isAllowed(licence) ? [] : [`${directory}: ${licence}`];
    });
    expect(others).toEqual([]);
  });

  it.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0-only)', true],
    ['MIT AND GPL-3.0-only', false],
    ['GPL-3.0-only', false],
    ['none', false],
  ])('%s: %j', (expression, expected) => {
    expect(isAllowed(expression)).toBe(expected);
  });
});

describe('a package', () => {
  it('is the one of the public registry that was looked at', () => {
    const others = locked.filter(
      ({ resolved = 'https://registry.npmjs.org/', integrity = '', dev, optional }) =>
        !resolved.startsWith('https://registry.npmjs.org/') ||
        // npm notes no hash of what is for another kind of machine, as the binaries of tools are.
        !(/^sha512-[\w+/]{86}==$/.test(integrity) || (dev && optional && integrity === '')),
    );
    expect(others).toEqual([]);
  });

  it('runs nothing when it is installed, unless it is allowed to', () => {
    const running = locked.filter(({ hasInstallScript }) => hasInstallScript);
    expect(running.filter(({ dev }) => !dev)).toEqual([]);
    const names = new Set(running.map(({ directory }) => directory.replace(/^.*node_modules\//, '')));
    const allowedNames = Object.keys(manifest.allowScripts).filter((name) => manifest.allowScripts[name] === true);
    expect(allowedNames.filter((name) => !names.has(name))).toEqual([]);
  });
});

describe('a dependency', () => {
  it.each(production)('%s is used by what we pass on', (name) => {
    expect(isImported(sources, name)).toBe(true);
  });

  it.each(development)('%s is used by tests, tools or scripts', (name) => {
    const { bin } = manifestOf(`node_modules/${name}`);
    const commands = typeof bin === 'string' ? [name] : Object.keys(bin);
    const words = new Set(Object.values(manifest.scripts).flatMap((script) => script.split(/\s+/)));
    const isScript = commands.some((command) => words.has(command));
    const isPeer = declared.some((other) => Object.hasOwn(manifestOf(`node_modules/${other}`).peerDependencies, name));
    const isOfNode = name === '@types/node' && read('tsconfig.json').includes('"types": ["node"]');
    expect(isImported(everything, name) || isScript || isPeer || isOfNode).toBe(true);
  });

  it('is none of development in what runs on AWS', () => {
    const onAws = sources.filter(({ path, isType }) => !isType && !tools.some((folder) => path.startsWith(folder)));
    expect(onAws.length).toBeGreaterThan(20);
    expect(onAws.filter(({ name }) => !production.includes(name))).toEqual([]);
  });

  it('is declared wherever it is imported; types alone may be those that a declared one is made of', () => {
    const ofDeclared = new Set(
      declared.flatMap((name) => Object.keys(manifestOf(`node_modules/${name}`).dependencies)),
    );
    const undeclared = everything.filter(
      ({ name, isType }) =>
        !declared.includes(name) && !(isType && (declared.includes(`@types/${name}`) || ofDeclared.has(name))),
    );
    expect(undeclared).toEqual([]);
  });
});

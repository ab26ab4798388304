import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';

export type Bundle = {
  name: string;
  sizeBytes: number;
  /** Packages that something of is in it, by their names. */
  packages: readonly string[];
};

const root = new URL('../../', import.meta.url).pathname;
/**
 * Functions whose cold starts somebody waits for, and which do without libraries for that: they need no `require`, and what
 * would keep the names of classes and functions is a tenth of them.
 */
const leanFunctions: ReadonlySet<string> = new Set(['receive-callback']);
/** Some CommonJS dependency may ask for a builtin at run time, and a module has no `require`. */
const requireBanner = `import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);`;

/** How code is bundled whose cold starts are waited for. */
export const leanSettings = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // The modules of the AWS SDK instead of their CommonJS twins: a third smaller.
  mainFields: ['module', 'main'],
  legalComments: 'none',
} as const satisfies BuildOptions;

/** How code with libraries is bundled; what it is compared with is bundled the same way. */
export const bundleSettings = {
  ...leanSettings,
  // Error classes carry their names into logs and dead-letter attributes.
  keepNames: true,
  banner: { js: requireBanner },
} as const satisfies BuildOptions;

/**
 * Bundles every function into `<outputDir>/<name>/index.mjs`, one file with all that it needs. Source maps go to
 * `<outputDir>/maps`, outside of what is packaged.
 */
export async function bundleFunctions(outputDir: string): Promise<Bundle[]> {
  rmSync(outputDir, { recursive: true, force: true });
  const names = globSync('functions/*.ts', { cwd: root })
    .map((path) => basename(path, '.ts'))
    .toSorted();
  const isLean = (name: string) => leanFunctions.has(name);
  const bundles = await Promise.all([
    bundleOf(names.filter(isLean), outputDir, leanSettings),
    bundleOf(
      names.filter((name) => !isLean(name)),
      outputDir,
      bundleSettings,
    ),
  ]);
  return bundles.flat();
}

async function bundleOf(
  names: readonly string[],
  outputDir: string,
  settings: typeof leanSettings | typeof bundleSettings,
): Promise<Bundle[]> {
  const { outputFiles, metafile } = await build({
    ...settings,
    absWorkingDir: root,
    entryPoints: Object.fromEntries(names.map((name) => [`${name}/index`, `functions/${name}.ts`])),
    outdir: outputDir,
    outExtension: { '.js': '.mjs' },
    sourcemap: 'external',
    write: false,
    metafile: true,
    logLevel: 'warning',
  });
  return writeBundles(outputDir, outputFiles, packagesByBundle(metafile));
}

function packagesByBundle({ outputs }: Metafile): Map<string, readonly string[]> {
  return new Map(
    Object.entries(outputs).map(([path, { inputs }]) => {
      const names = Object.entries(inputs)
        .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
        .flatMap(([input]) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? []);
      return [path.split('/').at(-2) ?? '', [...new Set(names)].toSorted()];
    }),
  );
}

function writeBundles(
  outputDir: string,
  files: readonly { path: string; contents: Uint8Array }[],
  packages: ReadonlyMap<string, readonly string[]>,
): Bundle[] {
  const bundles: Bundle[] = [];
  for (const { path, contents } of files) {
    const name = path.split('/').at(-2) ?? '';
    const isMap = path.endsWith('.map');
    const folder = `${outputDir}/${isMap ? 'maps' : name}`;
    mkdirSync(folder, { recursive: true });
    writeFileSync(isMap ? `${folder}/${name}.mjs.map` : `${folder}/index.mjs`, contents);
    if (!isMap) bundles.push({ name, sizeBytes: contents.length, packages: packages.get(name) ?? [] });
  }
  return bundles;
}

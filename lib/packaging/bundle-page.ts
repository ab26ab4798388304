import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { fieldWords } from './field-words.ts';

const root = new URL('../../', import.meta.url).pathname;
const pageDir = `${root}lib/dashboard-page`;

/** Modules `field-words:en` and `field-words:zh`, made of the schemas of messages, which themselves are no matter of a browser. */
const fieldWordsPlugin: Plugin = {
  name: 'field-words',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^field-words:(?:en|zh)$/ }, ({ path }) => ({ path, namespace: 'field-words' }));
    onLoad({ filter: /./, namespace: 'field-words' }, ({ path }) => ({
      contents: `export const words = ${JSON.stringify(fieldWords(path.endsWith('zh') ? 'zh' : 'en'))};`,
    }));
  },
};

/**
 * Bundles the dashboard's page into a directory: `index.html`, and under `assets/` all that it loads, by names that carry a
 * hash of the content. What is there already is replaced.
 */
export async function bundlePage(outputDir: string): Promise<void> {
  const assets = `${outputDir}/assets`;
  rmSync(outputDir, { recursive: true, force: true });
  mkdirSync(assets, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [{ in: `${pageDir}/main.tsx`, out: 'main' }],
    outdir: assets,
    bundle: true,
    minify: true,
    // Views come when they are opened.
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: ['chrome125', 'firefox126', 'safari17.5'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    plugins: [fieldWordsPlugin],
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  const main = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint?.endsWith('main.tsx'));
  if (main === undefined) throw new Error('esbuild gave no entry of the page');
  const [script, { cssBundle }] = main;
  const icon = readFileSync(`${pageDir}/icon.svg`);
  const iconName = `icon-${createHash('sha256').update(icon).digest('hex').slice(0, 8)}.svg`;
  copyFileSync(`${pageDir}/icon.svg`, `${assets}/${iconName}`);
  const names: { readonly [placeholder: string]: string } = {
    script: basename(script),
    style: basename(cssBundle ?? ''),
    icon: iconName,
  };
  const html = readFileSync(`${pageDir}/index.html`, 'utf8');
  writeFileSync(
    `${outputDir}/index.html`,
    html.replaceAll(/\{\{(\w+)\}\}/g, (_all, name: string) => names[name] ?? ''),
  );
}

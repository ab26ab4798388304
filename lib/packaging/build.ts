import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { operations } from '#lib/deployment/operations.ts';
import { type Bundle, bundleFunctions } from './bundle-functions.ts';
import { bundlePage } from './bundle-page.ts';

const root = new URL('../../', import.meta.url).pathname;

/** Makes everything that serverless.yml refers to: a bundle per function, the dashboard's page, and `operations.json`. */
export async function build(outputDir = `${root}dist`): Promise<Bundle[]> {
  const bundles = await bundleFunctions(outputDir);
  await bundlePage(`${outputDir}/serve-dashboard/page`);
  writeFileSync(`${outputDir}/operations.json`, `${JSON.stringify(operations(), undefined, 2)}\n`);
  return bundles;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { name, sizeBytes } of await build()) {
    process.stdout.write(`${name.padEnd(20)} ${Math.ceil(sizeBytes / 1024)} KB\n`);
  }
}

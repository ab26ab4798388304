import { globSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { bundleFunctions, bundleSettings, leanSettings } from '#lib/packaging/bundle-functions.ts';
import { bodySets } from './body-sets.ts';
import { callbackEvent, type SampleCallback, sampleCallbacks } from './sample-callbacks.ts';

const root = new URL('../', import.meta.url).pathname;

/**
 * Builds into a directory all that is measured and what measures it: `functions/<name>/index.mjs`, `peers/<name>.mjs`,
 * `stubbed/<name>.mjs` (peers and receive-callback that send nothing), `tasks/<name>.mjs`, and events and bodies as files.
 */
export async function buildBench(dir: string): Promise<void> {
  const entriesIn = (folder: string, pattern = '*.ts') =>
    Object.fromEntries(
      globSync(pattern, { cwd: `${root}${folder}` }).map((path) => [basename(path, '.ts'), `${root}${folder}/${path}`]),
    );
  const bundle = (entryPoints: { [name: string]: string }, folder: string, settings: BuildOptions = {}) =>
    build({
      ...bundleSettings,
      entryPoints,
      outdir: `${dir}/${folder}`,
      outExtension: { '.js': '.mjs' },
      logLevel: 'warning',
      ...settings,
    });
  const { 'receive-callback': receive = '', 'no-op': noOp = '' } = entriesIn('stubs');
  const stub = `${root}stubs/sdk.ts`;
  const alias = { '@aws-sdk/client-sqs': stub, '@aws-sdk/client-secrets-manager': stub };
  const { scheme: _shared, ...peers } = entriesIn('peers');
  await bundleFunctions(`${dir}/functions`);
  await bundle(peers, 'peers');
  await bundle(peers, 'stubbed', { alias });
  await bundle({ 'receive-callback': receive, 'no-op': noOp }, 'stubbed', { ...leanSettings, keepNames: false });
  await bundle(entriesIn('tasks'), 'tasks');
  const eventsOf = (samples: readonly SampleCallback[]) =>
    samples.map((sample) => JSON.stringify(callbackEvent(sample)));
  const events = eventsOf(sampleCallbacks);
  const alarms = eventsOf(sampleCallbacks.filter(({ path }) => path === 'device-alarm'));
  writeFileSync(`${dir}/events.json`, JSON.stringify(events));
  writeFileSync(`${dir}/alarms.json`, JSON.stringify(alarms));
  writeFileSync(`${dir}/event.json`, events[0] ?? '');
  for (const [name, bodies] of Object.entries(bodySets())) writeFileSync(`${dir}/${name}.json`, JSON.stringify(bodies));
}

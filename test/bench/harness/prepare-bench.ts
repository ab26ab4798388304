import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { buildBench } from './build-bench.ts';
import { createCertificate } from './certificate.ts';
import { callbackEnvironment } from './environments.ts';
import type { Bench, Sample } from './row.ts';

/** Builds what is measured, and starts what it talks to; all of it is gone once this is disposed of. */
export async function prepareBench(): Promise<Bench & AsyncDisposable> {
  await using starting = new AsyncDisposableStack();
  const dir = mkdtempSync(join(tmpdir(), 'bench-'));
  starting.defer(() => rmSync(dir, { recursive: true, force: true }));
  await buildBench(dir);

  const tls = createCertificate(new Date());
  const authority = join(dir, 'authority.pem');
  writeFileSync(authority, tls.certificate);
  const aws = fork(new URL('canned-aws-process.ts', import.meta.url), {
    env: { ...process.env, TLS: JSON.stringify(tls) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  starting.defer(async () => {
    if (aws.exitCode !== null) return;
    const gone = once(aws, 'exit');
    aws.kill();
    await gone;
  });
  const [endpoint] = (await once(aws, 'message')) as [string];

  const environment = { ...callbackEnvironment(endpoint), NODE_EXTRA_CA_CERTS: authority };
  const ending = starting.move();
  return {
    dir,
    endpoint,
    run: (task, ...args) => runTask(join(dir, 'tasks', `${task}.mjs`), args.map(String), environment),
    [Symbol.asyncDispose]: () => ending.disposeAsync(),
  };
}

/**
 * Runs a measuring module in a process of its own. It says what it measured on its fourth stream; of what the code under
 * test writes to its log only the bytes are counted, as `outputBytes`.
 */
async function runTask(
  module: string,
  args: readonly string[],
  environment: { readonly [name: string]: string },
): Promise<Sample> {
  const child = spawn(process.execPath, [module, ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [[code], errors, said, output] = await Promise.all([
    once(child, 'close') as Promise<[number | null]>,
    text(child.stdio[2] as Readable),
    text(child.stdio[3] as Readable),
    buffer(child.stdio[1] as Readable),
  ]);
  if (code !== 0 || said === '') throw new Error(`${module} ended with ${code}: ${errors.slice(-2_000)}`);
  return { ...(JSON.parse(said) as Sample), outputBytes: output.length };
}

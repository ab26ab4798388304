import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { build } from '#lib/packaging/build.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the packaged stack lies: a zip per function and the template. */
    packageDir: string;
  }
}

const root = new URL('../../', import.meta.url).pathname;

/** Packages the stack of a tenant once for all tests, as `npm run package` does, without an account and settings of anybody. */
export async function setup(project: TestProject): Promise<() => void> {
  const dir = mkdtempSync(join(tmpdir(), 'package-'));
  await build();
  const { PATH = '' } = process.env;
  await promisify(execFile)(
    `${root}node_modules/.bin/serverless`,
    [
      'package',
      '--package',
      dir,
      '--stage',
      'prod',
      '--param',
      'tenant=acme',
      '--param',
      'ivmUserId=109010000000000001',
    ],
    { cwd: root, env: { PATH, HOME: dir } },
  );
  project.provide('packageDir', dir);
  return () => rmSync(dir, { recursive: true, force: true });
}

import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from './build.ts';

export type StackSettings = {
  stage: string;
  region?: string;
  parameters: { readonly [name: string]: string };
};

const root = new URL('../../', import.meta.url).pathname;

/** The program that packages and deploys. */
export const packager = `${root}node_modules/.bin/serverless`;

/** Parameters as the packager takes them. */
export const parameterOptions = (parameters: StackSettings['parameters']): string[] =>
  Object.entries(parameters).flatMap(([name, value]) => ['--param', `${name}=${value}`]);

/**
 * Fills a directory with what a stack is packaged from, so that nothing is written into the checkout, where somebody may
 * be packaging at the same time.
 */
export async function prepareService(serviceDir: string): Promise<void> {
  await build(join(serviceDir, 'dist'));
  copyFileSync(`${root}serverless.yml`, join(serviceDir, 'serverless.yml'));
}

/**
 * Packages a stack as `npm run package` does, without an account and settings of anybody: a zip per function and the
 * templates. A service packages one stack at a time.
 */
export async function packageStack(
  serviceDir: string,
  packageDir: string,
  { stage, region, parameters }: StackSettings,
): Promise<void> {
  mkdirSync(packageDir, { recursive: true });
  const { PATH = '' } = process.env;
  await promisify(execFile)(
    packager,
    [
      'package',
      '--package',
      packageDir,
      '--stage',
      stage,
      ...(region === undefined ? [] : ['--region', region]),
      ...parameterOptions(parameters),
    ],
    { cwd: serviceDir, env: { PATH, HOME: packageDir } },
  );
}

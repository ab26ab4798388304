import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import * as z from 'zod';
import { readStack } from '#lib/aws/stack.ts';
import { deployStack } from '#lib/deployment/deploy-stack.ts';
import type { ParameterValues } from '#lib/deployment/remembered-parameters.ts';
import { AppError, ConfigError, errorCode, errorMessage } from '#lib/errors.ts';
import { build } from './build.ts';
import { packager, parameterOptions } from './package-stack.ts';

const usage = `Usage: npm run deploy -- --stage NAME --param tenant=NAME [options]

Deploys the stack of a tenant. What is not given stays as the stack was deployed before.

  --stage NAME         the stage; prod for the one that IVM sends to (dev)
  --region NAME        the region (ap-southeast-1)
  --param name=value   a parameter, as often as needed; README §Configuration has all of them
  --profile NAME       a profile of your AWS settings
  --verbose            every step of CloudFormation
  --help               this text`;

const root = new URL('../../', import.meta.url).pathname;
const Defaults = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));
const Yaml = z.object({ params: z.looseObject({ default: Defaults }).catchall(Defaults) });

function readOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        stage: { type: 'string', default: 'dev' },
        region: { type: 'string', default: 'ap-southeast-1' },
        param: { type: 'string', multiple: true, default: [] },
        profile: { type: 'string' },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new ConfigError('usage', `${errorMessage(error)}\n\n${usage}`);
  }
}

function givenParameters(texts: readonly string[]): ParameterValues {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name, value] = /^(\w+)=(.*)$/s.exec(text) ?? [];
      if (name === undefined) throw new ConfigError('usage', `Write --param name=value, not --param ${text}`);
      return [name, value ?? ''];
    }),
  );
}

async function main(args: readonly string[]): Promise<number> {
  const { stage, region, param, profile, verbose, help } = readOptions(args);
  if (help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  // The SDK and the packager both go by these.
  process.env['AWS_REGION'] = region;
  if (profile !== undefined) process.env['AWS_PROFILE'] = profile;
  const { params } = Yaml.parse(parse(readFileSync(`${root}serverless.yml`, 'utf8')));
  await build();
  return deployStack(
    {
      defaultsOf: (name) => ({ ...params.default, ...params[name] }),
      readOutputs: async (stack) => (await readStack(stack))?.outputs,
      deploy: async (parameters) => {
        const options = ['--stage', stage, '--region', region, ...(verbose ? ['--verbose'] : [])];
        const child = spawn(packager, ['deploy', ...options, ...parameterOptions(parameters)], {
          cwd: root,
          stdio: 'inherit',
        });
        const [code] = await once(child, 'exit');
        return Number(code ?? 1);
      },
      write: (line) => process.stdout.write(`${line}\n`),
    },
    { stage, region },
    givenParameters(param),
  );
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof AppError ? '' : `${errorCode(error)}: `}${errorMessage(error)}\n`);
  process.exitCode = errorCode(error) === 'usage' ? 2 : 1;
}

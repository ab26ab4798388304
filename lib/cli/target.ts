import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { readStack } from '#lib/aws/stack.ts';
import { parameters } from '#lib/deployment/parameters.ts';
import { ConfigError } from '#lib/errors.ts';
import { OperatorEnv, operatorEnvOfOutputs } from '#lib/operator/operator-env.ts';
import { readEnv } from '#lib/runtime/env.ts';
import type { Terminal } from './terminal.ts';

/** Options that say which stack is meant; every command takes them. */
export const targetOptions = {
  tenant: { type: 'string' },
  stage: { type: 'string' },
  region: { type: 'string' },
  profile: { type: 'string' },
  local: { type: 'boolean' },
  data: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

export const targetUsage = `  --tenant NAME        the tenant of the stack
  --stage NAME         its stage (prod)
  --region NAME        its region (AWS_REGION, or that of the profile)
  --profile NAME       a profile of your AWS settings
  --local              the running stack of this machine instead
  --data DIR           where that one keeps everything (.local)
  --json               the result as JSON
  --help               this text`;

export type Target = {
  env: OperatorEnv;
  isLocal: boolean;
  /** When the stack was first deployed; a local one has no such time. */
  createdAt?: Date;
};
type TargetValues = {
  tenant?: string;
  stage?: string;
  region?: string;
  profile?: string;
  local?: boolean;
  data?: string;
};

type Options = NonNullable<Parameters<typeof parseArgs>[0]>['options'];

/**
 * Reads the options of a command; shows its usage, and gives nothing, where that is what is asked for.
 *
 * @throws ConfigError `usage` that says what to change
 */
export function readOptions<T extends Options>(
  { argv, stdout }: Pick<Terminal, 'argv' | 'stdout'>,
  usage: string,
  options: T,
) {
  try {
    const { values } = parseArgs({ args: [...argv], options: { ...targetOptions, ...options } });
    if (!('help' in values)) return values;
    stdout.write(`${usage}\n`);
    return undefined;
  } catch (error) {
    throw usageError(error instanceof Error ? error.message : String(error));
  }
}

/** Parts the names on a command line, wherever they stand, from its options, of which nothing is judged here. */
export function takeNames(args: readonly string[], own: Options): { names: string[]; argv: string[] } {
  const options = { ...targetOptions, ...own };
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const names = new Map(tokens.flatMap((token) => (token.kind === 'positional' ? [[token.index, token.value]] : [])));
  return { names: [...names.values()], argv: args.filter((_arg, index) => !names.has(index)) };
}

/**
 * Finds the stack that is meant, and what has to be known of it. The AWS SDK is told by its own variables where to go:
 * every adapter then works as in a function.
 *
 * @throws ConfigError where the stack is not named, not there or not running
 */
export async function findTarget(values: TargetValues, environment: Terminal['environment']): Promise<Target> {
  if (values.local === true) return { env: readLocal(values.data ?? '.local', environment), isLocal: true };
  const { data: tenant } = parameters.shape.tenant.safeParse(values.tenant);
  if (tenant === undefined) {
    throw usageError(
      'Name the tenant with --tenant, or say --local; it is lower-case letters and digits, as it was deployed',
    );
  }
  if (values.region !== undefined) environment['AWS_REGION'] = values.region;
  if (values.profile !== undefined) environment['AWS_PROFILE'] = values.profile;
  const stack = `ivm-bridge-${tenant}-${values.stage ?? 'prod'}`;
  const deployed = await readStack(stack);
  if (deployed === undefined) {
    throw new ConfigError('no-stack', `There is no stack ${stack} in this account and region: deploy it first`);
  }
  return { env: operatorEnvOfOutputs(stack, deployed.outputs), isLocal: false, createdAt: deployed.createdAt };
}

const StackFile = z.object({
  aws: z.object({
    region: z.string(),
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
    sqs: z.string(),
    s3: z.string(),
    dynamodb: z.string(),
    secretsManager: z.string(),
  }),
  settings: z.record(z.string(), z.string()),
});

function readLocal(dataDir: string, environment: Terminal['environment']): OperatorEnv {
  const file = join(resolve(dataDir), 'stack.json');
  if (!existsSync(file)) {
    throw new ConfigError(
      'not-running',
      `No stack is running in ${dataDir}: start one with "npm start", or give --data`,
    );
  }
  const { aws, settings } = StackFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  Object.assign(environment, {
    AWS_REGION: aws.region,
    AWS_ACCESS_KEY_ID: aws.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.secretAccessKey,
    AWS_ENDPOINT_URL_SQS: aws.sqs,
    AWS_ENDPOINT_URL_S3: aws.s3,
    AWS_ENDPOINT_URL_DYNAMODB: aws.dynamodb,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.secretsManager,
  });
  return readEnv(OperatorEnv, settings);
}

export const usageError = (problem: string): ConfigError =>
  new ConfigError('usage', `${problem} (--help shows all options)`);

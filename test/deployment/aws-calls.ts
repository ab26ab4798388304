import { readFileSync } from 'node:fs';
import { parse } from 'acorn';
import { build, type Plugin } from 'esbuild';
import { type Construction, Evaluator, leanClient, settingKey } from './code/evaluator.ts';
import type { Value } from './code/values.ts';

const root = new URL('../../', import.meta.url).pathname;

/** One kind of call that a function makes. */
export type AwsCall = {
  /** As IAM names it. */
  action: string;
  /** Variables of the function's environment that may name the resource. */
  settings: readonly string[];
  /** Whether it is one that AWS ties to no resource. */
  isUntied?: true;
  /** Of a DynamoDB query: the index, `undefined` for the table itself. */
  index?: string | undefined;
  /** Of S3: what the keys begin with, whole or in part; `undefined` where a key comes from data. */
  keys?: readonly string[] | undefined;
};

/** What a command asks IAM for, and the field of its input that names the resource, if AWS ties it to one. */
const commands: { readonly [command: string]: { action: string; resource?: string } } = {
  GetItemCommand: { action: 'dynamodb:GetItem', resource: 'TableName' },
  PutItemCommand: { action: 'dynamodb:PutItem', resource: 'TableName' },
  UpdateItemCommand: { action: 'dynamodb:UpdateItem', resource: 'TableName' },
  DeleteItemCommand: { action: 'dynamodb:DeleteItem', resource: 'TableName' },
  QueryCommand: { action: 'dynamodb:Query', resource: 'TableName' },
  BatchGetItemCommand: { action: 'dynamodb:BatchGetItem', resource: 'RequestItems' },
  BatchWriteItemCommand: { action: 'dynamodb:BatchWriteItem', resource: 'RequestItems' },
  SendMessageCommand: { action: 'sqs:SendMessage', resource: 'QueueUrl' },
  SendMessageBatchCommand: { action: 'sqs:SendMessage', resource: 'QueueUrl' },
  DeleteMessageBatchCommand: { action: 'sqs:DeleteMessage', resource: 'QueueUrl' },
  ChangeMessageVisibilityBatchCommand: { action: 'sqs:ChangeMessageVisibility', resource: 'QueueUrl' },
  ReceiveMessageCommand: { action: 'sqs:ReceiveMessage', resource: 'QueueUrl' },
  GetQueueAttributesCommand: { action: 'sqs:GetQueueAttributes', resource: 'QueueUrl' },
  ChangeMessageVisibilityCommand: { action: 'sqs:ChangeMessageVisibility', resource: 'QueueUrl' },
  PutObjectCommand: { action: 's3:PutObject', resource: 'Bucket' },
  GetObjectCommand: { action: 's3:GetObject', resource: 'Bucket' },
  HeadObjectCommand: { action: 's3:GetObject', resource: 'Bucket' },
  DeleteObjectCommand: { action: 's3:DeleteObject', resource: 'Bucket' },
  ListObjectsV2Command: { action: 's3:ListBucket', resource: 'Bucket' },
  GetSecretValueCommand: { action: 'secretsmanager:GetSecretValue', resource: 'SecretId' },
  PutSecretValueCommand: { action: 'secretsmanager:PutSecretValue', resource: 'SecretId' },
  GetMetricDataCommand: { action: 'cloudwatch:GetMetricData' },
};

const routesPath = 'lib/dashboard/routes.ts';
const viewList = /(const views: [^=]*= \[)([^\]]*)(\];)/;

/** The names of the routes in the list of the dashboard's views. */
export const dashboardRoutes = (): string[] =>
  [...(viewList.exec(readFileSync(`${root}${routesPath}`, 'utf8'))?.[2] ?? '').matchAll(/[\w.]+/g)].map(
    ([name]) => name,
  );

/** Leaves in the dashboard's list the given routes alone. */
const onlyRoutes = (names: readonly string[]): Plugin => ({
  name: 'only-routes',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/lib\/dashboard\/routes\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(viewList, `$1${names.join(', ')}$3`),
      loader: 'ts',
    }));
  },
});

/**
 * The calls to AWS that a function can come to make, found in its code without running it.
 *
 * @param routes of the dashboard, where only some are to be followed: with all at once, whose values then are each other's,
 * it takes hours
 */
export async function awsCallsOf(
  source: { entryPoint: string } | { contents: string },
  routes?: readonly string[],
): Promise<AwsCall[]> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    plugins: routes === undefined ? [] : [onlyRoutes(routes)],
    ...('entryPoint' in source
      ? { entryPoints: [source.entryPoint] }
      : { stdin: { contents: source.contents, loader: 'ts' as const, resolveDir: root } }),
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node24',
    format: 'esm',
    write: false,
  });
  const program = parse(outputFiles[0]?.text ?? '', { ecmaVersion: 'latest', sourceType: 'module' });
  return new Evaluator(program)
    .constructionsOf('handler')
    .filter(({ from, name }) => from === leanClient || (from.startsWith('@aws-sdk/') && name.endsWith('Command')))
    .flatMap(callsOf);
}

function callsOf({ name, input }: Construction): AwsCall[] {
  const command = commands[name];
  if (command === undefined) throw new Error(`Add ${name} to the commands of this test: which IAM action is it?`);
  const { action, resource } = command;
  if (resource === undefined) return [{ action, settings: [], isUntied: true }];
  return [...input].flatMap((value): AwsCall[] => {
    if (value.kind !== 'structure') return [];
    const { fields } = value;
    const field = (key: string) => [...(fields.get(key) ?? [])];
    const named = field(resource);
    const settings = resource === 'RequestItems' ? settingsOfKeys(named) : settingsOf(named);
    if (settings.length === 0) throw new Error(`It can't be told what ${name} is sent to: ${resource}`);
    const of = { action, settings };
    if (action === 'dynamodb:Query') {
      const indices = field('IndexName').flatMap((index) => (index.kind === 'text' ? [index.text] : []));
      return indices.length === 0 ? [{ ...of, index: undefined }] : indices.map((index) => ({ ...of, index }));
    }
    return [resource === 'Bucket' && fields.has('Key') ? { ...of, keys: keysOf(field('Key')) } : of];
  });
}

const settingsOf = (values: readonly Value[]): string[] =>
  values.flatMap((value) => (value.kind === 'setting' ? [value.name] : []));

const settingsOfKeys = (values: readonly Value[]): string[] =>
  values
    .flatMap((value) => (value.kind === 'structure' ? [...value.fields.keys()] : []))
    .flatMap((key) => (key.startsWith(settingKey('')) ? [key.slice(settingKey('').length)] : []));

/** What keys begin with, as far as the code tells. */
const keysOf = (values: readonly Value[]): string[] =>
  values.flatMap((value) => (value.kind === 'text' && value.text !== '' ? [value.text] : []));

import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AwsCall, awsCallsOf, dashboardRoutes } from './aws-calls.ts';
import { type DeployedFunction, deployedFunctions, type Grant, schedulerRole } from './role-grants.ts';

const root = new URL('../../', import.meta.url).pathname;
const names = globSync('functions/*.ts', { cwd: root })
  .map((path) => basename(path, '.ts'))
  .toSorted();

const routesAtOnce = 3;

let functions: DeployedFunction[] = [];
const callsOf = new Map<string, AwsCall[]>();
beforeAll(async () => {
  functions = deployedFunctions();
  for (const name of names) callsOf.set(name, await callsOfFunction(name));
});

async function callsOfFunction(name: string): Promise<AwsCall[]> {
  const entryPoint = `functions/${name}.ts`;
  if (name !== 'serve-dashboard') return awsCallsOf({ entryPoint });
  const routes = dashboardRoutes();
  expect(routes.length).toBeGreaterThan(15);
  const calls: AwsCall[] = [];
  for (let from = 0; from < routes.length; from += routesAtOnce) {
    calls.push(...(await awsCallsOf({ entryPoint }, routes.slice(from, from + routesAtOnce))));
  }
  return calls;
}

function deployed(name: string): DeployedFunction {
  const found = functions.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} is not in the template`);
  return found;
}

/** Objects are granted by what their keys begin with, which the code does not always tell. */
const isOfObjects = ({ action }: Pick<Grant, 'action'>): boolean => /^s3:\w+Object$/.test(action);
const shown = (grants: readonly Grant[]): string[] => [
  ...new Set(
    grants.map((grant) => `${grant.action} ${isOfObjects(grant) ? 'DataBucket/…' : grant.resource}`).toSorted(),
  ),
];

const inAccount = (service: string, resource: string) =>
  `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`;

/** What a function has to be allowed to: for the calls in its code, and for what starts it. */
function neededBy({ name, functionName, resourcesOf, sources }: DeployedFunction): Grant[] {
  const called = (callsOf.get(name) ?? []).flatMap(({ action, settings, index, isUntied }) =>
    isUntied
      ? [{ action, resource: '*' }]
      : settings.flatMap(resourcesOf).map((resource) => ({
          action,
          resource: index === undefined ? resource : `${resource}/index/${index}`,
        })),
  );
  // Where keys may not be listed, S3 answers 403 and not 404 for one that is not there.
  const asked = called.filter(({ action }) => action === 's3:GetObject');
  return [
    ...called,
    ...asked.map(({ resource }) => ({ action: 's3:ListBucket', resource })),
    ...sources.flatMap((resource) =>
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'].map((action) => ({ action, resource })),
    ),
    ...['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({
      action,
      resource: inAccount('logs', `log-group:/aws/lambda/${functionName}:*`),
    })),
  ];
}

describe.each(names)('the role of %s', (name) => {
  it('allows what the function does, and nothing else', () => {
    const one = deployed(name);
    expect(shown(one.grants)).toEqual(shown(neededBy(one)));
  });

  it('allows the folders of the bucket that the code names', () => {
    for (const { action, keys = [] } of callsOf.get(name) ?? []) {
      const allowed = deployed(name).grants.filter((grant) => grant.action === action);
      const folders = new Set(allowed.map(({ resource }) => topOf(folderOf(resource))));
      expect([...new Set(keys.map(topOf))].filter((top) => inBucket.has(top) && !folders.has(top))).toEqual([]);
    }
  });

  it.each([
    ['Reads', 's3:GetObject'],
    ['Writes', 's3:PutObject'],
  ])('allows the folders that its file says it %s', (line, action) => {
    const folders = deployed(name)
      .grants.filter((grant) => grant.action === action)
      .map(({ resource }) => folderOf(resource));
    const documented = foldersIn(contractOf(name)[line] ?? '');
    expect(folders.filter((folder) => !documented.some((one) => isWithin(folder, one)))).toEqual([]);
    expect(documented.filter((one) => !folders.some((folder) => isWithin(folder, one)))).toEqual([]);
  });

  it('may be taken on by Lambda alone', () => {
    expect(deployed(name).trusted).toEqual(['lambda.amazonaws.com']);
  });
});

describe('the role of the Scheduler', () => {
  it('starts the functions that have a schedule, and may be taken on by the Scheduler of this account alone', () => {
    const { trusted, isForThisAccount, grants } = schedulerRole();
    expect({ trusted, isForThisAccount }).toEqual({ trusted: ['scheduler.amazonaws.com'], isForThisAccount: true });
    const scheduled = functions.filter(({ isScheduled }) => isScheduled);
    expect(scheduled.length).toBeGreaterThan(0);
    expect(grants.toSorted((one, other) => (one.resource < other.resource ? -1 : 1))).toEqual(
      scheduled
        .map(({ functionName }) => inAccount('lambda', `function:${functionName}`))
        .toSorted()
        .map((resource) => ({ action: 'lambda:InvokeFunction', resource })),
    );
  });
});

describe('roles', () => {
  it('are one for each function', () => {
    const roles = functions.map(({ role }) => role);
    expect(new Set(roles).size).toBe(names.length);
  });

  it('allow no action and no resource by a wildcard, but for keys of one folder, streams of one log, and metrics', () => {
    for (const { name, action, resource } of functions.flatMap((one) =>
      one.grants.map((grant) => ({ name: one.name, ...grant })),
    )) {
      expect(action).toMatch(/^[a-z0-9]+:[A-Za-z0-9]+$/);
      // AWS ties this one to no resource. It reads numbers.
      if (name === 'serve-dashboard' && action === 'cloudwatch:GetMetricData') continue;
      expect(resource).toMatch(/^(?:\w+|\w+\/index\/[a-z-]+|DataBucket(?:\/[a-z]+)+\/\*|arn:[^*]+(?::\*)?)$/);
    }
  });
});

/** What the comment at the head of a function's file says, by the first word of its lines. */
function contractOf(name: string): { [line: string]: string } {
  const head = /^\/\*\*[\s\S]*?\*\//.exec(readFileSync(`${root}functions/${name}.ts`, 'utf8'))?.[0] ?? '';
  const lines = head.replaceAll(/\n \* {6,}/g, ' ').matchAll(/^ \* (\w+) {2,}(.*)$/gm);
  return Object.fromEntries([...lines].map(([, line = '', text = '']) => [line, text]));
}

/** Of `S3 raw/ and details/; SQS pictures`: raw and details. */
const foldersIn = (text: string): string[] =>
  [...text.matchAll(/\bS3 ([^;]*)/g)]
    .flatMap(([, folders = '']) => [...folders.matchAll(/[a-z]+\/(?:[a-z]+\/?)*/g)])
    .map(([folder]) => folder.replace(/\/$/, ''));

const folderOf = (resource: string): string => resource.replace(/^DataBucket\//, '').replace(/\/\*$/, '');
const isWithin = (key: string, folder: string): boolean => `${key}/`.startsWith(`${folder}/`);
const topOf = (key: string): string => key.split('/')[0] ?? '';
/** Not every text that the code may hand over as a key is one. */
const inBucket = new Set(['details', 'exports', 'interim', 'pictures', 'quarantine', 'raw', 'snapshots', 'spill']);

import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { BaseEnv } from '#lib/runtime/env.ts';
import * as functionEnv from '#lib/runtime/function-env.ts';

const root = new URL('..', import.meta.url).pathname;
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8');
const sources = globSync(['functions/**/*.ts', 'lib/**/*.ts'], { cwd: root }).toSorted();
const importsOf = (path: string) =>
  [...read(path).matchAll(/(?:^|\n)(?:import|export)\s[^;]*?from\s+'([^']+)'|import\('([^']+)'\)/g)].map(
    ([, statically, dynamically]) => statically ?? dynamically ?? '',
  );
const importersOf = (pattern: RegExp) => sources.filter((path) => importsOf(path).some((name) => pattern.test(name)));

const Function = z.object({
  handler: z.string(),
  role: z.string(),
  timeout: z.number(),
  memorySize: z.number(),
  environment: z.record(z.string(), z.unknown()).default({}),
  events: z.array(z.record(z.string(), z.unknown())),
});
const Resource = z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()) });
const Template = z.object({
  provider: z.object({ environment: z.record(z.string(), z.unknown()) }),
  functions: z.record(z.string(), Function),
  resources: z.array(z.union([z.string(), z.object({ Resources: z.record(z.string(), Resource) })])),
});
const template = Template.parse(parse(read('serverless.yml')));
const functions = Object.entries(template.functions).map(([key, definition]) => ({ key, ...definition }));
const described = template.resources.flatMap((part) =>
  typeof part === 'string' ? [] : Object.entries(part.Resources),
);
const resources = described.map(([id, resource]) => ({ id, ...resource }));
const ofType = (type: string) => resources.filter(({ Type }) => Type === type);

describe('imports', () => {
  it('reach the AWS SDK from lib/aws only', () => {
    expect(importersOf(/^@aws-sdk\//).filter((path) => !path.startsWith('lib/aws/'))).toEqual([]);
  });

  it('reach the HTTP client from lib/ivm only', () => {
    expect(importersOf(/^undici/).filter((path) => !path.startsWith('lib/ivm/'))).toEqual([]);
  });

  it('reach AWS without the SDK through one client only, whose calls are compared with the roles', () => {
    // lib/ivm looks at the addresses that it connects to.
    const direct = importersOf(/^(?:node:)?(?:https?|http2|net|tls)$/).filter(
      (path) => !/^lib\/(?:simulator|local|packaging|deployment|cli|ivm)\//.test(path),
    );
    expect(direct).toEqual(['lib/aws/connections.ts']);
    expect(importersOf(/\/http-exchange\.ts$/)).toEqual([
      'functions/receive-callback.ts',
      'lib/aws/aws-call.ts',
      'lib/aws/lean-client.ts',
      'lib/aws/picture-objects.ts',
    ]);
    expect(
      sources.filter(
        (path) =>
          /\bfetch\(/.test(read(path)) && !/^lib\/(?:ivm|local|cli|operator|simulator|dashboard-page)\//.test(path),
      ),
    ).toEqual([]);
  });

  it('never lead from lib to functions', () => {
    expect(
      importersOf(/functions\//).filter((path) => path.startsWith('lib/') && !path.startsWith('lib/local/')),
    ).toEqual([]);
  });

  it('never lead from what runs on AWS to the simulator, the local runner or the tests', () => {
    const local = /#lib\/(?:simulator|local|packaging|deployment|cli)\/|\/test\//;
    expect(
      importersOf(local).filter((path) => !/^lib\/(?:simulator|local|packaging|deployment|cli)\//.test(path)),
    ).toEqual([]);
  });

  it('never lead from what runs on AWS to the schemas of messages, which are slow to make', () => {
    expect(importersOf(/\/message-schemas\//).filter((path) => !/^lib\/(?:packaging|deployment)\//.test(path))).toEqual(
      [],
    );
  });

  it('never lead from what runs on AWS to all interfaces of IVM at once, whose schemas are slow to make', () => {
    expect(
      importersOf(/\/(?:operations|operation-client)\.ts$/).filter(
        (path) => !/^lib\/(?:simulator|local|packaging|deployment|cli|ivm\/operations)\//.test(path),
      ),
    ).toEqual([]);
  });

  it('carry only named exports', () => {
    expect(sources.filter((path) => /\bexport default\b/.test(read(path)))).toEqual([]);
  });
});

describe('functions', () => {
  it('are one file each, named in serverless.yml', () => {
    const named = functions.map(({ handler }) => handler.replace(/^dist\/(.*)\/index\.handler$/, 'functions/$1.ts'));
    expect(named.toSorted()).toEqual(sources.filter((path) => path.startsWith('functions/')));
  });

  it.each(sources.filter((path) => path.startsWith('functions/')))(
    '%s begins with its contract and is wiring only',
    (path) => {
      const text = read(path);
      expect(text).toMatch(/^\/\*\*\n [\s\S]*Trigger[\s\S]*?\*\//);
      expect(text.split('\n').length).toBeLessThanOrEqual(100);
      expect(text).toContain('export const handler');
    },
  );

  it.each([
    ['receiveCallback', functionEnv.ReceiveCallbackEnv],
    ['recoverSpill', functionEnv.RecoverSpillEnv],
    ['storeAlarms', functionEnv.StoreMessagesEnv],
    ['trackDevices', functionEnv.StoreMessagesEnv],
    ['storeIntelligence', functionEnv.StoreMessagesEnv],
    ['storePictures', functionEnv.StorePicturesEnv],
    ['retryPictures', functionEnv.RetryPicturesEnv],
    ['rotateToken', functionEnv.RotateTokenEnv],
    ['syncInventory', functionEnv.SyncInventoryEnv],
    ['requestSnapshots', functionEnv.RequestSnapshotsEnv],
    ['takeSnapshots', functionEnv.TakeSnapshotsEnv],
    ['collectStatistics', functionEnv.CollectStatisticsEnv],
    ['exportStatistics', functionEnv.ExportStatisticsEnv],
    ['reconcileCallbacks', functionEnv.ReconcileCallbacksEnv],
    ['exportEvents', functionEnv.ExportStoredEnv],
    ['exportCounts', functionEnv.ExportStoredEnv],
    ['checkExports', functionEnv.CheckExportsEnv],
    ['serveDashboard', functionEnv.ServeDashboardEnv],
  ])('%s gets exactly the variables its schema asks for', (key, schema) => {
    expect(Object.keys(template.provider.environment).toSorted()).toEqual(Object.keys(BaseEnv.shape).toSorted());
    const own = Object.keys(schema.shape).filter((name) => !Object.hasOwn(BaseEnv.shape, name));
    expect(Object.keys(template.functions[key]?.environment ?? {}).toSorted()).toEqual(own.toSorted());
  });

  it('have a role each, that no other has', () => {
    const roles = functions.map(({ role }) => role);
    expect(new Set(roles).size).toBe(roles.length);
    expect(
      ofType('AWS::IAM::Role')
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual([...roles, 'SchedulerRole'].toSorted());
  });

  it('are never allowed everything, but for metrics, which AWS ties to no resource', () => {
    const metrics = '{"Effect":"Allow","Action":["cloudwatch:GetMetricData"],"Resource":["*"]}';
    for (const { id, Properties } of ofType('AWS::IAM::Role')) {
      const policies = JSON.stringify(Properties);
      // Once, in one role: the dashboard draws them.
      expect(id === 'ServeDashboardRole' ? policies.replace(metrics, '') : policies).not.toMatch(
        /"Action":\[?"[^"]*\*|"Resource":(?:"\*"|\[[^\]]*"\*")/,
      );
    }
  });
});

describe('dependencies', () => {
  it('are pinned to exact versions and explained in the README', () => {
    const { dependencies, devDependencies } = z
      .object({ dependencies: z.record(z.string(), z.string()), devDependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(read('package.json')));
    const readme = read('README.md');
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      expect(version, name).toMatch(/^(?:npm:[a-z]+@)?\d+\.\d+\.\d+(?:-r\.\d+)?$/);
      expect(readme, name).toContain(`\`${name}\``);
    }
  });
});

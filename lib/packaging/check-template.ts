import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { packageStack, prepareService, type StackSettings } from './package-stack.ts';

export type Finding = { rule: string; path: string; message: string };

/** Findings that are not ours to mend, as few as can be told by their rule and place. */
export type Exception = { rule: string; path: RegExp; why: string };

type Variant = StackSettings & { name: string; lintedFor: readonly string[]; exceptions: readonly Exception[] };

/** The versions that the exceptions were written for; others may find other things. */
export const pinnedTools = { 'cfn-lint': '1.51.0', moto: '5.2.1' };
export const installCommand = `pip install cfn-lint==${pinnedTools['cfn-lint']} 'moto[cloudformation]==${pinnedTools.moto}'`;

const packagerDependencies: Exception = {
  rule: 'W3005',
  path: /^Resources\/(?:\w+LambdaFunction|HttpApiStage|HttpApiRoute\w+)\/DependsOn(?:\/\d+)?$/,
  why: 'the packager writes DependsOn also where a reference says the same',
};
const filledConditions: Exception = {
  rule: 'W8003',
  path: /^Conditions\/(?:Has(?:CustomDomain|AlarmEmail)\/Fn::Not\/0|(?:Uses|Protects)UserPool|HasSignIn\/Fn::Or\/1)$/,
  why: 'the packager fills the parameters in, so that these conditions compare two texts',
};
/** An `Fn::If` around the value does not help: within a resource the lint takes the condition of the resource for true. */
const unusedCertificate: Exception = {
  rule: 'E1159',
  path: /^Resources\/CustomDomain\/Properties\/DomainNameConfigurations\/0\/CertificateArn$/,
  why: 'without a domain of its own a stack has no certificate, and CustomDomain is not created',
};

const filledUrls: Exception = {
  rule: 'W1028',
  path: /^Resources\/UserPool(?:Client)?\/Properties\/.*\/Fn::If\/[12]$/,
  why: 'the packager fills the domain in, so that of the two URLs of the dashboard one is never taken',
};
const noFirstUser: Exception = {
  rule: 'E3001',
  path: /^Resources\/FirstUser$/,
  why: 'without an e-mail address a stack has no first user, and the lint gives up where a condition cannot be true',
};

const withoutDomain = [packagerDependencies, filledConditions, unusedCertificate];
/** What the template of a stack without a domain and an e-mail address is excepted from. */
export const minimalExceptions = [...withoutDomain, filledUrls, noFirstUser];

const ivmUserId = '109010000000000001';
const variants: readonly Variant[] = [
  {
    name: 'acme-prod',
    stage: 'prod',
    parameters: { tenant: 'acme', ivmUserId },
    lintedFor: ['ap-southeast-1'],
    exceptions: minimalExceptions,
  },
  {
    // Of the same tenant: its two stages share an account.
    name: 'acme-dev-with-all-options',
    stage: 'dev',
    parameters: {
      tenant: 'acme',
      ivmUserId,
      domainName: 'callbacks.example.com',
      certificateArn: 'arn:aws:acm:ap-southeast-1:123456789012:certificate/00000000-0000-4000-8000-000000000000',
      alarmEmail: 'ops@example.com',
    },
    lintedFor: ['ap-southeast-1'],
    exceptions: [packagerDependencies, filledConditions],
  },
  {
    // Of another tenant, whose stack may be in the same account, and whose users sign in elsewhere.
    name: 'beta-prod',
    stage: 'prod',
    parameters: {
      tenant: 'beta',
      ivmUserId,
      oidcIssuer: 'https://login.example.com/beta',
      oidcClientId: 'dashboard',
      oidcAudience: 'ivm-bridge',
      oidcScope: 'cameras.read',
    },
    lintedFor: ['ap-southeast-1'],
    exceptions: withoutDomain,
  },
  {
    name: 'longest-name-in-china',
    stage: 'prod',
    region: 'cn-north-1',
    parameters: { tenant: 'abcdefghijklmnopqrst', ivmUserId },
    lintedFor: ['cn-north-1', 'cn-northwest-1'],
    exceptions: withoutDomain,
  },
];

const Findings = z.array(
  z
    .object({
      Message: z.string(),
      Rule: z.object({ Id: z.string() }),
      Location: z.object({ Path: z.array(z.union([z.string(), z.number()])).nullish() }),
    })
    .transform(({ Message, Rule, Location }) => ({
      rule: Rule.Id,
      path: (Location.Path ?? []).join('/'),
      message: Message,
    })),
);

/** @param json as `cfn-lint --format json` writes it */
export const readFindings = (json: string): Finding[] => Findings.parse(JSON.parse(json));

/** What remains to be mended, in words: findings without an exception, and exceptions without a finding. */
export function openFindings(findings: readonly Finding[], exceptions: readonly Exception[]): string[] {
  const matches = (finding: Finding, { rule, path }: Exception) => finding.rule === rule && path.test(finding.path);
  return [
    ...findings
      .filter((finding) => !exceptions.some((exception) => matches(finding, exception)))
      .map(({ rule, path, message }) => `${rule} ${path}: ${message}`),
    ...exceptions
      .filter((exception) => !findings.some((finding) => matches(finding, exception)))
      .map(({ rule, path }) => `${rule} has an exception that nothing needs any more: ${path.source}`),
  ];
}

type Run = { failed: boolean; stdout: string; stderr: string };

/** Runs Python without settings of anybody for AWS: no profile, no endpoint. */
const python = (...args: string[]): Promise<Run> =>
  new Promise((resolve) => {
    const others = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
    const env = { ...Object.fromEntries(others), AWS_CONFIG_FILE: devNull, AWS_SHARED_CREDENTIALS_FILE: devNull };
    execFile('python3', args, { env }, (error, stdout, stderr) => resolve({ failed: error !== null, stdout, stderr }));
  });

const versionsScript = `
import importlib, importlib.metadata, json
versions = {}
for name, module in (("cfn-lint", "cfnlint"), ("moto", "moto.cloudformation.parsing")):
    try:
        importlib.import_module(module)
        versions[name] = importlib.metadata.version(name)
    except ImportError:
        pass
print(json.dumps(versions))
`;

const Versions = z.object({ 'cfn-lint': z.string(), moto: z.string() }).partial();

/** The versions of those tools that are there; none without Python 3. */
export async function toolVersions(): Promise<z.infer<typeof Versions>> {
  const { failed, stdout } = await python('-c', versionsScript);
  return failed ? {} : Versions.parse(JSON.parse(stdout));
}

/** As the command `cfn-lint`, which need not be in the PATH where its package is. */
const lintScript = 'import sys; from cfnlint.runner import main; sys.exit(main())';

export async function lint(template: string, regions: readonly string[]): Promise<Finding[]> {
  const format = ['--format', 'json', '--non-zero-exit-code', 'none'];
  const { failed, stdout, stderr } = await python('-c', lintScript, ...format, '--regions', ...regions, '--', template);
  if (failed) throw new Error(`cfn-lint did not finish: ${stderr}`);
  return readFindings(stdout);
}

/** Creates packaged stacks in one account of moto, each named as its directory. */
export const createInMoto = (dirs: readonly string[]): Promise<Run> =>
  python(new URL('create-in-moto.py', import.meta.url).pathname, ...dirs);

/** The template of a deployment, in a directory that `packageStack` filled. */
export const templateIn = (dir: string): string => join(dir, 'cloudformation-template-update-stack.json');

/** Whether all is well with the template, or cannot be told here. */
async function checkTemplate(write: (line: string) => void): Promise<boolean> {
  const versions = await toolVersions();
  const missing = Object.keys(pinnedTools).filter((name) => !(name in versions));
  if (missing.length > 0) {
    write(`Skipped: there is no Python 3 with ${missing.join(' and ')} here. Try again after: ${installCommand}`);
    return true;
  }
  const dir = mkdtempSync(join(tmpdir(), 'check-template-'));
  try {
    const serviceDir = join(dir, 'service');
    await prepareService(serviceDir);
    const stacks = variants.map((variant) => ({ ...variant, dir: join(dir, variant.name) }));
    for (const stack of stacks) await packageStack(serviceDir, stack.dir, stack);
    const linting = stacks.map(async (stack) => ({
      name: stack.name,
      open: openFindings(await lint(templateIn(stack.dir), stack.lintedFor), stack.exceptions),
    }));
    // Moto's stacks are all in the partition `aws`.
    const inMoto = createInMoto(stacks.filter(({ region }) => region === undefined).map((stack) => stack.dir));
    const [linted, moto] = await Promise.all([Promise.all(linting), inMoto]);

    write(`cfn-lint ${versions['cfn-lint']}`);
    for (const { name, open } of linted) {
      write(`  ${name}: ${open.length === 0 ? 'nothing found' : `${open.length} to mend`}`);
      for (const line of open) write(`    ${line}`);
    }
    for (const { rule, why } of minimalExceptions) write(`  excepted: ${rule}, ${why}`);
    write(`moto ${versions.moto}`);
    const report = moto.failed ? `${moto.stdout}${moto.stderr}` : moto.stdout;
    for (const line of report.trimEnd().split('\n')) write(`  ${line}`);
    return !moto.failed && linted.every(({ open }) => open.length === 0);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const isWell = await checkTemplate((line) => process.stdout.write(`${line}\n`));
  process.exitCode = isWell ? 0 : 1;
}

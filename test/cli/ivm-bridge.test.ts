import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createIvmClient, requestToken } from '#lib/ivm/client.ts';
import { createIvmHttp } from '#lib/ivm/http.ts';
import { type Stack, startStack } from '#lib/local/stack.ts';

const program = new URL('../../lib/cli/ivm-bridge.mjs', import.meta.url).pathname;
/** Makes any Node say that it is an old one. */
const old = `data:text/javascript,${encodeURIComponent("Object.defineProperty(process,'versions',{value:{node:'20.1.0'}})")}`;

type Ended = { code: number; stdout: string; stderr: string };
/** Runs the program as a shell does, with a bare environment. */
const ivmBridge = (
  argv: readonly string[],
  { variables = {}, nodeArgs = [] }: { variables?: { [name: string]: string }; nodeArgs?: readonly string[] } = {},
): Promise<Ended> =>
  new Promise((resolve) => {
    const environment = { PATH: process.env['PATH'] ?? '', ...variables };
    const child = execFile(
      process.execPath,
      [...nodeArgs, program, ...argv],
      { env: environment },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
    child.stdin?.end();
  });

describe('ivm-bridge', () => {
  it.each([[['--help']], [[]], [['setup', '--help']], [['doctor', '-h']], [['start', '--help']]])(
    'shows how it is used: %j',
    async (argv) => {
      const { code, stdout, stderr } = await ivmBridge(argv);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('Usage: ');
    },
  );

  it.each([
    [['dcotor'], 'There is no command dcotor'],
    [['doctor', '--tennant', 'acme'], "Unknown option '--tennant'"],
    [['doctor'], 'Name the tenant with --tenant, or say --local'],
    [['setup'], 'Name the tenant with --tenant, or say --local'],
    [['start', '--cuont', '3'], "Unknown option '--cuont'"],
  ])('tells a wrong command line from a failure: %j', async (argv, text) => {
    const { code, stderr } = await ivmBridge(argv);
    expect(code).toBe(2);
    expect(stderr).toContain(text);
  });

  it('says where no local stack is running', async () => {
    const { code, stderr } = await ivmBridge(['doctor', '--local', '--data', join(tmpdir(), 'no-such-stack')]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^No stack is running in .*: start one with "npm start", or give --data\n$/);
  });

  it('hands over to the Node of its own package where the caller has an old one, exit status included', async () => {
    const nodeArgs = ['--import', old];
    expect(await ivmBridge(['--help'], { nodeArgs })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Usage: '),
    });
    expect(await ivmBridge(['dcotor'], { nodeArgs })).toMatchObject({ code: 2 });
  });

  it('says so where that Node is too old as well', async () => {
    expect(
      await ivmBridge(['--help'], { nodeArgs: ['--import', old], variables: { IVM_BRIDGE_NODE: 'tried already' } }),
    ).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Node 24 is needed and this is 20.1.0: run "npm ci", which brings one, then try again\n',
    });
  });
});

describe('setup and doctor, on the local stack', () => {
  const credentials = { accessKey: 'SIMULATED-AK', secretKey: 'SIMULATED-SK' };
  let stack: Stack;
  let dataDir = '';

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'cli-'));
    stack = await startStack({
      dataDir,
      port: 0,
      ivm: { kind: 'simulated' },
      onOutput: () => undefined,
      onError: () => undefined,
    });
    await stack.invoke('sync-inventory', {});
  });
  afterAll(async () => {
    await stack.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const Findings = z.array(
    z.object({
      check: z.string(),
      state: z.enum(['ok', 'warning', 'problem']),
      text: z.string(),
      todo: z.string().optional(),
    }),
  );
  const Report = z.object({
    credentials: z.string(),
    keysMade: z.array(z.string()),
    callbacks: z.array(z.object({ subscription: z.string(), before: z.string().optional(), outcome: z.string() })),
  });
  const command = (name: string, ...argv: string[]) => ivmBridge([name, '--local', '--data', dataDir, ...argv]);
  const setUpWith = (variables: { [name: string]: string }, ...argv: string[]) =>
    ivmBridge(['setup', '--local', '--data', dataDir, ...argv], { variables });
  const doctor = async () => {
    const { code, stdout } = await command('doctor', '--json');
    return { code, findings: Findings.parse(JSON.parse(stdout)) };
  };

  /** Registers the URL of another subscription, which answers probes as any receiver does. */
  async function registerForeign(): Promise<string> {
    const url = `${stack.file.baseUrl}/callbacks/third-data`;
    const http = createIvmHttp({
      endpoint: stack.file.ivm.endpoint,
      allowLoopback: true,
      now: () => new Date(),
      random: Math.random,
      sleep,
    });
    try {
      const { token } = await requestToken(http, stack.file.userId, credentials);
      const source = { current: async () => token, renew: async () => token, rejected: () => undefined };
      await createIvmClient(http, stack.file.userId, source).setCallback('TARGET_DATA', { url, authKey: 'theirs-1' });
      return url;
    } finally {
      await http.close();
    }
  }

  it('doctor finds nothing wrong, check by check, and says so', async () => {
    const { code, findings } = await doctor();
    expect(findings.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(code).toBe(0);
    expect(new Set(findings.map(({ check }) => check)).size).toBeGreaterThanOrEqual(9);
    const { stdout } = await command('doctor');
    expect(stdout).toContain('Nothing is wrong; 0 to keep an eye on.');
  });

  it('setup changes nothing where all is well', async () => {
    const before = readFileSync(join(dataDir, 'secrets.json'), 'utf8');
    const { code, stdout } = await command('setup', '--json');
    const report = Report.parse(JSON.parse(stdout));
    expect(code).toBe(0);
    expect(report).toMatchObject({ credentials: 'kept', keysMade: [] });
    expect(report.callbacks.map(({ outcome }) => outcome)).toEqual(Array(9).fill('unchanged'));
    expect(readFileSync(join(dataDir, 'secrets.json'), 'utf8')).toBe(before);
  });

  it('a foreign URL is found, left alone without --take-over, and replaced with it', async () => {
    const url = await registerForeign();
    const sick = await doctor();
    expect(sick.code).toBe(1);
    expect(sick.findings.find(({ state }) => state === 'problem')).toMatchObject({
      check: 'registrations',
      text: `TARGET_DATA goes to ${url}`,
      todo: expect.stringContaining('setup --take-over'),
    });

    const careful = await command('setup');
    expect(careful.code).toBe(1);
    expect(careful.stdout).toMatch(/TARGET_DATA +http\S+third-data +LEFT TO ANOTHER URL/);
    expect(stack.simulator?.subscriptions().get('TARGET_DATA')?.url).toBe(url);

    expect((await command('setup', '--take-over')).code).toBe(0);
    expect(stack.simulator?.subscriptions().get('TARGET_DATA')?.url).toBe(stack.file.callbacks.TARGET_DATA.url);
    expect((await doctor()).code).toBe(0);
  });

  it('a dead letter is a problem, whatever else is well', async () => {
    await stack.stores.clients.sqs.send(
      new SendMessageCommand({ QueueUrl: stack.file.deadLetterQueues['alarms'] ?? '', MessageBody: '{}' }),
    );
    const { code, findings } = await doctor();
    expect(code).toBe(1);
    expect(findings.filter(({ state }) => state !== 'ok')).toMatchObject([
      { check: 'queues', state: 'problem', text: expect.stringMatching(/^1 messages rest in .*alarms-dead$/) },
    ]);
  });

  it('setup refuses AK and SK that IVM does not know, keeps those that work, and prints neither', async () => {
    const unknown = { IVM_AK: 'AKIAINVENTED', IVM_SK: 'sk-invented' };
    const before = readFileSync(join(dataDir, 'secrets.json'), 'utf8');
    const unasked = await setUpWith(unknown);
    expect(unasked).toMatchObject({ code: 1, stderr: expect.stringContaining('--rotate-credentials') });
    const refused = await setUpWith(unknown, '--rotate-credentials');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('access keys of Huawei Cloud IAM and personal accounts do not work');
    for (const { stdout, stderr } of [unasked, refused]) {
      expect(stdout + stderr).not.toMatch(/AKIAINVENTED|sk-invented|SIMULATED/);
    }
    expect(readFileSync(join(dataDir, 'secrets.json'), 'utf8')).toBe(before);
    expect(await setUpWith({ IVM_AK: 'only-one' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('both IVM_AK and IVM_SK'),
    });
  });
});

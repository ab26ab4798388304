import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SendMessageCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createObjectStore } from '#lib/aws/objects.ts';
import { createSender } from '#lib/aws/queues.ts';
import { createReplayedEvents } from '#lib/aws/replayed-events.ts';
import { quarantineObjects } from '#lib/callback/quarantine.ts';
import { textOf } from '#lib/events/attribute.ts';
import { createIvmClient, requestToken } from '#lib/ivm/client.ts';
import { createIvmHttp } from '#lib/ivm/http.ts';
import { type Stack, startStack } from '#lib/local/stack.ts';
import { keyOf } from '#lib/replay/replay-plan.ts';
import { exampleMessage } from '../support/fixtures.ts';
import { command as inProcess } from './in-process.ts';

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
  it.each([
    [['--help']],
    [[]],
    [['setup', '--help']],
    [['doctor', '-h']],
    [['redrive', '--help']],
    [['erase', '--help']],
    [['start', '--help']],
  ])('shows how it is used: %j', async (argv) => {
    const { code, stdout, stderr } = await inProcess(...argv);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Usage: ');
  });

  it('is a program, with the exit status of its command', async () => {
    expect(await ivmBridge(['--help'])).toEqual(await inProcess('--help'));
    expect(await ivmBridge(['dcotor'])).toEqual(await inProcess('dcotor'));
  });

  it.each([
    [['dcotor'], 'There is no command dcotor'],
    [['doctor', '--tennant', 'acme'], "Unknown option '--tennant'"],
    [['doctor'], 'Name the tenant with --tenant, or say --local'],
    [['setup'], 'Name the tenant with --tenant, or say --local'],
    [['redrive', '--local'], 'Name one queue: alarms, devices, intelligence, pictures, picture-retries, snapshots'],
    [['redrive', 'alarms', 'devices', '--local'], 'Name one queue: alarms, devices, '],
    [['redrive', 'picture', '--local'], 'There is no queue picture; there are alarms, devices, '],
    [['redrive', 'alarms', '--local', '--limit', '0'], '--limit takes a number of messages, from 1'],
    [['redrive', 'alarms', '--dry'], "Unknown option '--dry'"],
    [['redrive', 'alarms'], 'Name the tenant with --tenant, or say --local'],
    [['erase', '--local', '--dry-run'], 'Say what is to be erased: --device, --plate, --target, --before'],
    [['erase', '--local', '--device', 'D'], 'There is nobody to ask: look with --dry-run, then say --yes'],
    [['erase', '--local', '--before', '2026-02-30', '--yes'], '--before takes a date, as 2026-01-15, or an instant'],
    [
      ['erase', '--local', '--before', '2026-02-01T08:00', '--yes'],
      '--before takes a date, as 2026-01-15, or an instant',
    ],
    [['erase', '--plate', 'x', '--dry-run'], 'Name the tenant with --tenant, or say --local'],
    [['start', '--cuont', '3'], "Unknown option '--cuont'"],
  ])('tells a wrong command line from a failure: %j', async (argv, text) => {
    const { code, stderr } = await inProcess(...argv);
    expect(code).toBe(2);
    expect(stderr).toContain(text);
  });

  it.each([
    [[], 'usage', 'Say which region, with --region or AWS_REGION', 2],
    [['--region', 'eu-west-1'], 'CredentialsProviderError', 'AWS takes no credentials from here: give --profile', 1],
  ])('says what AWS lacks, for people and for scripts: doctor %j', async (options, code, text, status) => {
    // Whoever runs the tests may have credentials, and a machine in a cloud would ask the network for some.
    const variables = { HOME: join(tmpdir(), 'nobody'), AWS_EC2_METADATA_DISABLED: 'true' };
    const ended = await ivmBridge(['doctor', '--tenant', 'acme', '--json', ...options], { variables });
    expect(ended.code).toBe(status);
    expect(ended.stderr).toContain(text);
    expect(JSON.parse(ended.stdout)).toEqual({ error: { code, message: expect.stringContaining(text) } });
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

describe('setup, doctor, redrive, replay and erase, on the local stack', () => {
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

  it('call reads a listing to its end, with the token of the stack', async () => {
    const all = await command('call', 'listChannels', '--all', '--param', 'limit=3');
    expect(all.code).toBe(0);
    const { cameras = [] } = stack.simulator ?? {};
    for (const { deviceId, channelName } of cameras) {
      expect(all.stdout.split('\n').some((line) => line.includes(deviceId) && line.includes(channelName))).toBe(true);
    }
    expect(all.stderr).toMatch(new RegExp(`^${cameras.length} read$`, 'm'));
  });

  it('call tells which items of a batch failed, by its exit status as well', async () => {
    const { code, stdout, stderr } = await command(
      'call',
      'batchGetAlarmPictures',
      '--param',
      'alarm_uuids=2198988363CYP216924751_0_IO_20260115080000_1',
    );
    expect({ code, stderr }).toEqual({ code: 1, stderr: '1 of them failed\n' });
    expect(stdout).toMatch(/^2198988363CYP216924751_0_IO_20260115080000_1 +IVM\.\d+ \S/m);
  });

  it('call asks before it deletes, and deletes when it is told to', async () => {
    const argv = ['call', 'deleteCallback', '--param', 'subscription_type=THIRD_DATA'];
    expect(await command(...(argv as [string, ...string[]]))).toMatchObject({ code: 2 });
    expect(stack.simulator?.subscriptions().has('THIRD_DATA')).toBe(true);
    expect(await command(...(argv as [string, ...string[]]), '--yes')).toMatchObject({ code: 0 });
    expect(stack.simulator?.subscriptions().has('THIRD_DATA')).toBe(false);
    expect((await command('setup')).code).toBe(0);
  });

  const stored = async () => {
    const items = await Array.fromAsync(stack.stores.items(stack.file.tables['events'] ?? '', ['sk']));
    return items.map((item) => textOf(item['sk'])).filter((sk) => /#1676280114005072883#[0-9a-f]{8}$/.test(sk ?? ''));
  };

  it('redrive shows dead letters without their bodies, and sends them back to be stored', async () => {
    const { text } = exampleMessage('device_alarm-io_event');
    const attributes = {
      subscription: 'device-alarm',
      message_id: '17',
      code: 'item-refused',
      reason: 'the table is full',
    };
    const send = createSender(stack.stores.clients.sqs);
    await send(stack.file.deadLetterQueues['alarms'] ?? '', text, attributes, 5_000);
    const dry = await command('redrive', 'alarms', '--dry-run', '--code', 'item-refused');
    expect(dry).toMatchObject({ code: 0, stderr: '' });
    expect(dry.stdout).toMatch(/^ *1 +1 +20\S+Z +item-refused +17 +the table is full$/m);
    expect(dry.stdout).toContain('1 would be moved to alarms');
    expect(dry.stdout).not.toContain('io_event');
    expect(await stored()).toEqual([]);

    const { code, stdout } = await command('redrive', '--json', '--code', 'item-refused', 'alarms');
    expect({ code, report: JSON.parse(stdout) as unknown }).toMatchObject({
      code: 0,
      report: { queue: 'alarms', dryRun: false, moved: 1, unseen: 0, failed: [] },
    });
    expect(stdout).not.toContain('io_event');
    expect(await stack.drain(AbortSignal.timeout(20_000))).toBe(true);
    expect(await stored()).toHaveLength(1);
  });

  it('erase shows what there is, takes it away, and keeps it from coming back', async () => {
    const { text } = exampleMessage('device_alarm-io_event');
    const device = 'TEST123***';
    const dry = await command('erase', '--device', device, '--dry-run');
    expect(dry.code).toBe(0);
    expect(dry.stdout).toMatch(/There are\n {2}1 messages and snapshots, in \d items of the table and 1 lines/);
    expect(dry.stdout).toContain('Nothing was changed.');
    expect(await stored()).toHaveLength(1);

    const { code, stdout } = await command('erase', '--device', device, '--yes', '--json');
    expect({ code, report: JSON.parse(stdout) as unknown }).toMatchObject({
      code: 0,
      report: { dryRun: false, events: 1, rawLines: 1, exports: { busy: [] } },
    });
    expect(stdout).not.toContain(device);
    expect(await stored()).toEqual([]);

    const receivedAt = { received_at: '2023-02-13T09:22:00.000Z', subscription: 'device-alarm' };
    await createSender(stack.stores.clients.sqs)(stack.file.queues['alarms'] ?? '', text, receivedAt, 5_000);
    expect(await stack.drain(AbortSignal.timeout(20_000))).toBe(true);
    expect(await stored()).toEqual([]);
  });

  it('redrive says what could not be moved, and that it failed', async () => {
    const { queues, deadLetterQueues } = stack.file;
    const { sqs } = stack.stores.clients;
    const QueueUrl = queues['statistics'] ?? '';
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { MaximumMessageSize: '1024' } }));
    await createSender(sqs)(deadLetterQueues['statistics'] ?? '', 'x'.repeat(1025), { message_id: '18' }, 5_000);
    const { code, stdout } = await command('redrive', 'statistics');
    expect(code).toBe(1);
    expect(stdout).toContain('18: NOT MOVED, stays where it is (SQS refused it: InvalidParameterValue)');
    expect(stdout).toContain('0 moved to statistics, 1 left in statistics-dead.');
  });

  it('replay names what differs from the raw archive, writes nothing until it is told to, and then just that', async () => {
    const receivedAt = new Date(Date.now() - 7_200_000);
    const [from, to] = [receivedAt, new Date(receivedAt.getTime() + 1)].map((instant) => instant.toISOString());
    const range = ['--from', from ?? '', '--to', to ?? ''];
    const { queues, tables } = stack.file;
    const send = createSender(stack.stores.clients.sqs);
    const bodies: [string, string][] = [
      ['intelligence', 'head_shoulder_data-12-crowd-density'],
      ['intelligence', 'head_shoulder_data-13-queue-length'],
      ['devices', 'device_status-login'],
    ];
    for (const [queue, name] of bodies) {
      const attributes = { subscription: 'path', received_at: receivedAt.toISOString() };
      await send(queues[queue] ?? '', exampleMessage(name).text, attributes, 5_000);
    }
    expect(await stack.drain(AbortSignal.timeout(20_000))).toBe(true);

    const events = createReplayedEvents(tables['events'] ?? '', stack.stores.clients.dynamodb);
    const keys = (await Array.fromAsync(stack.stores.items(tables['events'] ?? '', ['camera', 'sk', 'message_type'])))
      .filter((item) => textOf(item['message_type']) === 'head_shoulder_data')
      .map(keyOf);
    const [changed, missing] = keys;
    if (changed === undefined || missing === undefined) throw new Error('the messages are not stored');
    const [whole = {}] = await events.read([changed]);
    await events.putAll([{ ...whole, itgt_type: { S: 'wrong' } }]);
    await events.remove(missing);

    const dry = await command('replay', ...range);
    expect(dry).toMatchObject({ code: 0, stderr: '' });
    expect(dry.stdout).toMatch(/^1 +head_shoulder_data +other content in +itgt_type +\S+ 2023-02-\S+$/m);
    expect(dry.stdout).toMatch(/^1 +head_shoulder_data +not stored +\S+ 2023-02-\S+$/m);
    expect(dry.stdout).toContain(
      '3 messages: 1 are stored as they should be, 2 would be written (1 changed, 1 missing, 0 moved).\nNothing was changed.',
    );
    expect(await events.read([missing])).toEqual([]);

    const applied = await command('replay', ...range, '--type', 'head_shoulder_data', '--apply', '--json');
    expect({ code: applied.code, report: JSON.parse(applied.stdout) as unknown }).toMatchObject({
      code: 0,
      report: { applied: true, lines: 2, messages: { unchanged: 0, changed: 1, missing: 1, failed: 0 } },
    });
    expect(await events.read([changed])).toEqual([whole]);
    expect(await events.read([missing])).toHaveLength(1);
  });

  it('replay admits what rests in quarantine for a wrong clock', async () => {
    const receivedAt = new Date(Date.now() - 7_200_000);
    const bucket = createObjectStore(stack.file.bucket, stack.stores.clients.s3);
    const objects = quarantineObjects({
      reason: 'stale',
      body: Buffer.from(exampleMessage('head_shoulder_data-15-line-crossing').text),
      receivedAt,
      subscription: 'head-shoulder-data',
      timeZone: 'Asia/Shanghai',
      timestamp: String(Math.floor(receivedAt.getTime() / 1000) - 900),
      signature: '0'.repeat(64),
    });
    for (const { key, content, contentType } of objects) await bucket.put(key, content, { contentType });
    const today = new Date().toISOString();
    const range = ['--from', new Date(receivedAt.getTime() - 60_000).toISOString(), '--to', today];
    const look = await command('replay', '--quarantine', 'stale', ...range);
    expect(look).toMatchObject({ code: 0, stderr: '' });
    expect(look.stdout).toMatch(/^1 +1 +head-shoulder-data +90[01], 90[01], 90[01] +\d+$/m);
    expect(look.stdout).toContain('1 would be admitted, 0 of no known type would stay. Nothing was changed.');

    const { stdout } = await command('replay', '--quarantine', 'stale', ...range, '--apply');
    expect(stdout).toContain('1 admitted, 0 of no known type left in quarantine.');
    expect(await stack.drain(AbortSignal.timeout(20_000))).toBe(true);
    expect(await Array.fromAsync(bucket.keys('quarantine/'))).toEqual([]);
    expect(await Array.fromAsync(bucket.keys('spill/'))).toEqual([]);
    const items = await Array.fromAsync(stack.stores.items(stack.file.tables['events'] ?? '', ['sk', 'received_at']));
    expect(items.filter((item) => textOf(item['received_at']) === receivedAt.toISOString())).toHaveLength(1);
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

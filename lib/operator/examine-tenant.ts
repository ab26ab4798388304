import { callbackUrl } from '#lib/callback/accept-callback.ts';
import type { AuthKeys } from '#lib/callback/auth-keys.ts';
import { type SubscriptionPath, subscriptions } from '#lib/callback/subscriptions.ts';
import { errorMessage } from '#lib/errors.ts';
import type { ExportCheck } from '#lib/exports/check-exports.ts';
import type { InventoryChannels } from '#lib/inventory/inventory-channel.ts';
import type { CallbackClient } from '#lib/ivm/client.ts';
import type { StoredToken } from '#lib/tokens/token-source.ts';

export type Finding = {
  /** What was looked at. */
  check: string;
  state: 'ok' | 'warning' | 'problem';
  text: string;
  /** What to do first; absent where nothing is wrong. */
  todo?: string;
};

export type QueueFacts = { name: string; waiting: number; dead: number; oldestSeconds?: number };

export type ExamineDeps = {
  settings: { callbackBaseUrl: string; isOwner: boolean; signatureWindowSeconds: number };
  /** Sends the probe that IVM sends at a registration. */
  probe(path: SubscriptionPath): Promise<{ status: number; ms: number; date?: Date }>;
  /** The time that IVM's own clock shows. */
  ivmTime(): Promise<Date | undefined>;
  readKeys(): Promise<AuthKeys>;
  readToken(): Promise<StoredToken | undefined>;
  isAccepted(token: string): Promise<boolean>;
  ivm: Pick<CallbackClient, 'showCallback'>;
  inventory: InventoryChannels;
  /** Origins that pictures were refused from in the last week. */
  refusedPictureHosts(): Promise<readonly string[]>;
  queues(): Promise<readonly QueueFacts[]>;
  /** Whether the ages of messages can be known. */
  areAgesTold: boolean;
  /** How many functions of the account may run at once; `undefined` where nothing limits them. */
  concurrency(): Promise<number | undefined>;
  /** Of the last day whose exports must be there, and whether any was ever made. */
  exports(): Promise<ExportCheck & { isFirstNight: boolean }>;
  /** Names of alarms that ring; `undefined` where there are none to ask. */
  ringing(): Promise<readonly string[] | undefined>;
  now: () => Date;
};

const slowProbeMs = 1_000;
const lateProbeMs = 5_000;
const dayMs = 86_400_000;
const mostNamed = 10;
/** Age from which a queue is late, whichever it is. */
const oldSeconds = 900;
/** As bounded in serverless.yml, over all queues. */
export const queueConcurrency = 36;

type Verdict = Omit<Finding, 'check'>;
const ok = (text: string): Verdict => ({ state: 'ok', text });
const warning = (text: string, todo: string): Verdict => ({ state: 'warning', text, todo });
const problem = (text: string, todo: string): Verdict => ({ state: 'problem', text, todo });

/**
 * Looks at everything between the cameras and the exports of a tenant, from outside and from inside. It changes nothing:
 * the probe it sends is the one that IVM sends at a registration, which is answered and not kept.
 *
 * @returns a finding per check, at least; a check that fails itself is a problem that says why
 */
export async function examineTenant(deps: ExamineDeps): Promise<Finding[]> {
  const checks: readonly (readonly [string, (deps: ExamineDeps) => Promise<Verdict | Verdict[]>])[] = [
    ['callback URL', checkProbe],
    ['clocks', checkClocks],
    ['access token', checkToken],
    ['registrations', checkRegistrations],
    ['packages', checkPackages],
    ['picture hosts', checkPictureHosts],
    ['room to run', checkConcurrency],
    ['queues', checkQueues],
    ['exports', checkLastExport],
    ['alarms', checkAlarms],
  ];
  const findings: Finding[] = [];
  for (const [check, run] of checks) {
    const verdicts = await run(deps).catch((error: unknown) =>
      problem(`could not be looked at: ${errorMessage(error)}`, 'Repair this first, then run doctor again.'),
    );
    findings.push(...[verdicts].flat().map((verdict) => ({ check, ...verdict })));
  }
  return findings;
}

async function checkProbe({ probe, settings }: ExamineDeps): Promise<Verdict> {
  const url = callbackUrl(settings.callbackBaseUrl, 'device-alarm');
  const { status, ms } = await probe('device-alarm');
  const took = `${url} answers ${status} in ${Math.round(ms)} ms`;
  if (status !== 200) return problem(took, 'IVM takes nothing but 200: look at the log of receive-callback.');
  if (ms >= lateProbeMs) return problem(took, 'IVM waits five seconds: look at the duration of receive-callback.');
  if (ms >= slowProbeMs) return warning(took, 'Run doctor again: a cold start is slow once.');
  return ok(took);
}

/** A signature carries the time of IVM's clock and is judged by ours. */
async function checkClocks({ probe, ivmTime, settings }: ExamineDeps): Promise<Verdict> {
  const [ours, theirs] = await Promise.all([probe('device-alarm').then(({ date }) => date), ivmTime()]);
  if (ours === undefined || theirs === undefined) return ok('one of the clocks is not told');
  const skewSeconds = Math.round((theirs.getTime() - ours.getTime()) / 1000);
  const text = `IVM's clock differs from ours by ${skewSeconds} s; up to ${settings.signatureWindowSeconds} s are accepted`;
  const todo = 'Report it to IVM, and widen signatureWindowSeconds meanwhile.';
  if (Math.abs(skewSeconds) >= settings.signatureWindowSeconds) return problem(text, todo);
  return Math.abs(skewSeconds) > settings.signatureWindowSeconds / 2 ? warning(text, todo) : ok(text);
}

async function checkToken({ readToken, isAccepted, now }: ExamineDeps): Promise<Verdict> {
  const stored = await readToken();
  if (stored === undefined) return problem('there is none', 'Run "ivm-bridge setup".');
  const leftMs = stored.expiresAt.getTime() - now().getTime();
  const hours = Math.max(0, Math.floor(leftMs / 3_600_000));
  const text = `it lives ${hours} more hours`;
  if (leftMs <= 0) return problem('it is over', 'Look at the log of rotate-token, then run "ivm-bridge setup".');
  if (!(await isAccepted(stored.token))) {
    return problem(`${text}, but IVM refuses it`, 'Run "ivm-bridge setup"; is the same AK/SK used elsewhere?');
  }
  return leftMs < dayMs ? problem(text, 'Look at the log of rotate-token.') : ok(`${text}, and IVM takes it`);
}

async function checkRegistrations({ ivm, readKeys, settings }: ExamineDeps): Promise<Verdict | Verdict[]> {
  const keys = await readKeys();
  const wrong: Verdict[] = [];
  for (const { subscription, path } of subscriptions) {
    const list = keys[subscription] ?? [];
    const present = await ivm.showCallback(subscription);
    const ours = callbackUrl(settings.callbackBaseUrl, path);
    if (list.length === 0) wrong.push(problem(`${subscription} has no key here`, 'Run "ivm-bridge setup".'));
    else if (present === undefined) {
      wrong.push(problem(`${subscription} is not registered at IVM`, 'Run "ivm-bridge setup".'));
    } else if (present.url !== ours) {
      wrong.push(
        problem(`${subscription} goes to ${present.url}`, 'If it is to come here, run "ivm-bridge setup --take-over".'),
      );
    } else if (!list.includes(present.authKey)) {
      wrong.push(problem(`${subscription} is signed with a key that is not ours`, 'Run "ivm-bridge setup".'));
    }
  }
  if (wrong.length === 0) return ok('all nine lead here, and the keys are the same on both sides');
  if (!settings.isOwner) {
    return warning(
      `${wrong.length} of nine do not lead here, and this stage does not own them`,
      'Deploy with --param callbackOwner=true if it should.',
    );
  }
  return wrong;
}

async function checkPackages({ inventory }: ExamineDeps): Promise<Verdict> {
  const channels = await inventory.channels();
  if (channels.length === 0) {
    return warning('no channel is known yet', 'sync-inventory lists them every hour: look at its log.');
  }
  const lacking = channels.filter(({ status }) => status === 'no-package');
  if (lacking.length === 0) return ok(`none of ${channels.length} channels lacks one`);
  const named = lacking.map((one) => `${one.deviceId}#${one.channelId} (${one.lacking.join(', ')})`);
  return problem(
    `${lacking.length} of ${channels.length} channels lack one: ${shortened(named)}`,
    'Have the packages granted in the IVM console: these channels send nothing.',
  );
}

async function checkPictureHosts({ refusedPictureHosts }: ExamineDeps): Promise<Verdict> {
  const hosts = await refusedPictureHosts();
  if (hosts.length === 0) return ok('no picture was refused for its host in the last week');
  return problem(
    `in the last week pictures were refused from ${shortened(hosts)}`,
    'If these are storages of IVM, deploy with them in --param pictureHosts (comma-separated).',
  );
}

/** Where callbacks find no room, the API answers 5xx, and IVM sends nothing twice. */
async function checkConcurrency({ concurrency }: ExamineDeps): Promise<Verdict> {
  const limit = await concurrency();
  if (limit === undefined) return ok('nothing limits how many functions run at once');
  const text = `the account may run ${limit} functions at once, of which the queues may take ${queueConcurrency}`;
  if (limit >= 2 * queueConcurrency) return ok(text);
  return problem(
    text,
    'Ask AWS for more (Service Quotas, Lambda, Concurrent executions): callbacks could find no room.',
  );
}

async function checkQueues({ queues, areAgesTold }: ExamineDeps): Promise<Verdict | Verdict[]> {
  const all = await queues();
  const wrong = all.flatMap(({ name, waiting, dead, oldestSeconds = 0 }): Verdict[] => [
    ...(dead > 0
      ? [
          problem(
            `${dead} messages rest in ${name}-dead`,
            'See why with "ivm-bridge redrive <queue> --dry-run", repair it, then send them back with it.',
          ),
        ]
      : []),
    ...(oldestSeconds > oldSeconds
      ? [
          warning(
            `${name}: ${waiting} wait, the oldest for ${oldestSeconds} s`,
            'Look at the log of the function it feeds.',
          ),
        ]
      : []),
  ]);
  const waiting = all.reduce((sum, queue) => sum + queue.waiting, 0);
  const lateness = areAgesTold ? 'none is late' : 'for how long is not told here';
  return wrong.length > 0 ? wrong : ok(`${waiting} messages wait, ${lateness}, and no dead letters`);
}

async function checkLastExport({ exports }: ExamineDeps): Promise<Verdict> {
  const { date, late, isFirstNight } = await exports();
  if (isFirstNight) return ok('the first night will make them');
  if (late.length === 0) return ok(`those of ${date} are there`);
  return problem(
    `of ${date} are missing: ${shortened(late)}`,
    `Look at the log of the function, then run it with {"date": "${date}"}.`,
  );
}

async function checkAlarms({ ringing }: ExamineDeps): Promise<Verdict | Verdict[]> {
  const names = await ringing();
  if (names === undefined) return ok('this stack has none');
  if (names.length === 0) return ok('none rings');
  return names.map((name) => problem(`${name} rings`, 'Its description says what to do first.'));
}

const shortened = (names: readonly string[]): string =>
  names.length <= mostNamed
    ? names.join(', ')
    : `${names.slice(0, mostNamed).join(', ')} and ${names.length - mostNamed} more`;

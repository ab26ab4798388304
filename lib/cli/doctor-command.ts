import { accountConcurrency } from '#lib/aws/concurrency.ts';
import { createInventoryStore } from '#lib/aws/inventory-store.ts';
import { createIvmAccess } from '#lib/aws/ivm-access.ts';
import { createObjectStore } from '#lib/aws/objects.ts';
import { queueDepth } from '#lib/aws/queue-depth.ts';
import { createAuthKeyReader } from '#lib/aws/secrets.ts';
import { createPictureHosts } from '#lib/aws/state-table.ts';
import { createWatch } from '#lib/aws/watch.ts';
import { callbackUrl } from '#lib/callback/accept-callback.ts';
import { TransientError } from '#lib/errors.ts';
import { checkExports } from '#lib/exports/check-exports.ts';
import { createIvmClient } from '#lib/ivm/client.ts';
import { isTokenAccepted } from '#lib/ivm/token-check.ts';
import { type ExamineDeps, examineTenant, type Finding, type QueueFacts } from '#lib/operator/examine-tenant.ts';
import { deadLetterUrl, queueName, queueVariables } from '#lib/operator/operator-env.ts';
import { isCallbackOwner } from '#lib/registration/callback-owner.ts';
import { findTarget, readOptions, type Target, targetUsage } from './target.ts';
import { type Terminal, tableLines } from './terminal.ts';

const usage = `Usage: ivm-bridge doctor --tenant NAME [options]

Looks at everything between cameras and exports: whether IVM can reach the callbacks and signs them with our keys, clocks,
the token, packages of channels, hosts of pictures, queues, dead letters, exports, alarms. Says what is wrong and what to
do first; the exit status is 0 only if nothing is. It changes nothing.

${targetUsage}`;

const probeTimeoutMs = 10_000;
const secretTimeoutMs = 5_000;
/** Until then the exports of the night are under way. */
const exportsReadyHour = 6;
/** After so long a stack has had a night, and its exports were due. */
const firstNightMs = 36 * 3_600_000;

/** `ivm-bridge doctor`. */
export async function runDoctor(terminal: Terminal): Promise<number> {
  const values = readOptions(terminal, usage, {});
  if (values === undefined) return 0;
  const target = await findTarget(values, terminal.environment);
  const { deps, close } = createDeps(target);
  try {
    const findings = await examineTenant(deps);
    terminal.stdout.write(values.json === true ? `${JSON.stringify(findings)}\n` : `${describe(findings)}\n`);
    return findings.some(({ state }) => state === 'problem') ? 1 : 0;
  } finally {
    await close();
  }
}

function createDeps({ env, isLocal, createdAt }: Target): { deps: ExamineDeps; close(): Promise<void> } {
  const now = () => new Date();
  const { http, tokens } = createIvmAccess(env);
  // The stored token as it is: who only looks asks for no other one.
  const ivm = createIvmClient(http, env.IVM_USER_ID, {
    current: async () => (await tokens.store.read())?.token ?? '',
    renew: () => Promise.reject(new TransientError('token-refused', 'IVM refuses the stored token')),
    rejected: () => undefined,
  });
  const watch = isLocal ? undefined : createWatch(env.STACK, now);
  return {
    deps: {
      settings: {
        callbackBaseUrl: env.CALLBACK_BASE_URL,
        isOwner: isCallbackOwner(env),
        signatureWindowSeconds: env.SIGNATURE_WINDOW_SECONDS,
      },
      probe: async (path) => {
        const startedMs = performance.now();
        const answer = await fetch(callbackUrl(env.CALLBACK_BASE_URL, path), {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ test: true }),
          signal: AbortSignal.timeout(probeTimeoutMs),
        });
        await answer.arrayBuffer();
        const date = dateOf(answer);
        const probed = { status: answer.status, ms: performance.now() - startedMs };
        return date === undefined ? probed : { ...probed, date };
      },
      ivmTime: async () =>
        dateOf(await fetch(env.IVM_ENDPOINT, { method: 'HEAD', signal: AbortSignal.timeout(probeTimeoutMs) })),
      readKeys: createAuthKeyReader(env.CALLBACK_KEYS_SECRET_ID, secretTimeoutMs),
      readToken: tokens.store.read,
      isAccepted: (token) => isTokenAccepted(http, env.IVM_USER_ID, token),
      ivm,
      inventory: createInventoryStore(env.STATE_TABLE),
      refusedPictureHosts: createPictureHosts(env.STATE_TABLE, now).refused,
      queues: async () => {
        const urls = queueVariables.map((variable) => env[variable]);
        const ages = await watch?.oldestMessages(urls.map(queueName));
        return Promise.all(urls.map((url) => readQueue(url, ages?.get(queueName(url)))));
      },
      exports: async () => {
        const objects = createObjectStore(env.BUCKET);
        const { value: anyManifest } = await objects.keys('exports/manifests/').next();
        const lastReady = () => new Date(Date.now() - exportsReadyHour * 3_600_000);
        const checked = await checkExports({
          objects,
          timeZone: env.TIME_ZONE,
          metric: () => undefined,
          now: lastReady,
        });
        const isYoung = createdAt === undefined || Date.now() - createdAt.getTime() < firstNightMs;
        return { ...checked, isFirstNight: anyManifest === undefined && isYoung };
      },
      areAgesTold: watch !== undefined,
      concurrency: async () => (isLocal ? undefined : accountConcurrency()),
      ringing: async () => watch?.ringing(),
      now,
    },
    close: () => http.close(),
  };
}

const dateOf = ({ headers }: Response): Date | undefined => {
  const text = headers.get('date');
  return text === null ? undefined : new Date(text);
};

async function readQueue(url: string, oldestSeconds: number | undefined): Promise<QueueFacts> {
  const [depth, dead] = await Promise.all([queueDepth(url), queueDepth(deadLetterUrl(url))]);
  return {
    name: queueName(url),
    waiting: depth.visible + depth.inFlight + depth.delayed,
    dead: dead.visible + dead.inFlight,
    ...(oldestSeconds === undefined ? {} : { oldestSeconds }),
  };
}

const marks: { readonly [state in Finding['state']]: string } = { ok: 'ok', warning: '!', problem: 'WRONG' };

function describe(findings: readonly Finding[]): string {
  const rows = findings.map(({ check, state, text }) => [marks[state], check, text]);
  const lines = tableLines(rows).flatMap((line, index) => {
    const { todo } = findings[index] ?? {};
    return todo === undefined ? [line] : [line, `       ${todo}`];
  });
  const count = (state: Finding['state']) => findings.filter((one) => one.state === state).length;
  const problems = count('problem');
  const sum = problems === 0 ? 'Nothing is wrong' : `${problems} ${problems === 1 ? 'thing is' : 'things are'} wrong`;
  return [...lines, '', `${sum}; ${count('warning')} to keep an eye on.`].join('\n');
}

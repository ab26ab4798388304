import { createIvmAccess, IvmCredentials } from '#lib/aws/ivm-access.ts';
import { createRegistrationRecords } from '#lib/aws/registration-records.ts';
import { unlessEmpty } from '#lib/aws/secret-content.ts';
import { createAuthKeyReader, createSecretReader, createSecretWriter } from '#lib/aws/secrets.ts';
import { createCallbackClient } from '#lib/ivm/callback-client.ts';
import type { Credentials } from '#lib/ivm/client.ts';
import { isTokenAccepted } from '#lib/ivm/token-check.ts';
import { credentialsHint, type SetUpDeps, type SetUpReport, setUpTenant } from '#lib/operator/set-up-tenant.ts';
import { createAuthKey } from '#lib/registration/auth-key.ts';
import { isCallbackOwner } from '#lib/registration/callback-owner.ts';
import { findTarget, readOptions, type Target, targetUsage, usageError } from './target.ts';
import { ask, type Terminal, tableLines } from './terminal.ts';

const usage = `Usage: ivm-bridge setup --tenant NAME [options]

Fills a deployed stack: stores AK and SK, gets the first token, makes callback keys, registers the nine callbacks at IVM.
Safe to run again: what is there and works stays. AK and SK are read from the variables IVM_AK and IVM_SK, or asked for.
${credentialsHint}

  --user-id ID         the user at IVM, compared with the one that the stack was deployed for
  --take-over          replace URLs of others at IVM, which keeps one per subscription
  --rotate-credentials move to the enterprise's other AK/SK pair
${targetUsage}`;

const secretTimeoutMs = 5_000;

/** `ivm-bridge setup`. */
export async function runSetUp(terminal: Terminal): Promise<number> {
  const values = readOptions(terminal, usage, {
    'user-id': { type: 'string' },
    'take-over': { type: 'boolean' },
    'rotate-credentials': { type: 'boolean' },
  });
  if (values === undefined) return 0;
  const target = await findTarget(values, terminal.environment);
  const { deps, close } = createDeps(target);
  try {
    const rotateCredentials = values['rotate-credentials'] === true;
    const isNeeded = rotateCredentials || (await deps.credentials.read()) === undefined;
    const credentials = await readCredentials(terminal, isNeeded);
    const report = await setUpTenant(deps, {
      ...(credentials === undefined ? {} : { credentials }),
      ...(values['user-id'] === undefined ? {} : { userId: values['user-id'] }),
      rotateCredentials,
      takeOver: values['take-over'] === true,
    });
    terminal.stdout.write(values.json === true ? `${JSON.stringify(report)}\n` : `${describe(report, target)}\n`);
    return report.callbacks.some(({ outcome }) => outcome === 'foreign') ? 1 : 0;
  } finally {
    await close();
  }
}

function createDeps({ env }: Target): { deps: SetUpDeps; close(): Promise<void> } {
  const { http, calls, tokens } = createIvmAccess(env);
  const readCredentials = createSecretReader(env.IVM_CREDENTIALS_SECRET_ID, IvmCredentials, secretTimeoutMs);
  return {
    deps: {
      credentials: {
        read: () => unlessEmpty(readCredentials),
        write: createSecretWriter(env.IVM_CREDENTIALS_SECRET_ID),
      },
      keys: {
        read: createAuthKeyReader(env.CALLBACK_KEYS_SECRET_ID, secretTimeoutMs),
        write: createSecretWriter(env.CALLBACK_KEYS_SECRET_ID),
      },
      issue: tokens.issueFor,
      isAccepted: (token) => isTokenAccepted(http, env.IVM_USER_ID, token),
      tokens: tokens.store,
      ivm: createCallbackClient(calls, env.IVM_USER_ID),
      records: createRegistrationRecords(env.STATE_TABLE),
      createKey: createAuthKey,
      settings: {
        userId: env.IVM_USER_ID,
        callbackBaseUrl: env.CALLBACK_BASE_URL,
        isOwner: isCallbackOwner(env),
      },
      now: () => new Date(),
    },
    close: () => http.close(),
  };
}

async function readCredentials(terminal: Terminal, isNeeded: boolean): Promise<Credentials | undefined> {
  const { IVM_AK: accessKey, IVM_SK: secretKey } = terminal.environment;
  if (accessKey && secretKey) return { accessKey, secretKey };
  if (accessKey || secretKey) throw usageError('Give both IVM_AK and IVM_SK, or none');
  if (!isNeeded) return undefined;
  if (terminal.stdin.isTTY === true) terminal.stderr.write(`${credentialsHint}\n`);
  const askedAccessKey = await ask(terminal, 'AK: ', { isSecret: false });
  const askedSecretKey = await ask(terminal, 'SK (not shown): ', { isSecret: true });
  return askedAccessKey && askedSecretKey ? { accessKey: askedAccessKey, secretKey: askedSecretKey } : undefined;
}

const credentialsText: { readonly [outcome in SetUpReport['credentials']]: string } = {
  kept: 'those that are stored work',
  stored: 'stored',
  rotated: 'moved to the new pair',
};
const outcomeText: { readonly [outcome in SetUpReport['callbacks'][number]['outcome']]: string } = {
  unchanged: 'leads here already',
  registered: 'registered',
  foreign: 'LEFT TO ANOTHER URL',
  'not-owner': 'not of this stage',
};

function describe(report: SetUpReport, { env }: Target): string {
  const foreign = report.callbacks.filter(({ outcome }) => outcome === 'foreign');
  return [
    `AK and SK      ${credentialsText[report.credentials]}`,
    `access token   lives ${Math.floor(report.tokenSecondsLeft / 3_600)} more hours; rotate-token renews it`,
    `callback keys  ${report.keysMade.length === 0 ? 'all there' : `made for ${report.keysMade.length} subscriptions`}`,
    '',
    ...tableLines([
      ['subscription', 'registered before', 'now'],
      ...report.callbacks.map(({ subscription, before = 'nothing', outcome }) => [
        subscription,
        before,
        outcomeText[outcome],
      ]),
    ]),
    '',
    ...(foreign.length > 0
      ? [`${foreign.length} lead elsewhere: somebody may live on them. Add --take-over to have them lead here.`]
      : []),
    ...(report.callbacks.some(({ outcome }) => outcome === 'not-owner')
      ? [
          `The stage ${env.STAGE} leaves the registrations alone: deploy it with --param callbackOwner=true if it should not.`,
        ]
      : []),
    'Next: ivm-bridge doctor',
  ].join('\n');
}

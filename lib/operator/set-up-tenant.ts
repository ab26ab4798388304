import { callbackUrl } from '#lib/callback/accept-callback.ts';
import type { AuthKeys } from '#lib/callback/auth-keys.ts';
import { type Subscription, subscriptions } from '#lib/callback/subscriptions.ts';
import { ConfigError, errorCode, errorMessage, TransientError } from '#lib/errors.ts';
import type { CallbackClient, Credentials, IssuedToken, Registration } from '#lib/ivm/client.ts';
import { failureKind } from '#lib/ivm/ivm-error.ts';
import type { RegistrationRecords } from '#lib/registration/reconcile-callbacks.ts';
import {
  type RegisteredCallback,
  registerCallbacks,
  type WantedCallback,
} from '#lib/registration/register-callbacks.ts';
import type { TokenStore } from '#lib/tokens/token-source.ts';

export type SetUpDeps = {
  credentials: { read(): Promise<Credentials | undefined>; write(credentials: Credentials): Promise<void> };
  keys: { read(): Promise<AuthKeys>; write(keys: AuthKeys): Promise<void> };
  /** Asks IVM for a token with a pair of keys that may not be stored yet. */
  issue(credentials: Credentials): Promise<IssuedToken>;
  isAccepted(token: string): Promise<boolean>;
  tokens: Pick<TokenStore, 'write'>;
  /** Takes the stored token. */
  ivm: Pick<CallbackClient, 'showCallback' | 'setCallback'>;
  records: RegistrationRecords;
  createKey: () => string;
  settings: { userId: string; callbackBaseUrl: string; isOwner: boolean };
  now: () => Date;
};

export type SetUpRequest = {
  /** AK and SK to store; without, those that are stored already. */
  credentials?: Credentials;
  /** Compared with the user that the stack was deployed for. */
  userId?: string;
  /** Whether another pair may take the place of the stored one. */
  rotateCredentials: boolean;
  /** Whether URLs of others are replaced. */
  takeOver: boolean;
};

export type CallbackState = {
  subscription: Subscription;
  /** What was registered before; absent where nothing was. */
  before?: string;
  /** `not-owner`: this stage leaves the registrations to another one. */
  outcome: RegisteredCallback['outcome'] | 'not-owner';
};

export type SetUpReport = {
  credentials: 'kept' | 'stored' | 'rotated';
  tokenSecondsLeft: number;
  /** Subscriptions that had no key and have one now. */
  keysMade: Subscription[];
  callbacks: CallbackState[];
};

/** What everybody has to know before the first try. */
export const credentialsHint =
  'AK and SK come from the console of IVM, of an enterprise account: access keys of Huawei Cloud IAM and personal accounts do not work.';

/**
 * Fills what a new stack lacks, and repairs what an old one has lost: AK and SK, a token, callback keys, registrations.
 * Safe to run again: what is there and works stays. Nothing is stored before IVM has taken it.
 *
 * @throws ConfigError that says what to give or to repair
 */
export async function setUpTenant(deps: SetUpDeps, request: SetUpRequest): Promise<SetUpReport> {
  const { settings } = deps;
  if (request.userId !== undefined && request.userId !== settings.userId) {
    throw new ConfigError(
      'other-user',
      `This stack was deployed for the user ${settings.userId}: deploy it again with --param ivmUserId=${request.userId}`,
    );
  }
  const { credentials, outcome } = await chooseCredentials(deps, request);
  const tokenSecondsLeft = await storeToken(deps, credentials, outcome !== 'kept');
  const { keys, made } = await fillKeys(deps);
  const present = new Map<Subscription, Registration>();
  for (const { subscription } of subscriptions) {
    const registration = await deps.ivm.showCallback(subscription);
    if (registration !== undefined) present.set(subscription, registration);
  }
  const registered = settings.isOwner ? await register(deps, { keys, present, takeOver: request.takeOver }) : [];
  const outcomeOf = new Map(registered.map((one) => [one.subscription, one.outcome]));
  return {
    credentials: outcome,
    tokenSecondsLeft,
    keysMade: made,
    callbacks: subscriptions.map(({ subscription }) => {
      const before = present.get(subscription)?.url;
      return {
        subscription,
        ...(before === undefined ? {} : { before }),
        outcome: outcomeOf.get(subscription) ?? 'not-owner',
      };
    }),
  };
}

async function chooseCredentials(
  deps: SetUpDeps,
  { credentials: given, rotateCredentials }: SetUpRequest,
): Promise<{ credentials: Credentials; outcome: SetUpReport['credentials'] }> {
  const stored = await deps.credentials.read();
  if (given === undefined) {
    if (stored === undefined || rotateCredentials) {
      throw new ConfigError('no-credentials', `Give AK and SK in the variables IVM_AK and IVM_SK. ${credentialsHint}`);
    }
    return { credentials: stored, outcome: 'kept' };
  }
  if (stored === undefined) return { credentials: given, outcome: 'stored' };
  const isSamePair = stored.accessKey === given.accessKey;
  if (isSamePair && stored.secretKey === given.secretKey) return { credentials: stored, outcome: 'kept' };
  if (!isSamePair && !rotateCredentials) {
    throw new ConfigError(
      'other-credentials',
      'Another AK is stored: add --rotate-credentials to move to this one, or leave IVM_AK and IVM_SK out',
    );
  }
  return { credentials: given, outcome: 'rotated' };
}

/** Gets a token and stores it, the AK and SK before it where they are new: both only when IVM takes them. */
async function storeToken(deps: SetUpDeps, credentials: Credentials, isNew: boolean): Promise<number> {
  const { token, remainingSeconds } = await deps.issue(credentials).catch((error: unknown) => {
    const kind = failureKind(error);
    if (kind === undefined || kind === 'transient' || kind === 'busy') throw error;
    throw new ConfigError(
      'credentials-refused',
      `IVM gives no token for this AK and SK (${errorCode(error)}): ${errorMessage(error)}. ${credentialsHint}`,
      { cause: error },
    );
  });
  if (!(await deps.isAccepted(token))) {
    throw new TransientError('token-rejected', 'IVM refuses the token it has just given: try again in some minutes');
  }
  if (isNew) await deps.credentials.write(credentials);
  const askedAt = deps.now();
  await deps.tokens.write({ token, expiresAt: new Date(askedAt.getTime() + remainingSeconds * 1000), askedAt });
  return remainingSeconds;
}

async function fillKeys({ keys, createKey }: SetUpDeps): Promise<{ keys: AuthKeys; made: Subscription[] }> {
  const present = await keys.read();
  const made = subscriptions
    .map(({ subscription }) => subscription)
    .filter((subscription) => (present[subscription]?.length ?? 0) === 0);
  if (made.length === 0) return { keys: present, made };
  const filled = { ...present, ...Object.fromEntries(made.map((subscription) => [subscription, [createKey()]])) };
  await keys.write(filled);
  return { keys: filled, made };
}

async function register(
  { ivm, records, settings }: SetUpDeps,
  { keys, present, takeOver }: { keys: AuthKeys; present: ReadonlyMap<Subscription, Registration>; takeOver: boolean },
): Promise<RegisteredCallback[]> {
  const wanted: WantedCallback[] = [];
  for (const { subscription, path } of subscriptions) {
    const list = keys[subscription] ?? [];
    const inUse = present.get(subscription)?.authKey;
    // In a rotation the old key stays registered until every receiver knows the new one: reconcile-callbacks sees to it.
    const authKey = inUse !== undefined && list.includes(inUse) ? inUse : (list.at(-1) ?? '');
    const { url: formerUrl } = await records.read(subscription);
    wanted.push({ subscription, url: callbackUrl(settings.callbackBaseUrl, path), formerUrl, authKey });
  }
  const registered = await registerCallbacks(ivm, wanted, { takeOver });
  for (const { subscription, outcome } of registered) {
    const url = wanted.find((one) => one.subscription === subscription)?.url;
    if (outcome !== 'foreign' && url !== undefined) await records.write(subscription, { url });
  }
  return registered;
}

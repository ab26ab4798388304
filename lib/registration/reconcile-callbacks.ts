import * as z from 'zod';
import { callbackUrl } from '#lib/callback/accept-callback.ts';
import { type AuthKeys, authKeyId } from '#lib/callback/auth-keys.ts';
import { type Subscription, type SubscriptionEntry, subscriptions } from '#lib/callback/subscriptions.ts';
import { ConfigError, errorCode } from '#lib/errors.ts';
import type { CallbackClient, Registration } from '#lib/ivm/client.ts';
import { errorFields, log } from '#lib/runtime/log.ts';
import type { Metric } from '#lib/runtime/metrics.ts';
import { judgeSilence, type StoredTraffic } from './silence.ts';

/** What a run by hand may ask for. */
export const ReconcileRequest = z.union([
  z.strictObject({ rotateKeys: z.literal(true) }),
  z.record(z.string(), z.unknown()).refine((event) => !Object.hasOwn(event, 'rotateKeys')),
  z.undefined(),
  z.null(),
]);

/** What is remembered of a registration from one run to the next. */
export type RegistrationRecord = {
  /** The URL that this stack registered last: another one there is somebody else's. */
  url?: string;
  /** Ids of the keys in force, and since when they have been these. */
  keyIds?: string;
  keysSince?: Date;
  /** Registrations made again for the sake of the present silence, and when the last one was. */
  silenceAttempts?: number;
  silenceAttemptAt?: Date;
};

export type RegistrationRecords = {
  read(subscription: Subscription): Promise<RegistrationRecord>;
  /** Sets members and leaves the others. */
  write(subscription: Subscription, record: RegistrationRecord): Promise<void>;
};

export type ReconcileCallbacksDeps = {
  ivm: Pick<CallbackClient, 'showCallback' | 'setCallback'>;
  keys: { read(): Promise<AuthKeys>; write(keys: AuthKeys): Promise<void> };
  records: RegistrationRecords;
  /** When a callback of a path was last seen signed with a key. */
  seenKeys: { seenAt(key: { subscription: string; keyId: string }): Promise<Date | undefined> };
  traffic: StoredTraffic;
  lease: { take(until: Date): Promise<boolean>; release(): Promise<void> };
  writeReport: (report: CallbackReport) => Promise<void>;
  createKey: () => string;
  settings: { isOwner: boolean; callbackBaseUrl: string; timeZone: string };
  metric: Metric;
  now: () => Date;
};

/** What a look at one registration has found. */
export const SubscriptionReport = z.object({
  subscription: z.enum(subscriptions.map(({ subscription }) => subscription)),
  /**
   * `ok`: as wanted; `registered`: it was not, see `cause`; `foreign`: another's URL is there and was left alone;
   * `waiting`: a new key is not known to every receiver yet; `no-key`: the secret has none; `failed`: IVM was not to be had.
   */
  state: z.enum(['ok', 'registered', 'foreign', 'waiting', 'no-key', 'failed']),
  /** Why it was registered, or the code of the failure. */
  cause: z.string().exactOptional(),
  last_message_at: z.string().exactOptional(),
  /** Keys that callbacks may be signed with: two while a rotation is under way. The table has numbers as texts. */
  keys: z.coerce.number(),
});
export type SubscriptionReport = z.output<typeof SubscriptionReport>;

type RepairCause = 'missing' | 'url' | 'key' | 'rotation' | 'silence';

export const CallbackReport = z.object({
  checked_at: z.string(),
  outcome: z.enum(['checked', 'busy', 'not-owner']),
  subscriptions: z.array(SubscriptionReport),
});
export type CallbackReport = z.output<typeof CallbackReport>;

const leaseMs = 300_000;
/** Receivers read the keys once a minute, and again at the first signature that does not match. */
const keysKnownAfterMs = 150_000;
/** Longer than receivers take to note a key anew, and than IVM waits for an answer. */
const oldKeyOverAfterMs = 150_000;
const firstSilencePauseMs = 1_200_000;
const longestSilencePauseMs = 6 * 3_600_000;

/**
 * Brings the registrations at IVM to what is wanted, and keys through their rotation (reference 10.1.1 to 10.1.3).
 *
 * The first key of a subscription's list is the one to register; the others are accepted still. So a rotation has no
 * steps of its own that a crash could leave undone: whoever prepends a key has begun one. Once every receiver must know
 * the key it is registered, and once a callback was seen that is signed with it the others go.
 *
 * A subscription without messages where there should be some is registered again, which closes a breaker at IVM.
 *
 * @throws the first failure at IVM, after all subscriptions were looked at
 */
export async function reconcileCallbacks(deps: ReconcileCallbacksDeps, event?: unknown): Promise<CallbackReport> {
  const wantsRotation = readRequest(event);
  const checked_at = deps.now().toISOString();
  if (!deps.settings.isOwner) return { checked_at, outcome: 'not-owner', subscriptions: [] };
  if (!(await deps.lease.take(new Date(deps.now().getTime() + leaseMs)))) {
    return { checked_at, outcome: 'busy', subscriptions: [] };
  }
  try {
    const keys = wantsRotation ? await beginRotation(deps) : await deps.keys.read();
    const failures: unknown[] = [];
    const reports: SubscriptionReport[] = [];
    const retired = new Set<Subscription>();
    // One after the other: nine probes at once would make nine cold starts.
    for (const entry of subscriptions) {
      try {
        const checked = await checkSubscription(deps, entry, keys[entry.subscription] ?? []);
        if (checked.mayRetire) retired.add(entry.subscription);
        reports.push(checked.report);
      } catch (error) {
        failures.push(error);
        log.error('subscription could not be checked', { subscription: entry.subscription, ...errorFields(error) });
        const count = keys[entry.subscription]?.length ?? 0;
        reports.push({ subscription: entry.subscription, state: 'failed', cause: errorCode(error), keys: count });
      }
    }
    if (retired.size > 0) await retire(deps, retired);
    const report: CallbackReport = { checked_at, outcome: 'checked', subscriptions: reports };
    await deps.writeReport(report);
    if (failures.length > 0) throw failures[0];
    return report;
  } finally {
    await deps.lease.release();
  }
}

function readRequest(event: unknown): boolean {
  const result = ReconcileRequest.safeParse(event);
  if (!result.success) throw new ConfigError('reconcile-request', 'Give {}, or {"rotateKeys": true} for new keys');
  return typeof result.data === 'object' && result.data !== null && result.data['rotateKeys'] === true;
}

/** Subscriptions that are in a rotation already go on with that one. */
async function beginRotation({ keys, createKey, metric }: ReconcileCallbacksDeps): Promise<AuthKeys> {
  const present = await keys.read();
  const rotated = Object.fromEntries(
    Object.entries(present).map(([subscription, list]) => [
      subscription,
      list?.length === 1 ? [createKey(), ...list] : list,
    ]),
  );
  await keys.write(rotated);
  metric('KeyRotationBegun');
  return rotated;
}

/** Reads the keys anew, since an operator may have changed them meanwhile. */
async function retire({ keys, metric }: ReconcileCallbacksDeps, retired: ReadonlySet<Subscription>): Promise<void> {
  const present = await keys.read();
  await keys.write(
    Object.fromEntries(
      subscriptions.map(({ subscription }) => {
        const list = present[subscription] ?? [];
        return [subscription, retired.has(subscription) ? list.slice(0, 1) : list];
      }),
    ),
  );
  metric('CallbackRepaired', retired.size, { Repair: 'old-key-retired' });
}

async function checkSubscription(
  deps: ReconcileCallbacksDeps,
  entry: SubscriptionEntry,
  list: readonly string[],
): Promise<{ report: SubscriptionReport; mayRetire: boolean }> {
  const { subscription, path, messageType } = entry;
  const now = deps.now();
  const [first] = list;
  const base = { subscription, keys: list.length };
  const done = (report: Omit<SubscriptionReport, 'subscription' | 'keys'>, mayRetire = false) => ({
    report: { ...base, ...report },
    mayRetire,
  });
  if (first === undefined) return done({ state: 'no-key' });

  const record = await knownRecord(deps, subscription, list);
  const areKeysKnown = now.getTime() - (record.keysSince ?? now).getTime() >= keysKnownAfterMs;
  const url = callbackUrl(deps.settings.callbackBaseUrl, path);
  const present = await deps.ivm.showCallback(subscription);
  if (isForeign(present, url, record)) {
    deps.metric('ForeignCallback', 1, { Subscription: subscription });
    return done({ state: 'foreign' });
  }

  // A key that receivers may not know yet is not registered, unless there is no other.
  const key = areKeysKnown ? first : (list.at(-1) ?? first);
  const drift = driftOf(present, { url, authKey: key }, list);
  if (drift !== undefined) {
    await register(deps, entry, { url, authKey: key }, drift);
    return done({ state: 'registered', cause: drift });
  }
  const { lastAt, isSilent } = await judgeSilence(deps.traffic, messageType, deps.settings.timeZone, now);
  const last = lastAt === undefined ? {} : { last_message_at: lastAt.toISOString() };
  if (isSilent) {
    if (isDueAgain(record, now)) {
      await register(deps, entry, { url, authKey: key }, 'silence');
      await deps.records.write(subscription, {
        silenceAttempts: (record.silenceAttempts ?? 0) + 1,
        silenceAttemptAt: now,
      });
      return done({ state: 'registered', cause: 'silence', ...last });
    }
    deps.metric('CallbackSilent', 1, { Subscription: subscription });
  } else if ((record.silenceAttempts ?? 0) > 0) {
    await deps.records.write(subscription, { silenceAttempts: 0 });
  }
  if (present?.authKey !== first) return done({ state: 'waiting', ...last });
  return done({ state: 'ok', ...last }, list.length > 1 && (await isOldKeyOver(deps, path, list)));
}

/** A callback was seen signed with the new key, and none with an old one for as long as any may have been on its way. */
async function isOldKeyOver(
  { seenKeys, now }: ReconcileCallbacksDeps,
  path: string,
  [first = '', ...others]: readonly string[],
): Promise<boolean> {
  const seenAt = (key: string) => seenKeys.seenAt({ subscription: path, keyId: authKeyId(key) });
  if ((await seenAt(first)) === undefined) return false;
  const lastSeen = await Promise.all(others.map(seenAt));
  return lastSeen.every((at) => at === undefined || now().getTime() - at.getTime() >= oldKeyOverAfterMs);
}

/** Notices when the keys in force have changed, whoever changed them. */
async function knownRecord(
  { records, now }: ReconcileCallbacksDeps,
  subscription: Subscription,
  list: readonly string[],
): Promise<RegistrationRecord> {
  const record = await records.read(subscription);
  const keyIds = list.map(authKeyId).join(' ');
  if (record.keyIds === keyIds) return record;
  // A shorter list holds nothing new.
  const known = new Set(record.keyIds?.split(' '));
  const isNew = list.some((key) => !known.has(authKeyId(key)));
  const keysSince = isNew ? now() : (record.keysSince ?? new Date(0));
  await records.write(subscription, { keyIds, keysSince });
  return { ...record, keyIds, keysSince };
}

const isForeign = (present: Registration | undefined, url: string, record: RegistrationRecord): boolean =>
  present !== undefined && present.url !== url && present.url !== record.url;

function driftOf(
  present: Registration | undefined,
  wanted: Registration,
  list: readonly string[],
): RepairCause | undefined {
  if (present === undefined) return 'missing';
  if (present.url !== wanted.url) return 'url';
  if (present.authKey === wanted.authKey) return undefined;
  const isAccepted = list.includes(present.authKey);
  // Still signed with an accepted key: nothing is lost, and the wanted one has its time.
  if (isAccepted && wanted.authKey !== list[0]) return undefined;
  return isAccepted ? 'rotation' : 'key';
}

async function register(
  deps: ReconcileCallbacksDeps,
  { subscription }: SubscriptionEntry,
  registration: Registration,
  cause: RepairCause,
): Promise<void> {
  // Remembered first: a registration whose answer was lost must not be taken for somebody else's.
  await deps.records.write(subscription, { url: registration.url });
  await deps.ivm.setCallback(subscription, registration);
  deps.metric('CallbackRepaired', 1, { Repair: cause });
}

/** 20 minutes after the first try, then 40, up to six hours: some silences are what they seem. */
function isDueAgain({ silenceAttempts = 0, silenceAttemptAt }: RegistrationRecord, now: Date): boolean {
  if (silenceAttempts === 0 || silenceAttemptAt === undefined) return true;
  const pauseMs = Math.min(longestSilencePauseMs, firstSilencePauseMs * 2 ** (silenceAttempts - 1));
  return now.getTime() - silenceAttemptAt.getTime() >= pauseMs;
}

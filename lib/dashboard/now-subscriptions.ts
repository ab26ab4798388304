import * as z from 'zod';
import { type SubscriptionEntry, subscriptions } from '#lib/callback/subscriptions.ts';
import type { CallbackReport, RegistrationRecord, RegistrationRecords } from '#lib/registration/reconcile-callbacks.ts';
import { shortestSilenceMs } from '#lib/registration/silence.ts';
import { addDays } from '#lib/time/calendar.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';

export type SubscriptionsDeps = {
  registrations: Pick<RegistrationRecords, 'read'> & { readReport(): Promise<CallbackReport | undefined> };
  seenKeys: { lastSeen(): Promise<Map<string, Date>> };
  traffic: { newest(messageType: string, date: string, before: Date): Promise<string | undefined> };
  timeZone: string;
  now: () => Date;
};

/** `reconcile-callbacks` looks every ten minutes: a report that is older says nothing of now. */
const reportGoodForMs = 1_800_000;

const states = ['green', 'silent', 'drifted', 'foreign', 'no-key', 'never-seen', 'unknown'] as const;

export const SubscriptionNow = z.strictObject({
  name: z.string(),
  message_type: z.string(),
  state: z
    .enum(states)
    .describe(
      'green: as wanted, and no silence that is out of the ordinary; silent: brings nothing where it used to; drifted: ' +
        'was not as wanted and has been registered again; foreign: another URL is registered; no-key: nothing to sign ' +
        'with; never-seen: as wanted, and nothing has come yet; unknown: nobody has looked of late',
    ),
  cause: z.string().nullable().describe('why it was registered again, or could not be looked at'),
  last_at: z.iso.datetime().nullable().describe('when the last message happened, or a callback was last seen'),
});
export type SubscriptionNow = z.infer<typeof SubscriptionNow>;

export type SubscriptionsNow = { checkedAt: Date | null; subscriptions: SubscriptionNow[]; attempts: Attempts };
/** Registrations made again for the sake of a present silence, by subscription. */
export type Attempts = ReadonlyMap<string, number>;

/** What is known of the nine subscriptions, by the last look at IVM and by what has come since. */
export async function readSubscriptions(deps: SubscriptionsDeps): Promise<SubscriptionsNow> {
  const now = deps.now();
  const [report, seen, ...known] = await Promise.all([
    deps.registrations.readReport(),
    deps.seenKeys.lastSeen(),
    ...subscriptions.map(async (entry) => ({
      entry,
      record: await deps.registrations.read(entry.subscription),
      newest: await newestOf(deps, entry, now),
    })),
  ]);
  const isFresh = report !== undefined && now.getTime() - Date.parse(report.checked_at) < reportGoodForMs;
  return {
    checkedAt: report === undefined ? null : new Date(report.checked_at),
    subscriptions: known.map(({ entry, record, newest }) =>
      judgeSubscription({
        entry,
        record,
        newest,
        seenAt: seen.get(entry.path),
        looked: isFresh
          ? report.subscriptions.find(({ subscription }) => subscription === entry.subscription)
          : undefined,
        now,
      }),
    ),
    attempts: new Map(known.map(({ entry, record }) => [entry.subscription, record.silenceAttempts ?? 0])),
  };
}

/** When the newest message of a type happened, as far as that was today or yesterday. */
async function newestOf(
  { traffic, timeZone }: SubscriptionsDeps,
  { messageType }: SubscriptionEntry,
  now: Date,
): Promise<Date | undefined> {
  const { date } = zonedDate(now, timeZone);
  const sk =
    (await traffic.newest(messageType, date, now)) ?? (await traffic.newest(messageType, addDays(date, -1), now));
  return sk === undefined ? undefined : new Date(sk.split('#')[0] ?? '');
}

type SubscriptionFacts = {
  entry: SubscriptionEntry;
  record: RegistrationRecord;
  newest: Date | undefined;
  seenAt: Date | undefined;
  /** What the last look found, where that was of late. */
  looked: CallbackReport['subscriptions'][number] | undefined;
  now: Date;
};

/** Says of a subscription what is truly known. */
export function judgeSubscription(facts: SubscriptionFacts): SubscriptionNow {
  const { entry, looked, newest, seenAt } = facts;
  const lastMs = Math.max(newest?.getTime() ?? 0, newest === undefined ? (seenAt?.getTime() ?? 0) : 0);
  return {
    name: entry.subscription,
    message_type: entry.messageType,
    state: stateOf(facts),
    cause: looked?.cause ?? null,
    last_at: lastMs === 0 ? null : new Date(lastMs).toISOString(),
  };
}

function stateOf({ record, newest, seenAt, looked, now }: SubscriptionFacts): SubscriptionNow['state'] {
  const isComing = newest !== undefined && now.getTime() - newest.getTime() < shortestSilenceMs;
  if (looked === undefined || looked.state === 'failed') return isComing ? 'green' : 'unknown';
  if (looked.state === 'foreign' || looked.state === 'no-key') return looked.state;
  if (looked.state === 'registered' && looked.cause !== 'silence') return 'drifted';
  const { silenceAttempts = 0, silenceAttemptAt } = record;
  const isOver = newest !== undefined && silenceAttemptAt !== undefined && newest > silenceAttemptAt;
  if (silenceAttempts > 0 && !isOver) return 'silent';
  return newest === undefined && seenAt === undefined ? 'never-seen' : 'green';
}

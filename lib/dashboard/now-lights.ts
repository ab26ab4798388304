import * as z from 'zod';
import { lateAfterSeconds, leastTokenSeconds, missedPictures, refusedCallbacks } from '#lib/watch/limits.ts';
import type { SeriesRequest } from './metric-reader.ts';
import type { LastExports } from './now-exports.ts';
import { isQueueName, type QueueNow } from './now-queues.ts';
import type { SubscriptionNow, SubscriptionsNow } from './now-subscriptions.ts';
import { heartbeat, stackSeries, type ToldMetrics } from './told-metrics.ts';

export const Light = z.strictObject({
  name: z.string().describe('stable; what it is about stands behind a colon, such as queue-late:alarms'),
  state: z.enum(['ok', 'warning', 'danger', 'unknown']),
  value: z.number().nullable().describe('what it is judged by; null where that is not known'),
  since: z.iso.datetime().optional().describe('since when, or when first within the hour that is looked at'),
});
export type Light = z.infer<typeof Light>;

const hourMs = 3_600_000;
/** Tokens are looked at every six hours: two looks have to be in sight. */
export const tokenLookBackMs = 13 * hourMs;
const periodSeconds = 300;

/** What lights are judged by, of the last hour. */
export const lightSeries = (stack: string): SeriesRequest[] => [
  stackSeries(stack, { id: 'lost', name: 'CallbackNotStored', stat: 'Sum', periodSeconds: 60 }),
  stackSeries(stack, { id: 'refused', name: 'CallbackRefused', stat: 'Sum', periodSeconds }),
  stackSeries(stack, { id: 'stale', name: 'CallbackRefused', stat: 'Sum', periodSeconds }, { Verdict: 'stale' }),
  stackSeries(stack, { id: 'stuck', name: 'SpillStuck', stat: 'Maximum', periodSeconds }),
  stackSeries(stack, { id: 'rejected', name: 'TokenRejected', stat: 'Sum', periodSeconds }),
  stackSeries(stack, { id: 'frozen', name: 'AccountRefused', stat: 'Sum', periodSeconds }),
  stackSeries(stack, { id: 'missed', name: 'PictureMissed', stat: 'Sum', periodSeconds }),
  stackSeries(stack, { id: 'pictures', name: 'PictureStored', stat: 'Sum', periodSeconds }),
];

/** Everything that lights are judged by; `undefined` for a part that could not be read. */
export type LightFacts = {
  told: ToldMetrics | undefined;
  tokenSecondsLeft: number | null;
  queues: readonly QueueNow[];
  subscriptions: SubscriptionsNow | undefined;
  exports: LastExports | undefined;
  now: Date;
};

/** All lights, in an order that stays, with those first that are about losing something. */
export function judgeLights(facts: LightFacts): Light[] {
  const { told, now } = facts;
  const counted = (name: string, id: string, state: 'warning' | 'danger'): Light => {
    const from = new Date(now.getTime() - hourMs);
    const first = told?.points(id).find(({ at, value }) => at >= from && value > 0)?.at;
    return above(name, told?.sumSince(id, from) ?? null, 0, state, first);
  };
  return [
    counted('callbacks-lost', 'lost', 'danger'),
    refusedLight(told, now),
    counted('callbacks-stale', 'stale', 'warning'),
    above('spill-in-use', told?.recent(heartbeat).at(-1) ?? null, 0, 'warning'),
    above('spill-stuck', told?.recent('stuck').at(-1) ?? null, 0, 'danger'),
    counted('account-refused', 'frozen', 'danger'),
    counted('token-rejected', 'rejected', 'danger'),
    tokenLight(facts.tokenSecondsLeft),
    ...facts.queues.map(({ name, dead }) => above(`dead-letters:${name}`, dead, 0, 'danger')),
    ...facts.queues.map(lateLight),
    ...(facts.subscriptions?.subscriptions ?? []).map((one) =>
      subscriptionLight(one, facts.subscriptions?.attempts.get(one.name) ?? 0),
    ),
    picturesLight(told, now),
    ...(facts.exports?.sets ?? []).map(({ set, late, is_first_night }): Light => {
      const name = `export:${set}`;
      return is_first_night ? { name, state: 'unknown', value: null } : above(name, late.length, 0, 'danger');
    }),
  ];
}

function above(
  name: string,
  value: number | null,
  threshold: number,
  state: 'warning' | 'danger',
  since?: Date,
): Light {
  if (value === null) return { name, state: 'unknown', value };
  if (value <= threshold) return { name, state: 'ok', value };
  return { name, state, value, ...(since === undefined ? {} : { since: since.toISOString() }) };
}

/**
 * Of the worst period of late. The alarm sets refusals beside all requests, which the stack does not count itself; beside stored
 * messages they come out much the same.
 */
function refusedLight(told: ToldMetrics | undefined, now: Date): Light {
  const name = 'callbacks-refused';
  const periodMs = refusedCallbacks.periodSeconds * 1000;
  const from = new Date(now.getTime() - 2 * periodMs);
  const [worst] = (told?.points('refused') ?? [])
    .filter(({ at }) => at >= from)
    .toSorted((one, other) => other.value - one.value);
  if (told === undefined || worst === undefined) {
    return above(name, told?.sumSince('refused', from) ?? null, 0, 'warning');
  }
  const { at, value } = worst;
  if (value < refusedCallbacks.least) return { name, state: 'ok', value };
  const stored = told.countAt('stored', at, refusedCallbacks.periodSeconds) ?? 0;
  const isMuch = (100 * value) / (value + stored) > refusedCallbacks.percent;
  return { name, state: isMuch ? 'danger' : 'warning', value, since: at.toISOString() };
}

function tokenLight(secondsLeft: number | null): Light {
  const name = 'token';
  if (secondsLeft === null) return { name, state: 'unknown', value: null };
  return { name, state: secondsLeft < leastTokenSeconds ? 'danger' : 'ok', value: secondsLeft };
}

/** As the alarm does, which waits for a second period. */
function lateLight({ name: queue, oldest_age_seconds: age, was_late, visible, in_flight }: QueueNow): Light {
  const name = `queue-late:${queue}`;
  if (age === null) {
    const isEmpty = visible === 0 && in_flight === 0;
    return { name, state: isEmpty ? 'ok' : 'unknown', value: null };
  }
  const threshold = isQueueName(queue) ? lateAfterSeconds[queue] : Number.POSITIVE_INFINITY;
  return above(name, age, threshold, was_late ? 'danger' : 'warning');
}

function subscriptionLight({ name, state, last_at }: SubscriptionNow, attempts: number): Light {
  const light = (lightState: Light['state']): Light => ({
    name: `subscription:${name}`,
    state: lightState,
    value: null,
    ...(lightState !== 'ok' && last_at !== null ? { since: last_at } : {}),
  });
  switch (state) {
    case 'green':
    case 'never-seen':
      return light('ok');
    case 'drifted':
      return light('warning');
    case 'silent':
      // Being registered once more may have been all that it needed.
      return light(attempts > 1 ? 'danger' : 'warning');
    case 'foreign':
    case 'no-key':
      return light('danger');
    case 'unknown':
      return light('unknown');
  }
}

/** Percent of the pictures of the last hour. */
function picturesLight(told: ToldMetrics | undefined, now: Date): Light {
  const name = 'pictures-missed';
  const from = new Date(now.getTime() - missedPictures.periodSeconds * 1000);
  const missed = told?.sumSince('missed', from) ?? null;
  const stored = told?.sumSince('pictures', from) ?? null;
  if (missed === null || stored === null) return { name, state: 'unknown', value: null };
  const percent = missed === 0 ? 0 : (100 * missed) / (missed + stored);
  if (missed < missedPictures.least) return { name, state: 'ok', value: percent };
  return above(name, percent, missedPictures.percent, 'danger');
}

import * as z from 'zod';
import { subscriptions } from '#lib/callback/subscriptions.ts';
import { errorFields, log } from '#lib/runtime/log.ts';
import { lateAfterSeconds } from '#lib/watch/limits.ts';
import { keepAnswer } from './keep-answer.ts';
import type { MetricReader, SeriesRequest } from './metric-reader.ts';
import { LastExports } from './now-exports.ts';
import { judgeLights, Light, lightSeries, tokenLookBackMs } from './now-lights.ts';
import { type QueueFacts, QueueNow, queueRows } from './now-queues.ts';
import { SubscriptionNow, type SubscriptionsNow } from './now-subscriptions.ts';
import { route } from './route.ts';
import { readTold, stackSeries, type ToldMetrics } from './told-metrics.ts';

/** What the view reads. */
export type NowSources = {
  stack: string;
  metrics: MetricReader;
  queues(): Promise<readonly QueueFacts[]>;
  subscriptions(): Promise<SubscriptionsNow>;
  exports(): Promise<LastExports>;
  now: () => Date;
};
export type NowDeps = { watch: { now(): Promise<z.input<typeof Now>>; series(minutes: number): Promise<NowSeries> } };

const minuteMs = 60_000;
const hourMs = 3_600_000;

export const Now = z.strictObject({
  at: z.iso.datetime(),
  lights: z.array(Light),
  figures: z.strictObject({
    messages_per_minute: z.number().nullable().describe('stored, over the last five minutes that are over'),
    delay_median_seconds: z.number().nullable().describe('from when it happened to when it was stored'),
    delay_p99_seconds: z.number().nullable(),
    backlog: z.int().nullable().describe('messages in all queues'),
    token_seconds_left: z.number().nullable(),
  }),
  queues: z.array(QueueNow),
  subscriptions: z.array(SubscriptionNow),
  subscriptions_checked_at: z.iso.datetime().nullable(),
  exports: LastExports.nullable(),
});
export type Now = z.infer<typeof Now>;

export const nowRoute = route({
  path: '/api/now',
  summary: 'How the stack is: lights, figures, queues, subscriptions, last exports',
  query: z.strictObject({}),
  answer: Now,
  handle: async ({ watch }: NowDeps) => watch.now(),
});

const values = z.array(z.number().nullable()).describe('one for each time; null is not known');

export const NowSeries = z.strictObject({
  times: z.array(z.iso.datetime()).describe('begin of each period'),
  period_seconds: z.int(),
  is_known: z.boolean().describe('whether the stack has told anything of itself in this time'),
  messages: z
    .array(z.strictObject({ message_type: z.string(), per_minute: values }))
    .describe('messages stored, of the types of which there were any'),
  delay_median_seconds: values,
  delay_p99_seconds: values,
});
export type NowSeries = z.infer<typeof NowSeries>;

export const nowSeriesRoute = route({
  path: '/api/now/series',
  summary: 'Messages per minute by type, and the time from occurrence to storage, over the last minutes',
  query: z.strictObject({ minutes: z.enum(['60', '180', '720', '1440']).default('60') }),
  answer: NowSeries,
  handle: async ({ watch }: NowDeps, { minutes }) => watch.series(Number(minutes)),
});

/** Metrics are of minutes, and are paid for each time that they are read. */
const metricsKeptMs = 30_000;
const exportsKeptMs = 60_000;
const subscriptionsKeptMs = 10_000;

/** The view on its sources, which are not asked more often than they can have changed. */
export function createWatch(sources: NowSources): NowDeps['watch'] {
  const { now } = sources;
  const kept = {
    metrics: keepAnswer(metricsKeptMs, now, () => readNowMetrics(sources)),
    subscriptions: keepAnswer(subscriptionsKeptMs, now, () => sources.subscriptions()),
    exports: keepAnswer(exportsKeptMs, now, () => sources.exports()),
  };
  const series = new Map<number, () => Promise<NowSeries>>();
  return {
    now: async () => {
      // Whoever looks here may do so because a store is in trouble: one part that fails takes nothing from the others.
      const [metrics, queues, subscriptions, exports] = await Promise.all([
        orUnknown('metrics', kept.metrics),
        orUnknown('queues', () => sources.queues()),
        orUnknown('subscriptions', kept.subscriptions),
        orUnknown('exports', kept.exports),
      ]);
      return nowAnswer({ metrics, queues, subscriptions, exports, now: now() });
    },
    series: (minutes) => {
      const read = series.get(minutes) ?? keepAnswer(metricsKeptMs, now, () => readSeries(sources, minutes));
      series.set(minutes, read);
      return read();
    },
  };
}

async function orUnknown<T>(part: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    log.warn('a part of how the stack is could not be read', { part, ...errorFields(error) });
    return undefined;
  }
}

type NowMetrics = { told: ToldMetrics; tokenEndsAt: number | undefined; ages: ReadonlyMap<string, readonly number[]> };

async function readNowMetrics(sources: NowSources): Promise<NowMetrics> {
  const { stack, metrics, now } = sources;
  const at = now().getTime();
  const queueNames = Object.keys(lateAfterSeconds);
  const ages = queueNames.map(
    (name, index): SeriesRequest => ({
      id: `age${index}`,
      namespace: 'AWS/SQS',
      name: 'ApproximateAgeOfOldestMessage',
      dimensions: { QueueName: `${stack}-${name}` },
      stat: 'Maximum',
      periodSeconds: 300,
    }),
  );
  const token = stackSeries(stack, { id: 'token', name: 'TokenSecondsLeft', stat: 'Minimum', periodSeconds: 300 });
  const [told, [tokenTold]] = await Promise.all([
    readTold(
      sources,
      [
        ...lightSeries(stack),
        stackSeries(stack, { id: 'stored', name: 'MessageStored', stat: 'Sum', periodSeconds: 60 }),
        ...delaySeries(stack, 300),
        ...ages,
      ],
      new Date(at - hourMs),
    ),
    metrics.series([token], new Date(at - tokenLookBackMs), new Date(at)),
  ]);
  const lastToken = tokenTold?.points.toSorted((a, b) => a.at.getTime() - b.at.getTime()).at(-1);
  return {
    told,
    tokenEndsAt: lastToken === undefined ? undefined : lastToken.at.getTime() + lastToken.value * 1000,
    ages: new Map(queueNames.map((name, index) => [name, told.recent(`age${index}`)])),
  };
}

const delaySeries = (stack: string, periodSeconds: number): SeriesRequest[] => [
  stackSeries(stack, { id: 'median', name: 'SecondsToStored', stat: 'p50', periodSeconds }),
  stackSeries(stack, { id: 'p99', name: 'SecondsToStored', stat: 'p99', periodSeconds }),
];

type NowParts = {
  metrics: NowMetrics | undefined;
  queues: readonly QueueFacts[] | undefined;
  subscriptions: SubscriptionsNow | undefined;
  exports: LastExports | undefined;
  now: Date;
};

function nowAnswer({ metrics, queues, subscriptions, exports, now }: NowParts): Now {
  const told = metrics?.told;
  const tokenSecondsLeft =
    metrics?.tokenEndsAt === undefined ? null : Math.floor((metrics.tokenEndsAt - now.getTime()) / 1000);
  const queuesNow = queueRows(queues, metrics?.ages);
  return {
    at: now.toISOString(),
    lights: judgeLights({ told, tokenSecondsLeft, queues: queuesNow, subscriptions, exports, now }),
    figures: {
      messages_per_minute: told === undefined ? null : recentRate(told, now),
      delay_median_seconds: lastOf(told, 'median'),
      delay_p99_seconds: lastOf(told, 'p99'),
      backlog: backlogOf(queuesNow),
      token_seconds_left: tokenSecondsLeft,
    },
    queues: queuesNow,
    subscriptions: subscriptions?.subscriptions ?? [],
    subscriptions_checked_at: subscriptions?.checkedAt?.toISOString() ?? null,
    exports: exports ?? null,
  };
}

const lastOf = (told: ToldMetrics | undefined, id: string): number | null => told?.recent(id).at(-1) ?? null;

/** Of all queues or of none: a sum of some would look like one of all. */
function backlogOf(queues: readonly QueueNow[]): number | null {
  let sum = 0;
  for (const { visible, in_flight, delayed } of queues) {
    if (visible === null || in_flight === null || delayed === null) return null;
    sum += visible + in_flight + delayed;
  }
  return sum;
}

const ratedMinutes = 5;

/** The minute under way is left out, and a rate of which a minute is unknown is unknown. */
function recentRate(told: ToldMetrics, now: Date): number | null {
  const end = Math.floor(now.getTime() / minuteMs) * minuteMs;
  let sum = 0;
  for (let minute = 1; minute <= ratedMinutes; minute += 1) {
    const stored = told.countAt('stored', new Date(end - minute * minuteMs), 60);
    if (stored === null) return null;
    sum += stored;
  }
  return sum / ratedMinutes;
}

/** Beyond three hours a minute is narrower than a dot. */
const finestMinutes = 180;

async function readSeries(sources: NowSources, minutes: number): Promise<NowSeries> {
  const { stack, now } = sources;
  const periodSeconds = minutes <= finestMinutes ? 60 : 300;
  const periodMs = periodSeconds * 1000;
  const end = Math.floor(now().getTime() / periodMs) * periodMs;
  const times = Array.from(
    { length: Math.floor((minutes * minuteMs) / periodMs) },
    (_, index) => new Date(end - Math.floor((minutes * minuteMs) / periodMs) * periodMs + index * periodMs),
  );
  const types = subscriptions.map(({ messageType }) => messageType);
  const told = await readTold(
    sources,
    [
      ...types.map((type) =>
        stackSeries(stack, { id: type, name: 'MessageStored', stat: 'Sum', periodSeconds }, { MessageType: type }),
      ),
      ...delaySeries(stack, periodSeconds),
    ],
    times[0] ?? now(),
  );
  const perMinute = (value: number | null) => (value === null ? null : (value * 60) / periodSeconds);
  const delays = (id: string) => {
    const byTime = new Map(told.points(id).map(({ at, value }) => [at.getTime(), value]));
    return times.map((at) => byTime.get(at.getTime()) ?? null);
  };
  return {
    times: times.map((at) => at.toISOString()),
    period_seconds: periodSeconds,
    is_known: times.some((at) => told.isKnown(at, periodSeconds)),
    messages: types
      .filter((type) => told.points(type).some(({ value }) => value > 0))
      .map((type) => ({
        message_type: type,
        per_minute: times.map((at) => perMinute(told.countAt(type, at, periodSeconds))),
      })),
    delay_median_seconds: delays('median'),
    delay_p99_seconds: delays('p99'),
  };
}

import * as z from 'zod';
import { jsonOrUndefined } from '#lib/json/json-or-undefined.ts';

export type Dimensions = { readonly [name: string]: string };
export type MetricName = { namespace: string; name: string; dimensions: Dimensions };
export type Point = { atMs: number; value: number };

export type MetricStore = {
  /** Takes in what a function wrote, where that is a line in Embedded Metric Format. */
  read(line: string): void;
  record(metric: MetricName, values: readonly number[], atMs: number): void;
  /** One point for each period that has values, by time; of the minutes from that of `fromMs` to before `toMs`. */
  points(metric: MetricName, stat: Stat, span: { fromMs: number; toMs: number; periodMs: number }): Point[];
};

export type Stat = (values: Summary) => number;

/** Values of some time: exact but for percentiles, which are those of values rounded to about one percent. */
type Summary = { sum: number; count: number; min: number; max: number; counts: Map<number, number> };

const minuteMs = 60_000;
const keptMs = 6 * 3_600_000;
/** Names and values of dimensions are few by design; whatever else turns up must not fill the memory. */
const mostMetrics = 2_000;
/** Neighbours among rounded values differ by this factor: some 115 of them from one power of ten to the next. */
const roundingBase = 1.02;

const stats: { readonly [name: string]: Stat } = {
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Maximum: ({ max }) => max,
  Minimum: ({ min }) => min,
  SampleCount: ({ count }) => count,
};

/** The statistic that CloudWatch calls so, percentiles such as `p99` and `p99.9` included. */
export function statOf(name: string): Stat | undefined {
  if (Object.hasOwn(stats, name)) return stats[name];
  const percent = Number(/^p(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(name)?.[1]);
  return Number.isNaN(percent) ? undefined : (values) => percentile(values, percent / 100);
}

function percentile({ counts, count, min, max }: Summary, share: number): number {
  let left = Math.max(1, Math.ceil(share * count));
  for (const [value, times] of [...counts].toSorted(([a], [b]) => a - b)) {
    left -= times;
    // What a value is rounded to may lie beyond all of them.
    if (left <= 0) return Math.min(max, Math.max(min, value));
  }
  return max;
}

const rounded = (value: number): number =>
  value === 0 ? 0 : Math.sign(value) * roundingBase ** Math.round(Math.log(Math.abs(value)) / Math.log(roundingBase));

const MetricLine = z.looseObject({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
});
const Values = z.union([z.number().transform((value) => [value]), z.array(z.number())]);

/** Keeps metrics for six hours, in memory: they are of this process, and end with it. */
export function createMetricStore(now: () => Date): MetricStore {
  const metrics = new Map<string, Map<number, Summary>>();
  let prunedAtMs = 0;

  /** Once a minute: whoever no longer says anything is forgotten as well. */
  const prune = (): void => {
    const nowMs = now().getTime();
    if (nowMs - prunedAtMs < minuteMs) return;
    prunedAtMs = nowMs;
    for (const [key, minutes] of metrics) {
      for (const atMs of minutes.keys()) if (atMs < nowMs - keptMs) minutes.delete(atMs);
      if (minutes.size === 0) metrics.delete(key);
    }
  };

  const record: MetricStore['record'] = (metric, values, atMs) => {
    prune();
    const nowMs = now().getTime();
    if (values.length === 0 || atMs < nowMs - keptMs || atMs > nowMs + minuteMs) return;
    const key = keyOf(metric);
    const minutes = metrics.get(key) ?? new Map<number, Summary>();
    if (!metrics.has(key) && metrics.size >= mostMetrics) return;
    metrics.set(key, minutes);
    const minute = Math.floor(atMs / minuteMs) * minuteMs;
    const summary = minutes.get(minute) ?? emptySummary();
    minutes.set(minute, summary);
    for (const value of values) {
      add(summary, { sum: value, count: 1, min: value, max: value, counts: new Map([[rounded(value), 1]]) });
    }
  };

  return {
    record,
    read: (line) => {
      if (!line.includes('"_aws"')) return;
      const { data } = MetricLine.safeParse(jsonOrUndefined(line));
      for (const { Namespace: namespace, Dimensions: sets, Metrics } of data?._aws.CloudWatchMetrics ?? []) {
        for (const { Name: name } of Metrics) {
          const values = Values.safeParse(data?.[name]).data ?? [];
          for (const set of sets) {
            const dimensions = Object.fromEntries(set.map((dimension) => [dimension, String(data?.[dimension])]));
            record({ namespace, name, dimensions }, values, data?._aws.Timestamp ?? 0);
          }
        }
      }
    },
    points: (metric, stat, { fromMs, toMs, periodMs }) => {
      const firstMs = Math.floor(fromMs / minuteMs) * minuteMs;
      const periods = new Map<number, Summary>();
      for (const [atMs, summary] of metrics.get(keyOf(metric)) ?? []) {
        if (atMs < firstMs || atMs >= toMs) continue;
        const period = Math.floor(atMs / periodMs) * periodMs;
        const whole = periods.get(period) ?? emptySummary();
        periods.set(period, whole);
        add(whole, summary);
      }
      return [...periods]
        .map(([atMs, summary]) => ({ atMs, value: stat(summary) }))
        .toSorted((a, b) => a.atMs - b.atMs);
    },
  };
}

const keyOf = ({ namespace, name, dimensions }: MetricName): string =>
  JSON.stringify([namespace, name, Object.entries(dimensions).toSorted(([a], [b]) => (a < b ? -1 : 1))]);

const emptySummary = (): Summary => ({ sum: 0, count: 0, min: Infinity, max: -Infinity, counts: new Map() });

function add(to: Summary, from: Summary): void {
  to.sum += from.sum;
  to.count += from.count;
  to.min = Math.min(to.min, from.min);
  to.max = Math.max(to.max, from.max);
  for (const [value, times] of from.counts) to.counts.set(value, (to.counts.get(value) ?? 0) + times);
}

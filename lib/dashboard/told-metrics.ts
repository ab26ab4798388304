import { metricNamespace } from '#lib/runtime/metrics.ts';
import type { MetricReader, Series, SeriesRequest } from './metric-reader.ts';

/** `recover-spill` tells of itself every five minutes, however little happens: two of them missing is no chance. */
const silentAfterMs = 600_000;
/** What is told every five minutes may be told a few minutes late. */
const recentMs = 900_000;

/** Waiting spilled callbacks, by which everything else is known to be told. */
export const heartbeat = 'heartbeat';

/** A metric of this stack. */
export const stackSeries = (
  stack: string,
  request: Pick<SeriesRequest, 'id' | 'name' | 'stat' | 'periodSeconds'>,
  dimensions: { [name: string]: string } = {},
): SeriesRequest => ({ ...request, namespace: metricNamespace, dimensions: { Stack: stack, ...dimensions } });

/** What metrics tell of a stretch of time, and of what they tell nothing. */
export type ToldMetrics = {
  points(id: string): Series['points'];
  /** Values of the last quarter of an hour, the newest last. */
  recent(id: string): number[];
  /**
   * What was counted from an instant on. Nothing is told of what did not happen, so this is 0 where the stack spoke and
   * the metric did not, and `null` where nobody knows.
   */
  sumSince(id: string, from: Date): number | null;
  /** The same of the period that begins at an instant. */
  countAt(id: string, at: Date, periodSeconds: number): number | null;
  /** Whether the stack spoke around a period, so that what it did not tell of did not happen. */
  isKnown(at: Date, periodSeconds: number): boolean;
};

/** Reads metrics together with one that is always told, by which silence is known from nothing to tell. */
export async function readTold(
  { stack, metrics, now }: { stack: string; metrics: MetricReader; now: () => Date },
  requests: readonly SeriesRequest[],
  from: Date,
): Promise<ToldMetrics> {
  const beat = stackSeries(stack, { id: heartbeat, name: 'SpillWaiting', stat: 'Maximum', periodSeconds: 60 });
  const to = now();
  const all = await metrics.series([...requests, beat], new Date(from.getTime() - silentAfterMs), to);
  const byId = new Map(all.map(({ id, points }) => [id, points.toSorted((a, b) => a.at.getTime() - b.at.getTime())]));
  // Queues speak for themselves, not for the stack.
  const own = new Set([
    heartbeat,
    ...requests.filter(({ namespace }) => namespace === metricNamespace).map(({ id }) => id),
  ]);
  const spoken = all
    .filter(({ id }) => own.has(id))
    .flatMap(({ points }) => points.map(({ at }) => at.getTime()))
    .toSorted((a, b) => a - b);
  const hasSpoken = (start: number, end: number): boolean => spoken.some((at) => at >= start && at < end);
  const points = (id: string) => byId.get(id) ?? [];

  const isKnown = (at: Date, periodSeconds: number): boolean => {
    const start = at.getTime();
    const end = start + periodSeconds * 1000;
    const isBefore = hasSpoken(start - silentAfterMs, end);
    const isAfter = start + silentAfterMs > to.getTime() || hasSpoken(start, end + silentAfterMs);
    return isBefore && isAfter;
  };
  return {
    points,
    isKnown,
    recent: (id) =>
      points(id)
        .filter(({ at }) => to.getTime() - at.getTime() <= recentMs)
        .map(({ value }) => value),
    sumSince: (id, since) => {
      const sum = points(id)
        .filter(({ at }) => at >= since)
        .reduce((total, { value }) => total + value, 0);
      return sum > 0 || hasSpoken(to.getTime() - silentAfterMs, to.getTime() + 1) ? sum : null;
    },
    countAt: (id, at, periodSeconds) => {
      const end = at.getTime() + periodSeconds * 1000;
      const found = points(id).filter((point) => point.at >= at && point.at.getTime() < end);
      if (found.length > 0) return found.reduce((sum, { value }) => sum + value, 0);
      return isKnown(at, periodSeconds) ? 0 : null;
    },
  };
}

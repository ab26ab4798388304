/** One metric over time, as one statistic of it for each period. */
export type SeriesRequest = {
  id: string;
  namespace: string;
  name: string;
  dimensions: { [name: string]: string };
  stat: string;
  /** A multiple of 60. */
  periodSeconds: number;
};

/** By time; a period without values has no point. */
export type Series = { id: string; points: { at: Date; value: number }[] };

/** Reads metrics: one series for each request, in their order, from `from` (best the beginning of a period) to before `to`. */
export type MetricReader = { series(requests: readonly SeriesRequest[], from: Date, to: Date): Promise<Series[]> };

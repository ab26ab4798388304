/** One metric as CloudWatch names it, and how its values of a period become one. */
export type SeriesRequest = {
  id: string;
  namespace: string;
  name: string;
  dimensions: { [name: string]: string };
  stat: string;
  periodSeconds: number;
};

/** Points by the begin of their period; a period of which nothing was told has none. */
export type Series = { id: string; points: { at: Date; value: number }[] };

export type MetricReader = { series(requests: readonly SeriesRequest[], from: Date, to: Date): Promise<Series[]> };

import type { Metric } from '#lib/runtime/metrics.ts';

/** Counts in memory: `counts.get('Name')`, and `counts.get('Name Dimension=value')`; the same of lists in `values`. */
export function memoryMetrics(): { counts: Map<string, number>; values: Map<string, number[]>; metric: Metric } {
  const counts = new Map<string, number>();
  const values = new Map<string, number[]>();
  const add = (key: string, value: number | readonly number[]) => {
    if (typeof value === 'number') counts.set(key, (counts.get(key) ?? 0) + value);
    else values.set(key, [...(values.get(key) ?? []), ...value]);
  };
  return {
    counts,
    values,
    metric: (name, value = 1, dimensions = {}) => {
      add(name, value);
      for (const [dimension, text] of Object.entries(dimensions)) add(`${name} ${dimension}=${text}`, value);
    },
  };
}

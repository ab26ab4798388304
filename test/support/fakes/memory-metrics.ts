import type { Metric } from '#lib/runtime/metrics.ts';

/** Counts in memory: `counts.get('Name')`, and `counts.get('Name Dimension=value')`. */
export function memoryMetrics(): { counts: Map<string, number>; metric: Metric } {
  const counts = new Map<string, number>();
  const add = (key: string, value: number) => counts.set(key, (counts.get(key) ?? 0) + value);
  return {
    counts,
    metric: (name, value = 1, dimensions = {}) => {
      add(name, value);
      for (const [dimension, text] of Object.entries(dimensions)) add(`${name} ${dimension}=${text}`, value);
    },
  };
}

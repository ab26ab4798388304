export type Metric = (name: string, value?: number, dimensions?: { [name: string]: string }) => void;

/** Namespace of all metrics; the dimension `Stack` tells the tenants and stages of an account apart. */
export const metricNamespace = 'ivm-bridge';

/**
 * Counts something in CloudWatch by a log line in Embedded Metric Format: no call, no client. It counts twice, once for
 * the stack and once by the dimensions given, since an alarm can watch the sum of a metric only where it is one itself.
 * Dimensions are few and of few values (a message type, a reason), never an id.
 */
export const metric: Metric = (name, value = 1, dimensions = {}) => {
  const stack = { Stack: process.env['STACK'] ?? 'local' };
  const detail = { ...stack, ...dimensions };
  const sets = [Object.keys(stack), ...(Object.keys(dimensions).length === 0 ? [] : [Object.keys(detail)])];
  const line = {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        { Namespace: metricNamespace, Dimensions: sets, Metrics: [{ Name: name, Unit: unitOf(name) }] },
      ],
    },
    ...detail,
    function: process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? 'local',
    [name]: value,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

const unitOf = (name: string): string => (name.includes('Seconds') ? 'Seconds' : 'Count');

/**
 * Sums what a batch counts until `write`: log lines are paid by their size, and a line per picture would cost more than
 * storing it. For counts only, since sums of anything else say nothing.
 */
export function createMetricSums(metric: Metric): { metric: Metric; write(): void } {
  const sums = new Map<string, [name: string, value: number, dimensions: { [name: string]: string }]>();
  return {
    metric: (name, value = 1, dimensions = {}) => {
      const id = JSON.stringify([name, Object.entries(dimensions)]);
      sums.set(id, [name, (sums.get(id)?.[1] ?? 0) + value, dimensions]);
    },
    write: () => {
      for (const sum of sums.values()) metric(...sum);
      sums.clear();
    },
  };
}

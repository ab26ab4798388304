/** Tells a value, or values of one kind of which percentiles are of interest. */
export type Metric = (name: string, value?: number | readonly number[], dimensions?: Dimensions) => void;
type Dimensions = { [name: string]: string };

/** Namespace of all metrics; the dimension `Stack` tells the tenants and stages of an account apart. */
export const metricNamespace = 'ivm-bridge';

/** The format takes no more in one line. */
const mostValues = 100;

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
  };
  const write = (some: number | readonly number[]) =>
    process.stdout.write(`${JSON.stringify({ ...line, [name]: some })}\n`);
  if (typeof value === 'number') write(value);
  else for (let first = 0; first < value.length; first += mostValues) write(value.slice(first, first + mostValues));
};

const unitOf = (name: string): string => (name.includes('Seconds') ? 'Seconds' : 'Count');

/**
 * Gathers what a batch tells until `write`, each metric with its dimensions in one line: log lines are paid by their size,
 * and a line per picture would cost more than storing it. Counts are summed; values in lists are put together.
 */
export function createMetricSums(metric: Metric): { metric: Metric; write(): void } {
  const sums = new Map<string, { name: string; dimensions: Dimensions; count?: number; values?: number[] }>();
  return {
    metric: (name, value = 1, dimensions = {}) => {
      const id = JSON.stringify([name, Object.entries(dimensions)]);
      const sum = sums.get(id) ?? { name, dimensions };
      sums.set(id, sum);
      if (typeof value === 'number') sum.count = (sum.count ?? 0) + value;
      else (sum.values ??= []).push(...value);
    },
    write: () => {
      for (const { name, dimensions, count, values } of sums.values()) {
        for (const told of [count, values]) if (told !== undefined) metric(name, told, dimensions);
      }
      sums.clear();
    },
  };
}

export type Metric = (name: string, value?: number, dimensions?: { [name: string]: string }) => void;

/**
 * Counts something in CloudWatch by a log line in Embedded Metric Format: no call, no client. Dimensions are few and of
 * few values (a message type, a reason), never an id.
 */
export const metric: Metric = (name, value = 1, dimensions = {}) => {
  const names = { Function: process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? 'local', ...dimensions };
  const line = {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        { Namespace: 'ivm-bridge', Dimensions: [Object.keys(names)], Metrics: [{ Name: name, Unit: 'Count' }] },
      ],
    },
    ...names,
    [name]: value,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

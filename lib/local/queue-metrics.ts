import type { MetricStore } from './metric-store.ts';
import { startScheduler } from './scheduler.ts';

export type QueueContents = {
  visible: number;
  inFlight: number;
  delayed: number;
  /** When the oldest of those visible or in flight was sent; absent where there is none. */
  oldestSentAt?: Date;
};

export type QueueMetricsDeps = {
  /** Of each queue by its name; `undefined` where there is none of this name. */
  contents: (queueName: string) => QueueContents | undefined;
  record: MetricStore['record'];
  now: () => Date;
};

const everyMs = 60_000;

/**
 * Records what SQS tells CloudWatch of its queues, at once and every minute. The age is that of the oldest message which
 * is due and not deleted, however often it was received. That of a dead-letter queue is left out: SQS counts it from when a
 * message came there, which the embedded one does not know.
 */
export function startQueueMetrics(
  queues: readonly { name: string; isDeadLetterQueue: boolean }[],
  deps: QueueMetricsDeps,
): { stop(): void } {
  const recordAll = (): void => {
    const at = deps.now().getTime();
    for (const { name: queue, isDeadLetterQueue } of queues) {
      const contents = deps.contents(queue);
      if (contents === undefined) continue;
      const { visible, inFlight, delayed, oldestSentAt } = contents;
      const ageSeconds = oldestSentAt === undefined ? 0 : Math.max(0, at - oldestSentAt.getTime()) / 1000;
      const values = {
        ApproximateNumberOfMessagesVisible: visible,
        ApproximateNumberOfMessagesNotVisible: inFlight,
        ApproximateNumberOfMessagesDelayed: delayed,
        ...(isDeadLetterQueue ? {} : { ApproximateAgeOfOldestMessage: ageSeconds }),
      };
      for (const [name, value] of Object.entries(values)) {
        deps.record({ namespace: 'AWS/SQS', name, dimensions: { QueueName: queue } }, [value], at);
      }
    }
  };
  recordAll();
  return startScheduler([{ expression: { kind: 'rate', everyMs }, timeZone: 'UTC', run: async () => recordAll() }]);
}

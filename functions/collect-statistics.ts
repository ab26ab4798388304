/**
 * Queues the statistics of the last days, and of the weeks, months and years around them.
 *
 * Trigger  schedule, nightly at 04:00 in the tenant's zone; by hand also {"date": "…"} or {"from": "…", "to": "…"}
 * Writes   SQS statistics
 * Failure  thrown, so that its alarm fires; queued twice, an export that is the same changes nothing
 */
import { createJobQueue } from '#lib/aws/queues.ts';
import { readEnv } from '#lib/runtime/env.ts';
import { CollectStatisticsEnv } from '#lib/runtime/function-env.ts';
import { metric } from '#lib/runtime/metrics.ts';
import { once } from '#lib/runtime/once.ts';
import { scheduledHandler } from '#lib/runtime/scheduled-handler.ts';
import { collectStatistics } from '#lib/statistics/collect-statistics.ts';

export const handler = scheduledHandler({
  deps: once(() => {
    const env = readEnv(CollectStatisticsEnv);
    return {
      queueJobs: createJobQueue(env.STATISTICS_QUEUE_URL),
      settings: { timeZone: env.TIME_ZONE, weekStart: env.WEEK_START },
      metric,
      now: () => new Date(),
    };
  }),
  run: collectStatistics,
});

/**
 * Exports what IVM has counted: people in and out, and heatmaps over time and space.
 *
 * Trigger  SQS `statistics`, one job at a time: one period of one set
 * Reads    IVM: statistics, the access token; DynamoDB events (device_status), state, tokens; Secrets Manager: AK and SK
 * Writes   S3 exports/people, exports/heatmaps, exports/manifests, work/; DynamoDB state (versions), tokens
 * Failure  a job comes again after 5 s … 15 min, 20 times, and goes on where it ended; then it rests in `statistics-dead`.
 *          The export that stood before stands
 */
import { randomUUID } from 'node:crypto';
import { createAnswerCache } from '#lib/aws/answer-cache.ts';
import { createEventsReader } from '#lib/aws/events-reader.ts';
import { createExportLedger } from '#lib/aws/export-ledger.ts';
import { createInventoryStore } from '#lib/aws/inventory-store.ts';
import { createIvmAccess } from '#lib/aws/ivm-access.ts';
import { createObjectStore } from '#lib/aws/objects.ts';
import { createSourceQueues } from '#lib/aws/queues.ts';
import { readEnv } from '#lib/runtime/env.ts';
import { ExportStatisticsEnv } from '#lib/runtime/function-env.ts';
import { metric } from '#lib/runtime/metrics.ts';
import { once } from '#lib/runtime/once.ts';
import { sqsHandler } from '#lib/runtime/sqs-handler.ts';
import { temporaryDirectory } from '#lib/runtime/temporary-directory.ts';
import { exportStatistics } from '#lib/statistics/export-statistics.ts';
import { receivedStatisticsJob } from '#lib/statistics/statistics-job.ts';

export const handler = sqsHandler({
  deps: once(() => {
    const env = readEnv(ExportStatisticsEnv);
    const now = () => new Date();
    const objects = createObjectStore(env.BUCKET);
    return {
      ivm: createIvmAccess(env).ivm,
      inventory: createInventoryStore(env.STATE_TABLE),
      events: createEventsReader(env.EVENTS_TABLE),
      objects,
      ledger: createExportLedger(env.STATE_TABLE, now),
      newHolder: randomUUID,
      temporaryDirectory,
      cacheOf: (job) => createAnswerCache(objects, job),
      settings: {
        zones: { statistics: env.STATISTICS_TIME_ZONE, tenant: env.TIME_ZONE },
        concurrency: env.STATISTICS_CONCURRENCY,
        weekStart: env.WEEK_START,
      },
      queues: createSourceQueues(env.SOURCE_QUEUE_URLS, env.DEAD_LETTER_QUEUE_URLS),
      metric,
      random: Math.random,
      now,
    };
  }),
  parse: receivedStatisticsJob,
  handle: exportStatistics,
});

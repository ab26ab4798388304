/**
 * Exports what IVM has counted: people in and out, and heatmaps over time and space.
 *
 * Trigger  SQS `statistics`, one job at a time: one period of one set
 * Reads    IVM: statistics, the access token; S3 exports/people, exports/heatmaps, exports/manifests, interim/; DynamoDB
 *          events (device_status), state, tokens; Secrets Manager: AK and SK, the key of what was erased
 * Writes   S3 exports/people, exports/heatmaps, exports/manifests, interim/; DynamoDB state (versions), tokens
 * Failure  a job comes again after 5 s … 15 min, 20 times, and goes on where it ended; then it rests in `statistics-dead`.
 *          The export that stood before stands
 */
import { createAnswerCache } from '#lib/aws/answer-cache.ts';
import { createErasures } from '#lib/aws/erasures.ts';
import { createExportStores } from '#lib/aws/export-stores.ts';
import { createIvmAccess } from '#lib/aws/ivm-access.ts';
import { createSourceQueues } from '#lib/aws/queues.ts';
import { createPrivacyKeyReader } from '#lib/aws/secrets.ts';
import { createStatisticsClient } from '#lib/ivm/statistics-client.ts';
import { readEnv } from '#lib/runtime/env.ts';
import { ExportStatisticsEnv } from '#lib/runtime/function-env.ts';
import { once } from '#lib/runtime/once.ts';
import { sqsHandler } from '#lib/runtime/sqs-handler.ts';
import { exportStatistics } from '#lib/statistics/export-statistics.ts';
import { receivedStatisticsJob } from '#lib/statistics/statistics-job.ts';

export const handler = sqsHandler({
  deps: once(() => {
    const env = readEnv(ExportStatisticsEnv);
    const stores = createExportStores(env);
    return {
      ...stores,
      ivm: createStatisticsClient(createIvmAccess(env).calls, env.IVM_USER_ID),
      readErasures: createErasures(env.STATE_TABLE, createPrivacyKeyReader(env.PRIVACY_KEY_SECRET_ID)).readCheck,
      cacheOf: (job) => createAnswerCache(stores.objects, job),
      settings: {
        zones: { statistics: env.STATISTICS_TIME_ZONE, tenant: env.TIME_ZONE },
        concurrency: env.STATISTICS_CONCURRENCY,
        weekStart: env.WEEK_START,
      },
      queues: createSourceQueues(env.SOURCE_QUEUE_URLS, env.DEAD_LETTER_QUEUE_URLS),
      random: Math.random,
    };
  }),
  parse: receivedStatisticsJob,
  handle: exportStatistics,
});

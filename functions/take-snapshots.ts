/**
 * Takes snapshots, at most one per channel in ten seconds, and keeps those that are pictures.
 *
 * Trigger  SQS `snapshots`, batches of up to 10
 * Reads    IVM: snapshots, the access token; DynamoDB state, tokens; Secrets Manager: AK and SK
 * Writes   S3 snapshots/; DynamoDB events (one item per snapshot), state (slots, origins IVM has named), tokens; SQS snapshots
 * Failure  without a picture the job comes back in another slot, five times, and ends as an event that says why; what we
 *          could not store comes again after 5 s … 15 min, 20 times, then rests in `snapshots-dead`
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createEventsTable } from '#lib/aws/events-table.ts';
import { createIvmAccess } from '#lib/aws/ivm-access.ts';
import { createObjectStore } from '#lib/aws/objects.ts';
import { createJobQueue, createSourceQueues } from '#lib/aws/queues.ts';
import { createSnapshotSlots } from '#lib/aws/snapshot-slots.ts';
import { createPictureHosts } from '#lib/aws/state-table.ts';
import { createPictureDownload } from '#lib/ivm/picture-download.ts';
import { createSnapshotClient } from '#lib/ivm/snapshot-client.ts';
import { createPictureOrigins } from '#lib/pictures/picture-origins.ts';
import { readEnv } from '#lib/runtime/env.ts';
import { TakeSnapshotsEnv } from '#lib/runtime/function-env.ts';
import { metric } from '#lib/runtime/metrics.ts';
import { once } from '#lib/runtime/once.ts';
import { sqsHandler } from '#lib/runtime/sqs-handler.ts';
import { receivedSnapshotJob } from '#lib/snapshots/snapshot-job.ts';
import { takeSnapshots } from '#lib/snapshots/take-snapshots.ts';

export const handler = sqsHandler({
  deps: once(() => {
    const env = readEnv(TakeSnapshotsEnv);
    const now = () => new Date();
    const { http, calls } = createIvmAccess(env);
    return {
      ivm: { ...createSnapshotClient(calls, env.IVM_USER_ID), ...createPictureDownload(http, calls) },
      origins: createPictureOrigins({
        apiOrigin: http.origin,
        configured: env.PICTURE_HOSTS,
        origins: createPictureHosts(env.STATE_TABLE, now),
        now,
      }),
      slots: createSnapshotSlots(env.STATE_TABLE, now),
      objects: createObjectStore(env.BUCKET),
      events: createEventsTable(env.EVENTS_TABLE),
      queueJobs: createJobQueue(env.SNAPSHOTS_QUEUE_URL),
      queues: createSourceQueues(env.SOURCE_QUEUE_URLS, env.DEAD_LETTER_QUEUE_URLS),
      settings: { timeZone: env.TIME_ZONE, retentionDays: env.EVENT_RETENTION_DAYS },
      metric,
      random: Math.random,
      now,
      sleep,
    };
  }),
  parse: receivedSnapshotJob,
  handle: takeSnapshots,
});

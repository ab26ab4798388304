/**
 * Queues a snapshot of every channel that is online.
 *
 * Trigger  schedule, every 15 minutes unless set otherwise; by hand also {"channels": […], "storage": true}
 * Reads    DynamoDB state (devices and channels)
 * Writes   SQS snapshots
 * Failure  thrown, so that its alarm fires; run again in the same minute, nothing is taken twice
 */
import { createInventoryStore } from '#lib/aws/inventory-store.ts';
import { createJobQueue } from '#lib/aws/queues.ts';
import { readEnv } from '#lib/runtime/env.ts';
import { RequestSnapshotsEnv } from '#lib/runtime/function-env.ts';
import { metric } from '#lib/runtime/metrics.ts';
import { once } from '#lib/runtime/once.ts';
import { scheduledHandler } from '#lib/runtime/scheduled-handler.ts';
import { requestSnapshots } from '#lib/snapshots/request-snapshots.ts';

export const handler = scheduledHandler({
  deps: once(() => {
    const env = readEnv(RequestSnapshotsEnv);
    return {
      inventory: createInventoryStore(env.STATE_TABLE),
      queueJobs: createJobQueue(env.SNAPSHOTS_QUEUE_URL),
      settings: { channels: env.SNAPSHOT_CHANNELS, storage: env.SNAPSHOT_STORAGE },
      metric,
      now: () => new Date(),
    };
  }),
  run: requestSnapshots,
});

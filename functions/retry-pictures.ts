/**
 * Asks again for pictures that are still wanted: after 5 and 30 minutes, 2 and 12 hours, then daily to the seventh day.
 *
 * Trigger  schedule, every 5 minutes
 * Reads    DynamoDB events (index open-pictures), state (watermark)
 * Writes   SQS picture-retries; DynamoDB events (next_try_at), state (watermark)
 * Failure  thrown, so that its alarm fires; what was not sent is due at the next run
 */
import { createPictureItems } from '#lib/aws/picture-items.ts';
import { createJobQueue } from '#lib/aws/queues.ts';
import { createPictureWatermark } from '#lib/aws/state-table.ts';
import { retryPictures } from '#lib/pictures/retry-pictures.ts';
import { readEnv } from '#lib/runtime/env.ts';
import { RetryPicturesEnv } from '#lib/runtime/function-env.ts';
import { metric } from '#lib/runtime/metrics.ts';
import { once } from '#lib/runtime/once.ts';
import { scheduledHandler } from '#lib/runtime/scheduled-handler.ts';

export const handler = scheduledHandler({
  deps: once(() => {
    const env = readEnv(RetryPicturesEnv);
    return {
      open: createPictureItems(env.EVENTS_TABLE),
      queueRetries: createJobQueue(env.PICTURE_RETRIES_QUEUE_URL),
      watermark: createPictureWatermark(env.STATE_TABLE),
      metric,
      now: () => new Date(),
    };
  }),
  run: retryPictures,
});

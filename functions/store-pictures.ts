/**
 * Fetches pictures before their URLs die, and asks IVM for those that came too late.
 *
 * Trigger  SQS `pictures` and `picture-retries`, batches of up to 10
 * Reads    IVM: pictures and their URLs, the access token; S3 pictures/ (what stands already); DynamoDB events, state,
 *          tokens; Secrets Manager: AK and SK
 * Writes   S3 pictures/; DynamoDB events (picture items), state (origins IVM has named), tokens; SQS picture-retries
 * Failure  a job comes again after 5 s … 15 min, 20 times, then rests in its dead-letter queue; its item stays `wanted`, and
 *          `retry-pictures` asks for it again
 */
import { createDirtyDates } from '#lib/aws/dirty-dates.ts';
import { createIvmAccess } from '#lib/aws/ivm-access.ts';
import { createPictureItems } from '#lib/aws/picture-items.ts';
import { createPictureObjects } from '#lib/aws/picture-objects.ts';
import { createJobQueue, createSourceQueues } from '#lib/aws/queues.ts';
import { createPictureHosts } from '#lib/aws/state-table.ts';
import { createPictureClient } from '#lib/ivm/picture-client.ts';
import { createPictureDownload } from '#lib/ivm/picture-download.ts';
import { receivedJob } from '#lib/pictures/picture-job.ts';
import { createPictureOrigins } from '#lib/pictures/picture-origins.ts';
import { storePictures } from '#lib/pictures/store-pictures.ts';
import { readEnv } from '#lib/runtime/env.ts';
import { StorePicturesEnv } from '#lib/runtime/function-env.ts';
import { metric } from '#lib/runtime/metrics.ts';
import { once } from '#lib/runtime/once.ts';
import { sqsHandler } from '#lib/runtime/sqs-handler.ts';

export const handler = sqsHandler({
  deps: once(() => {
    const env = readEnv(StorePicturesEnv);
    const now = () => new Date();
    const { http, calls } = createIvmAccess(env);
    return {
      ivm: { ...createPictureClient(calls, env.IVM_USER_ID), ...createPictureDownload(http, calls) },
      origins: createPictureOrigins({
        apiOrigin: http.origin,
        configured: env.PICTURE_HOSTS,
        origins: createPictureHosts(env.STATE_TABLE, now),
        now,
      }),
      items: createPictureItems(env.EVENTS_TABLE),
      objects: createPictureObjects(env.BUCKET),
      queueRetries: createJobQueue(env.PICTURE_RETRIES_QUEUE_URL),
      markDirty: createDirtyDates(env.STATE_TABLE, now).mark,
      queues: createSourceQueues(env.SOURCE_QUEUE_URLS, env.DEAD_LETTER_QUEUE_URLS),
      timeZone: env.TIME_ZONE,
      metric,
      random: Math.random,
      now,
    };
  }),
  parse: receivedJob,
  handle: storePictures,
});

/**
 * Fetches pictures before their URLs die, and asks IVM for those that came too late.
 *
 * Trigger  SQS `pictures` and `picture-retries`, batches of up to 10
 * Reads    IVM: pictures and their URLs, the access token; DynamoDB events, state, tokens; Secrets Manager: AK and SK
 * Writes   S3 pictures/; DynamoDB events (picture items), state (origins IVM has named), tokens; SQS picture-retries
 * Failure  a job comes again after 5 s … 15 min, 20 times, then rests in its dead-letter queue; its item stays `wanted`, and
 *          `retry-pictures` asks for it again
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { createObjectStore } from '#lib/aws/objects.ts';
import { createPictureItems } from '#lib/aws/picture-items.ts';
import { createJobQueue, createSourceQueues } from '#lib/aws/queues.ts';
import { createSecretReader } from '#lib/aws/secrets.ts';
import { createPictureHosts } from '#lib/aws/state-table.ts';
import { createTokenStore } from '#lib/aws/token-store.ts';
import { createIvmClient, requestToken } from '#lib/ivm/client.ts';
import { createIvmHttp } from '#lib/ivm/http.ts';
import { receivedJob } from '#lib/pictures/picture-job.ts';
import { createPictureOrigins } from '#lib/pictures/picture-origins.ts';
import { storePictures } from '#lib/pictures/store-pictures.ts';
import { readEnv } from '#lib/runtime/env.ts';
import { StorePicturesEnv } from '#lib/runtime/function-env.ts';
import { metric } from '#lib/runtime/metrics.ts';
import { once } from '#lib/runtime/once.ts';
import { sqsHandler } from '#lib/runtime/sqs-handler.ts';
import { createTokenSource } from '#lib/tokens/token-source.ts';

const secretTimeoutMs = 3_000;
const IvmCredentials = z.object({ accessKey: z.string().min(1), secretKey: z.string().min(1) });

export const handler = sqsHandler({
  deps: once(() => {
    const env = readEnv(StorePicturesEnv);
    const now = () => new Date();
    const random = Math.random;
    const http = createIvmHttp({
      endpoint: env.IVM_ENDPOINT,
      allowLoopback: env.ALLOW_LOOPBACK,
      now,
      random,
      sleep,
    });
    const readCredentials = createSecretReader(env.IVM_CREDENTIALS_SECRET_ID, IvmCredentials, secretTimeoutMs);
    const tokens = createTokenSource({
      store: createTokenStore(env.TOKENS_TABLE, now),
      issue: async () => requestToken(http, env.IVM_USER_ID, await readCredentials()),
      holder: randomUUID(),
      metric,
      now,
      random,
      sleep,
    });
    return {
      ivm: createIvmClient(http, env.IVM_USER_ID, tokens),
      origins: createPictureOrigins({
        apiOrigin: http.origin,
        configured: env.PICTURE_HOSTS,
        origins: createPictureHosts(env.STATE_TABLE, now),
        now,
      }),
      items: createPictureItems(env.EVENTS_TABLE),
      objects: createObjectStore(env.BUCKET),
      queueRetries: createJobQueue(env.PICTURE_RETRIES_QUEUE_URL),
      queues: createSourceQueues(env.SOURCE_QUEUE_URLS, env.DEAD_LETTER_QUEUE_URLS),
      timeZone: env.TIME_ZONE,
      metric,
      random,
      now,
    };
  }),
  parse: receivedJob,
  handle: storePictures,
});

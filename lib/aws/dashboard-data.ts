import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { DataDeps } from '#lib/dashboard/data.ts';
import type { QuarantineDeps } from '#lib/dashboard/data-quarantine.ts';
import type { LinkSigner } from '#lib/dashboard/object-link.ts';
import { errorCode } from '#lib/errors.ts';
import { plainItem } from '#lib/events/plain-value.ts';
import { shortQueueName } from './dashboard-now.ts';
import { createDeadLetters } from './dead-letters.ts';
import { createObjectStore, unlessMissing } from './objects.ts';
import { createStateItems } from './state-items.ts';
import { createStoreClients } from './store-clients.ts';

/** A look takes a second or two; who dies while looking holds no longer than this. */
const lookHoldSeconds = 20;

export type DataEnv = {
  STACK: string;
  BUCKET: string;
  STATE_TABLE: string;
  QUEUE_URLS: readonly string[];
  DEAD_LETTER_QUEUE_URLS: readonly string[];
};

/** What the view Data reads, of the stores of a stack. */
export function createDataDeps(env: DataEnv, signLink: LinkSigner, clients = createStoreClients()): DataDeps {
  const state = createStateItems(env.STATE_TABLE, clients.dynamodb);
  return {
    signLink,
    exportFiles: createObjectStore(env.BUCKET, clients.s3),
    quarantined: createQuarantineReader(env.BUCKET, clients.s3),
    deadLetters: new Map(
      env.QUEUE_URLS.map((url, index) => [
        shortQueueName(env.STACK, url),
        createDeadLetters(url, env.DEAD_LETTER_QUEUE_URLS[index] ?? '', clients.sqs, { holdSeconds: lookHoldSeconds }),
      ]),
    ),
    erasureRecords: {
      page: async (limit, before) =>
        (await state.newest('erasure-record', limit, before)).map((item) => plainItem(item)),
    },
  };
}

/** The bucket, as far as it is about quarantine. */
export function createQuarantineReader(bucket: string, client: S3Client): QuarantineDeps['quarantined'] {
  const { get } = createObjectStore(bucket, client);
  return {
    get,
    folders: async (prefix) => {
      const folders: string[] = [];
      let token: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: prefix,
            Delimiter: '/',
            ...(token === undefined ? {} : { ContinuationToken: token }),
          }),
        );
        folders.push(...(page.CommonPrefixes ?? []).flatMap(({ Prefix }) => Prefix ?? []));
        token = page.NextContinuationToken;
      } while (token !== undefined);
      return folders;
    },
    keysAfter: async (prefix, after, limit) => {
      const { Contents = [] } = await client.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          MaxKeys: limit,
          ...(after === undefined ? {} : { StartAfter: after }),
        }),
      );
      return Contents.flatMap(({ Key }) => Key ?? []);
    },
    begin: (key, limitBytes) =>
      unlessMissing(async () => {
        try {
          const { Body, ContentRange = '' } = await client.send(
            new GetObjectCommand({ Bucket: bucket, Key: key, Range: `bytes=0-${limitBytes - 1}` }),
          );
          const content = Buffer.from((await Body?.transformToByteArray()) ?? []);
          const sizeBytes = Number(/\/(\d+)$/.exec(ContentRange)?.[1] ?? content.length);
          return { content, sizeBytes };
        } catch (error) {
          // Of an empty object there is no first byte.
          if (errorCode(error) === 'InvalidRange') return { content: Buffer.alloc(0), sizeBytes: 0 };
          throw error;
        }
      }),
  };
}

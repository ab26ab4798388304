import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { clientSettings } from './client-settings.ts';

export type PutOptions = {
  contentType: string;
  contentEncoding?: string;
  metadata?: { [name: string]: string };
  timeoutMs?: number;
};
export type ObjectDescription = { sizeBytes: number; contentType: string; metadata: { [name: string]: string } };

/** The tenant's bucket. */
export type ObjectStore = {
  put(key: string, content: Uint8Array, options: PutOptions): Promise<void>;
  /** Stores only where nothing is yet, so that two writers never race over what a key holds. */
  putIfAbsent(key: string, content: Uint8Array, options: PutOptions): Promise<'stored' | 'exists'>;
  get(key: string): Promise<Buffer | undefined>;
  describe(key: string): Promise<ObjectDescription | undefined>;
  delete(key: string): Promise<void>;
  /** All keys under a prefix in their order, a page at a time. */
  keys(prefix: string): AsyncGenerator<string>;
};

export function createObjectStore(bucket: string, client = new S3Client(clientSettings())): ObjectStore {
  const put = async (key: string, content: Uint8Array, options: PutOptions, ifNoneMatch?: '*'): Promise<void> => {
    await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: content,
        ContentType: options.contentType,
        ...(options.contentEncoding === undefined ? {} : { ContentEncoding: options.contentEncoding }),
        ...(options.metadata === undefined ? {} : { Metadata: options.metadata }),
        ...(ifNoneMatch === undefined ? {} : { IfNoneMatch: ifNoneMatch }),
      }),
      options.timeoutMs === undefined ? {} : { abortSignal: AbortSignal.timeout(options.timeoutMs) },
    );
  };
  return {
    put,
    putIfAbsent: async (key, content, options) => {
      try {
        await put(key, content, options, '*');
        return 'stored';
      } catch (error) {
        if (isStatus(error, 412)) return 'exists';
        throw error;
      }
    },
    get: (key) =>
      unlessMissing(async () => {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return Buffer.from((await Body?.transformToByteArray()) ?? []);
      }),
    describe: (key) =>
      unlessMissing(async () => {
        const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
        return {
          sizeBytes: head.ContentLength ?? 0,
          contentType: head.ContentType ?? 'application/octet-stream',
          metadata: head.Metadata ?? {},
        };
      }),
    delete: async (key) => {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
    async *keys(prefix) {
      for await (const { key } of listObjects(client, bucket, prefix)) yield key;
    },
  };
}

/**
 * All objects under a prefix in the order of their keys, a page at a time.
 *
 * @param after a key behind which the list begins
 */
export async function* listObjects(
  client: S3Client,
  bucket: string,
  prefix: string,
  after?: string,
): AsyncGenerator<{ key: string; modifiedAt: Date; etag: string }> {
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        ...(after === undefined ? {} : { StartAfter: after }),
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
    );
    for (const { Key, LastModified = new Date(0), ETag = '' } of page.Contents ?? []) {
      if (Key !== undefined) yield { key: Key, modifiedAt: LastModified, etag: ETag };
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

const isStatus = (error: unknown, status: number): boolean =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === status;

/** `undefined` where what is read is not there. */
export async function unlessMissing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

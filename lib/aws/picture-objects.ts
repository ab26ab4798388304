import { TransientError } from '#lib/errors.ts';
import type { PictureObjects } from '#lib/pictures/store-pictures.ts';
import { createExchange } from './http-exchange.ts';
import { createLeanClient, type LeanClientDeps } from './lean-client.ts';
import { createObjectStore } from './objects.ts';

/** From here on the SDK has S3 look at the key before it sends what may be there already, and gives it time to flow. */
const smallestOfSdk = 2 * 1024 * 1024;
const timeoutMs = 10_000;
/** Much more than S3 needs for what is small, and a connection that has gone dead leaves time for another try. */
const tryTimeoutMs = 4_000;

/**
 * The tenant's bucket as pictures are put there. Those of usual size go without the SDK, which takes as much to prepare a
 * request as all the rest of a picture's way does. S3 takes them only with the hash that they are signed with.
 */
export function createPictureObjects(
  bucket: string,
  {
    objects = createObjectStore(bucket),
    exchange = createExchange(),
    ...deps
  }: LeanClientDeps & { objects?: PictureObjects } = {},
): PictureObjects {
  const ask = createLeanClient({
    ...deps,
    exchange: (request, leftMs) => exchange(request, Math.min(leftMs, tryTimeoutMs)),
  });
  return {
    ...objects,
    putIfAbsent: async (key, content, options) => {
      if (content.length >= smallestOfSdk) return objects.putIfAbsent(key, content, options);
      const input = {
        Bucket: bucket,
        Key: key,
        Body: content,
        ContentType: options.contentType,
        BodySha256: options.sha256,
        Headers: { 'if-none-match': '*', ...metadataHeaders(options.metadata) },
      };
      try {
        await ask({ operation: 'PutObject', input }, timeoutMs);
        return 'stored';
      } catch (error) {
        if (error instanceof TransientError && error.code === 'PreconditionFailed') return 'exists';
        throw error;
      }
    },
  };
}

const metadataHeaders = (metadata: { [name: string]: string }) =>
  Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]));

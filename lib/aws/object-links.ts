import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { LinkSigner } from '#lib/dashboard/object-link.ts';
import { clientSettings } from './client-settings.ts';

/** Long enough to look at a page of pictures, short enough that a link which is passed on by mistake is soon worth nothing. */
const livesSeconds = 300;

/** Presigned URLs of S3, made without asking it. */
export function createLinkSigner(bucket: string, now: () => Date, client = new S3Client(clientSettings())): LinkSigner {
  return async (key, fileName) => {
    const disposition =
      fileName === undefined ? 'inline' : `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`;
    const command = new GetObjectCommand({ Bucket: bucket, Key: key, ResponseContentDisposition: disposition });
    const signingDate = now();
    const url = await getSignedUrl(client, command, { expiresIn: livesSeconds, signingDate });
    return { url, expires_at: new Date(signingDate.getTime() + livesSeconds * 1000).toISOString() };
  };
}

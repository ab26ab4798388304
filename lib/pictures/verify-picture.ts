import { createHash } from 'node:crypto';
import { decodePictureAnswer } from './decode-picture-answer.ts';
import { type ImageType, sniffImage } from './sniff-image.ts';

export type VerifiedPicture = { bytes: Buffer; extension: string; contentType: string; sha256: string };

/** A picture; why there is none; or the error code that came in its place. */
export type PictureVerdict =
  | { picture: VerifiedPicture }
  | { reason: 'not-an-image' | 'too-large' }
  | { errorCode: string };

const largestPictureBytes = 20 * 1024 * 1024;

/**
 * Judges what came for a picture by its bytes alone.
 *
 * @param fallback type of what is no known image and is kept all the same; without it, it is none
 */
export function verifyPicture(answer: Buffer, fallback?: ImageType): PictureVerdict {
  const decoded = decodePictureAnswer(answer);
  if (decoded === 'not-an-image') return { reason: 'not-an-image' };
  if ('errorCode' in decoded) return decoded;
  const { bytes } = decoded;
  if (bytes.length > largestPictureBytes) return { reason: 'too-large' };
  const type = sniffImage(bytes) ?? fallback;
  if (type === undefined) return { reason: 'not-an-image' };
  return { picture: { bytes, ...type, sha256: createHash('sha256').update(bytes).digest('hex') } };
}

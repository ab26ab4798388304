import { classifyFailure } from '#lib/ivm/classify-failure.ts';
import { jsonOrUndefined } from '#lib/ivm/error-body.ts';
import { member } from '#lib/json/exact-json.ts';
import { type VerifiedPicture, verifyPicture } from '#lib/pictures/verify-picture.ts';

/** What the answer to a snapshot gave: the picture, the URL at which it will be, or why neither. */
export type SnapshotAnswer = { picture: VerifiedPicture } | { url: string } | { reason: SnapshotFailure };

/**
 * Why a try gave no picture. `unsupported`: the camera can't; `refused`: IVM will never do it, for another reason; both
 * are final. The others may pass.
 */
export type SnapshotFailure =
  | 'unsupported'
  | 'refused'
  | 'too-frequent'
  | 'not-ready'
  | 'not-an-image'
  | 'too-large'
  | 'empty'
  | 'unreachable'
  | 'device-failed';

export const isFinal = (reason: SnapshotFailure): boolean => reason === 'unsupported' || reason === 'refused';

/**
 * Reads the answer to a snapshot, whatever was asked for: JSON with `pic_data` or `pic_url` as the table of 10.3.1 says,
 * or the picture itself as its introduction says.
 */
export function readSnapshot(answer: Buffer): SnapshotAnswer {
  if (answer.toString('latin1').trim() === '') return { reason: 'empty' };
  const json = jsonOrUndefined(answer.toString('utf8'));
  const data = member(json, 'pic_data');
  const url = member(json, 'pic_url');
  // An unused member is an empty string.
  if (typeof url === 'string' && url !== '' && (typeof data !== 'string' || data === '')) return { url };
  if (json !== undefined && data === '') return { reason: 'empty' };
  const verdict = verifyPicture(answer);
  if ('picture' in verdict) return verdict;
  if ('reason' in verdict) return { reason: verdict.reason };
  return { reason: failureOf(classifyFailure({ status: 200, code: verdict.errorCode }).kind) };
}

/** @param kind what IVM's refusal means */
export function failureOf(kind: ReturnType<typeof classifyFailure>['kind']): SnapshotFailure {
  switch (kind) {
    case 'unsupported':
      return 'unsupported';
    case 'too-frequent':
      return 'too-frequent';
    case 'permanent':
    case 'gone':
      return 'refused';
    case 'empty':
    case 'no-picture':
      return 'empty';
    default:
      return 'device-failed';
  }
}

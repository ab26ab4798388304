import { PermanentError, TransientError } from '#lib/errors.ts';
import { classifyFailure, type FailureKind } from '#lib/ivm/classify-failure.ts';
import type { IvmClient } from '#lib/ivm/client.ts';
import { failureKind } from '#lib/ivm/ivm-error.ts';
import type { MissingReason } from './picture-job.ts';
import type { PictureOrigins } from './picture-origins.ts';
import { type VerifiedPicture, verifyPicture } from './verify-picture.ts';

export type FetchedPicture = VerifiedPicture & { urlHost: string };

/** What a URL gave: a picture, or why none; `isUrlAtFault` where another URL of the same picture may still give it. */
export type Fetched =
  | { outcome: 'picture'; picture: FetchedPicture }
  | { outcome: 'none'; reason: MissingReason; isUrlAtFault: boolean };

export type FetchPictureDeps = { ivm: Pick<IvmClient, 'downloadPicture'>; origins: PictureOrigins };

export type PictureSource = {
  url: string;
  /** The IVM API has just returned the URL. */
  isFromApi: boolean;
  /** An alarm's picture: the API also returns files of other kinds for those (`.jav`), which are kept as they are. */
  isOfAlarm: boolean;
};

const timeoutMs = 5_000;
/** A picture may come as base64 in JSON, a third longer. */
const longestAnswerBytes = 28 * 1024 * 1024;

/**
 * Fetches one picture.
 *
 * @throws TransientError where the same URL may work in a moment; PermanentError where the account is refused
 */
export async function fetchPicture({ ivm, origins }: FetchPictureDeps, source: PictureSource): Promise<Fetched> {
  const url = await origins.judge(source.url, source.isFromApi);
  if (url === 'forbidden-host') return none('forbidden-host', true);
  let answer: Buffer;
  try {
    answer = await ivm.downloadPicture(url, { timeoutMs, maxBytes: longestAnswerBytes });
  } catch (error) {
    if (error instanceof PermanentError && error.code === 'too-large') return none('too-large', false);
    if (error instanceof PermanentError && error.code === 'private-address') return none('forbidden-host', true);
    return noneByKind(failureKind(error), error);
  }
  const verdict = verifyPicture(answer, source.isOfAlarm ? unknownType(url) : undefined);
  if ('reason' in verdict) return none(verdict.reason, false);
  if ('errorCode' in verdict) {
    const { kind } = classifyFailure({ status: 200, code: verdict.errorCode });
    return noneByKind(kind, new TransientError(verdict.errorCode, 'IVM answered with an error in place of a picture'));
  }
  return { outcome: 'picture', picture: { ...verdict.picture, urlHost: url.host } };
}

const none = (reason: MissingReason, isUrlAtFault: boolean): Fetched => ({ outcome: 'none', reason, isUrlAtFault });

function noneByKind(kind: FailureKind | undefined, error: unknown): Fetched {
  switch (kind) {
    case 'no-picture':
    case 'empty':
      return none('none-or-expired', false);
    case 'unsupported':
      return none('unsupported', false);
    case 'gone':
    case 'permanent':
      return none('gone', true);
    default:
      throw error;
  }
}

/** The API's own ending tells what the file is, where its bytes don't. */
function unknownType(url: URL): { extension: string; contentType: string } {
  const extension = /\.([a-z0-9]{1,8})$/i.exec(url.pathname)?.[1]?.toLowerCase() ?? 'bin';
  return { extension, contentType: 'application/octet-stream' };
}

import { PermanentError, TransientError } from '#lib/errors.ts';
import type { Failure, FailureKind } from './classify-failure.ts';
import { errorMeaning } from './error-codes.ts';

/** A failure at IVM that passes: the same request will succeed later. */
export class IvmUnavailable extends TransientError {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, code: string, message: string, options?: ErrorOptions) {
    super(code, message, options);
    this.kind = kind;
  }
}

/** A request that IVM refuses for good. */
export class IvmRefused extends PermanentError {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, code: string, message: string, options?: ErrorOptions) {
    super(code, message, options);
    this.kind = kind;
  }
}

/** What a failure at IVM was; `undefined` for every other error. */
export const failureKind = (error: unknown): FailureKind | undefined =>
  error instanceof IvmUnavailable || error instanceof IvmRefused ? error.kind : undefined;

const whatToDo: { readonly [kind in FailureKind]?: string } = {
  'token-refused': 'a fresh token is asked for',
  'account-refused': 'have the account unfrozen or its rights repaired at IVM',
  busy: 'it comes again by itself',
  transient: 'it comes again by itself',
};

/**
 * @param what a name of the request that may be logged: never a URL with its query
 * @param code the IVM code, or the transport's
 */
export function ivmError(
  what: string,
  failure: Failure,
  { status, code, cause }: { status?: number | undefined; code?: string | undefined; cause?: unknown },
): IvmUnavailable | IvmRefused {
  const stableCode = code ?? (status === undefined ? 'no-answer' : `http-${status}`);
  const meaning = code === undefined ? undefined : errorMeaning(code);
  const details = [status, code, meaning].filter((detail) => detail !== undefined).join(' ');
  const hint = whatToDo[failure.kind];
  const message = `IVM did not do ${what}: ${details === '' ? 'no answer' : details}${hint === undefined ? '' : `; ${hint}`}`;
  // A refused token passes: whoever holds the token source gets another one.
  const isPassing = failure.retryable || failure.kind === 'token-refused';
  return isPassing
    ? new IvmUnavailable(failure.kind, stableCode, message, { cause })
    : new IvmRefused(failure.kind, stableCode, message, { cause });
}

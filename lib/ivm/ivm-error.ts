import { PermanentError, TransientError } from '#lib/errors.ts';
import type { Failure, FailureKind } from './classify-failure.ts';
import { errorMeaning } from './error-codes.ts';

/** What is known of a failure at IVM. */
export type IvmFailure = {
  kind: FailureKind;
  /** The IVM code, such as `IVM.20000010`; `http-503` where only a status came, the transport's where no answer did. */
  code: string;
  /** HTTP status, if an answer came. Items of a batch fail inside a 200. */
  status?: number | undefined;
};

type Told = {
  readonly kind: FailureKind;
  readonly status: number | undefined;
  /** What the code means, in words of our own (20.2); `undefined` for one that is not documented. */
  readonly meaning: string | undefined;
  /** What to do about it. */
  readonly advice: string;
};

const toldOf = ({ kind, code, status }: IvmFailure): Told => ({
  kind,
  status,
  meaning: errorMeaning(code),
  advice: advices[kind],
});

/** A failure at IVM that passes: the same request will succeed later. */
export class IvmUnavailable extends TransientError implements Told {
  declare readonly kind: FailureKind;
  declare readonly status: number | undefined;
  declare readonly meaning: string | undefined;
  declare readonly advice: string;

  constructor(failure: IvmFailure, message: string, options?: ErrorOptions) {
    super(failure.code, message, options);
    Object.assign(this, toldOf(failure));
  }
}

/** A request that IVM refuses for good. */
export class IvmRefused extends PermanentError implements Told {
  declare readonly kind: FailureKind;
  declare readonly status: number | undefined;
  declare readonly meaning: string | undefined;
  declare readonly advice: string;

  constructor(failure: IvmFailure, message: string, options?: ErrorOptions) {
    super(failure.code, message, options);
    Object.assign(this, toldOf(failure));
  }
}

export type IvmError = IvmUnavailable | IvmRefused;

/** What a failure at IVM was; `undefined` for every other error. */
export const failureKind = (error: unknown): FailureKind | undefined =>
  error instanceof IvmUnavailable || error instanceof IvmRefused ? error.kind : undefined;

const comesAgain = 'it comes again by itself';
const advices: { readonly [kind in FailureKind]: string } = {
  ok: 'nothing is to be done',
  transient: comesAgain,
  busy: comesAgain,
  'not-ready': comesAgain,
  'too-frequent': 'leave more time between two of them',
  'token-refused': 'a fresh token is asked for',
  'account-refused': 'have the account unfrozen or its rights repaired at IVM',
  empty: 'there is nothing of what was asked for',
  'no-picture': 'there is no picture of it',
  gone: 'what was asked for is no longer there',
  unsupported: 'ask a device that can do it, or have its package or algorithm enabled',
  permanent: 'change the request, since as it is it fails again',
};

/**
 * @param what a name of the request that may be logged: never a URL with its query
 * @param code the IVM code, or the transport's
 */
export function ivmError(
  what: string,
  failure: Failure,
  { status, code, cause }: { status?: number | undefined; code?: string | undefined; cause?: unknown },
): IvmError {
  const stableCode = code ?? (status === undefined ? 'no-answer' : `http-${status}`);
  const meaning = code === undefined ? undefined : errorMeaning(code);
  const details = [status, code, meaning].filter((detail) => detail !== undefined).join(' ');
  const message = `IVM did not do ${what}: ${details === '' ? 'no answer' : details}; ${advices[failure.kind]}`;
  const told = { kind: failure.kind, code: stableCode, status };
  // A refused token passes: whoever holds the token source gets another one.
  const isPassing = failure.retryable || failure.kind === 'token-refused';
  return isPassing ? new IvmUnavailable(told, message, { cause }) : new IvmRefused(told, message, { cause });
}

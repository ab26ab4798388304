import { errorCodes } from './error-codes.ts';

/**
 * What an answer, or the lack of one, means for the work behind it. `not-ready` is never told by a code: whoever waits
 * for a reserved picture says it.
 */
export type FailureKind =
  | 'ok'
  | 'transient'
  | 'busy'
  | 'token-refused'
  | 'account-refused'
  | 'empty'
  | 'not-ready'
  | 'no-picture'
  | 'gone'
  | 'unsupported'
  | 'too-frequent'
  | 'permanent';

/** `retryable`: the same request may succeed later. `slow`: with long pauses, because the server asked for rest. */
export type Failure = { kind: FailureKind; retryable: boolean; slow: boolean };

export type FailureFacts = {
  /** `code` of the network error, or its name: set means that no whole answer came. */
  transportCode?: string;
  /** HTTP status. */
  status?: number;
  /** IVM code, with or without `IVM.`; IVM sends some with status 200. */
  code?: string;
};

const kindOfCode: ReadonlyMap<number, FailureKind> = new Map<number, FailureKind>([
  [10000001, 'token-refused'],
  [10000002, 'token-refused'],
  [10000004, 'token-refused'],
  [10000005, 'token-refused'],
  [10000003, 'account-refused'],
  [10000006, 'account-refused'],
  [10000007, 'account-refused'],
  [10000008, 'account-refused'],
  [10000012, 'account-refused'],
  [10000013, 'account-refused'],
  [10020020, 'account-refused'],
  [10020021, 'account-refused'],
  [10020022, 'account-refused'],
  [10020019, 'empty'],
  [10027008, 'no-picture'],
  [20040004, 'no-picture'],
  [20040009, 'too-frequent'],
  [20040010, 'unsupported'],
  [20180025, 'unsupported'],
  [20040011, 'gone'],
  [20170003, 'busy'],
  [90000011, 'busy'],
]);

// Documented with status 400 (20060009 with 200), but their meaning is "could not do it now" or "the device is away".
const passing: ReadonlySet<number> = new Set([
  10010001, 10020023, 10020049, 10027059, 10027060, 10027067, 10028011, 10028015, 10028018, 20000006, 20000007,
  20000008, 20000009, 20000016, 20000017, 20000018, 20000019, 20000020, 20000021, 20000022, 20000024, 20000025,
  20000026, 20000033, 20000036, 20000037, 20000038, 20000039, 20000040, 20000042, 20000043, 20000053, 20000054,
  20000058, 20001011, 20010018, 20010019, 20010020, 20010021, 20010022, 20040003, 20060009, 20060019, 20060050,
  20070002, 20070003, 20070004, 20070005, 20110014, 20120021, 20130004, 20140001, 20140003, 20150001, 20170004,
  20170005, 20170007, 20170009, 20180002, 20180008, 20180010, 20180014, 20180016, 20180020, 20180023,
]);

const retryableKinds: ReadonlySet<FailureKind> = new Set(['transient', 'busy', 'too-frequent']);

/**
 * The one table that says what went wrong and whether to try again (reference 20.1 and 20.2).
 *
 * Three layers can speak, and the order matters. Without a whole answer nothing is known about the request: it is tried
 * again, also after a certificate error, since an operator mends it and no work may be lost meanwhile. Next the IVM code,
 * because its
 * status misleads: no result is told with 500, a missing algorithm with 401, and batch interfaces answer 200 whatever
 * happened to an item. The status decides last, with the code's documented status where that says more.
 *
 * Unknown codes are final unless the status says otherwise: they must reach the dead-letter queue with their code at
 * once, not after an hour of attempts. A refused token is not retryable either, since only a new token helps.
 */
export function classifyFailure({ transportCode, status, code }: FailureFacts): Failure {
  if (transportCode !== undefined) return failure('transient');
  const number = code?.replace(/^IVM\./, '');
  if (number === undefined || number === '' || number === '0') return withoutCode(status, number !== undefined);
  const kind = kindOfCode.get(Number(number));
  if (kind !== undefined) return failure(kind);
  if (isPassingStatus(status)) return failure('transient', status === 503);
  const documented = errorCodes.get(`IVM.${number}`);
  if (documented?.status === 500 || passing.has(Number(number))) return failure('transient');
  return failure(documented === undefined && isNowhere(status) ? 'gone' : 'permanent');
}

const failure = (kind: FailureKind, slow = false): Failure => ({ kind, retryable: retryableKinds.has(kind), slow });

const isPassingStatus = (status = 0) => status === 408 || status === 429 || status >= 500;

const isNowhere = (status: number | undefined) => status === 404 || status === 410;

function withoutCode(status: number | undefined, saysSuccess: boolean): Failure {
  if (status === undefined) return failure(saysSuccess ? 'ok' : 'transient');
  if (isPassingStatus(status)) return failure('transient', status === 503);
  if (status >= 200 && status < 300) return failure('ok');
  if (status === 401) return failure('token-refused');
  return failure(isNowhere(status) ? 'gone' : 'permanent');
}

import { TransientError } from '#lib/errors.ts';
import { textMember } from '#lib/json/text-member.ts';
import type { HttpAnswer } from './http-answer.ts';

/**
 * An answer of AWS that says no. `code` is AWS's own, as `AccessDenied` or `AWS.SimpleQueueService.NonExistentQueue`, or
 * `http-503` where it gives none. Never permanent: what a role or a queue lacks, an operator mends.
 */
export class AwsRefusal extends TransientError {
  static override readonly name = 'AwsRefusal';
  /** Whether the same request may succeed in a moment. */
  readonly isPassing: boolean;
  /** What the clock of AWS showed, in ms; `NaN` where it is not said. */
  readonly serverTimeMs: number;

  constructor({ status, headers, text }: HttpAnswer) {
    // SQS says its old codes, which its documentation names, beside those of its JSON protocol.
    const [old] = (headers.get('x-amzn-query-error') ?? '').split(';');
    const code = old || said(text, '__type', 'Code').replace(/^.*#/, '') || `http-${status}`;
    // The first line alone: what follows that of a refused signature repeats the request with its session token.
    const [line] = (said(text, 'message', 'Message') || said(text, 'Message', 'Message')).split('\n');
    super(code, line?.slice(0, longestMessage) || `AWS answered ${status}`);
    this.isPassing = status >= 500 || status === 429 || passing.test(code);
    this.serverTimeMs = Date.parse(headers.get('date') ?? '');
  }
}

const passing = /throttl|TooManyRequests|RequestLimitExceeded|RequestTimeout$|SlowDown/i;
const longestMessage = 300;

/** What an answer says in JSON, as of SQS and Secrets Manager, or in XML, as of S3. */
const said = (text: string, member: string, element: string): string =>
  textMember(text, member) ?? new RegExp(`<${element}>([^<]*)`).exec(text)?.[1] ?? '';

import * as z from 'zod';
import { PermanentError } from '#lib/errors.ts';

/** What is wrong with which parameter of a request. */
export const FieldProblem = z.strictObject({ name: z.string(), reason: z.string() });

/** An error as the API answers it (RFC 9457). `code` is stable, and `type` is made of it. */
export const ProblemDetails = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  /** Of the parameters of a refused request. */
  errors: z.array(FieldProblem).optional(),
});
export type ProblemDetails = z.infer<typeof ProblemDetails>;

const titles = {
  400: 'The request is not understood',
  404: 'There is no such thing',
  405: 'The dashboard only reads',
  500: 'The dashboard failed',
  503: 'A store does not answer',
} as const;
export type ProblemStatus = keyof typeof titles;

/** A request that can't be answered, for a reason that its sender is told. */
export class RequestProblem extends PermanentError {
  static override readonly name: string = 'RequestProblem';
  readonly status: ProblemStatus;
  readonly errors: readonly z.infer<typeof FieldProblem>[];

  constructor(status: ProblemStatus, code: string, detail: string, errors: RequestProblem['errors'] = []) {
    super(code, detail);
    this.status = status;
    this.errors = errors;
  }
}

/** What a view asks for is not there, or no longer. */
export const notFound = (code: string, detail: string): RequestProblem => new RequestProblem(404, code, detail);

/** A parameter is no good. */
export const badParameter = (name: string, reason: string): RequestProblem =>
  new RequestProblem(400, 'bad-parameter', `Change the parameter ${name}: ${reason}`, [{ name, reason }]);

export const problemDetails = ({ status, code, message, errors }: RequestProblem): ProblemDetails => ({
  type: `urn:ivm-bridge:problem:${code}`,
  title: titles[status],
  status,
  detail: message,
  code,
  ...(errors.length === 0 ? {} : { errors: [...errors] }),
});

import type { SQSRecord } from 'aws-lambda';
import type * as z from 'zod';
import { PermanentError } from '#lib/errors.ts';
import { jsonOrUndefined } from '#lib/json/json-or-undefined.ts';

/**
 * Reads a job that one of our own functions has queued.
 *
 * @param what the job is, for the message
 * @throws PermanentError `not-a-job` that names the wrong members, never a value
 */
export function readJob<T extends z.ZodType>(record: SQSRecord, schema: T, what: string): z.output<T> {
  const result = schema.safeParse(jsonOrUndefined(record.body));
  if (result.success) return result.data;
  const fields = result.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw new PermanentError('not-a-job', `The message is no ${what} job: see ${fields === '' ? 'its body' : fields}`);
}

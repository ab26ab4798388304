import { createHash } from 'node:crypto';
import * as z from 'zod';
import { jsonOrUndefined } from '#lib/json/json-or-undefined.ts';
import { badParameter } from './problem.ts';

const Envelope = z.strictObject({ of: z.string(), at: z.unknown() });

/** What a token belongs to: it is of no use in another list, or with other filters. */
const markOf = (list: string): string => createHash('sha256').update(list).digest('base64url').slice(0, 10);

/**
 * Says where the next page of a list begins, in a text that callers hand back as it is.
 *
 * @param list the list with its filters
 */
export const pageToken = (list: string, position: unknown): string =>
  Buffer.from(JSON.stringify({ of: markOf(list), at: position })).toString('base64url');

/**
 * @throws RequestProblem where the token was not made for this list, or not by us
 */
export function readPageToken<T extends z.ZodType>(list: string, position: T, token: string): z.output<T> {
  const envelope = Envelope.safeParse(jsonOrUndefined(Buffer.from(token, 'base64url').toString('utf8')));
  const at = envelope.success && envelope.data.of === markOf(list) ? position.safeParse(envelope.data.at) : undefined;
  if (at?.success !== true) throw badParameter('page', 'it belongs to another list; begin with its first page');
  return at.data;
}

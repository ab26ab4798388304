import * as z from 'zod';
import { PermanentError } from '#lib/errors.ts';
import { jsonOrUndefined } from '#lib/json/json-or-undefined.ts';

/**
 * A callback as it is kept: a line of the raw archive, and the content of a spill object. `body` is the raw text as a JSON
 * string, `body_base64` stands in its place where the bytes are no valid UTF-8; either way it is byte-exact.
 */
export const RawLine = z.object({
  received_at: z.string().min(1),
  subscription: z.string().min(1),
  /** As text, since ids exceed 2^53; null where the message has none. */
  message_id: z.string().nullable(),
  message_type: z.string().nullable(),
  body_sha256: z.string().length(64),
  /** Keys of the event it became; null while nobody has parsed the body. */
  camera: z.string().nullable(),
  sk: z.string().nullable(),
  body: z.string().optional(),
  body_base64: z.string().optional(),
});
export type RawLine = z.infer<typeof RawLine>;

/** What stands in the raw archive in the place of a message that was erased, so that the lines after it keep their numbers. */
export const erasedLine = (erasedAt: Date): string => JSON.stringify({ erased_at: erasedAt.toISOString() });
export const isErasedLine = (text: string): boolean => text.startsWith('{"erased_at":');

/**
 * Reads a raw line back, with the bytes of its body.
 *
 * @throws PermanentError `bad-raw-line` where the text is no raw line.
 */
export function readRawLine(text: string): { line: RawLine; body: Buffer } {
  const result = RawLine.safeParse(jsonOrUndefined(text));
  if (!result.success) throw new PermanentError('bad-raw-line', 'the object is no line of the raw archive');
  const line = result.data;
  const body = line.body === undefined ? Buffer.from(line.body_base64 ?? '', 'base64') : Buffer.from(line.body, 'utf8');
  return { line, body };
}

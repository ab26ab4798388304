import * as z from 'zod';
import { DecimalText, isJsonObject, type Json } from '#lib/json/exact-json.ts';
import { isOmission } from '#lib/json/omission.ts';

/** A value that a message carries, by where it stands: `data.target.plate_char`, `data.data.targets[0].obj_id`. */
export const MessageField = z.strictObject({
  path: z.string(),
  value: z.string().nullable().describe('with every digit it came with; null where it is left out'),
  omitted_bytes: z.string().nullable().describe('how long it was where it is left out'),
});
export type MessageField = z.infer<typeof MessageField>;

const mostNodes = 50_000;
const deepest = 24;
const longestValue = 1_024;
const longestPath = 300;

/** A member or an element with where it stands; `name` is that of the member, also for elements of a list. */
export type Member = { path: string; name: string; value: Json };

/** Everything in a value down to a depth that only a joke exceeds, from the top and in the order it was written. */
export function* membersIn(value: Json, path: string): Generator<Member> {
  let nodes = 0;
  function* walk(parent: Json, at: string, name: string, depth: number): Generator<Member> {
    if (depth > deepest) return;
    const entries: [string, string, Json][] = Array.isArray(parent)
      ? parent.map((element, index) => [`${at}[${index}]`, name, element])
      : isJsonObject(parent)
        ? Object.entries(parent).map(([key, element]) => [`${at}.${key}`.slice(0, longestPath), key, element])
        : [];
    for (const [childPath, childName, child] of entries) {
      nodes += 1;
      if (nodes > mostNodes) return;
      yield { path: childPath, name: childName, value: child };
      if (!isOmission(child)) yield* walk(child, childPath, childName, depth + 1);
    }
  }
  yield* walk(value, path, '', 1);
}

/** The values of a message's data that say something, up to so many. */
export function messageFields(data: Json, most: number): { fields: MessageField[]; hasMore: boolean } {
  const fields: MessageField[] = [];
  for (const { path, value } of membersIn(data, 'data')) {
    const field = fieldOf(path.toWellFormed(), value);
    if (field === undefined) continue;
    if (fields.length === most) return { fields, hasMore: true };
    fields.push(field);
  }
  return { fields, hasMore: false };
}

function fieldOf(path: string, value: Json): MessageField | undefined {
  if (value === null || value === '' || Array.isArray(value)) return undefined;
  if (isJsonObject(value)) {
    const bytes = value['omitted'];
    return isOmission(value) && typeof bytes === 'string' ? { path, value: null, omitted_bytes: bytes } : undefined;
  }
  const printed = (value instanceof DecimalText ? value.text : String(value)).toWellFormed();
  return printed.length > longestValue
    ? { path, value: null, omitted_bytes: String(Buffer.byteLength(printed)) }
    : { path, value: printed, omitted_bytes: null };
}

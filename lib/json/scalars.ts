import { DecimalText, isJsonObject, type Json } from './exact-json.ts';

/** A text, a number as it was written, or a truth value, by the name of the member that holds it or its list. */
export type NamedScalar = { name: string; text: string };

/** Everything that a value says, however deep; what is null says nothing. */
export function* scalarsOf(root: Json | undefined): Generator<NamedScalar> {
  // A list of our own instead of recursion: nesting is the sender's choice, the call stack is not.
  const open: { name: string; value: Json }[] = root === undefined ? [] : [{ name: '', value: root }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { name, value } = next;
    if (value === null) continue;
    if (Array.isArray(value)) for (const element of value) open.push({ name, value: element });
    else if (isJsonObject(value))
      for (const [key, element] of Object.entries(value)) open.push({ name: key, value: element });
    else yield { name, text: value instanceof DecimalText ? value.text : String(value) };
  }
}

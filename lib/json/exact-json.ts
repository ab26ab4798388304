import { endOfString } from './end-of-string.ts';
import { marker, type Quoted, quoteInexactNumbers, quoteLongMembers } from './quote-numbers.ts';

/**
 * JSON whose numbers stay exact.
 *
 * IVM's ids exceed 2^53 (reference 10.1.4: `message_id` has 18 to 32 digits, `human_time_start` passes 2^63), so
 * `JSON.parse` alone would corrupt them. Integers that a double can't hold become `bigint`; any other number whose text
 * a double would not print again (`1.0`, `1e400`, 20 decimals, an integer of thousands of digits) becomes a `DecimalText`.
 */
export type Json = null | boolean | number | bigint | string | DecimalText | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

/** A number kept as the text it was written in, because a double would print it differently. */
export class DecimalText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof DecimalText);

/** The member of an object, `undefined` for anything that is no object or has no such member of its own. */
export const member = (value: Json | undefined, key: string): Json | undefined =>
  isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;

/**
 * Parses JSON without losing a digit: numbers that a double would change go through the native parser as marked strings
 * and are put back afterwards. (The reviver's source-text access would be simpler, but costs several times as much and
 * fails on documents with escaped keys in Node 24, nodejs/node #63785.)
 *
 * @throws SyntaxError when the text is no JSON; its message holds nothing of the text.
 */
export function parseExact(text: string): Json {
  if (isTooDeep(text)) throw notJson();
  const guess = quoteLongMembers(text);
  // Where the guess is no JSON, either it has quoted a number within a string, or the text is none.
  const value = (guess && parseQuoted(guess)) ?? parseQuoted(quoteInexactNumbers(text));
  if (value === undefined) throw notJson();
  return value;
}

function parseQuoted({ quoted, count }: Quoted): Json | undefined {
  let value: Json;
  try {
    value = JSON.parse(quoted) as Json;
  } catch {
    return undefined;
  }
  return restoreNumbers(value, count);
}

const notJson = () => new SyntaxError('the text is no valid JSON');

/** The native parser takes some 150 bytes for a level: megabytes of brackets would fill the memory of a function. */
const deepestLevel = 500_000;

function isTooDeep(text: string): boolean {
  if (text.length <= deepestLevel) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charAt(at)) {
      case '"': {
        const end = endOfString(text, at);
        if (end === -1) return false;
        at = end - 1;
        break;
      }
      case '[':
      case '{':
        depth += 1;
        if (depth > deepestLevel) return true;
        break;
      case ']':
      case '}':
        depth -= 1;
        break;
    }
  }
  return false;
}

/**
 * Puts back `count` numbers. Level by level and no further than the last of them: the one that every message has, its id,
 * is on the top level. (One that a repeated key has overwritten is never found, which takes a look at all the rest.)
 */
function restoreNumbers(root: Json, count: number): Json {
  const holder: Json[] = [root];
  // A list of our own instead of recursion: nesting is the sender's choice, the call stack is not.
  const waiting: (Json[] | JsonObject)[] = [holder];
  let left = count;
  for (let looked = 0; left > 0 && looked < waiting.length; looked += 1) {
    const container = waiting.at(looked) as JsonObject;
    // The values at once, and a key only where one is needed: a look by each key would cost more than all the rest.
    const values = Array.isArray(container) ? container : Object.values(container);
    let keys: string[] | undefined;
    for (let nth = 0; left > 0 && nth < values.length; nth += 1) {
      const value = values[nth];
      if (typeof value === 'string') {
        // Most strings are shorter, which is told without a call.
        if (value.length <= marker.length || !value.startsWith(marker)) continue;
        keys ??= Object.keys(container);
        setOwn(container, keys[nth] ?? '', restored(value.slice(marker.length)));
        left -= 1;
      } else if (typeof value === 'object' && value !== null) waiting.push(value);
    }
  }
  return holder[0] ?? null;
}

const integer = /^-?(?:0|[1-9]\d*)$/;
/** Making a `bigint` out of a text costs more than in proportion to its length: seconds for a few million digits. */
const longestBigint = 1_024;

const restored = (text: string): bigint | DecimalText =>
  text.length <= longestBigint && integer.test(text) && text !== '-0' ? BigInt(text) : new DecimalText(text);

/** Sets a member even where its name is `__proto__`, which plain assignment would swallow. */
export function setOwn(target: JsonObject, key: string, value: Json): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

/** Prints a value parsed by {@link parseExact}; every number comes out with the digits it came in with. */
export function stringifyExact(root: Json): string {
  const out: string[] = [];
  const work: ({ emit: string } | { value: Json })[] = [{ value: root }];
  for (let item = work.pop(); item !== undefined; item = work.pop()) {
    if ('emit' in item) {
      out.push(item.emit);
      continue;
    }
    const { value } = item;
    if (value instanceof DecimalText || typeof value === 'bigint') out.push(value.toString());
    else if (typeof value !== 'object' || value === null) out.push(JSON.stringify(value));
    else if (Array.isArray(value)) {
      work.push({ emit: ']' });
      for (const [index, element] of [...value.entries()].toReversed()) {
        work.push({ value: element });
        if (index > 0) work.push({ emit: ',' });
      }
      work.push({ emit: '[' });
    } else {
      work.push({ emit: '}' });
      for (const [index, [key, element]] of [...Object.entries(value).entries()].toReversed()) {
        work.push({ value: element }, { emit: `${index > 0 ? ',' : ''}${JSON.stringify(key)}:` });
      }
      work.push({ emit: '{' });
    }
  }
  return out.join('');
}

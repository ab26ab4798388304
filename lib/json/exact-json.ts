import { randomBytes } from 'node:crypto';
import { endOfString } from './end-of-string.ts';

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
 * Stands before the text of a number that had to pass `JSON.parse` as a string. Random per process, so that no sender
 * can write a string that we would take for a number.
 */
const marker = `${randomBytes(12).toString('hex')}:`;

/**
 * Parses JSON without losing a digit: numbers that a double would change go through the native parser as marked strings
 * and are put back afterwards. (The reviver's source-text access would be simpler, but costs several times as much and
 * fails on documents with escaped keys in Node 24, nodejs/node #63785.)
 *
 * @throws SyntaxError when the text is no JSON; its message holds nothing of the text.
 */
export function parseExact(text: string): Json {
  if (isTooDeep(text)) throw notJson();
  const { quoted, count } = quoteInexactNumbers(text);
  let value: Json;
  try {
    value = JSON.parse(quoted) as Json;
  } catch {
    throw notJson();
  }
  return count === 0 ? value : restoreNumbers(value);
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

const numberRun = /[-+.\deE]{2,}/g;
const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const integer = /^-?(?:0|[1-9]\d*)$/;
/** Making a `bigint` out of a text costs more than in proportion to its length: seconds for a few million digits. */
const longestBigint = 1_024;
/** Every integer of up to 15 digits is a safe one; anything shorter without sign tricks, point or exponent is exact. */
const surelyExact = /^-?[1-9]\d{0,14}$/;
/** Most gaps between two strings are one `:` or `,`; a number that a double changes has two characters at least. */
const shortestInexactGap = 2;

function quoteInexactNumbers(text: string): { quoted: string; count: number } {
  const parts: string[] = [];
  let copied = 0;
  let at = 0;
  for (;;) {
    const quote = text.indexOf('"', at);
    const gapEnd = quote === -1 ? text.length : quote;
    if (gapEnd - at >= shortestInexactGap) {
      for (const match of text.slice(at, gapEnd).matchAll(numberRun)) {
        const token = match[0];
        const start = at + match.index;
        if (surelyExact.test(token) || !jsonNumber.test(token) || String(Number(token)) === token) continue;
        if (isFollowedByColon(text, start + token.length)) continue;
        parts.push(text.slice(copied, start), '"', marker, token, '"');
        copied = start + token.length;
      }
    }
    if (quote === -1) break;
    at = endOfString(text, quote);
    if (at === -1) break;
  }
  if (parts.length === 0) return { quoted: text, count: 0 };
  parts.push(text.slice(copied));
  return { quoted: parts.join(''), count: parts.length };
}

/** A bare number in the place of a key is no JSON; quoting it would make it some. */
function isFollowedByColon(text: string, at: number): boolean {
  let next = at;
  while (next < text.length && ' \t\n\r'.includes(text.charAt(next))) next += 1;
  return text.charAt(next) === ':';
}

function restoreNumbers(root: Json): Json {
  const holder: Json[] = [root];
  const open: (Json[] | JsonObject)[] = [holder];
  // A list of our own instead of recursion: nesting is the sender's choice, the call stack is not.
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const container = node as JsonObject;
    for (const key of Object.keys(container)) {
      const value = container[key];
      if (typeof value === 'string') {
        if (value.startsWith(marker)) setOwn(container, key, restored(value.slice(marker.length)));
      } else if (Array.isArray(value) || isJsonObject(value)) open.push(value);
    }
  }
  return holder[0] ?? null;
}

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

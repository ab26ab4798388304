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

/** Sticky: what a number can consist of, from a place on. */
const numberRun = /[-+.\deE]+/y;
const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const integer = /^-?(?:0|[1-9]\d*)$/;
/** Making a `bigint` out of a text costs more than in proportion to its length: seconds for a few million digits. */
const longestBigint = 1_024;
/** Every integer of so many digits is a safe one. */
const safeDigits = 15;
const [blank, quote, minus, point, zero, nine, bigE, smallE] = [0x20, 0x22, 0x2d, 0x2e, 0x30, 0x39, 0x45, 0x65];

/**
 * Hops over strings and looks at each character between them. Every message pays for this pass: it takes text out only
 * where a number may be inexact, since a slice of each gap would cost more than the native parser does.
 */
function quoteInexactNumbers(text: string): { quoted: string; count: number } {
  const codes = codesOf(text);
  let quoted = '';
  let [at, copied, count] = [0, 0, 0];
  while (at < text.length) {
    // A third of a body that is printed for people: nothing else is asked of it.
    while ((codes[at] ?? quote) <= blank && at < text.length) at += 1;
    const start = at;
    const code = codes[at];
    at += 1;
    if (code === quote) {
      at = endOfString(text, start);
      if (at === -1) break;
    } else if (isDigit(code) || code === minus) {
      while (isDigit(codes[at])) at += 1;
      const isPlain = code !== minus && (code !== zero || at - start === 1) && !continuesNumber(codes[at]);
      if (isPlain && at - start <= safeDigits) continue;
      if (!isPlain) at = endOfRun(text, start);
      const token = text.slice(start, at);
      const isNumber = isPlain || jsonNumber.test(token);
      if (!isNumber || String(Number(token)) === token || isFollowedByColon(text, at)) continue;
      quoted += `${text.slice(copied, start)}"${marker}${token}"`;
      copied = at;
      count += 1;
    }
  }
  return { quoted: count === 0 ? text : quoted + text.slice(copied), count };
}

/** As long as all but a few bodies are. */
const keptBytes = Buffer.alloc(2 * 65_536);
const keptCodes = unitsIn(keptBytes);

/** The characters of a text as numbers, and a zero. A text that is asked for each looks up every time how it is kept. */
function codesOf(text: string): Uint16Array {
  const fits = text.length < keptCodes.length;
  const bytes = fits ? keptBytes : Buffer.alloc(2 * (text.length + 1));
  const codes = fits ? keptCodes : unitsIn(bytes);
  bytes.write(text, 'utf16le');
  codes[text.length] = 0;
  return codes;
}

function unitsIn({ buffer, byteOffset, length }: Buffer): Uint16Array {
  return new Uint16Array(buffer, byteOffset, length / 2);
}

const isDigit = (code: number | undefined): boolean => code !== undefined && code >= zero && code <= nine;
const continuesNumber = (code: number | undefined): boolean => code === point || code === smallE || code === bigE;

function endOfRun(text: string, at: number): number {
  numberRun.lastIndex = at;
  return numberRun.test(text) ? numberRun.lastIndex : at;
}

/** A bare number in the place of a key is no JSON; quoting it would make it some. */
function isFollowedByColon(text: string, at: number): boolean {
  let next = at;
  while (next < text.length && ' \t\n\r'.includes(text.charAt(next))) next += 1;
  return text.charAt(next) === ':';
}

/**
 * Puts back `count` numbers. Level by level and no further than the last of them: the one that every message has, its id,
 * is on the top level. (One that a repeated key has overwritten is never found, which takes a look at all the rest.)
 */
function restoreNumbers(root: Json, count: number): Json {
  const holder: Json[] = [root];
  // A list of our own instead of recursion: nesting is the sender's choice, the call stack is not.
  const waiting: (Json[] | JsonObject)[] = [holder];
  let [left, looked] = [count, 0];
  for (let node = waiting.at(looked); left > 0 && node !== undefined; node = waiting.at(looked)) {
    looked += 1;
    const container = node as JsonObject;
    // The values at once, and a key only where one is needed: a look by each key would cost more than all the rest.
    const values = Array.isArray(container) ? container : Object.values(container);
    let keys: string[] | undefined;
    for (let nth = 0; nth < values.length; nth += 1) {
      const value = values[nth];
      if (typeof value === 'object' && value !== null) waiting.push(value);
      else if (typeof value === 'string' && value.startsWith(marker)) {
        keys ??= Object.keys(container);
        setOwn(container, keys[nth] ?? '', restored(value.slice(marker.length)));
        left -= 1;
      }
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

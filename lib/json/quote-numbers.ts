import { randomBytes } from 'node:crypto';
import { endOfString } from './end-of-string.ts';

/**
 * Stands before the text of a number that had to pass `JSON.parse` as a string. Random per process, so that no sender
 * can write a string that we would take for a number.
 */
export const marker = `${randomBytes(12).toString('hex')}:`;
const openingMark = `"${marker}`;

/** A text whose inexact numbers are marked strings, and how many those are. */
export type Quoted = { quoted: string; count: number };

/** Sticky: what a number can consist of, from a place on. */
const numberRun = /[-+.\deE]+/y;
const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** Every integer of so many digits is a safe one. */
const safeDigits = 15;
/** A double is printed with so many digits at most, and zeros behind them. */
const printedDigits = 17;
const [blank, quote, comma, minus, point, zero, nine, colon] = [0x20, 0x22, 0x2c, 0x2d, 0x2e, 0x30, 0x39, 0x3a];
const [bigE, openBracket, backslash, closeBracket, smallE, closeBrace] = [0x45, 0x5b, 0x5c, 0x5d, 0x65, 0x7d];

/** Most of what is longer is long strings, such as pictures: a hop over one costs less than a look through it. */
const longestGuess = 16_384;
/** The end of a number with a fraction or an exponent, or a negative zero, within a list or an object. */
const unusualNumber = /(?:\d[.eE][-+\d]+|[:,[\s]-0)(?![^\s,\]}])/;

/**
 * The short way, enough for almost every message: all its inexact numbers are long integers that stand behind keys. It
 * looks for those alone and within strings, too, which saves a hop over each of a hundred strings. A number that it quotes
 * within a string can't go unnoticed: what seems to end a key there begins the string, the quote before the number ends
 * it, and a marker behind a string is no JSON.
 *
 * @returns `undefined` for a text that needs the long way
 */
export function quoteLongMembers(text: string): Quoted | undefined {
  if (!text.startsWith('{') || text.length > longestGuess || unusualNumber.test(text)) return undefined;
  const codes = codesOf(text);
  let quoted = '';
  let [copied, count] = [0, 0];
  // Integers with more digits than safe ones reach at least one of the places that are looked at.
  for (let at = safeDigits; at < text.length; at += safeDigits + 1) {
    if (!isDigit(codes[at])) continue;
    let [start, end] = [at, at + 1];
    while (isDigit(codes[start - 1])) start -= 1;
    while (isDigit(codes[end])) end += 1;
    if (end - start <= safeDigits) continue;
    at = end;
    if (codes[start] === zero || !isBeforeSeparator(codes, end)) continue;
    if (codes[start - 1] === minus) start -= 1;
    const isMember = isBehindKey(codes, start);
    if (isMember === undefined) return undefined;
    if (!isMember || printsAgain(text, start, end)) continue;
    quoted += text.slice(copied, start) + openingMark;
    quoted += `${text.slice(start, end)}"`;
    copied = end;
    count += 1;
  }
  return { quoted: count === 0 ? text : quoted + text.slice(copied), count };
}

/** Whether behind a value that ends here another one can follow, or the end of what holds it. */
function isBeforeSeparator(codes: Uint16Array, end: number): boolean {
  let next = end;
  while (isBlank(codes[next])) next += 1;
  const code = codes[next];
  return code === comma || code === closeBrace || code === closeBracket;
}

/**
 * Whether a value that starts here stands behind a key. `undefined` where that depends on all that stands before it: it
 * may be an element of a list, or in a string that holds a list or JSON.
 */
function isBehindKey(codes: Uint16Array, start: number): boolean | undefined {
  const before = lastBefore(codes, start);
  const code = codes[before];
  if (code === comma || code === openBracket) return undefined;
  if (code !== colon) return false;
  const endOfKey = lastBefore(codes, before);
  if (codes[endOfKey] !== quote) return false;
  return codes[endOfKey - 1] === backslash ? undefined : true;
}

function lastBefore(codes: Uint16Array, at: number): number {
  let last = at - 1;
  while (isBlank(codes[last])) last -= 1;
  return last;
}

/** Whether a double prints an integer as it is written. The last digit tells it of most, at a fifth of what trying costs. */
function printsAgain(text: string, start: number, end: number): boolean {
  if (end - start > '-'.length + printedDigits && text.charCodeAt(end - 1) !== zero) return false;
  const token = text.slice(start, end);
  return String(Number(token)) === token;
}

/**
 * The long way: hops over strings and looks at each character between them. It takes text out only where a number may be
 * inexact, since a slice of each gap would cost more than the native parser does.
 */
export function quoteInexactNumbers(text: string): Quoted {
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
      quoted += `${text.slice(copied, start)}${openingMark}${token}"`;
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
const isBlank = (code: number | undefined): boolean =>
  code === blank || code === 0x0a || code === 0x0d || code === 0x09;
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

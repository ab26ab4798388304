import { endOfString } from './end-of-string.ts';
import { jsonOrUndefined } from './json-or-undefined.ts';

/** The source text of each wanted top-level member, as written; the last of a repeated key, as a full parser takes it. */
export type TopLevelMembers = { [key: string]: string };

const whitespace = /[ \t\n\r]*/y;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const [quote, openBracket, closeBracket, openBrace, closeBrace] = [0x22, 0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Finds top-level members of a JSON object without parsing what lies below them: the cost is that of hopping over
 * strings, so that a 900 KB body costs no more than its few hundred quotes.
 *
 * Exact for every valid document. What is invalid only inside a nested value passes here (the store functions parse it
 * whole and report it); what is invalid on the top level, or cut off, gives `undefined`.
 */
export function scanTopLevel(text: string, wanted: readonly string[]): TopLevelMembers | undefined {
  const found: TopLevelMembers = Object.create(null) as TopLevelMembers;
  let at = skipWhitespace(text, 0);
  if (text.charAt(at) !== '{') return undefined;
  at = skipWhitespace(text, at + 1);
  if (text.charAt(at) === '}') return isAtEnd(text, at + 1) ? found : undefined;
  for (;;) {
    if (text.charAt(at) !== '"') return undefined;
    const keyEnd = endOfString(text, at);
    if (keyEnd === -1) return undefined;
    const key = readString(text.slice(at, keyEnd));
    if (key === undefined) return undefined;
    at = skipWhitespace(text, keyEnd);
    if (text.charAt(at) !== ':') return undefined;
    const start = skipWhitespace(text, at + 1);
    const end = endOfValue(text, start);
    if (end === -1) return undefined;
    if (wanted.includes(key)) found[key] = text.slice(start, end);
    at = skipWhitespace(text, end);
    const separator = text.charAt(at);
    if (separator === '}') return isAtEnd(text, at + 1) ? found : undefined;
    if (separator !== ',') return undefined;
    at = skipWhitespace(text, at + 1);
  }
}

/** The value of a string literal, `undefined` where the literal is not valid JSON or no string. */
export function readString(literal: string | undefined): string | undefined {
  const value = literal?.startsWith('"') ? jsonOrUndefined(literal) : undefined;
  return typeof value === 'string' ? value : undefined;
}

export function skipWhitespace(text: string, at: number): number {
  whitespace.lastIndex = at;
  whitespace.test(text);
  return whitespace.lastIndex;
}

const isAtEnd = (text: string, at: number): boolean => skipWhitespace(text, at) === text.length;

function endOfValue(text: string, start: number): number {
  const first = text.charAt(start);
  if (first === '"') {
    const end = endOfString(text, start);
    return end !== -1 && readString(text.slice(start, end)) !== undefined ? end : -1;
  }
  if (first === '{' || first === '[') return endOfNested(text, start);
  scalar.lastIndex = start;
  return scalar.test(text) ? scalar.lastIndex : -1;
}

export function endOfNested(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    switch (text.charCodeAt(at)) {
      case quote:
        at = endOfString(text, at);
        if (at === -1) return -1;
        continue;
      case openBrace:
      case openBracket:
        depth += 1;
        break;
      case closeBrace:
      case closeBracket:
        depth -= 1;
        if (depth === 0) return at + 1;
        break;
    }
    at += 1;
  }
  return -1;
}

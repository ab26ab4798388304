import { endOfString } from './end-of-string.ts';
import { endOfNested, readString, skipWhitespace } from './scan-top-level.ts';

/** Gives what is to stand in the place of a member's value, as JSON; `undefined` leaves it as it is. */
export type RewriteMember = (name: string, value: string) => string | undefined;

const scalar = /[^\s,\]}"]*/y;

/**
 * Rewrites the values of some members, at any depth, in a text that is JSON or nearly so; every other character stays. A
 * member that comes twice is rewritten twice, a name that is written with escapes is read.
 *
 * @param isWanted whether a member of this name is to be looked at; asked for every member
 * @param rewrite gets the value as it is written
 */
export function rewriteMembers(text: string, isWanted: (name: string) => boolean, rewrite: RewriteMember): string {
  const parts: string[] = [];
  let copied = 0;
  let at = 0;
  for (let quote = text.indexOf('"'); quote !== -1; quote = text.indexOf('"', at)) {
    const end = endOfString(text, quote);
    if (end === -1) break;
    at = end;
    const colon = skipWhitespace(text, end);
    if (text.charAt(colon) !== ':') continue;
    const name = stringOf(text.slice(quote, end));
    if (!isWanted(name)) continue;
    const start = skipWhitespace(text, colon + 1);
    const valueEnd = endOfValue(text, start);
    if (valueEnd === -1) break;
    const replacement = rewrite(name, text.slice(start, valueEnd));
    if (replacement === undefined) continue;
    parts.push(text.slice(copied, start), replacement);
    copied = valueEnd;
    at = valueEnd;
  }
  return parts.length === 0 ? text : parts.join('') + text.slice(copied);
}

/** What a literal says; a broken one, of which senders write some, says what stands between its quotes. */
export const stringOf = (literal: string): string => readString(literal) ?? literal.slice(1, -1);

function endOfValue(text: string, start: number): number {
  const first = text.charAt(start);
  if (first === '"') return endOfString(text, start);
  if (first === '{' || first === '[') return endOfNested(text, start);
  scalar.lastIndex = start;
  scalar.test(text);
  return scalar.lastIndex;
}

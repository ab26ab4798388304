import { jsonOrUndefined } from '../json/json-or-undefined.ts';

/** A list without lists or objects in it: as many numbers as a day has hours are easier to read on one line. */
const flatList = /\[(?:"(?:[^"\\]|\\.)*"|[^"[\]{}])*\]/y;
const longestLine = 100;

/**
 * Puts JSON on lines of its own, by its text alone: numbers that are too long for JavaScript stay as they are. What is no
 * JSON stays as it is too; of one that was cut what there is, is put so.
 *
 * @param isCut whether the end of it is missing
 */
export function readableJson(text: string, isCut = false): string {
  if (!/^\s*[[{]/.test(text) || (!isCut && jsonOrUndefined(text) === undefined)) return text;
  let out = '';
  let depth = 0;
  const newLine = () => `\n${'  '.repeat(Math.max(0, Math.min(depth, 20)))}`;
  for (let at = 0; at < text.length; ) {
    const character = text.charAt(at);
    flatList.lastIndex = at;
    const flat = character === '[' ? flatList.exec(text)?.[0] : undefined;
    if (flat !== undefined && flat.length <= longestLine) {
      out += flat.replaceAll(/\s*\n\s*/g, ' ');
      at += flat.length;
    } else if (character === '"') {
      const end = endOfString(text, at);
      out += text.slice(at, end);
      at = end;
    } else {
      const empty = /(?:\{\s*\})/y;
      empty.lastIndex = at;
      if (empty.test(text)) {
        out += '{}';
        at = empty.lastIndex;
        continue;
      }
      at += 1;
      if (character === '{' || character === '[') {
        depth += 1;
        out += character + newLine();
      } else if (character === '}' || character === ']') {
        depth -= 1;
        out += newLine() + character;
      } else if (character === ',') out += `,${newLine()}`;
      else if (character === ':') out += ': ';
      else if (!/\s/.test(character)) out += character;
    }
  }
  return out;
}

/** Behind the closing quote, or the end of what there is. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text.charAt(at) === '\\') at += 1;
    else if (text.charAt(at) === '"') return at + 1;
  }
  return text.length;
}

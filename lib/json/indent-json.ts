import { endOfString } from './end-of-string.ts';

/** Nesting is the sender's choice, and what stands before each line grows with it. */
const deepestIndent = 40;
/** A list without lists or objects in it: as many numbers as a day has hours are easier to read on one line. */
const flatList = /\[(?:"(?:[^"\\]|\\.)*"|[^"[\]{}])*\]/y;
const longestFlatList = 100;

/**
 * Puts each member and element of a JSON text on a line of its own; all else stays as it was written, numbers too. A text that
 * was cut off is taken as far as it goes.
 *
 * @param options.keepsShortLists whether a short list of plain values stays on its line
 */
export function indentJson(json: string, options: { keepsShortLists: boolean } = { keepsShortLists: false }): string {
  const out: string[] = [];
  let depth = 0;
  const newLine = () => `\n${'  '.repeat(Math.max(0, Math.min(depth, deepestIndent)))}`;
  let at = 0;
  while (at < json.length) {
    const character = json.charAt(at);
    if (character === '"') {
      const end = endOfString(json, at);
      const behind = end === -1 ? json.length : end;
      out.push(json.slice(at, behind));
      at = behind;
      continue;
    }
    const short = options.keepsShortLists && character === '[' ? matchAt(flatList, json, at) : undefined;
    if (short !== undefined && short.length <= longestFlatList) {
      out.push(short.replaceAll(/\s*\n\s*/g, ' '));
      at += short.length;
      continue;
    }
    at += 1;
    if (/\s/.test(character)) continue;
    if (character === '{' || character === '[') {
      const empty = matchAt(/\s*[}\]]/y, json, at);
      if (empty !== undefined) {
        out.push(character, empty.trim());
        at += empty.length;
        continue;
      }
      depth += 1;
      out.push(character, newLine());
    } else if (character === '}' || character === ']') {
      depth -= 1;
      out.push(newLine(), character);
    } else if (character === ',') out.push(character, newLine());
    else out.push(character === ':' ? ': ' : character);
  }
  return out.join('');
}

function matchAt(sticky: RegExp, text: string, at: number): string | undefined {
  sticky.lastIndex = at;
  return sticky.exec(text)?.[0];
}

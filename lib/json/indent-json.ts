import { endOfString } from './end-of-string.ts';

/** Nesting is the sender's choice, and what stands before each line grows with it. */
const deepestIndent = 40;

/** Puts each member and element of a JSON text on a line of its own; all else stays as it was written, numbers too. */
export function indentJson(json: string): string {
  const out: string[] = [];
  let depth = 0;
  const newLine = () => `\n${'  '.repeat(Math.min(depth, deepestIndent))}`;
  let at = 0;
  while (at < json.length) {
    const character = json.charAt(at);
    if (character === '"') {
      const end = endOfString(json, at);
      if (end === -1) return json;
      out.push(json.slice(at, end));
      at = end;
      continue;
    }
    at += 1;
    if (/\s/.test(character)) continue;
    if (character === '{' || character === '[') {
      const closing = /\s*[}\]]/y;
      closing.lastIndex = at;
      const empty = closing.exec(json);
      if (empty !== null) {
        out.push(character, empty[0].trim());
        at = closing.lastIndex;
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

import { intern, type Value } from './values.ts';

const longest = 120;
/** A set that holds more texts than this holds any text: a loop may make ever longer ones. */
export const manyTexts = 40;

/** What texts one after another make: known as far as the parts are, from the start. */
export function joined(parts: readonly ReadonlySet<Value>[]): Set<Value> {
  let texts = [''];
  const found = new Set<Value>();
  for (const part of parts) {
    const next: string[] = [];
    const alternatives = [...part].filter((value) => value.kind === 'text');
    const isKnown = alternatives.length > 0 && alternatives.length === part.size;
    for (const text of texts) {
      if (!isKnown) found.add(beginning(text));
      for (const { text: more, isWhole } of alternatives) {
        const whole = `${text}${more}`;
        if (isWhole && whole.length <= longest) next.push(whole);
        else found.add(beginning(whole.slice(0, longest)));
      }
    }
    texts = next.length * Math.max(1, alternatives.length) > manyTexts ? [] : next;
    if (texts.length === 0 && next.length > 0) found.add(beginning(''));
  }
  for (const text of texts) found.add(intern({ kind: 'text', text, isWhole: true }));
  return found;
}

export const beginning = (text: string): Value => intern({ kind: 'text', text, isWhole: false });

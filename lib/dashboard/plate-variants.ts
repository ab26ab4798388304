import { normalisePlate } from '#lib/messages/plate.ts';

/** What plates of the mainland begin with, and those of consulates and of Hong Kong and Macao. */
const firstCharacters = [...'京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新使港澳'];
const lettersAndDigits = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'];
/** The partition of the index by plate: its first two characters. */
export const platePrefix = (plate: string): string => [...plate].slice(0, 2).join('');

/** Whether one text becomes the other by at most one character changed, put in or left out. */
export function isWithinOneEdit(one: string, other: string): boolean {
  const [shorter, longer] = [[...one], [...other]].toSorted((a, b) => a.length - b.length) as [string[], string[]];
  if (longer.length - shorter.length > 1) return false;
  let same = 0;
  while (same < shorter.length && shorter[same] === longer[same]) same += 1;
  const rest = shorter.slice(longer.length === shorter.length ? same + 1 : same).join('');
  return rest === longer.slice(same + 1).join('');
}

/**
 * Plates that differ from one by a character among its first two, and so stand in another partition of the index. Which
 * character it is can't be sought there; so each that is plausible is tried.
 */
export function variantsElsewhere(plate: string): string[] {
  const characters = [...plate];
  const withCharacter = (at: number, replaced: 0 | 1, tried: readonly string[]) =>
    tried.map((character) => characters.toSpliced(at, replaced, character).join(''));
  // One of the mainland's is never read with anything before its province.
  const isOfMainland = firstCharacters.includes(characters[0] ?? '');
  const variants = [
    characters.toSpliced(0, 1).join(''),
    characters.toSpliced(1, 1).join(''),
    ...withCharacter(0, 1, isOfMainland ? firstCharacters : [...firstCharacters, ...lettersAndDigits]),
    ...withCharacter(0, 0, isOfMainland ? [] : [...firstCharacters, ...lettersAndDigits]),
    ...withCharacter(1, 1, lettersAndDigits),
    ...withCharacter(1, 0, lettersAndDigits),
  ];
  return [...new Set(variants)].filter(
    (variant) => platePrefix(variant) !== platePrefix(plate) && normalisePlate(variant) === variant,
  );
}

import { normalisePlate } from '#lib/messages/plate.ts';

/** What plates of the mainland begin with, and those of consulates and of Hong Kong and Macao. */
const firstCharacters = [...'京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新使港澳'];
const lettersAndDigits = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'];
/** What may stand at the first and at the second place. */
const plausible = [[...firstCharacters, ...lettersAndDigits], lettersAndDigits];

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
  const variants = plausible.flatMap((tried, at) => [
    characters.toSpliced(at, 1).join(''),
    ...tried.flatMap((character) => [
      characters.toSpliced(at, 1, character).join(''),
      characters.toSpliced(at, 0, character).join(''),
    ]),
  ]);
  return [...new Set(variants)].filter(
    (variant) => platePrefix(variant) !== platePrefix(plate) && normalisePlate(variant) === variant,
  );
}

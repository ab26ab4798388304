import type { Json } from '#lib/json/exact-json.ts';

/** What devices write where they read no plate. */
export const noPlates: readonly string[] = [
  '无牌',
  '无牌车',
  '无车牌',
  '无',
  '未知',
  '未识别',
  '未识别车牌',
  '无法识别',
  'UNKNOWN',
  'NONE',
  'NULL',
  'NOPLATE',
  'NA',
  'N/A',
];
const placeholders = new Set(noPlates);

/**
 * A number plate in the one spelling that is indexed and searched: half-width capitals without spaces, dots and hyphens.
 *
 * `undefined` for what is no plate: no string, fewer than two characters, one character repeated (`******`), or one of
 * the words devices send for a vehicle without a legible plate.
 */
export function normalisePlate(text: Json | undefined): string | undefined {
  if (typeof text !== 'string') return undefined;
  const plate = foldPlate(text);
  const characters = new Set(plate);
  return characters.size < 2 || placeholders.has(plate) ? undefined : plate;
}

/** Folds the spellings of a plate, or of a text that may hold one, into one. */
export function foldPlate(text: string): string {
  let folded = canonical(text);
  // Taking a character out may bring two together that compose: go on until nothing changes.
  for (let next = canonical(folded); next !== folded; next = canonical(folded)) folded = next;
  return folded;
}

const canonical = (text: string): string =>
  text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s.·•‧∙⋅・\p{Pd}]/gu, '');

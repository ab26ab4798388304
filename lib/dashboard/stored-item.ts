import { type Attribute, type Item, textOf } from '#lib/events/attribute.ts';

/** Key of an item of the table `events`. */
export type ItemKey = { camera: string; sk: string };

export const keyOf = (item: Item): ItemKey => ({ camera: textOf(item['camera']) ?? '', sk: textOf(item['sk']) ?? '' });

const eventKeyParts = 3;

/** Sort key of the event that an item is, or belongs to. */
export const eventSkOf = (sk: string): string => sk.split('#').slice(0, eventKeyParts).join('#');

/** `target`, `device` or `picture`, and its index or kind; `undefined` for an event itself. */
export function partOf(sk: string): { kind: string; name: string } | undefined {
  const [kind, name = ''] = sk.split('#').slice(eventKeyParts);
  return kind === undefined ? undefined : { kind, name };
}

/** A number, which devices also write as a text; `null` where there is none. */
export function numberOf(attribute: Attribute | undefined): number | null {
  if (attribute === undefined) return null;
  const digits = 'N' in attribute ? attribute.N : 'S' in attribute ? attribute.S.trim() : '';
  const value = digits === '' ? Number.NaN : Number(digits);
  return Number.isFinite(value) ? value : null;
}

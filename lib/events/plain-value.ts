import { type Json, type JsonObject, setOwn } from '#lib/json/exact-json.ts';
import type { Attribute, Item } from './attribute.ts';

/** The value of an attribute, as JSON would have it; a number is the text of its digits. */
export function plainValue(attribute: Attribute): Json {
  if ('S' in attribute) return attribute.S;
  if ('N' in attribute) return attribute.N;
  if ('BOOL' in attribute) return attribute.BOOL;
  if ('L' in attribute) return attribute.L.map(plainValue);
  return 'M' in attribute ? plainItem(attribute.M) : null;
}

/** The values of an item. Nesting is bounded: the table takes 32 levels. */
export function plainItem(item: Item): JsonObject {
  const plain: JsonObject = {};
  for (const [name, attribute] of Object.entries(item)) setOwn(plain, name, plainValue(attribute));
  return plain;
}

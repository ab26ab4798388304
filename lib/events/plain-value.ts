import { DecimalText, type Json, type JsonObject, setOwn } from '#lib/json/exact-json.ts';
import type { Attribute, Item } from './attribute.ts';

/** The value of an attribute, as JSON would have it; a number is the text of its digits. */
export const plainValue = (attribute: Attribute): Json => valueOf(attribute, (digits) => digits);

/** The values of an item. Nesting is bounded: the table takes 32 levels. */
export const plainItem = (item: Item): JsonObject => membersOf(item, (digits) => digits);

/** The value of an attribute with its numbers as numbers, none of whose digits is lost. */
export const exactValue = (attribute: Attribute): Json => valueOf(attribute, (digits) => new DecimalText(digits));

function valueOf(attribute: Attribute, number: (digits: string) => Json): Json {
  if ('S' in attribute) return attribute.S;
  if ('N' in attribute) return number(attribute.N);
  if ('BOOL' in attribute) return attribute.BOOL;
  if ('L' in attribute) return attribute.L.map((element) => valueOf(element, number));
  return 'M' in attribute ? membersOf(attribute.M, number) : null;
}

function membersOf(item: Item, number: (digits: string) => Json): JsonObject {
  const members: JsonObject = {};
  for (const [name, attribute] of Object.entries(item)) setOwn(members, name, valueOf(attribute, number));
  return members;
}

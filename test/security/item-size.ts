import type { Attribute, Item } from '#lib/events/attribute.ts';

/** What DynamoDB takes per item. */
export const largestItemBytes = 400 * 1024;

/** The size of an item as DynamoDB counts it, or a little more. */
export const itemBytes = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, attribute]) => sum + Buffer.byteLength(name) + attributeBytes(attribute), 0);

function attributeBytes(attribute: Attribute): number {
  if ('S' in attribute) return Buffer.byteLength(attribute.S);
  if ('N' in attribute) return Math.ceil(attribute.N.length / 2) + 2;
  if ('L' in attribute) return 3 + attribute.L.reduce((sum, element) => sum + 1 + attributeBytes(element), 0);
  if ('M' in attribute) return 3 + Object.keys(attribute.M).length + itemBytes(attribute.M);
  return 1;
}

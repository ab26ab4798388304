import type { Attribute } from '#lib/events/attribute.ts';

/** An attribute printed as JSON with every digit as it stands in the table; members in their order. */
export function attributeText(attribute: Attribute | undefined): string {
  if (attribute === undefined || 'NULL' in attribute) return 'null';
  if ('S' in attribute) return JSON.stringify(attribute.S);
  if ('N' in attribute) return attribute.N;
  if ('BOOL' in attribute) return String(attribute.BOOL);
  if ('L' in attribute) return `[${attribute.L.map(attributeText).join(',')}]`;
  return `{${Object.entries(attribute.M)
    .map(([name, value]) => `${JSON.stringify(name)}:${attributeText(value)}`)
    .join(',')}}`;
}

/** A DynamoDB value in the wire form of the API; our own marshalling, because numbers have to stay texts. */
export type Attribute =
  | { S: string }
  | { N: string }
  | { BOOL: boolean }
  | { NULL: true }
  | { L: Attribute[] }
  | { M: { [name: string]: Attribute } };
export type Item = { [name: string]: Attribute };

export const text = (value: string): Attribute => ({ S: value });
export const integer = (value: number): Attribute => ({ N: String(value) });
export const texts = (values: readonly string[]): Attribute => ({ L: values.map(text) });

/** The text of a string attribute; `undefined` where it is none. */
export const textOf = (attribute: Attribute | undefined): string | undefined =>
  attribute !== undefined && 'S' in attribute ? attribute.S : undefined;

/** The value of a number attribute that is a safe integer by its meaning (a count, a size). */
export const integerOf = (attribute: Attribute | undefined): number | undefined =>
  attribute !== undefined && 'N' in attribute ? Number(attribute.N) : undefined;

/** The text of a string, number or boolean, a number with all its digits; `undefined` for anything else. */
export function scalarText(attribute: Attribute | undefined): string | undefined {
  if (attribute === undefined) return undefined;
  if ('N' in attribute) return attribute.N;
  return 'BOOL' in attribute ? String(attribute.BOOL) : textOf(attribute);
}

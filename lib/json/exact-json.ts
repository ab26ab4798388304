/**
 * JSON whose numbers stay exact.
 *
 * IVM's ids exceed 2^53 (reference 10.1.4: `message_id` has 18 to 32 digits, `human_time_start` passes 2^64), so
 * `JSON.parse` alone would corrupt them. Integers that a double can't hold become `bigint`; any other number whose text
 * a double would not print again (`1.0`, `1e400`, 20 decimals) becomes a `DecimalText`.
 */
export type Json = null | boolean | number | bigint | string | DecimalText | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

/** A number kept as the text it was written in, because a double would print it differently. */
export class DecimalText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof DecimalText);

/** The member of an object, `undefined` for anything that is no object or has no such member of its own. */
export const member = (value: Json | undefined, key: string): Json | undefined =>
  isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;

type ReviverContext = { source?: string };

/**
 * Parses JSON without losing a digit.
 *
 * @throws SyntaxError when the text is no JSON.
 */
export function parseExact(text: string): Json {
  // Node 24 hands the source text of every primitive to the reviver (TC39 "JSON.parse source text access").
  const parse = JSON.parse as (text: string, reviver: (key: string, value: Json, context: ReviverContext) => Json) => Json;
  return parse(text, (_key, value, context) =>
    typeof value === 'number' && context.source !== undefined ? exactNumber(value, context.source) : value,
  );
}

function exactNumber(value: number, source: string): Json {
  if (String(value) === source) return value;
  return /^-?(?:0|[1-9]\d*)$/.test(source) && source !== '-0' ? BigInt(source) : new DecimalText(source);
}

/** Prints a value parsed by {@link parseExact}; every number comes out with the digits it came in with. */
export function stringifyExact(value: Json): string {
  if (value instanceof DecimalText) return value.text;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(stringifyExact).join(',')}]`;
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${stringifyExact(item)}`)
    .join(',')}}`;
}

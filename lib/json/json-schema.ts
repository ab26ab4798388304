import * as z from 'zod';

export type JsonSchema = {
  type?: string;
  description?: string;
  properties?: { [name: string]: JsonSchema };
  required?: string[];
  items?: JsonSchema;
  enum?: unknown[];
  const?: unknown;
  [keyword: string]: unknown;
};

/** A schema as JSON Schema 2020-12, which is what OpenAPI 3.1 takes. */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any' });
  return rest as JsonSchema;
}

/**
 * A text, as a command line or a query has it, in the form that its schema wants: a number, a flag, a list with commas. One that is
 * none stays a text, for the schema to refuse.
 */
export function valueOf(schema: JsonSchema, text: string): unknown {
  const { type, enum: values = [], const: only, items = {} } = schema;
  if (type === 'array') return text.split(',').map((part) => valueOf(items, part));
  const isNumeric = type === 'integer' || type === 'number' || [...values, only].some((one) => typeof one === 'number');
  if (isNumeric) return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
  if (type !== 'boolean') return text;
  return text === 'true' ? true : text === 'false' ? false : text;
}

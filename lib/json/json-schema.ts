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

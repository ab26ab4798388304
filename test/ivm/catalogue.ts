import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Operation } from '#lib/ivm/operations/operation.ts';
import { operations } from '#lib/ivm/operations/operations.ts';

const Field = z.looseObject({
  name: z.string(),
  type: z.string(),
  required: z.boolean().optional(),
  in: z.enum(['path', 'query', 'body', 'header']).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  enum: z.array(z.union([z.string(), z.number(), z.boolean()])).optional(),
});
export type Field = z.output<typeof Field>;

const Endpoint = z.object({
  section: z.string(),
  name: z.string(),
  method: z.string(),
  path: z.string(),
  legacy: z.boolean(),
  protocols: z.array(z.string()).optional(),
  params: z.array(Field),
  body_types: z.record(z.string(), z.array(Field)),
  response: z.object({ fields: z.array(Field) }),
  response_types: z.record(z.string(), z.array(Field)),
  request_examples: z.array(z.string()),
  response_examples: z.array(z.string()),
  examples_valid_json: z.object({
    request: z.array(z.boolean().nullable()),
    response: z.array(z.boolean().nullable()),
  }),
});
export type Endpoint = z.output<typeof Endpoint>;

/** What the reference documents of its interfaces, but for its texts. */
export const documented = z
  .array(Endpoint)
  .parse(JSON.parse(readFileSync(new URL('../fixtures/endpoints.json', import.meta.url), 'utf8')));

export const declared = new Map<string, Operation>(Object.entries(operations));

/** Rows of tables of tests. */
export const byName = documented.map((endpoint) => [`${endpoint.section} ${endpoint.name}`, endpoint] as const);

export const operationOf = ({ name }: Endpoint): Operation => {
  const found = declared.get(name);
  if (found === undefined) throw new Error(`${name} is not declared`);
  return found;
};

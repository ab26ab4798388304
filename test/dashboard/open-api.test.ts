import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { openApi, routes } from '#lib/dashboard/routes.ts';

const Operation = z.object({
  summary: z.string().min(1),
  operationId: z.string().min(1),
  parameters: z.array(
    z.object({
      name: z.string(),
      in: z.enum(['path', 'query']),
      required: z.boolean(),
      schema: z.record(z.string(), z.unknown()),
    }),
  ),
  responses: z.record(
    z.string(),
    z.object({
      description: z.string(),
      content: z.record(z.string(), z.object({ schema: z.record(z.string(), z.unknown()) })),
    }),
  ),
});
const Document = z.object({
  openapi: z.literal('3.1.1'),
  info: z.object({ title: z.string(), version: z.string() }),
  paths: z.record(z.string().startsWith('/api/'), z.object({ get: Operation })),
  components: z.object({ schemas: z.record(z.string(), z.record(z.string(), z.unknown())) }),
});

describe('the description of the API', () => {
  const document = Document.parse(JSON.parse(JSON.stringify(openApi())));
  const operations = Object.entries(document.paths).map(([path, { get }]) => ({ path, ...get }));

  it('holds every route once, itself included', () => {
    expect(Object.keys(document.paths).toSorted()).toEqual(routes.map(({ path }) => path).toSorted());
    expect(Object.keys(document.paths)).toContain('/api/openapi.json');
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(operations)('of $path names the parameters of its path, and answers with problem details', (operation) => {
    const inPath = operation.parameters.filter((parameter) => parameter.in === 'path');
    expect(inPath.map(({ name }) => `{${name}}`)).toEqual(operation.path.match(/\{\w+\}/g) ?? []);
    expect(inPath.every(({ required }) => required)).toBe(true);
    expect(operation.responses['200']?.content['application/json']?.schema).toHaveProperty('type');
    expect(operation.responses['default']?.content).toHaveProperty(['application/problem+json']);
  });

  it('refers only to schemas that it has', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)];
    expect(references.length).toBeGreaterThan(0);
    for (const [, name = ''] of references) expect(document.components.schemas).toHaveProperty(name);
  });
});

import { jsonSchemaOf } from '#lib/json/json-schema.ts';
import { ProblemDetails } from './problem.ts';
import type { Route } from './route.ts';

/** Describes routes as an OpenAPI 3.1 document, from the very schemas by which requests are checked. */
export function openApiDocument(routes: readonly Route[], options: { title: string; version: string }) {
  return {
    openapi: '3.1.1',
    info: { ...options, description: 'What ivm-bridge has stored of a tenant. Reads only.' },
    paths: Object.fromEntries(routes.map((one) => [one.path, { get: operationOf(one) }])),
    components: { schemas: { ProblemDetails: jsonSchemaOf(ProblemDetails, 'output') } },
  };
}

function operationOf({ path, summary, query, answer }: Route) {
  const { properties = {}, required = [] } = jsonSchemaOf(query, 'input');
  return {
    summary,
    operationId: path
      .replace(/^\/api\//, '')
      .replaceAll(/[{}]/g, '')
      .replaceAll(/[/.]/g, '-'),
    parameters: Object.entries(properties).map(([name, { description, ...schema }]) => ({
      name,
      in: path.includes(`{${name}}`) ? 'path' : 'query',
      required: required.includes(name) || path.includes(`{${name}}`),
      ...(description === undefined ? {} : { description }),
      schema,
    })),
    responses: {
      '200': {
        description: 'What was asked for',
        content: { 'application/json': { schema: jsonSchemaOf(answer, 'output') } },
      },
      default: {
        description: 'Why there is no answer (RFC 9457)',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDetails' } } },
      },
    },
  };
}

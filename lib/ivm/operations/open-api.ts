import type { Json, JsonObject } from '#lib/json/exact-json.ts';
import { type JsonSchema, jsonSchemaOf } from '#lib/json/json-schema.ts';
import { documentedForm } from './documented-form.ts';
import type { Operation } from './operation.ts';
import { chapters } from './operations.ts';

const errorReference = { $ref: '#/components/schemas/Error' };

const components = {
  securitySchemes: {
    accessToken: {
      type: 'apiKey',
      in: 'header',
      name: 'Access-Token',
      description: 'Issued by createAccessToken; lives seven days, and an AK/SK holds two at most',
    },
  },
  parameters: {
    user: {
      name: 'user_id',
      in: 'path',
      required: true,
      description: 'id of the user of IVM',
      schema: { type: 'string', pattern: '^[0-9]{15,25}$' },
    },
  },
  schemas: {
    Error: {
      type: 'object',
      properties: {
        error_code: { type: 'string', description: 'such as IVM.10020001' },
        error_msg: { type: 'string' },
      },
    },
  },
};

/** A call of an operation, to show how it goes. */
export type OperationExample = {
  /** What the client was given. */
  input: JsonObject;
  /** As it came. */
  answer: JsonObject;
};

/**
 * All interfaces of IVM as an OpenAPI 3.1 document, from the very schemas by which requests are checked and answers are read. Answers
 * are described as they are documented: IVM writes numbers as texts in places, and leaves members out.
 *
 * @param examples a call of each operation, by its name
 */
export function ivmOpenApi(examples: ReadonlyMap<string, OperationExample>) {
  const paths: { [path: string]: { [method: string]: object } } = {};
  const schemas: { [name: string]: object } = { ...components.schemas };
  for (const [chapter, members] of Object.entries(chapters)) {
    for (const [name, operation] of Object.entries(members as { [name: string]: Operation })) {
      const methods = (paths[operation.path] ??= {});
      methods[operation.method.toLowerCase()] = describe(name, chapter, operation, examples.get(name), schemas);
    }
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Huawei Cloud IVM',
      version: '57',
      description:
        'The northbound interfaces of the industry video management service, as its reference documents them.',
    },
    servers: [
      {
        url: 'https://{host}',
        variables: { host: { default: 'api-ivm.myhuaweicloud.com', description: 'the address of the API' } },
      },
    ],
    security: [{ accessToken: [] }],
    tags: Object.keys(chapters).map((name) => ({ name })),
    paths,
    components: { ...components, schemas },
  };
}

function describe(
  operationId: string,
  tag: string,
  operation: Operation,
  example: OperationExample | undefined,
  schemas: { [name: string]: object },
) {
  const { summary, notes, section, successor, protocols, isOpen } = operation;
  const description = [
    ...notes,
    ...(protocols === undefined ? [] : [`For devices that are connected by ${protocols.join(' or ')}.`]),
    ...(successor === undefined ? [] : [`Superseded by ${successor}.`]),
    `Section ${section} of the reference.`,
  ].join(' ');
  return {
    operationId,
    tags: [tag],
    summary,
    description,
    ...(successor === undefined ? {} : { deprecated: true }),
    ...(isOpen ? { security: [] } : {}),
    parameters: [
      { $ref: '#/components/parameters/user' },
      ...parametersIn('path', jsonSchemaOf(operation.parameters, 'input'), example?.input),
      ...parametersIn('query', jsonSchemaOf(operation.query, 'input'), example?.input),
    ],
    ...requestBody(operation, example?.input),
    responses: {
      '200': {
        description: 'What the interface answers; a batch answers so whatever became of its items',
        content: {
          'application/json': {
            schema: replySchema(operationId, operation, schemas),
            ...exampleOf(documentedForm(jsonSchemaOf(operation.reply, 'input'), example?.answer)),
          },
        },
      },
      default: {
        description: 'Why it was refused',
        content: { 'application/json': { schema: errorReference } },
      },
    },
  };
}

/**
 * The form in which an answer is sent: what it becomes here no schema can tell. One within itself refers to the root of its document,
 * which is another one here: its parts stand among all schemas.
 */
function replySchema(operationId: string, { reply }: Operation, schemas: { [name: string]: object }): JsonSchema {
  const moved = JSON.stringify(jsonSchemaOf(reply, 'input')).replaceAll(
    '"#/$defs/',
    `"#/components/schemas/${operationId}`,
  );
  const { $defs: parts = {}, ...schema } = JSON.parse(moved) as JsonSchema & { $defs?: { [name: string]: object } };
  for (const [name, part] of Object.entries(parts)) schemas[`${operationId}${name}`] = part;
  return schema;
}

const exampleOf = (example: Json | undefined): { example?: Json } => (example === undefined ? {} : { example });

const parametersIn = (
  place: 'path' | 'query',
  { properties = {}, required = [] }: JsonSchema,
  example: JsonObject | undefined,
) =>
  Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    ...(schema.type === 'array' ? { style: 'form', explode: false } : {}),
    schema,
    ...exampleOf(example?.[name]),
  }));

function requestBody({ body }: Operation, input: JsonObject | undefined): { requestBody?: object } {
  if (Object.keys(body.shape).length === 0) return {};
  const schema = jsonSchemaOf(body, 'input');
  const example =
    input && Object.fromEntries(Object.entries(input).filter(([name]) => Object.hasOwn(body.shape, name)));
  return {
    requestBody: {
      required: (schema.required ?? []).length > 0,
      content: { 'application/json': { schema, ...exampleOf(example) } },
    },
  };
}

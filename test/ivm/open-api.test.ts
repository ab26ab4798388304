import { Validator } from '@seriousme/openapi-schema-validator';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ivmOpenApi } from '#lib/ivm/operations/open-api.ts';
import { operations } from '#lib/ivm/operations/operations.ts';
import type { JsonSchema } from '#lib/json/json-schema.ts';
import { makeExampleCalls } from '#lib/packaging/example-calls.ts';

type Content = { 'application/json': { schema: JsonSchema; example?: unknown } };
type Described = {
  operationId: string;
  deprecated?: boolean;
  security?: unknown[];
  parameters: {
    name?: string;
    in?: string;
    explode?: boolean;
    schema?: JsonSchema;
    example?: unknown;
    required?: boolean;
  }[];
  requestBody?: { content: Content };
  responses: { '200': { content: Content } };
};

describe('ivmOpenApi', () => {
  let document: ReturnType<typeof ivmOpenApi>;
  let described: Described[] = [];
  beforeAll(async () => {
    document = ivmOpenApi(await makeExampleCalls());
    described = Object.values(document.paths)
      .flatMap((methods) => Object.values(methods))
      .map((one) => one as Described);
  });
  const named = (name: string): Described => {
    const found = described.find(({ operationId }) => operationId === name);
    if (found === undefined) throw new Error(`${name} is not described`);
    return found;
  };
  const answerOf = (name: string) => named(name).responses['200'].content['application/json'].schema.properties ?? {};
  /** A schema by itself, with the schemas that it refers to. */
  const alone = (schema: JsonSchema) =>
    z.fromJSONSchema({
      ...(JSON.parse(JSON.stringify(schema).replaceAll('#/components/schemas/', '#/$defs/')) as object),
      $defs: JSON.parse(
        JSON.stringify(document.components.schemas).replaceAll('#/components/schemas/', '#/$defs/'),
      ) as object,
    } as never);

  it('is an OpenAPI 3.1 document to a validator of others, with every reference in it resolved', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document) as never);
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
    expect(validator.version).toBe('3.1');
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g);
    const missing = [...references].filter(
      ([, kind = '', name = '']) =>
        !Object.hasOwn((document.components as { [kind: string]: object })[kind] ?? {}, name),
    );
    expect(missing).toEqual([]);
    expect(JSON.stringify(document)).not.toContain('#/$defs/');
  });

  it('describes every operation once, by its name', () => {
    expect(described.map(({ operationId }) => operationId).toSorted()).toEqual(Object.keys(operations).toSorted());
  });

  it('describes answers down to the members of their lists', () => {
    const { devices } = answerOf('listDevices');
    expect(devices?.items?.properties).toMatchObject({
      device_id: { type: 'string' },
      channel_total: { type: 'integer' },
    });
    const { channels } = answerOf('batchEnableServices');
    expect(channels?.items?.properties).toMatchObject({ result: { properties: { code: { type: 'string' } } } });
  });

  it('says which ones are out of date, need no token, and carry a body', () => {
    expect(described.filter(({ deprecated }) => deprecated === true)).toHaveLength(8);
    expect(described.filter(({ security }) => security?.length === 0).map(({ operationId }) => operationId)).toEqual([
      'createAccessToken',
    ]);
    expect(named('deleteTargetGroup').requestBody).toBeDefined();
    expect(named('showDevice').requestBody).toBeUndefined();
    expect(named('listDevices').parameters.find(({ name }) => name === 'device_state')?.explode).toBe(false);
  });
  it.each(Object.keys(operations))('shows how %s goes, in the very form that it describes', (name) => {
    const { parameters, requestBody, responses } = named(name);
    const answer = responses['200'].content['application/json'];
    expect(alone(answer.schema).safeParse(answer.example)).toMatchObject({ success: true });
    const own = parameters.filter(({ schema }) => schema !== undefined);
    expect(own.filter(({ required, example }) => required === true && example === undefined)).toEqual([]);
    for (const { schema = {}, example } of own) {
      if (example !== undefined) expect(alone(schema).safeParse(example)).toMatchObject({ success: true });
    }
    if (requestBody === undefined) return;
    const body = requestBody.content['application/json'];
    expect(alone(body.schema).safeParse(body.example)).toMatchObject({ success: true });
  });

  it('shows numbers that came as texts as numbers, and nothing of this machine', () => {
    expect(named('listChannels').responses['200'].content['application/json'].example).toMatchObject({ total: 3 });
    expect(JSON.stringify(document)).not.toContain('127.0.0.1');
  });
});

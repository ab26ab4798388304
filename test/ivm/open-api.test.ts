import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { ivmOpenApi } from '#lib/ivm/operations/open-api.ts';
import { operations } from '#lib/ivm/operations/operations.ts';
import type { JsonSchema } from '#lib/json/json-schema.ts';

type Described = {
  operationId: string;
  deprecated?: boolean;
  security?: unknown[];
  parameters: { name?: string; in?: string; explode?: boolean }[];
  requestBody?: object;
};

const document = ivmOpenApi();
const described = Object.values(document.paths)
  .flatMap((methods) => Object.values(methods))
  .map((one) => one as Described);

type Answers = { responses: { '200': { content: { 'application/json': { schema: JsonSchema } } } } };
const answerOf = (name: string) => {
  const found = described.find(({ operationId }) => operationId === name) as unknown as Answers | undefined;
  return found?.responses['200'].content['application/json'].schema.properties ?? {};
};

describe('ivmOpenApi', () => {
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
    const named = (name: string) => described.find(({ operationId }) => operationId === name);
    expect(described.filter(({ deprecated }) => deprecated === true)).toHaveLength(8);
    expect(described.filter(({ security }) => security?.length === 0).map(({ operationId }) => operationId)).toEqual([
      'createAccessToken',
    ]);
    expect(named('deleteTargetGroup')?.requestBody).toBeDefined();
    expect(named('showDevice')?.requestBody).toBeUndefined();
    expect(named('listDevices')?.parameters.find(({ name }) => name === 'device_state')?.explode).toBe(false);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import type { OperationExample } from '#lib/ivm/operations/open-api.ts';
import { itemOutcomes } from '#lib/ivm/operations/operation-client.ts';
import type { OperationName } from '#lib/ivm/operations/operations.ts';
import { isJsonObject, type Json } from '#lib/json/exact-json.ts';
import { type ExampleCalls, makeExampleCalls } from '#lib/packaging/example-calls.ts';
import { byName, documented, type Endpoint, type Field, operationOf } from './catalogue.ts';

/** Documented members that the simulated IVM does not tell in these calls. */
const untold: { readonly [section: string]: readonly string[] } = {
  // Given up in favour of channel_model.
  '5.2': ['devices.channels.channel_model_e'],
  // Told beside playback_connections, as in one of the examples.
  '9.3': ['playback_connections.p2p_connections'],
  // Kept by no device, and jpegBase64 in place of jpg, as in the examples.
  '14.8': ['nation', 'organization', 'jpg', 'start_time', 'end_time'].map((member) => `targets.${member}`),
  '14.10': ['nation', 'organization', 'jpg', 'start_time', 'end_time'].map((member) => `targets.${member}`),
};

/** Documented members that are nowhere in an answer, by their paths. */
function untoldMembers({ response, response_types: types }: Endpoint, answer: Json): string[] {
  const follow = (
    fields: readonly Field[],
    values: readonly Json[],
    path: string,
    above: readonly string[],
  ): string[] =>
    fields.flatMap((field) => {
      const at = path === '' ? field.name : `${path}.${field.name}`;
      const told = values.flatMap((value) => (isJsonObject(value) ? (value[field.name] ?? []) : []));
      if (!values.some((value) => isJsonObject(value) && Object.hasOwn(value, field.name))) return [at];
      const type = /^(?:Array of )?(\S+?)(?: objects?)$/.exec(field.type)?.[1] ?? '';
      const inner = types[type];
      return inner === undefined || above.includes(type) ? [] : follow(inner, told, at, [...above, type]);
    });
  return follow(response.fields, [answer], '', []);
}

describe('every interface of the reference', () => {
  let calls: ExampleCalls = new Map();
  beforeAll(async () => {
    calls = await makeExampleCalls();
  });
  const callOf = ({ name }: Endpoint): OperationExample => {
    const call = calls.get(name as OperationName);
    if (call === undefined) throw new Error(`${name} was not called`);
    return call;
  };

  it('is called, and nothing besides', () => {
    expect([...calls.keys()].toSorted()).toEqual(documented.map(({ name }) => name).toSorted());
  });

  it.each(byName)('%s answers the client with all that is documented', (_, endpoint) => {
    const { answer } = callOf(endpoint);
    expect(untoldMembers(endpoint, answer)).toEqual(untold[endpoint.section] ?? []);
  });

  it.each(byName)('%s does what it is asked, with every item', (_, endpoint) => {
    const reply = operationOf(endpoint).reply.parse(callOf(endpoint).answer) as { [name: string]: unknown };
    const items = itemOutcomes(endpoint.name as OperationName, reply);
    expect(items.length > 0).toBe(operationOf(endpoint).outcomes.length > 0);
    expect(items.filter(({ outcome }) => !outcome.isDone)).toEqual([]);
  });

  it('answers the same when all of them are called again', async () => {
    expect(await makeExampleCalls()).toEqual(calls);
  });
});

import { describe, expect, it } from 'vitest';
import { chapters } from '#lib/ivm/operations/operations.ts';
import { type JsonSchema, jsonSchemaOf } from '#lib/json/json-schema.ts';
import { byName, declared, documented, type Endpoint, type Field, operationOf } from './catalogue.ts';

/** Every field of a schema by its path, members of lists included; a schema that is within itself is followed once. */
function fieldsOf(root: JsonSchema): Map<string, { field: JsonSchema; isRequired: boolean }> {
  const found = new Map<string, { field: JsonSchema; isRequired: boolean }>();
  const definitions = (root['$defs'] ?? {}) as { [name: string]: JsonSchema };
  const follow = (schema: JsonSchema, path: string, above: readonly string[]): void => {
    const reference = schema['$ref'] as string | undefined;
    const target = reference === undefined ? schema : (definitions[reference.replace('#/$defs/', '')] ?? root);
    if (reference !== undefined && above.includes(reference)) return;
    const next = reference === undefined ? above : [...above, reference];
    const inner = target.items ?? target;
    if (target.items !== undefined) return follow(inner, path, next);
    for (const [name, field] of Object.entries(target.properties ?? {})) {
      const at = path === '' ? name : `${path}.${name}`;
      found.set(at, { field, isRequired: target.required?.includes(name) ?? false });
      follow(field, at, next);
    }
  };
  follow(root, '', []);
  return found;
}

/** Every documented field by its path; a type that is within itself is followed once. */
function documentedFields(fields: readonly Field[], types: Endpoint['body_types']): Map<string, Field> {
  const found = new Map<string, Field>();
  const follow = (list: readonly Field[], path: string, above: readonly string[]): void => {
    for (const field of list) {
      const at = path === '' ? field.name : `${path}.${field.name}`;
      found.set(at, field);
      const type = /^(?:Array of )?(\S+?)(?: objects?)$/.exec(field.type)?.[1] ?? '';
      const inner = types[type];
      if (inner !== undefined && !above.includes(type)) follow(inner, at, [...above, type]);
    }
  };
  follow(fields, '', []);
  return found;
}

/** Every scalar within a value, as a text; what is masked in print can't be read as the number that it stands for. */
function leavesOf(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leavesOf);
  if (typeof value !== 'string') return value === null || value === undefined ? [] : [JSON.stringify(value)];
  // Abilities stand in one text with commas between them, or in a list.
  return value
    .split(',')
    .map((leaf) => leaf.trim())
    .filter((leaf) => leaf !== '' && !leaf.includes('*'));
}

const bounds = ['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems'] as const;
const boundNames = { minimum: 'min', maximum: 'max' } as const;

/** Bounds of a schema that the reference states otherwise, or states and the schema lacks. */
function differingBounds(field: JsonSchema, told: Field): string[] {
  // Ids of devices and channels have forms of their own, by the protocol; their tests are beside.
  if (told['by_protocol'] !== undefined || told.name === 'channel_id') return [];
  return bounds.flatMap((bound) => {
    const documentedBound = told[bound in boundNames ? boundNames[bound as keyof typeof boundNames] : bound];
    if (typeof documentedBound !== 'number') return [];
    // A lower bound of zero says nothing of a length.
    if (documentedBound === 0 && bound !== 'minimum' && bound !== 'maximum') return [];
    return field[bound] === documentedBound ? [] : [`${bound} ${String(field[bound])}, not ${documentedBound}`];
  });
}

const enumOf = (field: JsonSchema): unknown[] | undefined =>
  field.enum ?? (field.const === undefined ? undefined : [field.const]) ?? field.items?.enum;

describe('operations', () => {
  it('are the ninety that the reference documents, each in one chapter', () => {
    expect(documented).toHaveLength(90);
    expect([...declared.keys()].toSorted()).toEqual(documented.map(({ name }) => name).toSorted());
    expect(Object.values(chapters).reduce((sum, chapter) => sum + Object.keys(chapter).length, 0)).toBe(90);
  });

  it.each(byName)('%s has the method, path, section and protocols of the reference', (_, endpoint) => {
    const { section, method, path, protocols } = operationOf(endpoint);
    expect({ section, method, path, protocols }).toEqual({
      section: endpoint.section,
      method: endpoint.method,
      path: endpoint.path,
      protocols: endpoint.protocols,
    });
  });

  it.each(byName)('%s takes what the reference documents, with its ranges, and nothing else', (_, endpoint) => {
    const operation = operationOf(endpoint);
    for (const [part, location] of [
      ['parameters', 'path'],
      ['query', 'query'],
      ['body', 'body'],
    ] as const) {
      const told = documentedFields(
        endpoint.params.filter((field) => field.in === location && field.name !== 'user_id'),
        endpoint.body_types,
      );
      const fields = fieldsOf(jsonSchemaOf(operation[part], 'input'));
      expect([...fields.keys()].toSorted(), location).toEqual([...told.keys()].toSorted());
      for (const [path, field] of told) {
        const own = fields.get(path);
        if (own === undefined) throw new Error(`${path} is missing`);
        expect({ path, isRequired: own.isRequired }).toEqual({ path, isRequired: field.required });
        expect({ path, differs: differingBounds(own.field, field) }).toEqual({ path, differs: [] });
        if (field.enum !== undefined && own.field.type !== 'boolean') {
          expect({ path, values: new Set(enumOf(own.field)) }).toEqual({ path, values: new Set(field.enum) });
        }
      }
    }
  });

  it.each(byName)('%s answers with what the reference documents', (_, endpoint) => {
    const told = documentedFields(endpoint.response.fields, endpoint.response_types);
    const own = fieldsOf(jsonSchemaOf(operationOf(endpoint).reply, 'input'));
    const missing = [...told.keys()].filter((path) => !own.has(path) && !/(?:^|\.)result\.(?:code|msg)$/.test(path));
    expect(missing).toEqual([]);
  });

  it.each(byName)('%s says in words what each of its fields means', (_, endpoint) => {
    const { parameters, query, body, reply, summary, notes } = operationOf(endpoint);
    const fields = [parameters, query, body, reply]
      .flatMap((part) => [...fieldsOf(jsonSchemaOf(part, 'input'))])
      // What became of an item is told in the same way everywhere.
      .filter(([path]) => !/(?:^|\.)result(?:\.(?:code|msg))?$/.test(path));
    expect(fields.filter(([, { field }]) => !/^[!-~–’×≤≥°][ -~–’×≤≥°]+$/.test(field.description ?? ''))).toEqual([]);
    expect([summary, ...notes].filter((text) => !/^[ -~–’×]+\.$/.test(text))).toEqual([]);
  });

  it.each(byName.filter(([, { legacy }]) => legacy))('%s names what comes after it', (_, endpoint) => {
    const { successor } = operationOf(endpoint);
    expect(declared.get(successor ?? '')?.successor, 'which has no successor of its own').toBeUndefined();
    expect(declared.has(successor ?? '')).toBe(true);
  });

  it.each(byName.filter(([, { legacy }]) => !legacy))('%s has no successor', (_, endpoint) => {
    expect(operationOf(endpoint).successor).toBeUndefined();
  });

  const examples = documented.flatMap((endpoint) =>
    endpoint.response_examples.flatMap((text, index) =>
      endpoint.examples_valid_json.response[index] === true
        ? [[`${endpoint.section} ${index + 1}`, endpoint, text] as const]
        : [],
    ),
  );

  it.each(examples)('reads the example answer %s, and loses nothing of it', (_, endpoint, text) => {
    const json = JSON.parse(text) as unknown;
    const kept = new Set(leavesOf(operationOf(endpoint).reply.parse(json)));
    expect(leavesOf(json).filter((leaf) => !kept.has(leaf))).toEqual([]);
  });

  it.each(byName)('%s is read where all that it documents is missing, null or of another form', (_, endpoint) => {
    const { reply } = operationOf(endpoint);
    for (const odd of [undefined, null, 'text', 7, [], {}, [[]]]) {
      const json = Object.fromEntries(endpoint.response.fields.map(({ name }) => [name, odd]));
      expect(reply.safeParse(json)).toMatchObject({ success: true });
    }
  });

  it('have no two names for one parameter in path, query and body', () => {
    for (const [name, { parameters, query, body }] of declared) {
      const names = [parameters, query, body].flatMap(({ shape }) => Object.keys(shape));
      expect(new Set(names).size, name).toBe(names.length);
    }
  });
});

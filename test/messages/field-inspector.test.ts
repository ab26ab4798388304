import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecimalText, type Json, parseExact } from '#lib/json/exact-json.ts';
import { messageSchemas } from '#lib/message-schemas/message-schemas.ts';
import { createFieldInspector } from '#lib/messages/field-inspector.ts';
import type { ObjectOutline, Outline } from '#lib/messages/outline.ts';
import { outlines } from '#lib/messages/outlines.ts';
import { messageModules } from '#lib/messages/registry.ts';
import { anyJson, replaced } from './support/arbitrary-json.ts';
import { example, exampleNames } from './support/examples.ts';
import { inspectBySchema } from './support/inspect-by-schema.ts';
import { shapedJson } from './support/shaped-json.ts';

/** All names that an outline holds, at any level. */
const fieldNames = (outline: Outline): string[] =>
  typeof outline === 'string'
    ? []
    : Object.entries(outline).flatMap(([name, field]: [string, Outline]) => [name, ...fieldNames(field)]);

const inspect = createFieldInspector({
  name: 'string',
  inner: { count: 'integer' },
  targets: [{ count: 'integer' }],
});

describe('createFieldInspector', () => {
  it.each<{ title: string; data: Json | undefined; unknownFields?: string[]; problems?: string[] }>([
    {
      title: 'finds nothing odd in documented fields',
      data: { name: 'a', inner: { count: 1 }, targets: [{ count: 2 }] },
    },
    { title: 'takes null and absence for any field', data: { name: null, inner: null, targets: null } },
    { title: 'takes an empty object', data: {} },
    { title: 'names an unknown field by its path', data: { inner: { foo: 1 } }, unknownFields: ['data.inner.foo'] },
    {
      title: 'names an unknown field of many elements once',
      data: { targets: [{ foo: 1 }, { foo: 2, count: 3 }, { bar: {} }] },
      unknownFields: ['data.targets[].foo', 'data.targets[].bar'],
    },
    {
      title: 'names the type of a wrong field, never its value',
      data: { name: 42, inner: [], targets: [{ count: 'secret' }, null] },
      problems: [
        'data.name: expected string, got number',
        'data.inner: expected object, got array',
        'data.targets[].count: expected integer, got string',
      ],
    },
    {
      title: 'takes a number kept as text for a number, not for an object',
      data: { inner: new DecimalText('1.0'), targets: [{ count: new DecimalText('1.0') }] },
      problems: ['data.inner: expected object, got number'],
    },
    { title: 'reports absent data', data: undefined, problems: ['data: expected object, got nothing'] },
    { title: 'reports null data', data: null, problems: ['data: expected object, got null'] },
    {
      title: 'reports a lone element of a list',
      data: { targets: {} },
      problems: ['data.targets: expected array, got object'],
    },
    {
      title: 'reports a fraction of a count',
      data: { inner: { count: 1.5 } },
      problems: ['data.inner.count: expected integer, got number'],
    },
  ])('$title', ({ data, unknownFields = [], problems = [] }) => {
    expect(inspect(data)).toEqual({ unknownFields, problems });
  });

  it('reports __proto__ as an unknown field and leaves prototypes alone', () => {
    expect(inspect(parseExact('{"__proto__":{"polluted":1},"inner":{"__proto__":[]}}'))).toEqual({
      unknownFields: ['data.inner.__proto__', 'data.__proto__'],
      problems: [],
    });
    expect({}).not.toHaveProperty('polluted');
  });

  it('keeps a hundred entries of three hundred characters', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`${n}-${'x'.repeat(500)}`, 1]));
    const { unknownFields } = inspect(many);
    expect(unknownFields).toHaveLength(100);
    expect(unknownFields.every((entry) => entry.length === 300)).toBe(true);
  });
});

/** Data that is too deep, too long or too wide, in every place where something is looked at. */
function bombs(outline: ObjectOutline): Json[] {
  let deep: Json = 'end';
  for (let level = 0; level < 10_000; level += 1) deep = level % 2 === 0 ? [deep] : { data: deep };
  const charges: Json[] = [
    deep,
    Array.from({ length: 1_000_000 }, () => 1),
    Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`${n}-${'\uD800'.repeat(400)}`, n])),
    Array.from({ length: 101 }, (_, n) => ({ [`k${n}`]: n })),
  ];
  return charges.flatMap((charge) => [
    charge,
    ...Object.keys(outline).map((name) => ({ [name]: charge })),
    ...['targets', 'video_channel', 'common'].map((name) => ({ data: { [name]: charge }, param: { [name]: charge } })),
    { data: { targets: [{ obj_pos: charge }, charge] }, param: { video_channel: [{ status_list: charge }, charge] } },
  ]);
}

describe.each(messageModules.map((module) => ({ type: module.messageType, module })))(
  'what is reported of $type',
  ({ type, module }) => {
    const bySchema = (data: Json | undefined) => inspectBySchema(messageSchemas[type], data);

    it('is what the schema finds in data of its shape, right and almost right', () => {
      const property = fc.property(shapedJson(outlines[type]), (data) => {
        expect(module.inspectFields(data)).toEqual(bySchema(data));
      });
      expect(() => fc.assert(property, { numRuns: 500 })).not.toThrow();
    });

    it('is what the schema finds in an example with any values in any places', () => {
      const names = exampleNames.filter((name) => example(name).messageType === type);
      const changes = fc.array(fc.tuple(fc.nat(), anyJson), { maxLength: 4 });
      const property = fc.property(fc.constantFrom(...names), changes, (name, changed) => {
        const data = changed.reduce((before, [place, value]) => replaced(before, place, value), example(name).data);
        expect(module.inspectFields(data)).toEqual(bySchema(data));
      });
      expect(() => fc.assert(property, { numRuns: 300 })).not.toThrow();
    });

    it('is what the schema finds in any JSON', () => {
      const property = fc.property(fc.option(anyJson, { nil: undefined }), (data) => {
        expect(module.inspectFields(data)).toEqual(bySchema(data));
      });
      expect(() => fc.assert(property, { numRuns: 300 })).not.toThrow();
    });

    it('is what the schema finds in bombs', () => {
      for (const data of bombs(outlines[type])) expect(module.inspectFields(data)).toEqual(bySchema(data));
    });

    it('is found by names that no object has of itself', () => {
      expect(fieldNames(outlines[type]).filter((name) => name in {})).toEqual([]);
    });
  },
);

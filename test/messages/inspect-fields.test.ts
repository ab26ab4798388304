import { describe, expect, it } from 'vitest';
import { DecimalText, type Json, parseExact } from '#lib/json/exact-json.ts';
import { integer, list, messageData, object, text } from '#lib/messages/fields.ts';
import { inspectFields } from '#lib/messages/inspect-fields.ts';

const schema = messageData('a message', {
  name: text('a name'),
  inner: object('an object', { count: integer('a count') }),
  targets: list('a list', object('an element', { count: integer('a count') })),
});

const inspect = (data: Json | undefined) => inspectFields(schema, data);

describe('inspectFields', () => {
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

import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { fieldNotes } from '#lib/message-schemas/field-notes.ts';
import { choice, integer, keywords, list, messageData, object } from '#lib/message-schemas/fields.ts';

describe('fieldNotes', () => {
  it('gives what is noted of an object, its members, lists and their elements, by path in their order', () => {
    const schema = messageData('a message', {
      inner: object('an object', { count: integer('a count', 'persons') }),
      words: list('a list', keywords('a word', { a: 'b' })),
      targets: list('targets', object('a target', { kind: choice('a kind', { 1: 'one' }) })),
    });
    expect([...fieldNotes(schema)]).toEqual([
      ['', { description: 'a message' }],
      ['inner', { description: 'an object' }],
      ['inner.count', { description: 'a count', unit: 'persons' }],
      ['words', { description: 'a list' }],
      ['words[]', { description: 'a word', values: { a: 'b' } }],
      ['targets', { description: 'targets' }],
      ['targets[]', { description: 'a target' }],
      ['targets[].kind', { description: 'a kind', values: { 1: 'one' } }],
    ]);
  });

  it('refuses what is not described, or not of a known make', () => {
    expect(() => fieldNotes(z.strictObject({}))).toThrow("nothing is noted of ''");
    expect(() => fieldNotes(messageData('a message', { odd: z.string().meta({ description: 'a text' }) }))).toThrow(
      TypeError,
    );
  });
});

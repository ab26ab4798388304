import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { flag, integer, keywords, list, messageData, object, pictureUrl, text } from '#lib/message-schemas/fields.ts';
import { outlineOf } from '#lib/message-schemas/outline-of.ts';

describe('outlineOf', () => {
  it('keeps names, types and nesting, in their order', () => {
    const schema = messageData('a message', {
      name: text('a name'),
      inner: object('an object', { count: integer('a count', 'persons'), isOn: flag('yes or no') }),
      words: list('a list', keywords('words', { a: 'b' })),
      targets: list('a list', object('an element', { url: pictureUrl('a picture') })),
    });
    const outline = outlineOf(schema);
    expect(outline).toEqual({
      name: 'string',
      inner: { count: 'integer', isOn: 'boolean' },
      words: ['string or array of strings'],
      targets: [{ url: 'http(s) URL' }],
    });
    expect(Object.keys(outline)).toEqual(['name', 'inner', 'words', 'targets']);
  });

  it('refuses what it could not describe truly', () => {
    for (const field of [z.string(), z.custom(() => true), z.record(z.string(), text('a text')), z.union([])]) {
      expect(() => outlineOf(z.strictObject({ field }))).toThrow(TypeError);
    }
  });
});

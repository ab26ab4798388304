import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cameraKey, encodeId, eventSk } from '#lib/events/event-keys.ts';

describe('encodeId', () => {
  it.each([
    ['', '-'],
    ['219123456CYP', '219123456CYP'],
    ['a#b', 'a%23b'],
    ['通道', '%E9%80%9A%E9%81%93'],
    ['50%', '50%25'],
    ['x'.repeat(300), 'x'.repeat(256)],
  ])('encodes %j', (id, encoded) => {
    expect(encodeId(id)).toBe(encoded);
  });

  it('gives a key part of 1 to 256 plain bytes for any text, that decodes and holds no separator', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (id) => {
        const encoded = encodeId(id);
        expect(encoded).toMatch(/^[\x21-\x7E]{1,256}$/);
        expect(encoded).not.toMatch(/[#/]/);
        expect(() => decodeURIComponent(encoded)).not.toThrow(SyntaxError);
      }),
    );
  });

  it('gives different keys for different ids that fit', () => {
    const id = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text !== '-');
    fc.assert(
      fc.property(id, id, (a, b) => {
        expect(encodeId(a) === encodeId(b)).toBe(a === b);
      }),
    );
  });

  it('survives a lone surrogate', () => {
    expect(encodeId('\uD800')).toBe('%EF%BF%BD');
  });
});

describe('keys of the table events', () => {
  it('are camera and time, id and body', () => {
    expect(cameraKey('D#1', '')).toBe('D%231#-');
    expect(eventSk('2026-01-01T00:00:00.000Z', '18446744073696131378', 'abcdef0123456789')).toBe(
      '2026-01-01T00:00:00.000Z#18446744073696131378#abcdef01',
    );
  });
});

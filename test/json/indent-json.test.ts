import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indentJson } from '#lib/json/indent-json.ts';

describe('indented JSON', () => {
  it('is as JSON.stringify would indent it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(indentJson(JSON.stringify(value))).toBe(JSON.stringify(value, undefined, 2));
      }),
    );
  });

  it('keeps the digits of numbers', () => {
    expect(indentJson('{"id":18446744073696131378,"rate":1.0}')).toBe(
      '{\n  "id": 18446744073696131378,\n  "rate": 1.0\n}',
    );
  });

  it('is taken as far as it goes where it was cut off, or is none at all', () => {
    expect(indentJson('{"a":{"open')).toBe('{\n  "a": {\n    "open');
    expect(indentJson(']}')).toBe('\n]\n}');
  });

  it('stays of a size with its text however deep that is', () => {
    const deep = `${'['.repeat(10_000)}1${']'.repeat(10_000)}`;
    expect(indentJson(deep).length).toBeLessThan(deep.length * 100);
  });
});

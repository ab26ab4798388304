import { describe, expect, it } from 'vitest';
import type { Json } from '#lib/json/exact-json.ts';
import { type ExpectedType, isHttpUrl, typeCheck } from '#lib/messages/field-types.ts';

const expectedTypes: ExpectedType[] = [
  'string',
  'string or integer',
  'integer',
  'number',
  'boolean',
  'http(s) URL',
  'string or array of strings',
];

describe('typeCheck', () => {
  it.each(expectedTypes)('takes what was left out of a %s, and nothing that only looks like it', (expected) => {
    const fits = typeCheck(expected);
    expect(fits({ omitted: '12' })).toBe(true);
    for (const value of [{ omitted: 12 }, { omitted: 'x' }, { omitted: '12', more: 1 }, {}]) {
      expect(fits(value)).toBe(false);
    }
  });

  it('looks at the first hundred of a list of words', () => {
    const fits = typeCheck('string or array of strings');
    const words = Array.from({ length: 99 }, () => 'ptz');
    expect(fits([...words, 1])).toBe(false);
    expect(fits([...words, 'talk', 1])).toBe(true);
  });
});

describe('isHttpUrl', () => {
  it.each<[Json | undefined, boolean]>([
    ['https://ivm.example.com/a.jpg', true],
    ['HTTP://198.51.100.7:18081/pic?expire=1', true],
    ['https://', false],
    ['https:///a', false],
    ['ftp://ivm.example.com/a', false],
    ['data:image/jpeg;base64,AAAA', false],
    [' https://ivm.example.com/a.jpg', false],
    ['', false],
    [42, false],
    [undefined, false],
    [`https://ivm.example.com/${'a'.repeat(5000)}`, false],
  ])('judges %j as %s', (value, expected) => {
    expect(isHttpUrl(value)).toBe(expected);
  });
});

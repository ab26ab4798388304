import { describe, expect, it } from 'vitest';
import { fitAttribute } from '#lib/events/fit-attribute.ts';
import { type Json, parseExact } from '#lib/json/exact-json.ts';

const nested = (levels: number): Json => {
  let value: Json = 1;
  for (let level = 1; level < levels; level += 1) value = [value];
  return value;
};

describe('fitAttribute', () => {
  it.each([
    ['7', { N: '7' }],
    ['-0.5', { N: '-0.5' }],
    ['18446744073696131378', { N: '18446744073696131378' }],
    ['12345678901234567890123456789012345678', { N: '12345678901234567890123456789012345678' }],
    ['true', { BOOL: true }],
    ['null', { NULL: true }],
    ['""', { S: '' }],
    ['{"a":[1,{"b":"名"}],"c":{}}', { M: { a: { L: [{ N: '1' }, { M: { b: { S: '名' } } }] }, c: { M: {} } } }],
  ])('takes %s as it is', (source, attribute) => {
    expect(fitAttribute(parseExact(source), 'data')).toEqual({ attribute, problems: [] });
  });

  it.each(['123456789012345678901234567890123456789', '1.0', '1e5', '1e400', '-0', '1e-7', '0.10'])(
    'keeps the number %s as text and says so',
    (source) => {
      expect(fitAttribute(parseExact(`{"x":[${source}]}`), 'data')).toEqual({
        attribute: { M: { x: { L: [{ S: source }] } } },
        problems: ['data.x[]: the number is kept as text, because the table would change its digits'],
      });
    },
  );

  it('leaves out strings over 1 KB and every face template, with their size', () => {
    const value = { long: '名'.repeat(400), target_cap_feature: 'oTEG', short: 'x'.repeat(1024) };
    expect(fitAttribute(value, 'data').attribute).toEqual({
      M: {
        long: { M: { omitted: { S: '1200' } } },
        target_cap_feature: { M: { omitted: { S: '4' } } },
        short: { S: 'x'.repeat(1024) },
      },
    });
  });

  it('drops members whose name the table does not take, and says so without the name', () => {
    const { attribute, problems } = fitAttribute(parseExact('{"":1,"__proto__":{"a":1},"ok":2}'), 'data');
    expect(attribute).toEqual({ M: { ok: { N: '2' } } });
    expect(problems).toHaveLength(1);
  });

  it('replaces lone surrogates, which DynamoDB would refuse', () => {
    expect(fitAttribute('a\uD800', 'data')).toEqual({
      attribute: { S: 'a\uFFFD' },
      problems: ['data: a lone surrogate was replaced'],
    });
  });

  it('takes 24 levels and refuses the 25th, also when there are hundreds of thousands', () => {
    expect(fitAttribute(nested(24), 'data').attribute).toBeDefined();
    expect(fitAttribute(nested(25), 'data').attribute).toBeUndefined();
    expect(fitAttribute(nested(300_000), 'data').attribute).toBeUndefined();
  });

  it('refuses what is larger than 256 KB encoded', () => {
    const list = (count: number): Json => Array.from({ length: count }, () => 'x'.repeat(1000));
    expect(fitAttribute(list(255), 'data').attribute).toBeDefined();
    expect(fitAttribute(list(270), 'data').attribute).toBeUndefined();
  });
});

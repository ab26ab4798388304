import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readString, scanTopLevel } from '#lib/json/scan-top-level.ts';

const wanted = ['message_id', 'message_type', 'data', 'test'];

/** A full parser as the judge: what the members are, in canonical text. */
function judge(text: string): Record<string, string> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => wanted.includes(key))
        .map(([key, item]) => [key, JSON.stringify(item)]),
    );
  } catch {
    return undefined;
  }
}

const canonical = (members: Record<string, string> | undefined) =>
  members === undefined
    ? undefined
    : Object.fromEntries(Object.entries(members).map(([key, source]) => [key, JSON.stringify(JSON.parse(source))]));

const memberKey = fc.oneof(
  fc.constantFrom(...wanted),
  fc.string({ maxLength: 6 }).filter((text) => !/["\\\u0000-\u001f]/.test(text)),
);
const space = fc.constantFrom('', ' ', '\n', '\t\r\n ');
const objects = fc
  .array(fc.tuple(space, memberKey, space, fc.jsonValue(), space), { maxLength: 8 })
  .map(
    (members) =>
      `{${members.map(([a, key, b, value, c]) => `${a}${JSON.stringify(key)}${b}:${c}${JSON.stringify(value)}${a}`).join(',')}}`,
  );

describe('scanTopLevel', () => {
  it('finds what a full parser finds, repeated keys included', () => {
    fc.assert(
      fc.property(objects, (text) => {
        expect(canonical(scanTopLevel(text, wanted))).toEqual(judge(text));
      }),
      { numRuns: 3000 },
    );
  });

  it('never throws and never misses a document cut off at any place', () => {
    fc.assert(
      fc.property(objects, fc.nat(), (text, seed) => {
        const cut = text.slice(0, seed % text.length);
        expect(scanTopLevel(cut, wanted)).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  it('never refuses what a full parser accepts, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        if (judge(text) !== undefined) expect(canonical(scanTopLevel(text, wanted))).toEqual(judge(text));
        else expect(() => scanTopLevel(text, wanted)).not.toThrow();
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['an empty text', ''],
    ['a list', '[1]'],
    ['a bare string', '"a"'],
    ['a trailing comma', '{"a":1,}'],
    ['text behind the object', '{"a":1} x'],
    ['a byte order mark', '\uFEFF{"a":1}'],
    ['a bad escape in a key', '{"\\x":1}'],
    ['a raw control character in a value', '{"a":"\u0001"}'],
    ['an object that opens with a bracket', '["a":1}'],
    ['text behind an empty object', '{} x'],
    ['another sign in the place of a colon', '{"a"=1}'],
    ['another sign in the place of a comma', '{"a":1;"b":2}'],
    ['a point without decimals', '{"a":1.}'],
    ['an exponent without digits', '{"a":1e}'],
  ])('gives nothing for %s', (_title, text) => {
    expect(scanTopLevel(text, wanted)).toBeUndefined();
  });

  it('gives the source text of a number, however long', () => {
    expect(scanTopLevel('{"message_id": 12345678901234567890123456789012 }', wanted)).toEqual({
      message_id: '12345678901234567890123456789012',
    });
  });

  it.each(['0', '-0.5', '1e5', '1E5', '2e+7', '3.25E-12'])('gives the number %s as it is written', (text) => {
    expect(scanTopLevel(`{"data":${text}}`, wanted)).toEqual({ data: text });
  });

  it.each([' \n{"data":1}', '{"data":1}\t ', '\r\n { "data" : 1 } \n'])('allows for the space around %j', (text) => {
    expect(scanTopLevel(text, wanted)).toEqual({ data: '1' });
  });

  it('reads a key that is written with escapes', () => {
    expect(scanTopLevel('{"message\\u005fid": 7}', wanted)).toEqual({ message_id: '7' });
  });

  it('leaves invalid text inside a nested value to the full parser', () => {
    expect(scanTopLevel('{"data":{oops],"message_id":1}', wanted)).toEqual({ data: '{oops]', message_id: '1' });
  });
});

describe('readString', () => {
  it('gives the value of a string literal', () => {
    expect(readString(String.raw`"a\u0062\n"`)).toBe('ab\n');
  });

  it.each([undefined, '', '7', 'null', '["a"]', ' "a"', '"a', String.raw`"\x"`])('gives nothing for %j', (literal) => {
    expect(readString(literal)).toBeUndefined();
  });
});

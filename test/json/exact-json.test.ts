import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecimalText, type Json, parseExact, stringifyExact } from '#lib/json/exact-json.ts';

/** Number texts as a sender might write them, most of them beyond a double. */
const numberText = fc.oneof(
  fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map(String),
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.tuple(fc.nat(), fc.stringMatching(/^\d{1,30}$/)).map(([whole, decimals]) => `${whole}.${decimals}`),
  fc.constantFrom('-0', '0', '1e400', '1E5', '-0.0', '9007199254740993', '18446744073696131378'),
);
/** Keys without backslash escapes: Node 24's own parser confuses those (nodejs/node #63785). */
const key = fc
  .string()
  .map((text) => JSON.stringify(text))
  .filter((literal) => !literal.includes('\\'));
/** Strings that hold what looks like a number in a document, as it is or escaped. */
const deceptiveString = fc
  .tuple(
    fc.constantFrom('', ':', ': ', ',', '[', '"a":', '"a" : -', 'a:', '\\', '-', ' '),
    fc.constantFrom('18446744073696131378', '9007199254740993', '1.0', '-0', '1e400', '123456789012345'),
    fc.constantFrom('', ',', ' ,', ']', '}', ':', '"', 'a', ' '),
  )
  .map((parts) => JSON.stringify(parts.join('')));
const documents = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    numberText,
    fc.string().map((text) => JSON.stringify(text)),
    deceptiveString,
    fc.constantFrom('true', 'false', 'null'),
    fc.array(tie('value'), { maxLength: 5 }).map((items) => `[${items.join(',')}]`),
    fc
      .uniqueArray(fc.tuple(key, tie('value')), { maxLength: 5, selector: ([name]) => name })
      // Integer-like keys are left out: objects list them first, whatever the order of the text.
      .map((members) => members.filter(([name]) => !/^"\d+"$/.test(name)))
      .map((members) => `{${members.map(([name, value]) => `${name}:${value}`).join(',')}}`),
  ),
})).value;

describe('parseExact', () => {
  it.each<[string, Json]>([
    ['1676373406883530016', 1676373406883530016n],
    ['18446744073696131378', 18446744073696131378n],
    ['-9223372036854775809', -9223372036854775809n],
    ['12345678901234567890123456789012', 12345678901234567890123456789012n],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992],
    ['9007199254740993', 9007199254740993n],
    ['1.0', new DecimalText('1.0')],
    ['1e400', new DecimalText('1e400')],
    ['-0', new DecimalText('-0')],
    ['0.1000000000000000055', new DecimalText('0.1000000000000000055')],
    ['0.5', 0.5],
    [' -0 ', new DecimalText('-0')],
    [' 18446744073696131378 ', 18446744073696131378n],
    ['[7,"18446744073696131378"]', [7, '18446744073696131378']],
  ])('keeps %s exact', (text, value) => {
    expect(parseExact(text)).toEqual(value);
  });

  it('prints every document again with the digits it came in with', () => {
    fc.assert(
      fc.property(documents, (text) => {
        expect(stringifyExact(parseExact(text))).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  it('agrees with the native parser about what is JSON, also on damaged documents', () => {
    const damaged = fc
      .tuple(
        documents,
        fc.nat(),
        fc.constantFrom('', '0', '"', '{', ']', ',', ':', '1.0', ' ', '-', 'e', '\\'),
        fc.nat(3),
      )
      .map(([text, seed, insert, removed]) => {
        const at = seed % (text.length + 1);
        return text.slice(0, at) + insert + text.slice(at + removed);
      });
    const accepts = (parse: (text: string) => unknown, text: string) => {
      try {
        parse(text);
        return true;
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
        return false;
      }
    };
    fc.assert(
      fc.property(damaged, (text) => {
        expect(accepts(parseExact, text)).toBe(accepts(JSON.parse, text));
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    '{1.0:2}',
    '{"a":1}18446744073696131378',
    '[0018446744073696131378]',
    '[1.0 1.0]',
    '18446744073696131378"a"',
    '{"a":0018446744073696131378}',
    '{"a":18446744073696131378:1}',
    '{"a":1:18446744073696131378}',
    '{"a","b":18446744073696131378,}',
    '{"a":--18446744073696131378}',
    '{"a":"\\18446744073696131378"}',
    '{"a":18446744073696131378',
    '{"a":": 18446744073696131378 ,',
  ])('refuses %s although quoting its numbers would make it valid or nearly so', (text) => {
    expect(() => parseExact(text)).toThrow(SyntaxError);
  });

  it.each([
    '["a",":18446744073696131378,"]',
    '{"a":": 18446744073696131378 ,","b":18446744073696131379}',
    '{"a":"\\":18446744073696131378,","b":18446744073696131379}',
    '{"a":"\\\\","b":18446744073696131378,"c\\\\":18446744073696131379}',
    '{"a":"1, 18446744073696131378, 2","b":18446744073696131379}',
    '{"a":"at 7:18446744073696131378, 2","b":18446744073696131379}',
    '{"a":[18446744073696131378,1],"b":[0,18446744073696131379]}',
    '{"a":-18446744073696131378,"b":"","c":-9007199254740993}',
    '{"a":18446744073696131378,"b":-0}',
    '{"a":18446744073696131378,"b":1.0}',
    '{"a":"1.0, -0, 1e5","b":18446744073696131378}',
    '{"a":12345678901234567000,"b":12345678901234567001,"c":9007199254740992,"d":9007199254740993}',
    '{"a":"门口","b":18446744073696131378}',
  ])('tells numbers from what looks like them in %s', (text) => {
    expect(stringifyExact(parseExact(text))).toBe(text);
  });

  it('finds a long integer wherever it stands, and whatever blanks are around it', () => {
    for (const number of ['9007199254740993', '-18446744073696131378'])
      for (let before = 0; before < 40; before += 1) {
        const key = 'k'.repeat(before);
        expect(parseExact(`{"${key}"\n\t: ${number}\r\n}`)).toEqual({ [key]: BigInt(number) });
      }
  });

  it('finds a long integer behind a string that is longer than most messages', () => {
    const text = `{"picture":"${'QUJD'.repeat(10_000)}","id":18446744073696131378}`;
    expect(stringifyExact(parseExact(text))).toBe(text);
  });

  it('says nothing of the text when it refuses one', () => {
    expect(() => parseExact('{"plate": 浙A12345')).toThrow(/^the text is no valid JSON$/);
  });

  it('survives nesting that would overflow the call stack', () => {
    const depth = 200_000;
    const text = `${'['.repeat(depth)}18446744073696131378${']'.repeat(depth)}`;
    expect(stringifyExact(parseExact(text))).toBe(text);
  });

  it('finds all of many inexact numbers, in lists, under names and in a text that is long', () => {
    const numbers = Array.from({ length: 50_000 }, (_, index) => `167637340688353${10_000 + index}`);
    const text = `{"list":[${numbers.join(',')}],"members":{${numbers.map((number, index) => `"k${index}":${number}`).join(',')}}}`;
    expect(stringifyExact(parseExact(text))).toBe(text);
  });

  it('finds the numbers behind one that a repeated key overwrites', () => {
    expect(parseExact('{"a":1676373406883530016,"a":1,"b":{"c":[1676373406883530017]}}')).toEqual({
      a: 1,
      b: { c: [1676373406883530017n] },
    });
  });

  it('takes no digits of a longer text for those of a shorter one that ends with a number', () => {
    parseExact('123456789012345678901234567890');
    expect(parseExact('12')).toBe(12);
  });

  it('keeps a member called __proto__ as a member', () => {
    const text = '{"__proto__":18446744073696131378,"a":1}';
    expect(stringifyExact(parseExact(text))).toBe(text);
  });
});

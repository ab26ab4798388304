import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rewriteMembers } from '#lib/json/rewrite-members.ts';

const secret = (text: string) =>
  rewriteMembers(
    text,
    (name) => name === 'secret',
    () => '0',
  );

/** The same done to what a full parser reads. */
const withoutSecrets = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, name === 'secret' ? 0 : withoutSecrets(member)]),
  );
};

const { document } = fc.letrec((tie) => ({
  document: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.jsonValue(),
    fc.array(tie('document'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('secret', 'a', 'b\\', '"secret"', 'Secret'), tie('document'), { maxKeys: 4 }),
  ),
}));

describe('rewriteMembers', () => {
  it('gives what a full parser would give, at any depth, however it is indented', () => {
    fc.assert(
      fc.property(document, fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        expect(JSON.parse(secret(JSON.stringify(value, null, indent)))).toEqual(
          withoutSecrets(JSON.parse(JSON.stringify(value))),
        );
      }),
    );
  });

  it.each<[what: string, text: string, kept: string]>([
    [
      'every other character stays',
      '{ "id" : 12345678901234567890.10 , "secret" :"x"\n}',
      '{ "id" : 12345678901234567890.10 , "secret" :0\n}',
    ],
    ['a value that is no member is none', '["secret", "secret"]', '["secret", "secret"]'],
    ['a name with escapes is read', String.raw`{"secre\u0074":[1,{"a":2}]}`, String.raw`{"secre\u0074":0}`],
    ['a name that comes twice is rewritten twice', '{"secret":"x","secret":{"a":1}}', '{"secret":0,"secret":0}'],
    [
      'numbers, truth values and null are values too',
      '[{"secret":-1.5e3},{"secret":true},{"secret":null}]',
      '[{"secret":0},{"secret":0},{"secret":0}]',
    ],
    [
      'bare control characters, which are no JSON, hide nothing',
      '{"a":"\n","secret":"\u0001x"}',
      '{"a":"\n","secret":0}',
    ],
    ['what breaks off keeps what cannot be told', '{"secret":"x', '{"secret":"x'],
    ['no JSON at all stays', 'plate=1', 'plate=1'],
  ])('%s', (_what, text, kept) => {
    expect(secret(text)).toBe(kept);
  });
});

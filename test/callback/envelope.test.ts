import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Envelope, readEnvelope } from '#lib/callback/envelope.ts';
import { exampleMessages } from '../support/fixtures.ts';

const space = fc.stringMatching(/^[ \t\n\r]{0,3}$/);
const messageId = fc.oneof(
  fc.stringMatching(/^[1-9]\d{0,31}$/),
  fc.stringMatching(/^(?:0|-?[1-9]\d{0,2})$/),
  fc.string().map((text) => JSON.stringify(text)),
  fc.constantFrom('null', '""', '1.5', '[1]', '{"message_id":2}'),
);
const messageType = fc.oneof(
  fc.constantFrom('"device_alarm"', '"target_data"', '"device\\u005falarm"', '7', 'null'),
  fc.string().map((text) => JSON.stringify(text)),
);
const data = fc.object({ key: fc.stringMatching(/^[a-s]{0,5}$/) }).map((value) => JSON.stringify(value));
/** What looks like the end of a callback, or like its head, is data all the same. */
const misleadingData = fc.constantFrom(
  '{"test":true}',
  '{"a":{},"test":false}',
  '[{"message_id":1}]',
  '"},\\"test\\":true}"',
  'null',
);
const test = fc.constantFrom('true', 'false', '"true"', 'null');
const member = (name: string, value: fc.Arbitrary<string>) =>
  fc.tuple(space, space, value, space).map(([a, b, text, c]) => `${a}"${name}"${b}:${text}${c}`);

/** Members in the order of the reference, some of them missing; now and then in another order, or with more of them. */
const callbacksWith = (datas: fc.Arbitrary<string>) =>
  fc
    .tuple(
      fc.tuple(
        member('message_id', messageId),
        member('message_type', messageType),
        member('data', datas),
        member('test', test),
      ),
      fc.subarray([0, 1, 2, 3], { minLength: 0 }),
      fc.constantFrom('', ',"message":{"data":1}', ',"тест":1'),
      fc.boolean(),
      space,
    )
    .map(([members, chosen, more, isTurned, around]) => {
      const texts = chosen.map((index) => members[index] ?? '');
      const ordered = isTurned ? texts.toReversed() : texts;
      return `${around}{${ordered.join(',')}${ordered.length === 0 ? more.slice(1) : more}}${around}`;
    });

/** What a full parser says, the digits of an id taken from its source. */
function judged(text: string): Envelope | undefined {
  const parse = JSON.parse as (
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ) => unknown;
  const withDigits = parse(text, (_key, value, { source }) => (typeof value === 'number' ? { digits: source } : value));
  const { message_id, message_type, test: isTest } = withDigits as { [key: string]: unknown };
  const digits = (message_id as { digits?: string } | null | undefined)?.digits;
  const id = typeof message_id === 'string' && message_id !== '' ? message_id : digits;
  return {
    messageId: id,
    messageType: typeof message_type === 'string' ? message_type : undefined,
    isProbe: isTest === true && !Object.hasOwn(withDigits as object, 'data'),
  };
}

describe('readEnvelope', () => {
  it('finds what a full parser finds, in whatever order and form', () => {
    fc.assert(
      fc.property(callbacksWith(fc.oneof(data, misleadingData)), (text) => {
        expect(readEnvelope(text)).toEqual(judged(text));
      }),
      { numRuns: 5_000 },
    );
  });

  it('gives nothing for a callback that was cut off at any place', () => {
    fc.assert(
      fc.property(callbacksWith(data), fc.nat(), (text, seed) => {
        const whole = text.trimEnd();
        expect(readEnvelope(whole.slice(0, seed % whole.length))).toBeUndefined();
      }),
      { numRuns: 3_000 },
    );
  });

  it.each(exampleMessages.map(({ name, text }) => [name, text]))('reads the documented callback %s', (_name, text) => {
    const minified = text.replaceAll(/\n\s*/g, '');
    expect(readEnvelope(text)).toEqual(judged(text));
    expect(readEnvelope(minified)).toEqual(judged(text));
  });

  it.each(['{oops}', '{"cut-off":{"a":{},"test":false}'])(
    'leaves damage within the data of a documented callback to those who parse it: %s',
    (damaged) => {
      expect(readEnvelope(`{"message_id":1,"message_type":"target_data","data":${damaged},"test":false}`)).toEqual({
        messageId: '1',
        messageType: 'target_data',
        isProbe: false,
      });
    },
  );

  it('takes the first of a repeated key in a callback of the documented form, and the last in any other', () => {
    const repeated =
      '"message_id":1,"message_type":"device_alarm","data":{},"message_id":2,"message_type":"target_data"';
    expect(readEnvelope(`{${repeated},"data":{},"test":false}`)).toMatchObject({
      messageId: '1',
      messageType: 'device_alarm',
    });
    expect(readEnvelope(`{${repeated}}`)).toMatchObject({ messageId: '2', messageType: 'target_data' });
  });
});

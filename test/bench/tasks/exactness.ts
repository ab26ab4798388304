/**
 * Generates bodies and counts those that the exact parser reads differently than the native one does with the source
 * texts of its numbers. Arguments: a seed, how many.
 */
import { isDeepStrictEqual } from 'node:util';
import { DecimalText, type Json, parseExact } from '#lib/json/exact-json.ts';
import { seededRandom } from '#lib/simulator/seeded-random.ts';
import { argument, report } from '../harness/measure.ts';

type WithSource = (
  text: string,
  reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
) => unknown;

const random = seededRandom(argument(0));
const count = Number(argument(1));
const parseWithSource = JSON.parse as WithSource;

const wholeNumber = (digits: number): string => `${random.integer(1, 9)}${random.digits(digits - 1)}`;
const numbers: readonly (() => string)[] = [
  () => wholeNumber(random.integer(1, 15)),
  () => wholeNumber(random.integer(15, 20)),
  () => wholeNumber(random.integer(18, 32)),
  () => `-${wholeNumber(random.integer(1, 32))}`,
  () => `${random.integer(-999, 999)}.${random.digits(random.integer(1, 25))}`,
  () => `${wholeNumber(random.integer(1, 4))}${random.pick(['e', 'E', 'e+', 'e-'])}${random.integer(0, 400)}`,
  () => random.pick(['0', '-0', '0.0', '1.0', '9007199254740991', '9007199254740992', '9007199254740993']),
];
const strings: readonly string[] = [
  '',
  'a',
  '门口',
  '12345678901234567890',
  '1.0',
  '\\"',
  '\\\\',
  '\\u0041',
  ',:[]{}',
  '-',
];
const spaces: readonly string[] = ['', '', '', ' ', '\n  ', '\t'];
const space = (): string => random.pick(spaces);

/** Keys have no escapes: the native parser of Node 24 takes some of them for others (nodejs/node #63785). */
function value(depth: number): string {
  const kind = random.integer(0, depth > 3 ? 2 : 5);
  const size = random.integer(0, 6);
  switch (kind) {
    case 0:
    case 1:
      return random.pick(numbers)();
    case 2:
      return random.pick([`"${random.pick(strings)}${random.pick(strings)}"`, 'true', 'false', 'null']);
    case 3:
      return `[${space()}${Array.from({ length: size }, () => value(depth + 1)).join(`${space()},${space()}`)}${space()}]`;
    default: {
      const members = Array.from({ length: size }, (_, index) => `"k${index}"${space()}:${space()}${value(depth + 1)}`);
      return `{${space()}${members.join(`${space()},${space()}`)}${space()}}`;
    }
  }
}

/** A number is what its text says, whichever way it is held. */
const asTexts = (json: Json): unknown => {
  if (typeof json === 'number' || typeof json === 'bigint') return [String(json)];
  if (json instanceof DecimalText) return [json.text];
  if (Array.isArray(json)) return { list: json.map(asTexts) };
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([key, one]) => [key, asTexts(one)]));
};
const reference = (text: string): unknown =>
  parseWithSource(text, (_key, parsed, { source }) => {
    if (typeof parsed === 'number') return new DecimalText(source ?? '');
    return parsed;
  });

let different = 0;
for (let index = 0; index < count; index += 1) {
  const text = `{"message_id":${wholeNumber(random.integer(18, 32))},"data":${value(0)}}`;
  if (!isDeepStrictEqual(asTexts(parseExact(text)), asTexts(reference(text) as Json))) different += 1;
}
report({ bodies: count, different });

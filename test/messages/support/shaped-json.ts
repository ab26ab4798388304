import * as fc from 'fast-check';
import { DecimalText, type Json, type JsonObject } from '#lib/json/exact-json.ts';
import type { ObjectOutline, Outline } from '#lib/messages/outline.ts';
import { anyJson } from './arbitrary-json.ts';

const times = (count: number, value: Json): Json[] => Array.from({ length: count }, () => value);

/** Values that some type takes, and their neighbours that it does not. */
const leafValues: Json[] = [
  null,
  true,
  'true',
  'yes',
  '',
  'abc',
  '-12',
  '1.5',
  '9'.repeat(40),
  '9'.repeat(41),
  0,
  -1,
  1.5,
  1e300,
  2n ** 64n,
  -(2n ** 200n),
  ...['1.0', '1.5', '1e400', '-0', '9'.repeat(2_000)].map((text) => new DecimalText(text)),
  'https://ivm.example.com/a.jpg',
  'ftp://ivm.example.com/a',
  `https://a/${'b'.repeat(5_000)}`,
  [],
  ['ptz'],
  ['ptz', 1],
  [...times(99, 'ptz'), 1],
  [...times(100, 'ptz'), 1],
  { omitted: '12' },
  { omitted: 12 },
  { omitted: 'x' },
  { omitted: '12', more: 1 },
];
const leaf = fc.constantFrom(...leafValues);

const oddNames = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  'foo',
  'a.b',
  '\uD800',
  'n'.repeat(400),
];
const oddMembers = fc.array(fc.tuple(fc.constantFrom(...oddNames), fc.oneof(leaf, anyJson)), { maxLength: 3 });

const object = (outline: ObjectOutline): fc.Arbitrary<Json> =>
  fc
    .tuple(
      fc.record(Object.fromEntries(Object.entries(outline).map(([name, field]) => [name, shapedJson(field)])), {
        requiredKeys: [],
      }),
      fc.oneof({ arbitrary: fc.constant([]), weight: 3 }, { arbitrary: oddMembers, weight: 1 }),
      fc.boolean(),
    )
    .map(([documented, odd, isReversed]) => {
      const entries = [...Object.entries(documented), ...odd];
      return Object.fromEntries(isReversed ? entries.toReversed() : entries) as JsonObject;
    });

/** JSON that has mostly the members that an outline names, in two orders, many with values that are almost right. */
export function shapedJson(outline: Outline): fc.Arbitrary<Json> {
  const shaped =
    typeof outline === 'string' ? leaf : Array.isArray(outline) ? list(outline[0]) : object(outline as ObjectOutline);
  return fc.oneof({ arbitrary: shaped, weight: 9 }, { arbitrary: anyJson, weight: 1 });
}

const list = (element: Outline): fc.Arbitrary<Json> => fc.array(shapedJson(element), { maxLength: 4 });

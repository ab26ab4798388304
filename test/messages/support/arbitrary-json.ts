import * as fc from 'fast-check';
import { DecimalText, isJsonObject, type Json } from '#lib/json/exact-json.ts';
import documented from '../../fixtures/documented-fields.json' with { type: 'json' };

const names = [...new Set(documented.map(({ path }) => path.split('.').at(-1) ?? ''))];

const key = fc.oneof(
  { arbitrary: fc.constantFrom(...names), weight: 4 },
  { arbitrary: fc.constantFrom('__proto__', 'constructor', 'toString', ''), weight: 1 },
  { arbitrary: fc.string({ maxLength: 60, unit: 'binary' }), weight: 1 },
);

const scalar: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom(
    null,
    true,
    false,
    '',
    '-1',
    'http://198.51.100.7:8080/a.jpg',
    'https://ivm.example.com/v1/a?b=c',
    'ftp://x',
  ),
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.double(),
  fc.bigInt({ min: -(2n ** 130n), max: 2n ** 130n }),
  fc.constantFrom('1.0', '1e400', '-0', '3.14159265358979323846').map((text) => new DecimalText(text)),
);

/** Any JSON as `parseExact` gives it, with the field names of the reference more often than chance would have them. */
export const anyJson: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('json'), { maxLength: 5 }),
    fc.array(fc.tuple(key, tie('json')), { maxLength: 12 }).map((entries) => Object.fromEntries(entries)),
  ),
})).json;

/** Every way to put another value in one place of a JSON tree, chosen by a number. */
export function replaced(tree: Json, place: number, value: Json): Json {
  let left = place % countPlaces(tree);
  const visit = (node: Json): Json => {
    left -= 1;
    if (left < 0) {
      left = Number.POSITIVE_INFINITY;
      return value;
    }
    if (Array.isArray(node)) return node.map(visit);
    if (!isJsonObject(node)) return node;
    return Object.fromEntries(Object.entries(node).map(([name, item]) => [name, visit(item)]));
  };
  return visit(tree);
}

function countPlaces(node: Json): number {
  if (Array.isArray(node)) return 1 + node.reduce<number>((sum, item) => sum + countPlaces(item), 0);
  if (!isJsonObject(node)) return 1;
  return 1 + Object.values(node).reduce<number>((sum, item) => sum + countPlaces(item), 0);
}

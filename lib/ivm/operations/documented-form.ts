import { DecimalText, isJsonObject, type Json } from '#lib/json/exact-json.ts';
import type { JsonSchema } from '#lib/json/json-schema.ts';

const longestText = 200;
const mostEntries = 3;

/**
 * An answer in the form that its schema documents: numbers for numbers that came as texts, texts for ids that came as numbers, lists
 * for single ones, nothing for null. Long lists and texts are cut, since it is to be read by people.
 */
export function documentedForm(root: JsonSchema, answer: Json | undefined): Json | undefined {
  const definitions = (root['$defs'] ?? {}) as { [name: string]: JsonSchema };
  const resolved = (schema: JsonSchema): JsonSchema => {
    const reference = schema['$ref'] as string | undefined;
    return reference === undefined ? schema : (definitions[reference.replace('#/$defs/', '')] ?? root);
  };
  const formOf = (given: JsonSchema, value: Json | undefined): Json | undefined => {
    const schema = resolved(given);
    if (value === undefined || value === null) return undefined;
    switch (schema.type) {
      case 'object':
        return isJsonObject(value) ? membersOf(schema, value) : undefined;
      case 'array':
        return entriesOf(schema, Array.isArray(value) ? value : [value]);
      case 'integer':
      case 'number':
        return Number(scalarOf(value));
      case 'string': {
        const text = scalarOf(value);
        return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
      }
      case 'boolean':
        return scalarOf(value) === 'true';
      default:
        return value;
    }
  };
  const membersOf = ({ properties = {} }: JsonSchema, value: { readonly [name: string]: Json }): Json =>
    Object.fromEntries(
      Object.entries(value).flatMap(([name, member]): [string, Json][] => {
        const form = formOf(properties[name] ?? {}, member);
        return form === undefined ? [] : [[name, form]];
      }),
    );
  const entriesOf = ({ items = {} }: JsonSchema, values: readonly Json[]): Json => {
    const shown = values.every(isJsonObject) ? values.slice(0, mostEntries) : values;
    return shown.flatMap((value) => formOf(items, value) ?? []);
  };
  return formOf(root, answer);
}

const scalarOf = (value: Json): string =>
  typeof value === 'object' && !(value instanceof DecimalText) ? JSON.stringify(value) : String(value);

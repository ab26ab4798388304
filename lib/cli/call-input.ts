import type { Operation } from '#lib/ivm/operations/operation.ts';
import { type JsonSchema, jsonSchemaOf, valueOf } from '#lib/json/json-schema.ts';
import { usageError } from './target.ts';

export type Parameter = { name: string; schema: JsonSchema; isRequired: boolean };

/** What an operation is called with, those that it can't do without first. */
export function parametersOf({ parameters, query, body }: Operation): Parameter[] {
  const all = [parameters, query, body].flatMap((part) => {
    const { properties = {}, required = [] } = jsonSchemaOf(part, 'input');
    return Object.entries(properties).map(([name, schema]) => ({ name, schema, isRequired: required.includes(name) }));
  });
  return all.toSorted((one, other) => Number(other.isRequired) - Number(one.isRequired));
}

/**
 * Reads `name=value` texts of a command line, each in the form that its parameter has. Objects, and lists of them, are JSON; a
 * list of texts may be written with commas.
 *
 * @throws ConfigError `usage`
 */
export function readParameters(operation: Operation, texts: readonly string[]): { [name: string]: unknown } {
  const known = new Map(parametersOf(operation).map((parameter) => [parameter.name, parameter]));
  const input: { [name: string]: unknown } = {};
  for (const text of texts) {
    const [, name, value] = /^(\w+)=(.*)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined) throw usageError('Write --param name=value');
    const parameter = known.get(name);
    if (parameter === undefined) {
      throw usageError(`There is no parameter ${name}; there are ${[...known.keys()].join(', ')}`);
    }
    input[name] = readValue(parameter, value);
  }
  const missing = [...known.values()].filter(({ name, isRequired }) => isRequired && !Object.hasOwn(input, name));
  if (missing.length > 0) throw usageError(`Say ${missing.map(({ name }) => `--param ${name}=…`).join(' ')}`);
  return input;
}

function readValue({ name, schema }: Parameter, text: string): unknown {
  const isJson = schema.type === 'object' || (schema.type === 'array' && text.trimStart().startsWith('['));
  const takesObjects = schema.type === 'array' && schema.items?.type === 'object';
  if (!isJson && !takesObjects) return valueOf(schema, text);
  try {
    return JSON.parse(text);
  } catch {
    throw usageError(`${name} takes JSON, as --param '${name}=${schema.type === 'array' ? '[{…}]' : '{…}'}'`);
  }
}

import type * as z from 'zod';
import type { Operation, ReplyOf } from '#lib/ivm/operations/operation.ts';
import { type OperationName, type Operations, operations } from '#lib/ivm/operations/operations.ts';
import type { Json, JsonObject } from '#lib/json/exact-json.ts';
import { type JsonSchema, jsonSchemaOf } from '#lib/json/json-schema.ts';
import type { ApiRequest, Route } from './api-server.ts';
import { type IvmCode, IvmRefusal } from './ivm-refusal.ts';

/** What an operation was asked, its parameters and the members of its body in one object. */
export type Asked<Name extends OperationName> = z.output<Operations[Name]['parameters']> &
  z.output<Operations[Name]['query']> &
  z.output<Operations[Name]['body']>;
/** Members that the reference documents, in the form in which they are sent. */
export type Answered<Name extends OperationName> = { [Member in keyof ReplyOf<Operations[Name]>]?: Json };

/** Codes of parameters that have one of their own. */
const codeOf: { readonly [name: string]: IvmCode } = {
  limit: 'IVM.10020009',
  offset: 'IVM.10020010',
  direction: 'IVM.10020011',
  sort_by: 'IVM.10020012',
};

/**
 * Serves an operation as it is declared: what its schemas don't allow is refused, and members that they do not know are passed
 * over.
 *
 * @param admit throws for a token or a user that is not the account's
 */
export function operationRoute<Name extends OperationName>(
  name: Name,
  admit: (request: ApiRequest, userId: string | undefined) => void,
  answer: (asked: Asked<Name>) => Answered<Name>,
): Route {
  const operation: Operation = operations[name];
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, parameter = '']) => parameter);
  const hasBody = Object.keys(operation.body.shape).length > 0;
  return {
    method: operation.method,
    path: new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, '([^/]+)')}$`),
    answer: (request, groups) => {
      admit(request, groups[names.indexOf('user_id')]);
      const parameters = Object.fromEntries(
        names.flatMap((parameter, index) =>
          parameter === 'user_id' ? [] : [[parameter, decodeURIComponent(groups[index] ?? '')]],
        ),
      );
      const asked = {
        ...checked(operation.parameters, parameters),
        ...checked(operation.query, queryOf(operation, request.query)),
        ...(hasBody ? checked(operation.body, request.json()) : {}),
      };
      return { json: answer(asked as Asked<Name>) as JsonObject };
    },
  };
}

/** Texts of a query in the forms that their schema wants. */
function queryOf({ query }: Operation, given: URLSearchParams): { [name: string]: unknown } {
  const { properties = {} } = jsonSchemaOf(query, 'input');
  return Object.fromEntries([...given].map(([name, text]) => [name, readText(properties[name] ?? {}, text)]));
}

function readText({ type, enum: values = [], items }: JsonSchema, text: string): unknown {
  if (type === 'array') return text.split(',').map((part) => readText(items ?? {}, part));
  const isNumber = type === 'integer' || type === 'number' || values.some((value) => typeof value === 'number');
  if (isNumber) return /^-?\d+$/.test(text) ? Number(text) : text;
  if (type !== 'boolean') return text;
  return text === 'true' ? true : text === 'false' ? false : text;
}

function checked(schema: z.ZodObject, given: unknown): object {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const unknown = result.error.issues.filter((issue) => issue.code === 'unrecognized_keys');
  if (unknown.length < result.error.issues.length) {
    const wrong = result.error.issues.find((issue) => issue.code !== 'unrecognized_keys')?.path[0];
    throw new IvmRefusal(codeOf[String(wrong)] ?? 'IVM.10020001');
  }
  return checked(schema, withoutUnknown(given, unknown));
}

function withoutUnknown(given: unknown, issues: readonly z.core.$ZodIssueUnrecognizedKeys[]): unknown {
  const copy = structuredClone(given);
  for (const { path, keys } of issues) {
    const at = path.reduce<unknown>((value, step) => (value as { [step: PropertyKey]: unknown })[step], copy);
    for (const key of keys) delete (at as { [name: string]: unknown })[key];
  }
  return copy;
}

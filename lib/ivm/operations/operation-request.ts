import type * as z from 'zod';
import { PermanentError } from '#lib/errors.ts';
import type { ApiRequest } from '../http.ts';
import type { Operation } from './operation.ts';

const parts = ['parameters', 'query', 'body'] as const;

/**
 * The request that an operation is called with.
 *
 * @param name of the operation, for messages
 * @param input parameters of its path and query and members of its body, in one object
 * @throws PermanentError `bad-input` that names every member that IVM would not take, and what it would; never a value
 */
export function operationRequest(
  name: string,
  operation: Operation,
  userId: string,
  input: { readonly [name: string]: unknown },
): ApiRequest {
  const { parameters, query, body } = checkedParts(name, operation, input);
  const { method, effect, isOnce, alsoSentAs } = operation;
  const sent = withSecondNames(body, alsoSentAs);
  return {
    name,
    method,
    path: filledPath(operation.path, { ...parameters, user_id: userId }),
    query: queryTexts(withSecondNames(query, alsoSentAs)),
    ...(Object.keys(operation.body.shape).length === 0 ? {} : { body: sent }),
    ...(isOnce || effect === 'destroy' ? { attempts: 1 } : {}),
  };
}

type Members = { readonly [name: string]: unknown };

function checkedParts(name: string, operation: Operation, input: Members) {
  const problems: string[] = [];
  const known = new Set(parts.flatMap((part) => Object.keys(operation[part].shape)));
  const given = Object.entries(input).filter(([, value]) => value !== undefined);
  for (const [member] of given) if (!known.has(member)) problems.push(`${member}: there is no such parameter`);
  const checked = (part: (typeof parts)[number]): Members => {
    const members = given.filter(([member]) => Object.hasOwn(operation[part].shape, member));
    const result = operation[part].safeParse(Object.fromEntries(members));
    if (result.success) return result.data;
    problems.push(...result.error.issues.map(problemOf));
    return {};
  };
  const found = { parameters: checked('parameters'), query: checked('query'), body: checked('body') };
  if (problems.length === 0) return found;
  throw new PermanentError('bad-input', `${name} can't be called like that: ${problems.join('; ')}`);
}

/** What is wrong with a member, in words that say what it takes; what was given is never repeated. */
function problemOf(issue: z.core.$ZodIssue): string {
  return `${issue.path.join('.')}: ${wanted(issue)}`;
}

function wanted(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? 'it is missing'
        : `it takes a value of type ${issue.expected}`;
    case 'too_small':
      return `it takes at least ${amountOf(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `it takes at most ${amountOf(issue.maximum, issue.origin)}`;
    case 'invalid_value':
      return `it takes one of ${issue.values.map(String).join(', ')}`;
    case 'unrecognized_keys':
      return `it has no member ${issue.keys.join(', ')}`;
    default:
      return issue.message;
  }
}

function amountOf(count: number | bigint, origin: string): string {
  if (origin === 'string') return `${count} characters`;
  if (origin !== 'array') return String(count);
  return `${count} ${Number(count) === 1 ? 'entry' : 'entries'}`;
}

const filledPath = (path: string, parameters: Members): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(parameters[name])));

/** Lists have commas between their members: the reference says so of some parameters, and nothing of the others (trap 53). */
const queryTexts = (query: Members): { [name: string]: string } =>
  Object.fromEntries(
    Object.entries(query)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : String(value)]),
  );

function withSecondNames<Value>(value: Value, names: Operation['alsoSentAs']): Value;
function withSecondNames(value: unknown, names: Operation['alsoSentAs']): unknown {
  if (Object.keys(names).length === 0) return value;
  if (Array.isArray(value)) return value.map((member) => withSecondNames(member as unknown, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
      const sent = withSecondNames(member, names);
      return [[name, sent], ...(Object.hasOwn(names, name) ? [[names[name] ?? name, sent]] : [])];
    }),
  );
}

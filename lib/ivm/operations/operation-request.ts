import type * as z from 'zod';
import { PermanentError } from '#lib/errors.ts';
import type { ApiRequest } from '../http.ts';
import type { InputOf, Operation } from './operation.ts';

const parts = ['parameters', 'query', 'body'] as const;

/**
 * The request that an operation is called with by hand. What takes something away is sent once only: sent again, it is answered
 * as if it had failed.
 *
 * @param name of the operation, for messages
 * @param input parameters of its path and query and members of its body, in one object
 * @throws PermanentError `bad-input` that names every member that IVM would not take, and what it would; never a value
 */
export function operationRequest(name: string, operation: Operation, userId: string, input: Members): ApiRequest {
  checkInput(name, operation, input);
  const request = uncheckedRequest(name, operation, userId, input);
  return operation.effect === 'destroy' ? { ...request, attempts: 1 } : request;
}

/**
 * The request of an operation whose input is taken as it is, for what the product itself asks. Its ids are those that IVM has
 * told, in whatever form: what the reference knows of them must not keep a picture or a count from being asked for. And what
 * the operator has set is for IVM to refuse, with the code that alarms go by.
 */
export function uncheckedRequest<Op extends Operation>(
  name: string,
  operation: Op,
  userId: string,
  input: InputOf<Op>,
): ApiRequest {
  const { method, isOnce, alsoSentAs } = operation;
  const sent = (part: Part) => withSecondNames(membersOf(operation, part, input as Members), alsoSentAs);
  return {
    name,
    method,
    path: filledPath(operation.path, { ...membersOf(operation, 'parameters', input as Members), user_id: userId }),
    query: queryTexts(sent('query')),
    ...(Object.keys(operation.body.shape).length === 0 ? {} : { body: sent('body') }),
    ...(isOnce ? { attempts: 1 } : {}),
  };
}

type Part = (typeof parts)[number];
type Members = { readonly [name: string]: unknown };

/** What of an input belongs into a part of the request. */
const membersOf = (operation: Operation, part: Part, input: Members): Members =>
  Object.fromEntries(
    Object.entries(input).filter(
      ([member, value]) => value !== undefined && Object.hasOwn(operation[part].shape, member),
    ),
  );

function checkInput(name: string, operation: Operation, input: Members): void {
  const known = new Set(parts.flatMap((part) => Object.keys(operation[part].shape)));
  const problems = [
    ...Object.entries(input)
      .filter(([member, value]) => value !== undefined && !known.has(member))
      .map(([member]) => `${member}: there is no such parameter`),
    ...parts.flatMap(
      (part) => operation[part].safeParse(membersOf(operation, part, input)).error?.issues.map(problemOf) ?? [],
    ),
  ];
  if (problems.length > 0) {
    throw new PermanentError('bad-input', `${name} can't be called like that: ${problems.join('; ')}`);
  }
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

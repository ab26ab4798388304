import type * as z from 'zod';
import type { Operation, ReplyOf } from '#lib/ivm/operations/operation.ts';
import { type OperationName, type Operations, operations } from '#lib/ivm/operations/operations.ts';
import type { Json, JsonObject } from '#lib/json/exact-json.ts';
import { jsonSchemaOf, valueOf } from '#lib/json/json-schema.ts';
import type { ApiAnswer, ApiRequest, Route } from '../api-server.ts';
import { type IvmCode, IvmRefusal } from '../ivm-refusal.ts';

/** What an operation was asked, its parameters and the members of its body in one object. */
export type Asked<Name extends OperationName> = z.output<Operations[Name]['parameters']> &
  z.output<Operations[Name]['query']> &
  z.output<Operations[Name]['body']>;
/** Members that the reference documents, in the form in which they are sent. */
export type Answered<Name extends OperationName> = { [Member in keyof ReplyOf<Operations[Name]>]?: Json };

/** What is said of a member that is wrong; of a list, that it has too few entries or too many. */
type MemberCodes = { readonly [name: string]: IvmCode | { tooFew: IvmCode; tooMany: IvmCode } };

/** Codes of members that have one of their own; of the others it is said that the request is invalid. */
const memberCodes: MemberCodes = {
  access_protocol: 'IVM.10022013',
  age: 'IVM.20090004',
  alarm_type: 'IVM.20010027',
  channel_id: 'IVM.10022001',
  channel_name: 'IVM.10022023',
  channel_record_configs: 'IVM.10024000',
  channel_resource_state: 'IVM.10022022',
  channel_state: 'IVM.10022020',
  channel_system_state: 'IVM.10022021',
  channel_time_policies: 'IVM.10024000',
  channels: 'IVM.10024000',
  day_of_week: 'IVM.10024003',
  description: 'IVM.10020004',
  device_id: 'IVM.10022000',
  device_ids: 'IVM.10022034',
  device_name: 'IVM.10022012',
  device_org_id: 'IVM.10022026',
  device_org_name: 'IVM.20001005',
  device_password: 'IVM.10022009',
  device_state: 'IVM.10022011',
  device_system_state: 'IVM.10022015',
  device_type: 'IVM.10022014',
  device_username: 'IVM.10022008',
  direction: 'IVM.10020011',
  email: 'IVM.20090005',
  end_time: 'IVM.10020006',
  gender: 'IVM.20090003',
  group_id: 'IVM.20090001',
  is_current_org: 'IVM.10024014',
  limit: 'IVM.10020009',
  live_protocol: 'IVM.10026003',
  new_security_key: 'IVM.20140004',
  offset: 'IVM.10020010',
  parent_org_id: 'IVM.10022026',
  phone: 'IVM.20090006',
  playback_protocol: 'IVM.10026001',
  protocol: 'IVM.10026001',
  record_type: 'IVM.10026002',
  resource_id: 'IVM.20060013',
  resource_type_code: 'IVM.20060014',
  sort_by: 'IVM.10020012',
  start_time: 'IVM.10020005',
  storage_day: 'IVM.20060017',
  storage_days: 'IVM.10024005',
  storage_type: 'IVM.10024006',
  stream_type: 'IVM.10026000',
  verification_code: 'IVM.10022033',
};

/**
 * Serves an operation as it is declared: what its schemas don't allow is refused, and members that they do not know are passed
 * over.
 *
 * @param codes of members that the interface has codes of its own for
 */
export type Serve = <Name extends OperationName>(
  name: Name,
  answer: (asked: Asked<Name>) => Answered<Name>,
  codes?: MemberCodes,
) => Route;

/** The route of an operation at its declared method and path, with an answer of any kind, be it good or bad. */
export type RouteTo = (
  name: OperationName,
  answer: (request: ApiRequest, parameters: { readonly [name: string]: string }) => ApiAnswer | Promise<ApiAnswer>,
) => Route;

export type RouteOptions = {
  /** Throws for a token that is none, or is over. */
  checkToken(request: ApiRequest): void;
  /** Throws for a user that is not the account's. */
  checkUser(userId: string | undefined): void;
  /** The answer that was ordered in place of the operation's own, if any. */
  orderedAnswer(name: OperationName): ApiAnswer | undefined;
};

/** Token first, then the user, then the request itself. */
export function createRouteTo({ checkToken, checkUser, orderedAnswer }: RouteOptions): RouteTo {
  return (name, answer) => {
    const { method, path, isOpen }: Operation = operations[name];
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter = '']) => parameter);
    return {
      method,
      path: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '([^/]+)')}$`),
      answer: (request, groups) => {
        if (!isOpen) checkToken(request);
        const { user_id: userId, ...parameters } = Object.fromEntries(
          names.map((parameter, index) => [parameter, decoded(groups[index] ?? '')]),
        );
        checkUser(userId);
        return orderedAnswer(name) ?? answer(request, parameters);
      },
    };
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new IvmRefusal('IVM.10020001');
  }
}

export function createServe(routeTo: RouteTo): Serve {
  return (name, answer, codes = {}) => {
    const { parameters, query, body }: Operation = operations[name];
    const hasBody = Object.keys(body.shape).length > 0;
    const check = (part: z.ZodObject, given: unknown) => checked(part, given, { ...memberCodes, ...codes });
    return routeTo(name, (request, given) => {
      const asked = {
        ...check(parameters, given),
        ...check(query, queryOf(query, request.query)),
        ...(hasBody ? check(body, request.json()) : {}),
      };
      return { json: answer(asked as Asked<typeof name>) as JsonObject };
    });
  };
}

/** Texts of a query in the forms that their schema wants. */
function queryOf(query: z.ZodObject, given: URLSearchParams): { [name: string]: unknown } {
  const { properties = {} } = jsonSchemaOf(query, 'input');
  return Object.fromEntries(
    [...given].map(([name, text]) => [
      name,
      // Small letters are as good here, as the table of codes says of IVM.10020011.
      valueOf(properties[name] ?? {}, name === 'direction' ? text.toUpperCase() : text),
    ]),
  );
}

function checked(schema: z.ZodObject, given: unknown, codes: MemberCodes): object {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const unknown = result.error.issues.filter((issue) => issue.code === 'unrecognized_keys');
  const wrong = result.error.issues.find((issue) => issue.code !== 'unrecognized_keys');
  if (wrong !== undefined) throw new IvmRefusal(codeFor(wrong, codes));
  return checked(schema, withoutUnknown(given, unknown), codes);
}

function codeFor({ path, code }: z.core.$ZodIssue, codes: MemberCodes): IvmCode {
  const member = path.findLast((step) => typeof step === 'string') ?? '';
  const found = codes[member] ?? 'IVM.10020001';
  if (typeof found === 'string') return found;
  return code === 'too_big' ? found.tooMany : found.tooFew;
}

function withoutUnknown(given: unknown, issues: readonly z.core.$ZodIssueUnrecognizedKeys[]): unknown {
  const copy = structuredClone(given);
  for (const { path, keys } of issues) {
    const at = path.reduce<unknown>((value, step) => (value as { [step: PropertyKey]: unknown })[step], copy);
    for (const key of keys) delete (at as { [name: string]: unknown })[key];
  }
  return copy;
}

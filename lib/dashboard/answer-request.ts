import { errorCode, isRetryable, TransientError } from '#lib/errors.ts';
import { notFound, problemDetails, RequestProblem } from './problem.ts';
import type { Route } from './route.ts';

export type ApiRequest = {
  method: string;
  /** As the gateway gives it, which is decoded: ids in it are of letters, digits, `-` and `_` alone. */
  path: string;
  query: { readonly [name: string]: string | undefined };
};
export type ApiAnswer = { status: number; contentType: string; body: string };

/**
 * Answers one request to the API. Whatever is wrong with a request is answered with problem details (RFC 9457); an error
 * that is none of the request's is told without its text, and handed to `onError`.
 */
export async function answerRequest<Deps>(
  routes: readonly Route<Deps>[],
  deps: Deps,
  request: ApiRequest,
  onError: (error: unknown) => void,
): Promise<ApiAnswer> {
  try {
    if (request.method !== 'GET')
      throw new RequestProblem(405, 'read-only', 'Ask with GET: nothing can be changed here');
    const { handle, query } = findRoute(routes, request);
    return json(200, 'application/json', await handle(deps, query as never));
  } catch (error) {
    const problem = error instanceof RequestProblem ? error : ownFailure(error);
    if (problem !== error) onError(error);
    return json(problem.status, 'application/problem+json', problemDetails(problem));
  }
}

function findRoute<Deps>(routes: readonly Route<Deps>[], { path, query }: ApiRequest) {
  for (const route of routes) {
    const parameters = matchPath(route.path, path);
    if (parameters === undefined) continue;
    const given = Object.entries({ ...query, ...parameters }).filter(
      ([, value]) => value !== undefined && value !== '',
    );
    const checked = route.query.safeParse(Object.fromEntries(given));
    if (checked.success) return { handle: route.handle, query: checked.data };
    const errors = checked.error.issues.map(({ path: at, message, code, ...issue }) => ({
      name: code === 'unrecognized_keys' && 'keys' in issue ? String(issue.keys) : at.join('.'),
      reason: message,
    }));
    const told = errors.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
    throw new RequestProblem(400, 'bad-parameter', `Change these parameters: ${told}`, errors);
  }
  throw notFound('unknown-path', 'The API has no such path: /api/openapi.json lists those that there are');
}

function matchPath(template: string, path: string): { [name: string]: string } | undefined {
  const names = template.split('/');
  const values = path.split('/');
  if (names.length !== values.length) return undefined;
  const parameters: { [name: string]: string } = {};
  for (const [index, name] of names.entries()) {
    const value = values[index] ?? '';
    const parameter = /^\{(\w+)\}$/.exec(name)?.[1];
    if (parameter === undefined ? value !== name : value === '') return undefined;
    if (parameter !== undefined) parameters[parameter] = value;
  }
  return parameters;
}

/** A store that is busy is worth another try, anything else is a bug or a right that is missing. */
function ownFailure(error: unknown): RequestProblem {
  if (error instanceof TransientError || isBusy(error)) {
    return new RequestProblem(503, 'store-unavailable', 'A store does not answer at present: try again in a minute');
  }
  const code = isRetryable(error) ? 'failed' : errorCode(error);
  return new RequestProblem(500, code, 'Look at the log of serve-dashboard for what happened');
}

/** As the clients of AWS tell that they have tried again in vain. */
const isBusy = (error: unknown): boolean =>
  error instanceof Error &&
  /^(?:Throttling|ProvisionedThroughputExceeded|TimeoutError|ServiceUnavailable|SlowDown)/.test(error.name);

const json = (status: number, contentType: string, body: unknown): ApiAnswer => ({
  status,
  contentType,
  body: JSON.stringify(body),
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { answerRequest } from '#lib/dashboard/answer-request.ts';
import { notFound, ProblemDetails } from '#lib/dashboard/problem.ts';
import { type Route, route } from '#lib/dashboard/route.ts';
import { PermanentError, TransientError } from '#lib/errors.ts';

type Deps = { greet(name: string, times: number): string };

const greeting = route({
  path: '/api/greetings/{name}',
  summary: 'A greeting',
  query: z.strictObject({ name: z.string().max(20), times: z.coerce.number().int().min(1).max(3).default(1) }),
  answer: z.strictObject({ text: z.string() }),
  handle: async ({ greet }: Deps, { name, times }) => ({ text: greet(name, times) }),
});
const routes: readonly Route<Deps>[] = [greeting];
const greet = (name: string, times: number) => `${'hello '.repeat(times)}${name}`;

async function answerTo(path: string, query: Record<string, string> = {}, deps: Deps = { greet }, method = 'GET') {
  const errors: unknown[] = [];
  const answer = await answerRequest(routes, deps, { method, path, query }, (error) => errors.push(error));
  return { ...answer, body: JSON.parse(answer.body) as unknown, errors };
}
const throws = (error: unknown): Deps => ({
  greet: () => {
    throw error;
  },
});

describe('a request to the API', () => {
  it('is answered by the route whose path it has, with parameters of path and query checked and converted', async () => {
    expect(await answerTo('/api/greetings/ivm', { times: '2' })).toEqual({
      status: 200,
      contentType: 'application/json',
      body: { text: 'hello hello ivm' },
      errors: [],
    });
  });

  it('may leave a parameter empty, which is the same as leaving it out', async () => {
    expect(await answerTo('/api/greetings/ivm', { times: '' })).toMatchObject({ body: { text: 'hello ivm' } });
  });

  it.each([
    { title: 'a path that there is not', path: '/api/nothing', status: 404, code: 'unknown-path' },
    { title: 'a path with an empty part', path: '/api/greetings/', status: 404, code: 'unknown-path' },
    { title: 'a path that goes on', path: '/api/greetings/a/b', status: 404, code: 'unknown-path' },
    { title: 'a value out of its range', query: { times: '4' }, status: 400, code: 'bad-parameter' },
    { title: 'a parameter that the route does not have', query: { time: '1' }, status: 400, code: 'bad-parameter' },
    { title: 'another method', method: 'DELETE', status: 405, code: 'read-only' },
  ])(
    'for $title is answered with problem details',
    async ({ path = '/api/greetings/a', query, method, status, code }) => {
      const answer = await answerTo(path, query, undefined, method);
      expect(answer).toMatchObject({ status, contentType: 'application/problem+json', errors: [] });
      expect(ProblemDetails.parse(answer.body)).toMatchObject({ status, code, type: `urn:ivm-bridge:problem:${code}` });
    },
  );

  it('is told which parameters to change, and why', async () => {
    const { body } = await answerTo('/api/greetings/a', { times: 'often', sometimes: 'x' });
    expect(ProblemDetails.parse(body).errors?.map(({ name }) => name)).toEqual(['times', 'sometimes']);
  });

  it('is told what a view has to say to it', async () => {
    const { status, body, errors } = await answerTo('/api/greetings/a', {}, throws(notFound('unknown-name', 'Nobody')));
    expect([status, body, errors]).toEqual([
      404,
      expect.objectContaining({ code: 'unknown-name', detail: 'Nobody' }),
      [],
    ]);
  });

  it.each([
    {
      title: 'a store that passes',
      error: new TransientError('busy', 'secret'),
      status: 503,
      code: 'store-unavailable',
    },
    {
      title: 'a client of AWS that was throttled',
      error: Object.assign(new Error('secret'), { name: 'ThrottlingException' }),
      status: 503,
      code: 'store-unavailable',
    },
    { title: 'what stays', error: new PermanentError('odd-manifest', 'secret'), status: 500, code: 'odd-manifest' },
    { title: 'a bug', error: new TypeError('secret'), status: 500, code: 'failed' },
  ])('learns nothing of the text of $title, which goes to the log', async ({ error, status, code }) => {
    const { body, ...answer } = await answerTo('/api/greetings/a', {}, throws(error));
    expect(answer).toMatchObject({ status, errors: [error] });
    expect(body).toMatchObject({ code });
    expect(JSON.stringify(body)).not.toContain('secret');
  });

  it('never fails, whatever its path and parameters are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.dictionary(fc.string(), fc.string()), async (rest, query) => {
        const { status, errors } = await answerTo(`/api/${rest}`, query);
        expect([200, 400, 404]).toContain(status);
        expect(errors).toEqual([]);
      }),
    );
  });
});

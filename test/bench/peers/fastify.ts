/** P2: fastify behind its own adapter for Lambda, with a content-type parser that keeps the text, as its guide shows. */
import awsLambdaFastify from '@fastify/aws-lambda';
import { fastify } from 'fastify';
import { type Callback, takeCallback } from './scheme.ts';

const app = fastify();

app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
  const text = String(body);
  try {
    done(null, { text, message: JSON.parse(text) as Callback['message'] });
  } catch (error) {
    done(error instanceof Error ? error : new Error('no JSON'));
  }
});

app.post<{ Params: { subscription: string }; Body: Pick<Callback, 'text' | 'message'> }>(
  '/callbacks/:subscription',
  async (request, reply) => {
    const { 'x-ivm-timestamp': timestamp, 'x-ivm-signature': signature } = request.headers;
    const { status, result } = await takeCallback({
      path: request.params.subscription,
      timestamp: timestamp?.toString(),
      signature: signature?.toString(),
      ...request.body,
    });
    reply.code(status);
    return { result };
  },
);
app.route({
  method: ['GET', 'PUT', 'DELETE', 'PATCH'],
  url: '/callbacks/:subscription',
  handler: async (_request, reply) => reply.code(405).header('allow', 'POST').send(),
});

export const handler = awsLambdaFastify(app);

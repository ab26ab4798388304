/** P3: hono behind its own adapter for Lambda. */
import { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import { type Callback, takeCallback } from './scheme.ts';

const app = new Hono();

app.post('/callbacks/:subscription', async (context) => {
  const text = await context.req.text();
  const { status, result } = await takeCallback({
    path: context.req.param('subscription'),
    timestamp: context.req.header('x-ivm-timestamp'),
    signature: context.req.header('x-ivm-signature'),
    text,
    message: JSON.parse(text) as Callback['message'],
  });
  return context.json({ result }, status);
});
app.all('/callbacks/:subscription', (context) => context.body(null, 405, { allow: 'POST' }));

export const handler = handle(app);

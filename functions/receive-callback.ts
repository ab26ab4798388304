/**
 * Takes one IVM callback, checks who sent it, stores it, answers.
 *
 * Trigger  ANY /callbacks/{subscription}; IVM waits 5 s and never sends again, so losing a body is final
 * Reads    Secrets Manager: the keys in force
 * Writes   SQS alarms | devices | intelligence; S3 spill/ where SQS can't take it, quarantine/ where it is of no use
 * Answers  200 queued, spilled, quarantined or probe · 401 not authentic · 404 unknown path · 405 · 503 no store took it
 */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { createConnections } from '#lib/aws/connections.ts';
import { createExchange } from '#lib/aws/http-exchange.ts';
import { createLeanClient } from '#lib/aws/lean-client.ts';
import { createLeanAuthKeyReader, createLeanPut, createLeanSender } from '#lib/aws/lean-stores.ts';
import { acceptCallback, type CallbackDeps } from '#lib/callback/accept-callback.ts';
import { createAuthKeyCache } from '#lib/callback/auth-keys.ts';
import { createAllowance } from '#lib/runtime/allowance.ts';
import { bodyOf, jsonResponse } from '#lib/runtime/http.ts';
import { metric } from '#lib/runtime/metrics.ts';
import { once } from '#lib/runtime/once.ts';
import { readReceiverEnv } from '#lib/runtime/receiver-env.ts';

/** A wrong clock at IVM must not cost data, a replayed signature must not fill the bucket. */
const staleKeptPerMinute = 600;
const secretTimeoutMs = 1_000;

export function createHandler(deps: () => Promise<CallbackDeps>) {
  return async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    const { headers } = event;
    const outcome = await acceptCallback(await deps(), {
      method: event.requestContext.http.method,
      subscriptionPath: event.pathParameters?.['subscription'] ?? '',
      // The reference prints the names with a lower-case L where the I of IVM belongs.
      timestamp: headers['x-ivm-timestamp'] ?? headers['x-lvm-timestamp'],
      signature: headers['x-ivm-signature'] ?? headers['x-lvm-signature'],
      body: bodyOf(event),
    });
    return jsonResponse(outcome.status, { result: outcome.result }, outcome.status === 405 ? { allow: 'POST' } : {});
  };
}

const start = once((): CallbackDeps => {
  const env = readReceiverEnv();
  // Its cold starts are waited for: it does without the AWS SDK, and without schemas.
  const connections = createConnections();
  const aws = createLeanClient({ exchange: createExchange(connections) });
  const send = createLeanSender(aws);
  const urls = {
    alarms: env.ALARMS_QUEUE_URL,
    devices: env.DEVICES_QUEUE_URL,
    intelligence: env.INTELLIGENCE_QUEUE_URL,
  };
  // All queues are at one host, which is connected to while the keys are read from another.
  connections.open(new URL(urls.alarms));
  const now = () => new Date();
  return {
    queues: { send: (queue, body, attributes, timeoutMs) => send(urls[queue], body, attributes, timeoutMs) },
    keep: createLeanPut(env.BUCKET, aws),
    authKeys: createAuthKeyCache(createLeanAuthKeyReader(env.CALLBACK_KEYS_SECRET_ID, secretTimeoutMs, aws), now),
    callbackBaseUrl: env.CALLBACK_BASE_URL,
    signatureWindowSeconds: env.SIGNATURE_WINDOW_SECONDS,
    allowUnsigned: env.ALLOW_UNSIGNED,
    timeZone: env.TIME_ZONE,
    mayKeepStale: createAllowance(staleKeptPerMinute, 60_000, now),
    metric,
    now,
  };
});

export const handler = createHandler(start);

/** What the first callback would wait for. What fails here is told by the callback that needs it. */
async function warmUp(): Promise<void> {
  try {
    const { authKeys } = await start();
    await authKeys.warm();
  } catch {}
}

// Lambda alone sets this. It freezes an environment that has started: nothing may be under way then.
if (process.env['AWS_LAMBDA_INITIALIZATION_TYPE'] !== undefined) await warmUp();

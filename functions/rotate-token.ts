/**
 * Keeps the access token usable: asks for a new one before the stored one ends.
 *
 * Trigger  schedule, every 6 hours
 * Reads    IVM: tokens; DynamoDB tokens; Secrets Manager: AK and SK
 * Writes   DynamoDB tokens; metric TokenSecondsLeft
 * Failure  thrown, so that its alarm fires; the stored token stays in use until its end
 */
import { createIvmAccess } from '#lib/aws/ivm-access.ts';
import { isTokenAccepted } from '#lib/ivm/token-check.ts';
import { readEnv } from '#lib/runtime/env.ts';
import { RotateTokenEnv } from '#lib/runtime/function-env.ts';
import { metric } from '#lib/runtime/metrics.ts';
import { once } from '#lib/runtime/once.ts';
import { scheduledHandler } from '#lib/runtime/scheduled-handler.ts';
import { rotateToken } from '#lib/tokens/rotate-token.ts';

export const handler = scheduledHandler({
  deps: once(() => {
    const env = readEnv(RotateTokenEnv);
    const { http, tokens } = createIvmAccess(env);
    const isAccepted = (token: string) => isTokenAccepted(http, env.IVM_USER_ID, token);
    return { tokens: { ...tokens, isAccepted }, metric, now: () => new Date() };
  }),
  run: rotateToken,
});

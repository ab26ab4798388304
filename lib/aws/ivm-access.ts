import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { type Credentials, type IssuedToken, requestToken } from '#lib/ivm/access-token.ts';
import { createIvmHttp, type IvmHttp } from '#lib/ivm/http.ts';
import { createTokenCalls, type TokenCalls } from '#lib/ivm/token-calls.ts';
import { tellingRefusals } from '#lib/ivm/told-refusals.ts';
import type { IvmAccessEnv } from '#lib/runtime/function-env.ts';
import { metric } from '#lib/runtime/metrics.ts';
import { createTokenSource, type TokenStore } from '#lib/tokens/token-source.ts';
import { createSecretReader } from './secrets.ts';
import { createTokenStore } from './token-store.ts';

const secretTimeoutMs = 3_000;
export const IvmCredentials = z.object({ accessKey: z.string().min(1), secretKey: z.string().min(1) });

export type IvmAccess = {
  http: IvmHttp;
  /** Calls with the token that all functions share, for the clients of those interfaces that a function needs. */
  calls: TokenCalls;
  tokens: {
    store: TokenStore;
    /** Asks IVM for a token with the stored AK and SK. */
    issue(forceUpdate: boolean): Promise<IssuedToken>;
    /** Asks with AK and SK that may not be stored yet. */
    issueFor(credentials: Credentials): Promise<IssuedToken>;
    /** Names this environment in leases. */
    holder: string;
  };
};

/** The way to IVM that every function which calls it has, with the token that all of them share. */
export function createIvmAccess(env: z.output<typeof IvmAccessEnv>): IvmAccess {
  const now = () => new Date();
  const random = Math.random;
  const http = tellingRefusals(
    createIvmHttp({ endpoint: env.IVM_ENDPOINT, allowLoopback: env.ALLOW_LOOPBACK, now, random, sleep }),
    () => metric('AccountRefused'),
  );
  const readCredentials = createSecretReader(env.IVM_CREDENTIALS_SECRET_ID, IvmCredentials, secretTimeoutMs);
  const store = createTokenStore(env.TOKENS_TABLE, now);
  const issue = async (forceUpdate: boolean) =>
    requestToken(http, env.IVM_USER_ID, await readCredentials(), forceUpdate);
  const holder = randomUUID();
  const source = createTokenSource({ store, issue: () => issue(false), holder, metric, now, random, sleep });
  return {
    http,
    calls: createTokenCalls(http, source),
    tokens: {
      store,
      issue,
      issueFor: (credentials) => requestToken(http, env.IVM_USER_ID, credentials),
      holder,
    },
  };
}

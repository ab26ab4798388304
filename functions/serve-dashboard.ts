/**
 * Serves the dashboard's page.
 *
 * Trigger  GET / · /assets/{file} · /sign-in.json, open to all; GET /api/{path+}, with an access token
 * Reads    the page, from its own package
 * Answers  200 the page, or how to sign in · 404 anything else
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { readEnv } from '#lib/runtime/env.ts';
import { ServeDashboardEnv } from '#lib/runtime/function-env.ts';
import { once } from '#lib/runtime/once.ts';

const settings = once(() => readEnv(ServeDashboardEnv));

export const handler = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  const env = await settings();
  switch (event.rawPath) {
    case '/':
      return answer(200, 'text/html; charset=utf-8', await readFile(join(env.PAGE_DIRECTORY, 'index.html'), 'utf8'));
    case '/sign-in.json': {
      const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_SCOPE: scope } = env;
      const signIn = issuer === 'none' ? null : { issuer, clientId, scope };
      return answer(200, 'application/json', JSON.stringify({ signIn }));
    }
    default:
      return answer(404, 'application/problem+json', JSON.stringify({ title: 'Not Found', status: 404 }));
  }
};

const answer = (statusCode: number, type: string, body: string): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { 'content-type': type },
  body,
});

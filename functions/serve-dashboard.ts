/**
 * Serves the dashboard: the page to everybody, and its API to those whom the gateway has let in.
 *
 * Trigger  GET /, /assets/{file}, /sign-in.json; GET /api/{path+} behind the JWT authorizer
 * Reads    DynamoDB events, state; S3 exports/, pictures/, snapshots/, details/, quarantine/; SQS; CloudWatch;
 *          Secrets Manager: the privacy key
 * Writes   nothing; links to pictures and exports live five minutes
 * Failure  problem details (RFC 9457): 4xx for what is asked, 503 where a store is busy, 500 for a bug, told in the log
 */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { createCameraDeps } from '#lib/aws/dashboard-cameras.ts';
import { createDataDeps } from '#lib/aws/dashboard-data.ts';
import { createEventDeps } from '#lib/aws/dashboard-events.ts';
import { createNowDeps } from '#lib/aws/dashboard-now.ts';
import { createDashboardPeople } from '#lib/aws/dashboard-people.ts';
import { createVehicleDeps } from '#lib/aws/dashboard-vehicles.ts';
import { createInventoryStore } from '#lib/aws/inventory-store.ts';
import { createMetricReader } from '#lib/aws/metric-series.ts';
import { createLinkSigner } from '#lib/aws/object-links.ts';
import { type DashboardDeps, routes } from '#lib/dashboard/routes.ts';
import { type DashboardSite, serveDashboard } from '#lib/dashboard/serve-dashboard.ts';
import { readStaticFiles } from '#lib/dashboard/static-files.ts';
import { readEnv } from '#lib/runtime/env.ts';
import { ServeDashboardEnv } from '#lib/runtime/function-env.ts';
import { errorFields, log } from '#lib/runtime/log.ts';
import { once } from '#lib/runtime/once.ts';

export function createHandler(site: () => Promise<DashboardSite<DashboardDeps>>) {
  return async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> =>
    serveDashboard(await site(), event);
}

export const handler = createHandler(
  once(async (): Promise<DashboardSite<DashboardDeps>> => {
    const env = readEnv(ServeDashboardEnv);
    const now = () => new Date();
    const signLink = createLinkSigner(env.BUCKET, now);
    const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId } = env;
    const { url } = await signLink('any');
    return {
      files: readStaticFiles(env.PAGE_DIRECTORY),
      signIn: issuer === 'none' ? null : { issuer, clientId, scope: `openid ${env.OIDC_SCOPE}` },
      origins: {
        pictures: new URL(url).origin,
        signIn: [issuer, env.OIDC_SIGN_IN_ORIGIN].filter((one) => one !== 'none').map((one) => new URL(one).origin),
      },
      routes,
      deps: {
        ...createCameraDeps(env, now),
        ...createVehicleDeps(env),
        ...createEventDeps(env),
        timeZone: env.TIME_ZONE,
        now,
        inventory: createInventoryStore(env.STATE_TABLE),
        ...createNowDeps(env, now, createMetricReader()),
        ...createDataDeps(env, signLink),
        people: createDashboardPeople({
          bucket: env.BUCKET,
          timeZone: env.TIME_ZONE,
          statisticsTimeZone: env.STATISTICS_TIME_ZONE,
          weekStart: env.WEEK_START,
          signLink,
          now,
        }),
        tenant: {
          stack: env.STACK,
          stage: env.STAGE,
          timeZone: env.TIME_ZONE,
          statisticsTimeZone: env.STATISTICS_TIME_ZONE,
          weekStart: env.WEEK_START,
          hasHashedPlates: env.PLATES === 'hashed',
        },
      },
      onError: (error) => log.error('a request to the dashboard failed', errorFields(error)),
    };
  }),
);

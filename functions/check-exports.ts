/**
 * Looks whether the exports of yesterday are there.
 *
 * Trigger  schedule, daily at 06:00 in the tenant's zone
 * Reads    S3 exports/manifests
 * Writes   metric ExportLate, per set
 * Failure  thrown; an alarm takes a missing metric for a late export
 */
import { createObjectStore } from '#lib/aws/objects.ts';
import { checkExports } from '#lib/exports/check-exports.ts';
import { readEnv } from '#lib/runtime/env.ts';
import { CheckExportsEnv } from '#lib/runtime/function-env.ts';
import { metric } from '#lib/runtime/metrics.ts';
import { once } from '#lib/runtime/once.ts';
import { scheduledHandler } from '#lib/runtime/scheduled-handler.ts';

export const handler = scheduledHandler({
  deps: once(() => {
    const env = readEnv(CheckExportsEnv);
    return { objects: createObjectStore(env.BUCKET), timeZone: env.TIME_ZONE, metric, now: () => new Date() };
  }),
  run: checkExports,
});

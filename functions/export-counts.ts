/**
 * Exports what messages count by themselves, and sets it beside the statistics of IVM.
 *
 * Trigger  schedule, nightly at 05:30 in the tenant's zone; by hand also {"date": "…"} or {"from": "…", "to": "…"}
 * Reads    DynamoDB events, state (channels, dates that something came late for, versions); S3 exports/people,
 *          exports/counts, exports/manifests
 * Writes   S3 exports/counts, exports/manifests; DynamoDB state (versions, marks, channels that count)
 * Failure  thrown, so that its alarm fires; exports that stood before stand, and dates not done stay marked
 */
import { createExportStores } from '#lib/aws/export-stores.ts';
import { exportCounts } from '#lib/counts/export-counts.ts';
import { readEnv } from '#lib/runtime/env.ts';
import { ExportStoredEnv } from '#lib/runtime/function-env.ts';
import { once } from '#lib/runtime/once.ts';
import { scheduledHandler } from '#lib/runtime/scheduled-handler.ts';

export const handler = scheduledHandler({
  deps: once(() => createExportStores(readEnv(ExportStoredEnv))),
  run: exportCounts,
});

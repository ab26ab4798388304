/**
 * Exports the events of days that are over, a flat table per message type, with a ledger of what is complete.
 *
 * Trigger  schedule, nightly at 04:30 in the tenant's zone; by hand also {"date": "…"} or {"from": "…", "to": "…"}
 * Reads    DynamoDB events, state (devices, dates that something came late for, versions); S3 exports/events,
 *          exports/manifests
 * Writes   S3 exports/events, exports/manifests; DynamoDB state (versions, marks)
 * Failure  thrown, so that its alarm fires; exports that stood before stand, and dates not done stay marked
 */
import { createExportStores } from '#lib/aws/export-stores.ts';
import { exportEvents } from '#lib/event-exports/export-events.ts';
import { readEnv } from '#lib/runtime/env.ts';
import { ExportStoredEnv } from '#lib/runtime/function-env.ts';
import { once } from '#lib/runtime/once.ts';
import { scheduledHandler } from '#lib/runtime/scheduled-handler.ts';

export const handler = scheduledHandler({
  deps: once(() => createExportStores(readEnv(ExportStoredEnv))),
  run: exportEvents,
});

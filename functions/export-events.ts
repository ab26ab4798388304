/**
 * Exports the events of days that are over, a flat table per message type, with a ledger of what is complete.
 *
 * Trigger  schedule, nightly at 04:30 in the tenant's zone; by hand also {"date": "…"} or {"from": "…", "to": "…"}
 * Reads    DynamoDB events, state (devices, dates that something came late for, versions); S3 exports/manifests
 * Writes   S3 exports/events, exports/manifests; DynamoDB state (versions, marks)
 * Failure  thrown, so that its alarm fires; exports that stood before stand, and dates not done stay marked
 */
import { randomUUID } from 'node:crypto';
import { createDirtyDates } from '#lib/aws/dirty-dates.ts';
import { createEventsReader } from '#lib/aws/events-reader.ts';
import { createExportLedger } from '#lib/aws/export-ledger.ts';
import { createInventoryStore } from '#lib/aws/inventory-store.ts';
import { createObjectStore } from '#lib/aws/objects.ts';
import { exportEvents } from '#lib/event-exports/export-events.ts';
import { readEnv } from '#lib/runtime/env.ts';
import { ExportStoredEnv } from '#lib/runtime/function-env.ts';
import { metric } from '#lib/runtime/metrics.ts';
import { once } from '#lib/runtime/once.ts';
import { scheduledHandler } from '#lib/runtime/scheduled-handler.ts';
import { temporaryDirectory } from '#lib/runtime/temporary-directory.ts';

export const handler = scheduledHandler({
  deps: once(() => {
    const env = readEnv(ExportStoredEnv);
    const now = () => new Date();
    return {
      events: createEventsReader(env.EVENTS_TABLE),
      inventory: createInventoryStore(env.STATE_TABLE),
      dirty: createDirtyDates(env.STATE_TABLE, now),
      objects: createObjectStore(env.BUCKET),
      ledger: createExportLedger(env.STATE_TABLE, now),
      newHolder: randomUUID,
      temporaryDirectory,
      timeZone: env.TIME_ZONE,
      metric,
      now,
    };
  }),
  run: exportEvents,
});

import { randomUUID } from 'node:crypto';
import type * as z from 'zod';
import type { ExportStoredEnv } from '#lib/runtime/function-env.ts';
import { metric } from '#lib/runtime/metrics.ts';
import { temporaryDirectory } from '#lib/runtime/temporary-directory.ts';
import { createDirtyDates } from './dirty-dates.ts';
import { createEventsReader } from './events-reader.ts';
import { createExportLedger } from './export-ledger.ts';
import { createInventoryStore } from './inventory-store.ts';
import { createObjectStore } from './objects.ts';

/** What the functions that export have in common. */
export function createExportStores(env: z.output<typeof ExportStoredEnv>) {
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
}

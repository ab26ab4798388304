/**
 * Lists all devices and channels and keeps their names, abilities, packages and states.
 *
 * Trigger  schedule, hourly
 * Reads    IVM: devices and channels, the access token; DynamoDB state, tokens; Secrets Manager: AK and SK
 * Writes   DynamoDB state (devices, channels, a report), tokens; metrics of what is missing
 * Failure  thrown, so that its alarm fires; what was known before stands
 */
import { createInventoryStore } from '#lib/aws/inventory-store.ts';
import { createIvmAccess } from '#lib/aws/ivm-access.ts';
import { syncInventory } from '#lib/inventory/sync-inventory.ts';
import { createInventoryClient } from '#lib/ivm/inventory-client.ts';
import { readEnv } from '#lib/runtime/env.ts';
import { SyncInventoryEnv } from '#lib/runtime/function-env.ts';
import { metric } from '#lib/runtime/metrics.ts';
import { once } from '#lib/runtime/once.ts';
import { scheduledHandler } from '#lib/runtime/scheduled-handler.ts';

export const handler = scheduledHandler({
  deps: once(() => {
    const env = readEnv(SyncInventoryEnv);
    const ivm = createInventoryClient(createIvmAccess(env).calls, env.IVM_USER_ID);
    return { ivm, inventory: createInventoryStore(env.STATE_TABLE), metric, now: () => new Date() };
  }),
  run: syncInventory,
});

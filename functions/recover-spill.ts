/**
 * Brings back what took the way over S3: spilled callbacks whose pointer was lost, and callbacks that arrived while the
 * keys were unreadable.
 *
 * Trigger  schedule, every 5 minutes
 * Reads    S3 spill/ and quarantine/unverified/; Secrets Manager: the keys in force
 * Writes   SQS alarms | devices | intelligence (pointers); S3 spill/ and quarantine/; DynamoDB state
 * Failure  thrown, so that its alarm fires; the next run begins anew and nothing is deleted before it is durable elsewhere
 */
import { createInboundSender } from '#lib/aws/inbound-queues.ts';
import { createObjectStore } from '#lib/aws/objects.ts';
import { createAuthKeyReader } from '#lib/aws/secrets.ts';
import { createSpillRecords } from '#lib/aws/state-table.ts';
import { unverifiedPrefix } from '#lib/callback/quarantine.ts';
import { type RecoverSpillDeps, recoverSpill } from '#lib/callback/recover-spill.ts';
import { type VerifyQuarantinedDeps, verifyQuarantined } from '#lib/callback/verify-quarantined.ts';
import { readEnv } from '#lib/runtime/env.ts';
import { RecoverSpillEnv } from '#lib/runtime/function-env.ts';
import { metric } from '#lib/runtime/metrics.ts';
import { once } from '#lib/runtime/once.ts';
import { scheduledHandler } from '#lib/runtime/scheduled-handler.ts';

const callTimeoutMs = 10_000;

export const handler = scheduledHandler({
  deps: once((): RecoverSpillDeps & VerifyQuarantinedDeps => {
    const env = readEnv(RecoverSpillEnv);
    const bucket = createObjectStore(env.BUCKET);
    const now = () => new Date();
    return {
      spill: {
        keys: () => bucket.keys('spill/'),
        read: async (key) => (await bucket.get(key))?.toString('utf8'),
      },
      records: createSpillRecords(env.STATE_TABLE, now),
      quarantine: {
        keys: () => bucket.keys(unverifiedPrefix),
        read: bucket.get,
        put: (key, content, contentType) => bucket.put(key, content, { contentType }),
        delete: bucket.delete,
      },
      readKeys: createAuthKeyReader(env.CALLBACK_KEYS_SECRET_ID, callTimeoutMs),
      send: createInboundSender(env, callTimeoutMs),
      callbackBaseUrl: env.CALLBACK_BASE_URL,
      signatureWindowSeconds: env.SIGNATURE_WINDOW_SECONDS,
      timeZone: env.TIME_ZONE,
      metric,
      now,
    };
  }),
  run: async (deps: RecoverSpillDeps & VerifyQuarantinedDeps) => ({
    spill: await recoverSpill(deps),
    quarantine: await verifyQuarantined(deps),
  }),
});

/**
 * Keeps the nine registrations at IVM as they are wanted, and rotates the keys that callbacks are signed with.
 *
 * Trigger  schedule, every 10 minutes; by hand {"rotateKeys": true} begins a rotation
 * Reads    IVM: registrations, the access token; Secrets Manager: callback keys, AK and SK; DynamoDB events, state, tokens
 * Writes   IVM: registrations; Secrets Manager: callback keys; DynamoDB state (records, a report), tokens; a metric per repair
 * Failure  thrown after all nine were looked at, so that its alarm fires; the next run goes on from what it finds
 */
import { randomUUID } from 'node:crypto';
import { createEventsReader } from '#lib/aws/events-reader.ts';
import { createIvmAccess } from '#lib/aws/ivm-access.ts';
import { createLease } from '#lib/aws/lease.ts';
import { createRegistrationRecords } from '#lib/aws/registration-records.ts';
import { createAuthKeyReader, createSecretWriter } from '#lib/aws/secrets.ts';
import { createSeenKeys } from '#lib/aws/seen-keys.ts';
import { createCallbackClient } from '#lib/ivm/callback-client.ts';
import { createAuthKey } from '#lib/registration/auth-key.ts';
import { isCallbackOwner } from '#lib/registration/callback-owner.ts';
import { reconcileCallbacks } from '#lib/registration/reconcile-callbacks.ts';
import { readEnv } from '#lib/runtime/env.ts';
import { ReconcileCallbacksEnv } from '#lib/runtime/function-env.ts';
import { metric } from '#lib/runtime/metrics.ts';
import { once } from '#lib/runtime/once.ts';
import { scheduledHandler } from '#lib/runtime/scheduled-handler.ts';

const secretTimeoutMs = 3_000;

export const handler = scheduledHandler({
  deps: once(() => {
    const env = readEnv(ReconcileCallbacksEnv);
    const now = () => new Date();
    const records = createRegistrationRecords(env.STATE_TABLE);
    return {
      ivm: createCallbackClient(createIvmAccess(env).calls, env.IVM_USER_ID),
      keys: {
        read: createAuthKeyReader(env.CALLBACK_KEYS_SECRET_ID, secretTimeoutMs),
        write: createSecretWriter(env.CALLBACK_KEYS_SECRET_ID),
      },
      records,
      seenKeys: createSeenKeys(env.STATE_TABLE, now),
      traffic: createEventsReader(env.EVENTS_TABLE),
      lease: createLease(env.STATE_TABLE, 'reconcile-callbacks', randomUUID(), now),
      writeReport: records.writeReport,
      createKey: createAuthKey,
      settings: {
        isOwner: isCallbackOwner(env),
        callbackBaseUrl: env.CALLBACK_BASE_URL,
        timeZone: env.TIME_ZONE,
      },
      metric,
      now,
    };
  }),
  run: reconcileCallbacks,
});

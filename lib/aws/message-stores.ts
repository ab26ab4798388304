import type * as z from 'zod';
import type { StoreMessagesDeps } from '#lib/intake/store-messages.ts';
import { protectBody } from '#lib/privacy/protect-body.ts';
import { privacySettings, type StoreMessagesEnv } from '#lib/runtime/function-env.ts';
import { metric } from '#lib/runtime/metrics.ts';
import type { SqsDeps } from '#lib/runtime/sqs-handler.ts';
import { createDirtyDates } from './dirty-dates.ts';
import { createErasures } from './erasures.ts';
import { createEventsTable } from './events-table.ts';
import { createObjectStore } from './objects.ts';
import { createJobQueue, createSourceQueues } from './queues.ts';
import { createPrivacyKeyReader } from './secrets.ts';
import { createSeenKeys } from './seen-keys.ts';
import { createSpillRecords } from './state-table.ts';

/** What the three functions that store messages have in common. */
export function createMessageStores(env: z.output<typeof StoreMessagesEnv>): StoreMessagesDeps & SqsDeps {
  const now = () => new Date();
  return {
    ...createRecordRules(env),
    objects: createObjectStore(env.BUCKET),
    events: createEventsTable(env.EVENTS_TABLE),
    spills: createSpillRecords(env.STATE_TABLE, now),
    queuePictures: createJobQueue(env.PICTURES_QUEUE_URL),
    queues: createSourceQueues(env.SOURCE_QUEUE_URLS, env.DEAD_LETTER_QUEUE_URLS),
    markDirty: createDirtyDates(env.STATE_TABLE, now).mark,
    noteKeys: createSeenKeys(env.STATE_TABLE, now).note,
    metric,
    random: Math.random,
    now,
  };
}

type RulesEnv = Pick<
  z.output<typeof StoreMessagesEnv>,
  | 'EVENT_RETENTION_DAYS'
  | 'FACE_FEATURES'
  | 'FACE_PICTURES'
  | 'PLATES'
  | 'PRIVACY_KEY_SECRET_ID'
  | 'STATE_TABLE'
  | 'TIME_ZONE'
>;

/** What becomes of a message by the settings of the tenant, whether it has just come or is replayed. */
export function createRecordRules(env: RulesEnv): Pick<StoreMessagesDeps, 'protect' | 'readErasures' | 'settings'> {
  const readKey = createPrivacyKeyReader(env.PRIVACY_KEY_SECRET_ID);
  const privacy = privacySettings(env);
  return {
    protect: (body) => protectBody(body, privacy, readKey),
    readErasures: createErasures(env.STATE_TABLE, readKey).readCheck,
    settings: {
      timeZone: env.TIME_ZONE,
      retentionDays: env.EVENT_RETENTION_DAYS,
      facePictures: privacy.facePictures,
    },
  };
}

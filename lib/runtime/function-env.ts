import * as z from 'zod';
import type { PrivacySettings } from '#lib/privacy/protect-body.ts';
import { BaseEnv, countText, flagText, listText, timeZoneText } from './env.ts';

/** One schema per function: exactly the variables that `serverless.yml` gives it, which a test compares. */

const queueUrls = { ALARMS_QUEUE_URL: z.url(), DEVICES_QUEUE_URL: z.url(), INTELLIGENCE_QUEUE_URL: z.url() };
const name = z.string().min(1);
/** A base URL: nothing after the host, since paths are appended to it and a signature covers the result. */
const baseUrl = z.url({ protocol: /^https?$/ }).refine((url) => !url.endsWith('/'), 'must not end with a slash');

const callbacks = {
  CALLBACK_BASE_URL: baseUrl,
  CALLBACK_KEYS_SECRET_ID: name,
  SIGNATURE_WINDOW_SECONDS: countText,
  BUCKET: name,
  ...queueUrls,
};

export const ReceiveCallbackEnv = BaseEnv.extend({ ...callbacks, ALLOW_UNSIGNED: flagText });

export const privacySettings = (env: {
  FACE_FEATURES: PrivacySettings['faceFeatures'];
  PLATES: PrivacySettings['plates'];
  FACE_PICTURES: PrivacySettings['facePictures'];
}): PrivacySettings => ({
  faceFeatures: env.FACE_FEATURES,
  plates: env.PLATES,
  facePictures: env.FACE_PICTURES,
});

export const RecoverSpillEnv = BaseEnv.extend({ ...callbacks, STATE_TABLE: name });

/** What the tenant wants kept of persons. */
const privacy = {
  FACE_FEATURES: z.enum(['keep', 'drop']),
  PLATES: z.enum(['clear', 'hashed']),
  FACE_PICTURES: z.enum(['keep', 'skip']),
  PRIVACY_KEY_SECRET_ID: name,
};

/** The three functions that store messages. */
export const StoreMessagesEnv = BaseEnv.extend({
  ...privacy,
  BUCKET: name,
  EVENTS_TABLE: name,
  STATE_TABLE: name,
  PICTURES_QUEUE_URL: z.url(),
  SOURCE_QUEUE_URLS: listText,
  DEAD_LETTER_QUEUE_URLS: listText,
  EVENT_RETENTION_DAYS: countText,
});

/** The functions that call IVM. */
export const IvmAccessEnv = BaseEnv.extend({
  IVM_ENDPOINT: baseUrl,
  IVM_USER_ID: z.string().regex(/^\d{15,25}$/, 'must be the 15 to 25 digits of the user: deploy with ivmUserId'),
  IVM_CREDENTIALS_SECRET_ID: name,
  /** For the local stack, whose simulated IVM is on this machine. */
  ALLOW_LOOPBACK: flagText,
  TOKENS_TABLE: name,
});

export const RotateTokenEnv = IvmAccessEnv;

export const SyncInventoryEnv = IvmAccessEnv.extend({ STATE_TABLE: name });

export const StorePicturesEnv = IvmAccessEnv.extend({
  /** Hosts or origins of pictures beside IVM's own; they never get the token. */
  PICTURE_HOSTS: listText,
  BUCKET: name,
  EVENTS_TABLE: name,
  STATE_TABLE: name,
  PICTURE_RETRIES_QUEUE_URL: z.url(),
  SOURCE_QUEUE_URLS: listText,
  DEAD_LETTER_QUEUE_URLS: listText,
});

export const RetryPicturesEnv = BaseEnv.extend({
  EVENTS_TABLE: name,
  STATE_TABLE: name,
  PICTURE_RETRIES_QUEUE_URL: z.url(),
});

export const RequestSnapshotsEnv = BaseEnv.extend({
  STATE_TABLE: name,
  SNAPSHOTS_QUEUE_URL: z.url(),
  /** `*`, or devices (`<device_id>`) and channels (`<device_id>#<channel_id>`). */
  SNAPSHOT_CHANNELS: listText,
  SNAPSHOT_STORAGE: flagText,
});

export const TakeSnapshotsEnv = IvmAccessEnv.extend({
  PICTURE_HOSTS: listText,
  BUCKET: name,
  EVENTS_TABLE: name,
  STATE_TABLE: name,
  SNAPSHOTS_QUEUE_URL: z.url(),
  SOURCE_QUEUE_URLS: listText,
  DEAD_LETTER_QUEUE_URLS: listText,
  EVENT_RETENTION_DAYS: countText,
});

export const CollectStatisticsEnv = BaseEnv.extend({
  STATISTICS_QUEUE_URL: z.url(),
  /** 1 for Monday to 7 for Sunday. */
  WEEK_START: countText.max(7),
});

export const ExportStatisticsEnv = IvmAccessEnv.extend({
  BUCKET: name,
  EVENTS_TABLE: name,
  STATE_TABLE: name,
  /** Zone of the buckets in which IVM counts. */
  STATISTICS_TIME_ZONE: timeZoneText,
  WEEK_START: countText.max(7),
  /** Calls to IVM under way at once. */
  STATISTICS_CONCURRENCY: countText,
  PRIVACY_KEY_SECRET_ID: name,
  SOURCE_QUEUE_URLS: listText,
  DEAD_LETTER_QUEUE_URLS: listText,
});

/** The functions that export what is stored. */
export const ExportStoredEnv = BaseEnv.extend({ BUCKET: name, EVENTS_TABLE: name, STATE_TABLE: name });

export const CheckExportsEnv = BaseEnv.extend({ BUCKET: name });

export const ReconcileCallbacksEnv = IvmAccessEnv.extend({
  CALLBACK_BASE_URL: baseUrl,
  CALLBACK_KEYS_SECRET_ID: name,
  /** Whether this stack's URLs are the ones to register; `auto` is the stage `prod` alone, since IVM keeps one per user. */
  CALLBACK_OWNER: z.enum(['auto', 'true', 'false']),
  EVENTS_TABLE: name,
  STATE_TABLE: name,
});

export const ServeDashboardEnv = BaseEnv.extend({
  BUCKET: name,
  EVENTS_TABLE: name,
  STATE_TABLE: name,
  /** Where the bundled page lies. */
  PAGE_DIRECTORY: name,
  /** Who gives access tokens; `none` where nobody has to sign in, as on the local stack, or nobody can. */
  OIDC_ISSUER: z.union([z.literal('none'), z.url({ protocol: /^https$/ })]),
  OIDC_CLIENT_ID: name,
  /** What an access token must allow. */
  OIDC_SCOPE: name,
  /** Origin of the sign-in pages of a user pool; another issuer names its own. */
  OIDC_SIGN_IN_ORIGIN: z.union([z.literal('none'), baseUrl]),
  /** All queues that feed functions, and in the same order where their dead letters rest. */
  QUEUE_URLS: listText,
  DEAD_LETTER_QUEUE_URLS: listText,
  WEEK_START: countText.max(7),
  STATISTICS_TIME_ZONE: timeZoneText,
  PLATES: privacy.PLATES,
  PRIVACY_KEY_SECRET_ID: privacy.PRIVACY_KEY_SECRET_ID,
});

/** receive-callback whose queue takes everything at once. */
import { createAuthKeyCache } from '#lib/callback/auth-keys.ts';
import { createHandler } from '../../../functions/receive-callback.ts';
import { authKeys, baseUrl } from '../harness/callback-keys.ts';

const now = () => new Date();
const done = async () => undefined;
const deps = {
  queues: { send: done },
  keep: done,
  authKeys: createAuthKeyCache(async () => authKeys, now),
  callbackBaseUrl: baseUrl,
  signatureWindowSeconds: 86_400,
  allowUnsigned: false,
  timeZone: 'Asia/Shanghai',
  mayKeepStale: () => true,
  metric: () => undefined,
  now,
};

export const handler = createHandler(async () => deps);

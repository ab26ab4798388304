import { describe, expect, it } from 'vitest';
import type { AuthKeys } from '#lib/callback/auth-keys.ts';
import { type Subscription, subscriptions } from '#lib/callback/subscriptions.ts';
import type { Credentials, Registration } from '#lib/ivm/client.ts';
import { IvmRefused, IvmUnavailable } from '#lib/ivm/ivm-error.ts';
import { type SetUpRequest, setUpTenant } from '#lib/operator/set-up-tenant.ts';

const now = new Date('2026-01-15T08:00:00.000Z');
const first: Credentials = { accessKey: 'AK-1', secretKey: 'SK-1' };
const second: Credentials = { accessKey: 'AK-2', secretKey: 'SK-2' };
const base = 'https://acme.example';
const urlOf = (path: string) => `${base}/callbacks/${path}`;

type Start = {
  credentials?: Credentials;
  keys?: AuthKeys;
  registered?: Partial<Record<Subscription, Registration>>;
  isOwner?: boolean;
  refusal?: Error;
  isAccepted?: boolean;
};

/** A tenant in memory, and what was done to it in its order. */
function tenant(start: Start = {}) {
  const state = {
    credentials: start.credentials,
    keys: start.keys ?? {},
    token: undefined as string | undefined,
    urls: new Map<string, string | undefined>(),
    registered: new Map(Object.entries(start.registered ?? {})),
    log: [] as string[],
  };
  let made = 0;
  const setUp = (request: Partial<SetUpRequest> = {}) =>
    setUpTenant(
      {
        credentials: {
          read: async () => state.credentials,
          write: async (credentials) => {
            state.log.push(`credentials ${credentials.accessKey}`);
            state.credentials = credentials;
          },
        },
        keys: {
          read: async () => state.keys,
          write: async (keys) => {
            state.log.push('keys');
            state.keys = keys;
          },
        },
        issue: async ({ accessKey }) => {
          state.log.push(`ask with ${accessKey}`);
          if (start.refusal !== undefined) throw start.refusal;
          return { token: `token of ${accessKey}`, remainingSeconds: 604_800 };
        },
        isAccepted: async () => start.isAccepted ?? true,
        tokens: {
          write: async ({ token, expiresAt }) => {
            expect(expiresAt.getTime() - now.getTime()).toBe(604_800_000);
            state.log.push('token');
            state.token = token;
          },
        },
        ivm: {
          showCallback: async (subscription) => state.registered.get(subscription),
          setCallback: async (subscription, registration) => {
            state.registered.set(subscription, registration);
          },
        },
        records: {
          read: async (subscription) => {
            const url = state.urls.get(subscription);
            return url === undefined ? {} : { url };
          },
          write: async (subscription, { url }) => {
            state.urls.set(subscription, url);
          },
        },
        createKey: () => {
          made += 1;
          return `key-${made}`;
        },
        settings: { userId: '109010000000000001', callbackBaseUrl: base, isOwner: start.isOwner ?? true },
        now: () => now,
      },
      { rotateCredentials: false, takeOver: false, ...request },
    );
  return { state, setUp };
}

const allKeys = Object.fromEntries(subscriptions.map(({ subscription }) => [subscription, [`old ${subscription}`]]));
const allOurs = Object.fromEntries(
  subscriptions.map(({ subscription, path }) => [subscription, { url: urlOf(path), authKey: `old ${subscription}` }]),
);

describe('setUpTenant', () => {
  it('moves what it had registered itself under another domain, and calls that no stranger', async () => {
    const { state, setUp } = tenant();
    await setUp({ credentials: first });
    for (const { subscription, path } of subscriptions) {
      const former = `https://former.example/callbacks/${path}`;
      state.urls.set(subscription, former);
      state.registered.set(subscription, { url: former, authKey: state.keys[subscription]?.[0] ?? '' });
    }
    const { callbacks } = await setUp({});
    expect(new Set(callbacks.map(({ outcome }) => outcome))).toEqual(new Set(['registered']));
    for (const { subscription, path } of subscriptions) {
      expect(state.registered.get(subscription)?.url).toBe(urlOf(path));
    }
  });

  it('fills a new stack: AK and SK after IVM took them, a token, nine keys, nine registrations', async () => {
    const { state, setUp } = tenant();
    const report = await setUp({ credentials: first, userId: '109010000000000001' });
    expect(state.log).toEqual(['ask with AK-1', 'credentials AK-1', 'token', 'keys']);
    expect(state.token).toBe('token of AK-1');
    expect(report).toMatchObject({ credentials: 'stored', tokenSecondsLeft: 604_800 });
    expect(report.keysMade).toHaveLength(9);
    expect(report.callbacks.every(({ outcome, before }) => outcome === 'registered' && before === undefined)).toBe(
      true,
    );
    for (const { subscription, path } of subscriptions) {
      expect(state.registered.get(subscription)).toEqual({
        url: urlOf(path),
        authKey: state.keys[subscription]?.[0],
      });
      expect(state.urls.get(subscription)).toBe(urlOf(path));
    }
  });

  it('changes nothing that works when it runs again, with or without the same AK and SK', async () => {
    for (const credentials of [undefined, first]) {
      const { state, setUp } = tenant({ credentials: first, keys: allKeys, registered: allOurs });
      const report = await setUp(credentials === undefined ? {} : { credentials });
      expect(state.log).toEqual(['ask with AK-1', 'token']);
      expect(report).toMatchObject({ credentials: 'kept', keysMade: [] });
      expect(report.callbacks.every(({ outcome }) => outcome === 'unchanged')).toBe(true);
    }
  });

  it('leaves URLs of others alone, and replaces them with --take-over', async () => {
    const foreign = { url: 'https://other.example/ivm', authKey: 'theirs' };
    const start = { credentials: first, keys: allKeys, registered: { ...allOurs, TARGET_DATA: foreign } };
    const careful = tenant(start);
    const report = await careful.setUp();
    expect(report.callbacks.filter(({ outcome }) => outcome === 'foreign')).toEqual([
      { subscription: 'TARGET_DATA', before: foreign.url, outcome: 'foreign' },
    ]);
    expect(careful.state.registered.get('TARGET_DATA')).toEqual(foreign);
    expect(careful.state.urls.has('TARGET_DATA')).toBe(false);

    const bold = tenant(start);
    await bold.setUp({ takeOver: true });
    expect(bold.state.registered.get('TARGET_DATA')).toEqual({
      url: urlOf('target-data'),
      authKey: 'old TARGET_DATA',
    });
  });

  it('registers nothing from a stage that does not own the callbacks', async () => {
    const { state, setUp } = tenant({ isOwner: false });
    const report = await setUp({ credentials: first });
    expect(report.callbacks.every(({ outcome }) => outcome === 'not-owner')).toBe(true);
    expect(state.registered.size).toBe(0);
  });

  it('goes on with a rotation under way: the old key stays registered', async () => {
    const keys = { ...allKeys, DEVICE_ALARM: ['new', 'old DEVICE_ALARM'] };
    const { state, setUp } = tenant({
      credentials: first,
      keys,
      registered: { DEVICE_ALARM: { url: urlOf('device-alarm'), authKey: 'old DEVICE_ALARM' } },
    });
    await setUp();
    expect(state.registered.get('DEVICE_ALARM')?.authKey).toBe('old DEVICE_ALARM');
  });

  it('moves to another pair only when asked to, and only when IVM takes it', async () => {
    const unasked = tenant({ credentials: first });
    await expect(unasked.setUp({ credentials: second })).rejects.toMatchObject({ code: 'other-credentials' });
    expect(unasked.state.log).toEqual([]);

    const moved = tenant({ credentials: first, keys: allKeys, registered: allOurs });
    const report = await moved.setUp({ credentials: second, rotateCredentials: true });
    expect(moved.state.log).toEqual(['ask with AK-2', 'credentials AK-2', 'token']);
    expect(report.credentials).toBe('rotated');

    const refused = tenant({ credentials: first, isAccepted: false });
    await expect(refused.setUp({ credentials: second, rotateCredentials: true })).rejects.toMatchObject({
      code: 'token-rejected',
    });
    expect(refused.state.credentials).toEqual(first);
  });

  it('takes a corrected SK of the same AK', async () => {
    const { state, setUp } = tenant({ credentials: { ...first, secretKey: 'mistyped' } });
    await setUp({ credentials: first });
    expect(state.credentials).toEqual(first);
  });

  it.each([
    ['no AK and SK are given or stored', {}, {}, 'no-credentials', 'IVM_AK'],
    [
      'the other pair of a rotation is missing',
      { credentials: first },
      { rotateCredentials: true },
      'no-credentials',
      'IVM_AK',
    ],
    [
      'the stack was deployed for another user',
      {},
      { credentials: first, userId: '109010000000000002' },
      'other-user',
      '--param ivmUserId=109010000000000002',
    ],
    [
      'IVM knows no such AK',
      { refusal: new IvmRefused({ kind: 'permanent', code: 'IVM.10000010' }, 'IVM did not do createAccessToken: 400') },
      { credentials: first },
      'credentials-refused',
      'access keys of Huawei Cloud IAM and personal accounts do not work',
    ],
  ] as [string, Start, Partial<SetUpRequest>, string, string][])(
    'says what to do where %s',
    async (_what, start, request, code, text) => {
      const { state, setUp } = tenant(start);
      await expect(setUp(request)).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
      expect(state.log.filter((line) => !line.startsWith('ask'))).toEqual([]);
    },
  );

  it('passes on that IVM is away, which is no fault of AK and SK', async () => {
    const refusal = new IvmUnavailable(
      { kind: 'transient', code: 'ECONNREFUSED' },
      'IVM did not do createAccessToken: no answer',
    );
    await expect(tenant({ refusal }).setUp({ credentials: first })).rejects.toBe(refusal);
  });

  it('never lets a secret into a message', async () => {
    const { setUp } = tenant({ refusal: new IvmRefused({ kind: 'permanent', code: 'IVM.10000010' }, 'refused') });
    const error: unknown = await setUp({ credentials: first }).catch((reason: unknown) => reason);
    expect(String(error)).not.toMatch(/SK-1|AK-1/);
  });
});

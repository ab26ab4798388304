import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { subscriptions } from '#lib/callback/subscriptions.ts';
import { type ExamineDeps, examineTenant, queueConcurrency } from '#lib/operator/examine-tenant.ts';
import { inventoryChannel } from '../support/builders/inventory-channel.ts';

const now = new Date('2026-01-15T08:00:00.000Z');
const base = 'https://acme.example';
const keys = Object.fromEntries(subscriptions.map(({ subscription }) => [subscription, [`key ${subscription}`]]));
const pathOf = new Map<string, string>(subscriptions.map(({ subscription, path }) => [subscription, path]));
const token = { token: 't', expiresAt: new Date('2026-01-20T08:00:00.000Z'), askedAt: now };

const healthy: ExamineDeps = {
  settings: { callbackBaseUrl: base, isOwner: true, signatureWindowSeconds: 300 },
  probe: async () => ({ status: 200, ms: 80, date: now }),
  ivmTime: async () => now,
  readKeys: async () => keys,
  readToken: async () => token,
  isAccepted: async () => true,
  ivm: {
    showCallback: async (subscription) => ({
      url: `${base}/callbacks/${pathOf.get(subscription)}`,
      authKey: `key ${subscription}`,
    }),
  },
  inventory: { channels: async () => [inventoryChannel({})] },
  refusedPictureHosts: async () => [],
  queues: async () => [{ name: 'acme-alarms', waiting: 3, dead: 0, oldestSeconds: 2 }],
  areAgesTold: true,
  concurrency: async () => 1_000,
  exports: async () => ({ date: '2026-01-14', late: [], isFirstNight: false }),
  ringing: async () => [],
  now: () => now,
};

const examine = (changes: Partial<ExamineDeps>) => examineTenant({ ...healthy, ...changes });
const settings = healthy.settings;

describe('examineTenant', () => {
  it('finds nothing in a healthy tenant, and says what it looked at', async () => {
    const findings = await examine({});
    expect(findings.map(({ state }) => state)).toEqual(Array.from({ length: 10 }, () => 'ok'));
    expect(findings.map(({ check }) => check)).toEqual([
      'callback URL',
      'clocks',
      'access token',
      'registrations',
      'packages',
      'picture hosts',
      'room to run',
      'queues',
      'exports',
      'alarms',
    ]);
  });

  const refusing = () => Promise.reject(new Error('AccessDenied'));
  it.each([
    [
      'an account with room for ten functions',
      { concurrency: async () => 10 },
      'problem',
      'of which the queues may take 36',
    ],
    ['a URL that answers badly', { probe: async () => ({ status: 403, ms: 5 }) }, 'problem', 'answers 403'],
    ['a URL that answers too late', { probe: async () => ({ status: 200, ms: 6_000 }) }, 'problem', 'in 6000 ms'],
    ['a URL that answers slowly', { probe: async () => ({ status: 200, ms: 1_500 }) }, 'warning', 'in 1500 ms'],
    ['a URL that is away', { probe: refusing }, 'problem', 'could not be looked at: AccessDenied'],
    ['a clock that costs callbacks', { ivmTime: async () => new Date(now.getTime() + 400_000) }, 'problem', 'by 400 s'],
    ['a clock that goes wrong', { ivmTime: async () => new Date(now.getTime() - 200_000) }, 'warning', 'by -200 s'],
    ['no token', { readToken: async () => undefined }, 'problem', 'there is none'],
    ['a token that is over', { now: () => new Date('2026-01-20T08:00:00.000Z') }, 'problem', 'it is over'],
    ['a token that ends soon', { now: () => new Date('2026-01-19T20:00:00.000Z') }, 'problem', 'lives 12 more hours'],
    ['a token that IVM refuses', { isAccepted: async () => false }, 'problem', 'but IVM refuses it'],
    ['a missing registration', { ivm: { showCallback: async () => undefined } }, 'problem', 'is not registered at IVM'],
    ['no keys', { readKeys: async () => ({}) }, 'problem', 'DEVICE_ALARM has no key here'],
    [
      'a foreign URL',
      { ivm: { showCallback: async () => ({ url: 'https://other.example', authKey: 'x' }) } },
      'problem',
      'DEVICE_ALARM goes to https://other.example',
    ],
    [
      'foreign URLs where this stage owns none',
      {
        settings: { ...settings, isOwner: false },
        ivm: { showCallback: async () => ({ url: 'https://other.example', authKey: 'x' }) },
      },
      'warning',
      '9 of nine do not lead here',
    ],
    [
      'another key',
      { readKeys: async () => ({ ...keys, DEVICE_ALARM: ['another'] }) },
      'problem',
      'DEVICE_ALARM is signed with a key that is not ours',
    ],
    [
      'channels without a package',
      { inventory: { channels: async () => [inventoryChannel({ status: 'no-package', lacking: ['industry-data'] })] } },
      'problem',
      '(industry-data)',
    ],
    ['no channels', { inventory: { channels: async () => [] } }, 'warning', 'no channel is known yet'],
    ['refused hosts', { refusedPictureHosts: async () => ['http://192.0.2.1:31012'] }, 'problem', '192.0.2.1:31012'],
    [
      'dead letters',
      { queues: async () => [{ name: 'acme-alarms', waiting: 0, dead: 7 }] },
      'problem',
      '7 messages rest in acme-alarms-dead',
    ],
    [
      'an old message',
      { queues: async () => [{ name: 'acme-alarms', waiting: 9, dead: 0, oldestSeconds: 1_000 }] },
      'warning',
      'the oldest for 1000 s',
    ],
    [
      'a late export',
      { exports: async () => ({ date: '2026-01-14', late: ['people/granularity=day'], isFirstNight: false }) },
      'problem',
      'people/granularity=day',
    ],
    ['an alarm that rings', { ringing: async () => ['acme-token-ends'] }, 'problem', 'acme-token-ends rings'],
  ] as [string, Partial<ExamineDeps>, string, string][])(
    'finds %s and says what to do',
    async (_what, changes, state, text) => {
      const found = (await examine(changes)).filter((finding) => finding.state !== 'ok');
      expect(found[0]).toMatchObject({ state, text: expect.stringContaining(text) });
      for (const { todo = '' } of found) expect(todo).not.toBe('');
    },
  );

  it('expects no export of a stack before its first night', async () => {
    const findings = await examine({
      exports: async () => ({ date: '2026-01-14', late: ['people/granularity=day'], isFirstNight: true }),
    });
    expect(findings.every(({ state }) => state === 'ok')).toBe(true);
  });

  it('names ten of many, and counts the others', async () => {
    const hosts = Array.from({ length: 14 }, (_, index) => `https://h${index}.example`);
    const findings = await examine({ refusedPictureHosts: async () => hosts });
    expect(findings.find(({ check }) => check === 'picture hosts')?.text).toMatch(/h9\.example and 4 more$/);
  });

  it('says so where the ages of messages can not be known', async () => {
    const findings = await examine({ areAgesTold: false });
    expect(findings.find(({ check }) => check === 'queues')).toEqual({
      check: 'queues',
      state: 'ok',
      text: '3 messages wait, for how long is not told here, and no dead letters',
    });
  });

  it('knows how much the queues may take', () => {
    const bounds = [
      ...readFileSync(new URL('../../serverless.yml', import.meta.url), 'utf8').matchAll(/maximumConcurrency: (\d+)/g),
    ];
    expect(bounds.reduce((sum, [, bound]) => sum + Number(bound), 0)).toBe(queueConcurrency);
  });
});

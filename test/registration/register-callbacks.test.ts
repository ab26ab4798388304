import { describe, expect, it } from 'vitest';
import type { Subscription } from '#lib/callback/subscriptions.ts';
import type { Registration } from '#lib/ivm/client.ts';
import { createAuthKey } from '#lib/registration/auth-key.ts';
import { registerCallbacks, type WantedCallback } from '#lib/registration/register-callbacks.ts';

/** An IVM that knows some registrations and notes new ones. */
function ivmWith(present: Partial<Record<Subscription, Registration>>) {
  const set: { subscription: Subscription; registration: Registration }[] = [];
  return {
    set,
    showCallback: async (subscription: Subscription) => present[subscription],
    setCallback: async (subscription: Subscription, registration: Registration) => {
      set.push({ subscription, registration });
    },
  };
}
const ours = { url: 'https://ours.example/callbacks/device-alarm', authKey: 'KEY-123456' };
const wanted: WantedCallback[] = [{ subscription: 'DEVICE_ALARM', ...ours }];

describe('registerCallbacks', () => {
  it.each<[string, Registration | undefined, boolean, string, number]>([
    ['registers where nothing is registered', undefined, false, 'registered', 1],
    ['leaves alone what is as wanted', ours, false, 'unchanged', 0],
    ['renews a key of our own URL', { ...ours, authKey: 'OLD-KEY' }, false, 'registered', 1],
    ["leaves somebody else's URL alone", { ...ours, url: 'https://other.example' }, false, 'foreign', 0],
    [
      "replaces somebody else's URL only when told to",
      { ...ours, url: 'https://other.example' },
      true,
      'registered',
      1,
    ],
  ])('%s', async (_title, present, takeOver, outcome, calls) => {
    const ivm = ivmWith(present === undefined ? {} : { DEVICE_ALARM: present });
    expect(await registerCallbacks(ivm, wanted, { takeOver })).toEqual([{ subscription: 'DEVICE_ALARM', outcome }]);
    expect(ivm.set).toEqual(
      calls === 0 ? [] : [{ subscription: 'DEVICE_ALARM', registration: { url: ours.url, authKey: ours.authKey } }],
    );
  });
});

describe('createAuthKey', () => {
  it('makes keys that IVM takes, never the same', () => {
    const keys = Array.from({ length: 100 }, createAuthKey);
    expect(new Set(keys).size).toBe(100);
    for (const key of keys) expect(key).toMatch(/^[A-Za-z0-9]{18}$/);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuthKeySecret } from '#lib/callback/auth-key-secret.ts';
import { type AuthKeys, authKeysIn, createAuthKeyCache } from '#lib/callback/auth-keys.ts';

/** A key store with a clock that is moved by hand. */
function keyStore() {
  const store = {
    nowMs: Date.UTC(2026, 0, 1),
    reads: 0,
    keys: { DEVICE_ALARM: ['first'] } as AuthKeys,
    away: false,
    read: async () => {
      store.reads += 1;
      if (store.away) throw new Error('away');
      return store.keys;
    },
    advance: (ms: number) => {
      store.nowMs += ms;
    },
  };
  return { store, cache: createAuthKeyCache(store.read, () => new Date(store.nowMs)) };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('createAuthKeyCache', () => {
  it('reads once for many requests at once, and not again within a minute', async () => {
    const { store, cache } = keyStore();
    await Promise.all([cache.keys('DEVICE_ALARM'), cache.keys('DEVICE_ALARM'), cache.keys('TARGET_DATA')]);
    store.advance(59_999);
    expect(await cache.keys('DEVICE_ALARM')).toEqual(['first']);
    expect(await cache.keys('TARGET_DATA')).toEqual([]);
    expect(store.reads).toBe(1);
  });

  it('answers with what it knows while it reads again beside the request', async () => {
    const { store, cache } = keyStore();
    await cache.keys('DEVICE_ALARM');
    store.keys = { DEVICE_ALARM: ['second', 'first'] };
    store.advance(60_000);
    expect(await cache.keys('DEVICE_ALARM')).toEqual(['first']);
    await settled();
    expect(await cache.keys('DEVICE_ALARM')).toEqual(['second', 'first']);
  });

  it('reads again at once on a mismatch, at most every ten seconds', async () => {
    const { store, cache } = keyStore();
    await cache.keys('DEVICE_ALARM');
    store.keys = { DEVICE_ALARM: ['second'] };
    expect(await cache.refreshAfterMismatch()).toBe(true);
    expect(await cache.keys('DEVICE_ALARM')).toEqual(['second']);
    expect(await cache.refreshAfterMismatch()).toBe(false);
    store.advance(10_000);
    expect(await cache.refreshAfterMismatch()).toBe(true);
    expect(store.reads).toBe(3);
  });

  it('says that keys never read are unreadable, and does not make every request wait for another try', async () => {
    const { store, cache } = keyStore();
    store.away = true;
    expect(await cache.keys('DEVICE_ALARM')).toBe('unreadable');
    expect(await cache.keys('DEVICE_ALARM')).toBe('unreadable');
    expect(store.reads).toBe(1);
    store.away = false;
    store.advance(2_000);
    expect(await cache.keys('DEVICE_ALARM')).toEqual(['first']);
  });

  it('keeps known keys in force while they cannot be read again', async () => {
    const { store, cache } = keyStore();
    await cache.keys('DEVICE_ALARM');
    store.away = true;
    store.advance(3_600_000);
    expect(await cache.keys('DEVICE_ALARM')).toEqual(['first']);
    await settled();
    expect(await cache.keys('DEVICE_ALARM')).toEqual(['first']);
  });
});

describe('authKeysIn', () => {
  it('takes the contents of the secret that its schema takes, and no other', () => {
    const name = fc.oneof(
      fc.constantFrom('DEVICE_ALARM', 'THIRD_DATA', 'device_alarm', '__proto__', 'constructor', '0'),
      fc.string(),
    );
    const keys = fc.oneof(
      fc.array(fc.string()),
      fc.constantFrom(null, 'key', {}, [1], [''], [null], [['key']], ['key']),
    );
    const content = fc.oneof(
      { weight: 9, arbitrary: fc.dictionary(name, keys, { maxKeys: 3 }) },
      {
        weight: 3,
        arbitrary: fc.dictionary(fc.constantFrom('DEVICE_ALARM', 'THIRD_DATA'), fc.array(fc.string({ minLength: 1 }))),
      },
      fc.jsonValue(),
    );
    let taken = 0;
    fc.assert(
      fc.property(content, (value) => {
        const read: unknown = JSON.parse(JSON.stringify(value));
        const expected = AuthKeySecret.safeParse(read).data;
        if (expected !== undefined) taken += 1;
        expect(authKeysIn(read)).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
    expect(taken).toBeGreaterThan(100);
    expect(authKeysIn(JSON.parse('{"__proto__":1,"DEVICE_ALARM":["key"]}'))).toEqual({ DEVICE_ALARM: ['key'] });
  });
});

import { describe, expect, it } from 'vitest';
import { authKeyId } from '#lib/callback/auth-keys.ts';
import { type Subscription, subscriptions } from '#lib/callback/subscriptions.ts';
import { TransientError } from '#lib/errors.ts';
import { reconciling, start, urlOf } from './reconciling.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

describe('reconcileCallbacks', () => {
  it('leaves nine good registrations alone, and reports them', async () => {
    const { world, run } = reconciling();
    const report = await run();
    expect(report.subscriptions.map(({ state, keys }) => [state, keys])).toEqual(
      Array.from({ length: 9 }, () => ['ok', 1]),
    );
    expect(world.setCalls).toEqual([]);
    expect(world.reports).toEqual([report]);
    expect(world.leasedUntilMs).toBe(0);
  });

  it('touches nothing where the stack does not own the callbacks', async () => {
    const settings = { isOwner: false, callbackBaseUrl: 'https://staging.example', timeZone: 'Asia/Shanghai' };
    const { world, run } = reconciling({ settings });
    expect(await run({ rotateKeys: true })).toMatchObject({ outcome: 'not-owner' });
    expect([world.setCalls, world.steps]).toEqual([[], 0]);
  });

  it.each([
    { title: 'a registration that is gone', present: undefined, cause: 'missing' },
    { title: 'a key that is not ours', present: { url: urlOf('device-alarm'), authKey: 'strange' }, cause: 'key' },
    { title: 'a registration without key', present: { url: urlOf('device-alarm'), authKey: '' }, cause: 'key' },
  ])('repairs $title', async ({ present, cause }) => {
    const { world, metrics, run, stateOf } = reconciling();
    if (present === undefined) world.registered.delete('DEVICE_ALARM');
    else world.registered.set('DEVICE_ALARM', present);
    expect(stateOf(await run(), 'DEVICE_ALARM')).toMatchObject({ state: 'registered', cause });
    expect(world.registered.get('DEVICE_ALARM')).toEqual({ url: urlOf('device-alarm'), authKey: 'key-device-alarm' });
    expect(world.setCalls).toHaveLength(1);
    expect(metrics.counts.get(`CallbackRepaired Repair=${cause}`)).toBe(1);
  });

  it('follows its own base URL when that changes, and never replaces a foreign one', async () => {
    const settings = { isOwner: true, callbackBaseUrl: 'https://new.example', timeZone: 'Asia/Shanghai' };
    const { world, metrics, run, stateOf } = reconciling({ settings });
    world.records.set('DEVICE_ALARM', { url: urlOf('device-alarm') });
    const report = await run();
    expect(stateOf(report, 'DEVICE_ALARM')).toMatchObject({ state: 'registered', cause: 'url' });
    expect(stateOf(report, 'TARGET_DATA')).toMatchObject({ state: 'foreign' });
    expect(world.registered.get('TARGET_DATA')?.url).toBe(urlOf('target-data'));
    expect(metrics.counts.get('ForeignCallback')).toBe(8);
  });

  it('looks at all nine before it fails for one', async () => {
    const { world, run } = reconciling();
    world.trouble.set('DEVICE_ALARM', new TransientError('http-500', 'IVM is away'));
    world.registered.delete('THIRD_DATA');
    await expect(run()).rejects.toMatchObject({ code: 'http-500' });
    expect(world.registered.has('THIRD_DATA')).toBe(true);
    expect(world.reports[0]?.subscriptions[0]).toMatchObject({ state: 'failed', cause: 'http-500' });
    expect(world.leasedUntilMs).toBe(0);
  });

  it('does not register a subscription that has no key', async () => {
    const { world, run, stateOf } = reconciling();
    world.keys = { ...world.keys, THIRD_DATA: [] };
    expect(stateOf(await run(), 'THIRD_DATA')).toMatchObject({ state: 'no-key', keys: 0 });
    expect(world.setCalls).toEqual([]);
  });

  it('is one run at a time', async () => {
    const { world, run } = reconciling();
    world.leasedUntilMs = start + 1;
    expect(await run({ rotateKeys: true })).toMatchObject({ outcome: 'busy' });
    expect(world.steps).toBe(0);
    await expect(run({ rotateKeys: 'yes' })).rejects.toMatchObject({ code: 'reconcile-request' });
  });
});

describe('a rotation of keys', () => {
  const path = 'device-alarm';
  const keysOf = (keys: { readonly [name in Subscription]?: readonly string[] | undefined }) =>
    subscriptions.map(({ subscription }) => keys[subscription]?.length);

  it('accepts the new keys first, registers them when all know them, and retires the old ones when they are in use', async () => {
    const { world, metrics, run, stateOf } = reconciling();
    await run();
    expect(stateOf(await run({ rotateKeys: true }), 'DEVICE_ALARM')).toMatchObject({ state: 'waiting', keys: 2 });
    expect(keysOf(world.keys)).toEqual(Array(9).fill(2));
    const made = world.keys.DEVICE_ALARM?.[0] ?? '';
    expect(world.keys.DEVICE_ALARM).toEqual([made, 'key-device-alarm']);
    expect(world.setCalls).toEqual([]);

    world.nowMs += 149_999;
    expect(stateOf(await run(), 'DEVICE_ALARM')).toMatchObject({ state: 'waiting' });
    world.nowMs += 1;
    expect(stateOf(await run(), 'DEVICE_ALARM')).toMatchObject({ state: 'registered', cause: 'rotation' });
    expect(world.setCalls).toHaveLength(9);
    expect(world.registered.get('DEVICE_ALARM')).toEqual({ url: urlOf(path), authKey: made });

    // Nothing has come that is signed with it: both are accepted, for as long as that takes.
    world.nowMs += 30 * dayMs;
    await run();
    expect(keysOf(world.keys)).toEqual(Array(9).fill(2));
    world.seen.set(`${path}#${authKeyId(made)}`, new Date(world.nowMs));
    world.seen.set(`${path}#${authKeyId('key-device-alarm')}`, new Date(world.nowMs - 149_999));
    await run();
    expect(world.keys.DEVICE_ALARM).toHaveLength(2);
    world.nowMs += 1;
    await run();
    expect(world.keys.DEVICE_ALARM).toEqual([made]);
    expect(keysOf(world.keys).filter((count) => count === 2)).toHaveLength(8);
    expect(metrics.counts.get('CallbackRepaired Repair=old-key-retired')).toBe(1);
  });

  it('goes on with the one under way when another is asked for', async () => {
    const { world, run } = reconciling();
    await run({ rotateKeys: true });
    const { keys } = world;
    await run({ rotateKeys: true });
    expect(world.keys).toEqual(keys);
  });

  it('registers the key that receivers know where nothing is registered at that moment', async () => {
    const { world, run } = reconciling();
    await run();
    world.registered.delete('DEVICE_ALARM');
    await run({ rotateKeys: true });
    expect(world.registered.get('DEVICE_ALARM')?.authKey).toBe('key-device-alarm');
  });

  it('reaches its end wherever a run is cut off, and never registers a key that is not accepted and known', async () => {
    const reference = reconciling();
    await rotateToTheEnd(reference);
    const { steps } = reference.world;
    expect(steps).toBeGreaterThan(30);
    for (let at = 0; at < steps; at += 1) {
      for (const how of ['before', 'after'] as const) {
        const cutOff = reconciling();
        cutOff.world.cut = { at, how };
        await rotateToTheEnd(cutOff);
        const { registered, keys } = cutOff.world;
        for (const { subscription } of subscriptions) {
          expect(keys[subscription], `${how} step ${at}`).toEqual([registered.get(subscription)?.authKey]);
          expect(keys[subscription]?.[0], `${how} step ${at}`).toMatch(/^made-/);
        }
      }
    }
  });
});

/** Runs every ten minutes as the schedule does; IVM signs with what is registered, and every subscription has traffic. */
async function rotateToTheEnd({ world, run }: ReturnType<typeof reconciling>): Promise<void> {
  const knownSince = new Map<string, number>();
  for (let turn = 0; turn < 12; turn += 1) {
    const wantsRotation = turn > 0 && Object.values(world.keys).every((list) => list?.[0]?.startsWith('key-'));
    // A run that is cut off ends there, and its lease with its time.
    await run(wantsRotation ? { rotateKeys: true } : {}).catch(() => undefined);
    for (const key of Object.values(world.keys).flatMap((list) => list ?? [])) {
      if (!knownSince.has(key)) knownSince.set(key, world.nowMs);
    }
    for (const { subscription, path } of subscriptions) {
      const authKey = world.registered.get(subscription)?.authKey ?? '';
      expect(world.keys[subscription], 'IVM signs with an accepted key').toContain(authKey);
      if (authKey.startsWith('made-')) {
        expect(world.nowMs - (knownSince.get(authKey) ?? world.nowMs)).toBeGreaterThanOrEqual(150_000);
      }
      world.seen.set(`${path}#${authKeyId(authKey)}`, new Date(world.nowMs));
    }
    world.nowMs += 10 * minuteMs;
  }
}

describe('a subscription that went silent', () => {
  /** Messages every minute from `from` to `to` hours after the start of the day (UTC+8) on each of these days ago. */
  const traffic = (days: readonly number[], from: number, to: number): number[] =>
    days.flatMap((day) => {
      const midnight = Date.parse('2026-03-10T00:00:00+08:00') - day * dayMs;
      return Array.from({ length: (to - from) * 60 }, (_, minute) => midnight + from * hourMs + minute * minuteMs);
    });

  it('is registered again after ten minutes where yesterday and a week ago there were messages at this time', async () => {
    const { world, metrics, run, stateOf } = reconciling();
    world.messages.set('target_data', [...traffic([7, 1], 0, 24), ...traffic([0], 0, 12)]);
    const last = Date.parse('2026-03-10T11:59:00+08:00');
    world.nowMs = last + 10 * minuteMs - 1;
    expect(stateOf(await run(), 'TARGET_DATA')).toMatchObject({
      state: 'ok',
      last_message_at: new Date(last).toISOString(),
    });
    world.nowMs = last + 12 * minuteMs;
    expect(stateOf(await run(), 'TARGET_DATA')).toMatchObject({ state: 'registered', cause: 'silence' });
    expect(world.setCalls).toEqual([
      { subscription: 'TARGET_DATA', registration: { url: urlOf('target-data'), authKey: 'key-target-data' } },
    ]);
    expect(metrics.counts.get('CallbackRepaired Repair=silence')).toBe(1);
  });

  it.each([
    { title: 'a shop that closes every day', messages: [...traffic([7, 1], 8, 12), ...traffic([0], 8, 12)] },
    { title: 'a day off', messages: [...traffic([7], 8, 12), ...traffic([1], 0, 24), ...traffic([0], 0, 12)] },
    {
      title: 'a camera that seldom has news',
      messages: traffic([7, 1, 0], 11, 12).filter((_, index) => index % 30 === 0),
    },
    { title: 'a subscription without any message', messages: [] },
  ])('is not seen in $title', async ({ messages }) => {
    const { world, run } = reconciling();
    world.messages.set('target_data', messages);
    world.nowMs = Date.parse('2026-03-10T12:30:00+08:00');
    await run();
    expect(world.setCalls).toEqual([]);
  });

  it('is judged by the time before it while there is no other history', async () => {
    const { world, run, stateOf } = reconciling();
    world.messages.set('target_data', traffic([0], 11, 12));
    world.nowMs = Date.parse('2026-03-10T12:12:00+08:00');
    expect(stateOf(await run(), 'TARGET_DATA')).toMatchObject({ state: 'registered', cause: 'silence' });
  });

  it('is seen behind a camera whose clock is in the future', async () => {
    const { world, run, stateOf } = reconciling();
    const future = Date.parse('2026-03-10T23:00:00+08:00');
    world.messages.set('target_data', [...traffic([7, 1], 0, 24), ...traffic([0], 0, 12), future]);
    world.nowMs = Date.parse('2026-03-10T12:12:00+08:00');
    expect(stateOf(await run(), 'TARGET_DATA')).toMatchObject({ state: 'registered', cause: 'silence' });
  });

  it('is compared across midnight', async () => {
    const { world, run, stateOf } = reconciling();
    world.messages.set('target_data', [...traffic([8, 7, 2, 1], 0, 24)]);
    world.nowMs = Date.parse('2026-03-10T00:20:00+08:00');
    expect(stateOf(await run(), 'TARGET_DATA')).toMatchObject({ state: 'registered', cause: 'silence' });
  });

  it('is registered again less and less often, and at once when it was heard from in between', async () => {
    const { world, metrics, run } = reconciling();
    world.messages.set('target_data', [...traffic([8, 7, 2, 1], 0, 24), ...traffic([0], 0, 4)]);
    const attempts: number[] = [];
    const lastHour = Date.parse('2026-03-10T04:00:00+08:00');
    for (let minute = 10; minute < 12 * 60; minute += 10) {
      world.nowMs = lastHour + minute * minuteMs;
      const before = world.setCalls.length;
      await run();
      if (world.setCalls.length > before) attempts.push(minute);
    }
    expect(attempts).toEqual([10, 30, 70, 150, 310, 630]);
    expect(metrics.counts.get('CallbackSilent')).toBeGreaterThan(0);
    world.messages.get('target_data')?.push(world.nowMs);
    world.nowMs += minuteMs;
    await run();
    expect(world.records.get('TARGET_DATA')).toMatchObject({ silenceAttempts: 0 });
  });
});

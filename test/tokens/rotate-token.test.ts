import { describe, expect, it } from 'vitest';
import { TransientError } from '#lib/errors.ts';
import { isTokenAccepted, requestToken } from '#lib/ivm/client.ts';
import { rotateToken, type TokenRotation } from '#lib/tokens/rotate-token.ts';
import { ivmHttp } from '../ivm/ivm-http.ts';
import { keys, simulatedIvm, startedAt, userId } from '../simulator/simulated-ivm.ts';
import { memoryMetrics } from '../support/fakes/memory-metrics.ts';
import { memoryTokenStore } from '../support/fakes/memory-token-store.ts';

const hourMs = 3_600_000;
const day = 86_400;
const credentials = { accessKey: keys.ak, secretKey: keys.sk };

/** A simulated IVM and one store; both clocks move together. */
async function world() {
  const clock = { ms: startedAt.getTime() };
  const now = () => new Date(clock.ms);
  const simulator = await simulatedIvm({ now });
  const { http } = ivmHttp(simulator.endpoint);
  const store = memoryTokenStore(now);
  const metrics = memoryMetrics();
  const issue = async (forceUpdate: boolean) => requestToken(http, userId, credentials, forceUpdate);
  const isAccepted = (token: string) => isTokenAccepted(http, userId, token);
  const tokens = { store, issue, isAccepted, holder: 'a' };
  const rotate = (overrides: Partial<typeof tokens> = {}): Promise<TokenRotation> =>
    rotateToken({ tokens: { ...tokens, ...overrides }, metric: metrics.metric, now });
  return { clock, store, metrics, issue, isAccepted, rotate, tokens };
}

describe('rotateToken', () => {
  it('keeps a token that IVM takes at every hour of four weeks, run every six hours', async () => {
    const { clock, store, rotate, isAccepted } = await world();
    const tokens = new Set<string>();
    for (let hour = 0; hour < 28 * 24; hour += 1) {
      if (hour % 6 === 0) {
        const { secondsLeft } = await rotate();
        expect(secondsLeft, `hour ${hour}`).toBeGreaterThan(day);
      }
      tokens.add(store.stored?.token ?? '');
      if (hour % 24 === 23) expect(await isAccepted(store.stored?.token ?? ''), `hour ${hour}`).toBe(true);
      clock.ms += hourMs;
    }
    // One every five days: a new one is had two days before the old one ends, and no more often.
    expect(tokens.size).toBe(6);
  });

  it('stores the first token with the end that IVM gives it, and tells how long it lives', async () => {
    const { store, metrics, rotate } = await world();
    expect(await rotate()).toEqual({ outcome: 'replaced', secondsLeft: 7 * day, notes: [] });
    expect(store.stored?.expiresAt).toEqual(new Date(startedAt.getTime() + 7 * day * 1000));
    expect(store.leased).toBeUndefined();
    expect(metrics.counts.get('TokenSecondsLeft')).toBe(7 * day);
  });

  it('keeps the token while it has more than two days, without force_update', async () => {
    const { clock, rotate, issue } = await world();
    await rotate();
    clock.ms += 5 * day * 1000 - 1000;
    const forced: boolean[] = [];
    const noting = (forceUpdate: boolean) => {
      forced.push(forceUpdate);
      return issue(forceUpdate);
    };
    expect(await rotate({ issue: noting })).toMatchObject({ outcome: 'kept', secondsLeft: 2 * day + 1 });
    expect(forced).toEqual([false]);
    clock.ms += 1000;
    expect(await rotate({ issue: noting })).toMatchObject({ outcome: 'replaced', secondsLeft: 7 * day });
    expect(forced).toEqual([false, false, true]);
  });

  it('finds the token whose answer was lost at its next run', async () => {
    const { clock, store, rotate, issue } = await world();
    await rotate();
    const first = store.stored?.token;
    clock.ms += 6 * day * 1000;
    const losing = async (forceUpdate: boolean) => {
      const token = await issue(forceUpdate);
      if (forceUpdate) throw new TransientError('no-answer', 'the answer was lost');
      return token;
    };
    await expect(rotate({ issue: losing })).rejects.toMatchObject({ code: 'no-answer' });
    expect(store.stored?.token).toBe(first);
    expect(store.leased).toBeUndefined();
    expect(await rotate()).toMatchObject({ outcome: 'replaced', secondsLeft: 7 * day, notes: [] });
    expect(store.stored?.token).not.toBe(first);
  });

  it('is one rotation when it is run twice at once', async () => {
    const { clock, store, rotate } = await world();
    await rotate();
    clock.ms += 5.5 * day * 1000;
    const rotations = await Promise.all([rotate({ holder: 'a' }), rotate({ holder: 'b' })]);
    expect(rotations.map(({ outcome }) => outcome).toSorted()).toEqual(['busy', 'replaced']);
    expect(rotations.find(({ outcome }) => outcome === 'busy')?.secondsLeft).toBe(1.5 * day);
    expect(store.stored?.expiresAt.getTime()).toBe(clock.ms + 7 * day * 1000);
  });

  it('keeps what works and says so where the two tokens of the AK/SK were issued elsewhere', async () => {
    const { rotate } = await world();
    const twoAlive = async () => ({ token: 'elsewhere', remainingSeconds: day });
    expect(await rotate({ issue: twoAlive, isAccepted: async () => true })).toEqual({
      outcome: 'replaced',
      secondsLeft: day,
      notes: [expect.stringContaining('issued elsewhere')],
    });
  });

  it('keeps the stored token where IVM gives one that ends before it', async () => {
    const { store, rotate } = await world();
    await rotate();
    const kept = store.stored?.token;
    const older = async () => ({ token: 'older', remainingSeconds: 3 * day });
    expect(await rotate({ issue: older })).toEqual({
      outcome: 'kept',
      secondsLeft: 7 * day,
      notes: [expect.stringContaining('the stored one was kept')],
    });
    expect(store.stored?.token).toBe(kept);
  });

  it('does not take a token that IVM itself refuses', async () => {
    const { store, rotate, isAccepted } = await world();
    await rotate();
    const kept = store.stored?.token;
    const dead = async () => ({ token: 'dead', remainingSeconds: 7 * day + 1 });
    expect(await rotate({ issue: dead, isAccepted })).toMatchObject({ outcome: 'kept' });
    expect(store.stored?.token).toBe(kept);
  });

  it('believes the end that IVM tells, not the one that was stored', async () => {
    const { store, rotate } = await world();
    await rotate();
    store.stored = {
      ...(store.stored ?? { token: '', askedAt: new Date(0) }),
      expiresAt: new Date(startedAt.getTime() + 1000),
    };
    expect(await rotate()).toMatchObject({ outcome: 'kept', secondsLeft: 7 * day });
  });

  it('throws where no token works, so that its alarm fires', async () => {
    const { rotate, store } = await world();
    await expect(rotate({ isAccepted: async () => false })).rejects.toMatchObject({ code: 'no-usable-token' });
    expect(store.leased).toBeUndefined();
  });
});

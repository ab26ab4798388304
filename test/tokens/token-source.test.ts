import { describe, expect, it } from 'vitest';
import { TransientError } from '#lib/errors.ts';
import { createTokenSource, type StoredToken, type TokenSourceDeps } from '#lib/tokens/token-source.ts';
import { memoryMetrics } from '../support/fakes/memory-metrics.ts';

const week = 604_800;
const start = Date.parse('2026-01-01T00:00:00.000Z');

/** One table and one IVM that several environments share. */
function world() {
  const shared = {
    nowMs: start,
    stored: undefined as StoredToken | undefined,
    lease: undefined as { holder: string; untilMs: number } | undefined,
    asked: 0,
    reads: 0,
    pauses: [] as number[],
    metrics: memoryMetrics(),
    issue: async () => ({ token: `token-${shared.asked}`, remainingSeconds: week }),
    onSleep: () => undefined as unknown,
  };
  const now = () => new Date(shared.nowMs);
  const source = (holder: string, overrides: Partial<TokenSourceDeps> = {}) =>
    createTokenSource({
      store: {
        read: async () => {
          shared.reads += 1;
          return shared.stored;
        },
        write: async (token) => {
          shared.stored = token;
        },
        lease: async (who, until) => {
          if (shared.lease !== undefined && shared.lease.untilMs > shared.nowMs && shared.lease.holder !== who)
            return false;
          shared.lease = { holder: who, untilMs: until.getTime() };
          return true;
        },
        release: async (who) => {
          if (shared.lease?.holder === who) shared.lease = undefined;
        },
      },
      issue: async () => {
        shared.asked += 1;
        return shared.issue();
      },
      holder,
      metric: shared.metrics.metric,
      now,
      random: () => 0.5,
      sleep: async (ms) => {
        shared.pauses.push(ms);
        shared.nowMs += ms;
        shared.onSleep();
      },
      ...overrides,
    });
  return { shared, source };
}

describe('current', () => {
  it('asks IVM for the first token, stores it with its end, and then keeps it', async () => {
    const { shared, source } = world();
    const tokens = source('a');
    expect(await tokens.current()).toBe('token-1');
    expect(shared.stored).toEqual({
      token: 'token-1',
      expiresAt: new Date(start + week * 1000),
      askedAt: new Date(start),
    });
    const { reads } = shared;
    expect(await tokens.current()).toBe('token-1');
    expect([shared.asked, shared.reads]).toEqual([1, reads]);
    expect(shared.lease).toBeUndefined();
  });

  it('takes what another function has stored, and looks again after a minute', async () => {
    const { shared, source } = world();
    const tokens = source('a');
    await source('b').current();
    expect(await tokens.current()).toBe('token-1');
    shared.stored = { ...(shared.stored as StoredToken), token: 'rotated' };
    shared.nowMs += 59_000;
    expect(await tokens.current()).toBe('token-1');
    shared.nowMs += 1_000;
    expect(await tokens.current()).toBe('rotated');
    expect(shared.asked).toBe(1);
  });

  it('asks for another one when the stored one is about to end', async () => {
    const { shared, source } = world();
    const tokens = source('a');
    await tokens.current();
    shared.nowMs += week * 1000 - 30_000;
    expect(await tokens.current()).toBe('token-2');
  });

  it('is one call for many that ask at the same time', async () => {
    const { shared, source } = world();
    const tokens = source('a');
    expect(new Set(await Promise.all(Array.from({ length: 20 }, () => tokens.current())))).toEqual(
      new Set(['token-1']),
    );
    expect(shared.asked).toBe(1);
  });

  it('forgets a failure', async () => {
    const { shared, source } = world();
    const tokens = source('a');
    const { issue } = shared;
    shared.issue = () => Promise.reject(new TransientError('http-500', 'IVM is away'));
    await expect(tokens.current()).rejects.toMatchObject({ code: 'http-500' });
    expect(shared.lease).toBeUndefined();
    shared.issue = issue;
    expect(await tokens.current()).toBe('token-2');
  });
});

describe('renew', () => {
  it('takes the token that somebody else has renewed meanwhile, without a call', async () => {
    const { shared, source } = world();
    const tokens = source('a');
    const refused = await tokens.current();
    shared.stored = { ...(shared.stored as StoredToken), token: 'renewed elsewhere' };
    expect(await tokens.renew(refused)).toBe('renewed elsewhere');
    expect(await tokens.current()).toBe('renewed elsewhere');
    expect(shared.asked).toBe(1);
  });

  it('costs one call for a burst of refusals in several environments', async () => {
    const { shared, source } = world();
    const environments = ['a', 'b', 'c'].map((holder) => source(holder));
    const refused = await Promise.all(environments.map((tokens) => tokens.current()));
    shared.nowMs += 301_000;
    const renewed = await Promise.all(
      environments.flatMap((tokens, index) => [tokens.renew(refused[index] ?? ''), tokens.renew(refused[index] ?? '')]),
    );
    expect(new Set(renewed)).toEqual(new Set(['token-2']));
    expect(shared.asked).toBe(2);
  });

  it('asks at most once in five minutes: a token refused so early is an alarm', async () => {
    const { shared, source } = world();
    const tokens = source('a');
    const refused = await tokens.current();
    shared.nowMs += 299_000;
    await expect(tokens.renew(refused)).rejects.toMatchObject({ code: 'token-rejected', retryable: true });
    expect(shared.asked).toBe(1);
    expect(shared.metrics.counts.get('TokenRejected')).toBe(1);
    shared.nowMs += 1_000;
    expect(await tokens.renew(refused)).toBe('token-2');
  });

  it('is an alarm when IVM gives the refused token again, and then rests for five minutes', async () => {
    const { shared, source } = world();
    const tokens = source('a');
    const refused = await tokens.current();
    shared.nowMs += 301_000;
    shared.issue = async () => ({ token: refused, remainingSeconds: 1000 });
    await expect(tokens.renew(refused)).rejects.toMatchObject({ code: 'token-rejected' });
    await expect(tokens.renew(refused)).rejects.toMatchObject({ code: 'token-rejected' });
    expect(shared.asked).toBe(2);
  });

  it('waits for whoever holds the lease, with growing pauses', async () => {
    const { shared, source } = world();
    shared.lease = { holder: 'other', untilMs: start + 1_000_000 };
    shared.onSleep = () => {
      if (shared.pauses.length < 3) return;
      shared.stored = { token: 'by the other', expiresAt: new Date(start + week * 1000), askedAt: new Date(start) };
    };
    expect(await source('a').current()).toBe('by the other');
    expect(shared.asked).toBe(0);
    expect(shared.pauses).toEqual([112.5, 225, 450]);
  });

  it('gives up waiting as trouble that passes', async () => {
    const { shared, source } = world();
    shared.lease = { holder: 'other', untilMs: start + 1_000_000 };
    await expect(source('a').current()).rejects.toMatchObject({ code: 'token-busy', retryable: true });
    expect(shared.pauses).toHaveLength(6);
  });

  it('takes over a lease whose holder died', async () => {
    const { shared, source } = world();
    shared.lease = { holder: 'dead', untilMs: start + 400 };
    expect(await source('a').current()).toBe('token-1');
  });
});

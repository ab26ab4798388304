import { describe, expect, it } from 'vitest';
import { scheduledHandler } from '#lib/runtime/scheduled-handler.ts';

const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => 12_345 };

describe('scheduledHandler', () => {
  it('runs its job with what it needs, the event and the time that is left, and gives its result', async () => {
    const handler = scheduledHandler({
      deps: async () => ({ name: 'deps' }),
      run: async (deps, event, { remainingMs }) => ({ deps, event, remainingMs: remainingMs() }),
    });
    expect(await handler({ date: '2026-01-01' }, context)).toEqual({
      deps: { name: 'deps' },
      event: { date: '2026-01-01' },
      remainingMs: 12_345,
    });
  });

  it('throws what its job throws, so that its alarm fires', async () => {
    const failing = scheduledHandler({ deps: async () => ({}), run: () => Promise.reject(new Error('IVM is away')) });
    await expect(failing({}, context)).rejects.toThrow('IVM is away');
    const unready = scheduledHandler({ deps: () => Promise.reject(new Error('no settings')), run: async () => ({}) });
    await expect(unready({}, context)).rejects.toThrow('no settings');
  });
});

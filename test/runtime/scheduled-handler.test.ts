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

  it('takes what EventBridge Scheduler sends by itself for no request at all', async () => {
    const handler = scheduledHandler({ deps: async () => ({}), run: async (_deps, event) => event });
    const notification = {
      version: '0',
      id: 'd2a1e3c4',
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account: '123456789012',
      time: '2026-01-01T04:00:00Z',
      region: 'ap-southeast-1',
      resources: [],
      detail: '{}',
    };
    expect(await handler(notification, context)).toEqual({});
  });

  it('throws what its job throws, so that its alarm fires', async () => {
    const failing = scheduledHandler({ deps: async () => ({}), run: () => Promise.reject(new Error('IVM is away')) });
    await expect(failing({}, context)).rejects.toThrow('IVM is away');
    const unready = scheduledHandler({ deps: () => Promise.reject(new Error('no settings')), run: async () => ({}) });
    await expect(unready({}, context)).rejects.toThrow('no settings');
  });
});

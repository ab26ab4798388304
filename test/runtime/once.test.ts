import { describe, expect, it } from 'vitest';
import { once } from '#lib/runtime/once.ts';

describe('once', () => {
  it('starts once under parallel calls', async () => {
    let starts = 0;
    const get = once(async () => {
      starts += 1;
      return starts;
    });
    expect(await Promise.all([get(), get(), get()])).toEqual([1, 1, 1]);
  });

  it('forgets a failed start and tries again', async () => {
    let starts = 0;
    const get = once(() => {
      starts += 1;
      if (starts === 1) throw new Error('not yet');
      return 'started';
    });
    await expect(get()).rejects.toThrow('not yet');
    expect(await get()).toBe('started');
    expect(await get()).toBe('started');
    expect(starts).toBe(2);
  });
});

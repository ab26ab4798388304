import { describe, expect, it } from 'vitest';
import { eachLimited } from '#lib/runtime/each-limited.ts';

describe('eachLimited', () => {
  it('works on everything, at most so much at once, and gives results in order', async () => {
    let underWay = 0;
    let most = 0;
    const results = await eachLimited([5, 1, 4, 2, 3], 2, async (turns) => {
      underWay += 1;
      most = Math.max(most, underWay);
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      underWay -= 1;
      return turns * 10;
    });
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : undefined))).toEqual([
      50, 10, 40, 20, 30,
    ]);
    expect(most).toBe(2);
  });

  it('goes on after a failure, thrown or rejected, and says which it was', async () => {
    const results = await eachLimited(['throws', 'rejects', 'works'], 1, (name) => {
      if (name === 'throws') throw new Error(name);
      return name === 'rejects' ? Promise.reject(new Error(name)) : Promise.resolve(name);
    });
    expect(results).toEqual([
      { status: 'rejected', reason: new Error('throws') },
      { status: 'rejected', reason: new Error('rejects') },
      { status: 'fulfilled', value: 'works' },
    ]);
  });

  it('has nothing to do for an empty list', async () => {
    expect(await eachLimited([], 4, () => Promise.reject(new Error('never')))).toEqual([]);
  });
});

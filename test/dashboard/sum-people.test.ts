import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CameraCount, cameraCount, sumCounts } from '#lib/dashboard/people/sum-people.ts';
import { bucketStatuses } from '#lib/statistics/judge-list.ts';

describe('the count of a camera', () => {
  it.each([
    { status: 'ok', in: 0, out: 0, is: 'known', told: [0, 0] },
    { status: 'provisional', in: 3, out: 1, is: 'known', told: [3, 1] },
    { status: 'ok', in: 3, out: null, is: 'missing', told: [null, null] },
    { status: 'offline', in: 0, out: 0, is: 'missing', told: [null, null] },
    { status: 'offline', in: null, out: null, is: 'missing', told: [null, null] },
    { status: 'offline', in: 5, out: 0, is: 'partial', told: [5, 0] },
    { status: 'missing', in: 5, out: null, is: 'missing', told: [null, null] },
    { status: 'error', in: null, out: null, is: 'missing', told: [null, null] },
    { status: 'no-package', in: 0, out: 0, is: 'not-counting', told: [null, null] },
    { status: 'unsupported', in: null, out: null, is: 'not-counting', told: [null, null] },
  ] as const)('$status with $in in and $out out is $is', ({ status, is, told, ...values }) => {
    const count = cameraCount(status, values.in, values.out);
    expect([count.is, [count.in, count.out]]).toEqual([is, told]);
  });
});

const value = fc.option(fc.nat(1_000), { nil: null });
const counts = fc.array(
  fc.tuple(fc.constantFrom(...bucketStatuses), value, value).map((parts) => cameraCount(...parts)),
);

describe('the sum of cameras', () => {
  it('is not known where it is known of none', () => {
    expect(sumCounts([])).toMatchObject({ in: null, out: null, gap: null });
    expect(sumCounts([cameraCount('offline', 0, 0)])).toMatchObject({ in: null, missing: 1, gap: 'offline' });
  });

  it('gives the reason of most that lack something', () => {
    const away = cameraCount('offline', 0, 0);
    expect(sumCounts([cameraCount('error', null, null), away, away]).gap).toBe('offline');
  });

  it('counts every camera once, and adds up what is known and nothing else', () => {
    fc.assert(
      fc.property(counts, (cameras) => {
        const sum = sumCounts(cameras);
        expect(sum.known + sum.partial + sum.missing + sum.not_counting).toBe(cameras.length);
        const told = cameras.flatMap((one: CameraCount) => one.in ?? []);
        expect(sum.in).toBe(told.length === 0 ? null : told.reduce((one, other) => one + other, 0));
        expect(sum.gap === null).toBe(cameras.every((one) => one.is === 'known'));
      }),
    );
  });

  it('is that of its halves', () => {
    const plus = (one: number | null, other: number | null) => (one === null ? other : one + (other ?? 0));
    fc.assert(
      fc.property(counts, counts, (some, others) => {
        const [one, other, all] = [sumCounts(some), sumCounts(others), sumCounts([...some, ...others])];
        expect([all.in, all.out]).toEqual([plus(one.in, other.in), plus(one.out, other.out)]);
      }),
    );
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FlowBucket, isOpen, occupancy } from '#lib/dashboard-page/views/people/occupancy.ts';
import { addDays } from '#lib/time/calendar.ts';

const first = '2024-02-28';
/** Hours from the beginning of a day on: one comes in each, and nobody leaves, but for what is given. */
const hours = (count: number, more: { readonly [index: number]: Partial<FlowBucket> } = {}): FlowBucket[] =>
  Array.from({ length: count }, (_, index) => ({
    date: addDays(first, Math.floor(index / 24)),
    hour: index % 24,
    in: 1,
    out: 0,
    isWhole: true,
    ...more[index],
  }));

describe('occupancy', () => {
  it('is what came in less what went out since the doors opened, and nothing while they are closed', () => {
    const inside = occupancy(hours(24, { 11: { out: 3 } }), { from: 9, to: 13 });
    expect(inside.slice(8, 14)).toEqual([null, 1, 2, 0, 1, null]);
  });

  it('may be below zero, as it is computed', () => {
    expect(occupancy(hours(1, { 0: { in: 0, out: 4 } }), { from: 0, to: 0 })).toEqual([-4]);
  });

  it('begins anew at each opening, at midnight where it is always open', () => {
    const inside = occupancy(hours(48), { from: 0, to: 0 });
    expect([inside[23], inside[24], inside[47]]).toEqual([24, 1, 24]);
  });

  it('goes on past midnight where the doors stay open', () => {
    const inside = occupancy(hours(48), { from: 22, to: 2 });
    expect(inside.slice(22, 27)).toEqual([1, 2, 3, 4, null]);
  });

  it('is not known of an opening that began before what is known', () => {
    expect(occupancy(hours(3), { from: 22, to: 2 })).toEqual([null, null, null]);
  });

  it.each([
    { title: 'has no value', gap: { in: null, out: null, isWhole: false } },
    { title: 'is not whole', gap: { isWhole: false } },
  ])('is not known from an hour on that $title, until the next opening', ({ gap }) => {
    const inside = occupancy(hours(48, { 10: gap }), { from: 9, to: 12 });
    expect([...inside.slice(9, 12), ...inside.slice(33, 36)]).toEqual([1, null, null, 1, 2, 3]);
  });

  it('begins at the first hour there is where clocks skip the opening', () => {
    const skipped = hours(24).filter(({ hour }) => hour !== 2);
    expect(occupancy(skipped, { from: 2, to: 5 }).slice(1, 5)).toEqual([null, 1, 2, null]);
  });

  it('has a value only in hours that are open, and each is the one before with what came and went', () => {
    const value = fc.option(fc.nat(50), { nil: null });
    const flow = fc.record({ in: value, out: value, isWhole: fc.boolean() });
    const hour = fc.integer({ min: 0, max: 23 });
    fc.assert(
      fc.property(fc.array(flow, { maxLength: 72 }), hour, hour, (flows, from, to) => {
        const buckets = hours(flows.length, { ...flows });
        const inside = occupancy(buckets, { from, to });
        for (const [index, bucket] of buckets.entries()) {
          const now = inside[index] ?? null;
          if (now === null) continue;
          expect(bucket.isWhole && isOpen(bucket.hour, { from, to })).toBe(true);
          const before = bucket.hour === from ? 0 : (inside[index - 1] ?? Number.NaN);
          expect(now).toBe(before + (bucket.in ?? Number.NaN) - (bucket.out ?? Number.NaN));
        }
      }),
    );
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  align,
  change,
  comparedPeriod,
  comparisons,
  comparisonsOf,
  knownSum,
  net,
  nextPeriod,
} from '#lib/dashboard-page/views/people/comparison.ts';
import { granularities, lastDayOf, type Period, periodAround } from '#lib/statistics/period.ts';
import { addDays, weekdayOf } from '#lib/time/calendar.ts';

const monday = 1;
const sunday = 7;

describe('the period that one is set beside', () => {
  it.each([
    { granularity: 'day', start: '2024-03-01', comparison: 'before', expected: '2024-02-29' },
    { granularity: 'day', start: '2024-02-29', comparison: 'last-week', expected: '2024-02-22' },
    { granularity: 'day', start: '2024-02-29', comparison: 'last-year', expected: '2023-03-02' },
    { granularity: 'week', start: '2024-01-01', comparison: 'before', expected: '2023-12-25' },
    { granularity: 'week', start: '2024-02-26', comparison: 'last-year', expected: '2023-02-27' },
    { granularity: 'month', start: '2024-03-01', comparison: 'before', expected: '2024-02-01' },
    { granularity: 'month', start: '2024-02-01', comparison: 'last-year', expected: '2023-02-01' },
    { granularity: 'year', start: '2024-01-01', comparison: 'before', expected: '2023-01-01' },
  ] as const)('is the $granularity of $expected for $start and $comparison', ({ comparison, expected, ...period }) => {
    expect(comparedPeriod(period, comparison, monday)).toEqual({ granularity: period.granularity, start: expected });
  });

  it('begins on the day on which weeks begin', () => {
    const week: Period = { granularity: 'week', start: '2024-02-25' };
    expect(comparedPeriod(week, 'before', sunday).start).toBe('2024-02-18');
    expect(comparedPeriod(week, 'last-year', sunday).start).toBe('2023-02-26');
  });

  const periods = fc
    .tuple(fc.constantFrom(...granularities), fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 1, max: 7 }))
    .map(([granularity, days, weekStart]) => ({
      period: periodAround(granularity, addDays('1980-01-01', days), weekStart),
      weekStart,
    }));

  it('is earlier, of the same kind, and where it goes by weekdays, of the same weekday', () => {
    fc.assert(
      fc.property(periods, fc.constantFrom(...comparisons), ({ period, weekStart }, comparison) => {
        fc.pre(comparisonsOf(period.granularity).includes(comparison));
        const other = comparedPeriod(period, comparison, weekStart);
        expect(other).toEqual(periodAround(period.granularity, other.start, weekStart));
        expect(lastDayOf(other) < period.start).toBe(true);
        if (comparison !== 'before' && period.granularity === 'day') {
          expect(weekdayOf(other.start)).toBe(weekdayOf(period.start));
        }
      }),
    );
  });

  it('is followed by the period itself, where it is the one before', () => {
    fc.assert(
      fc.property(periods, ({ period, weekStart }) => {
        expect(nextPeriod(comparedPeriod(period, 'before', weekStart), weekStart)).toEqual(period);
      }),
    );
  });
});

describe('buckets set beside others', () => {
  const hoursOf = (date: string, hours: readonly number[]) => hours.map((hour) => ({ date, hour }));

  it('go by the clock within a day, so that a day with a skipped hour stays in step', () => {
    const others = hoursOf('2024-03-30', [0, 1, 2, 3]);
    expect(align(hoursOf('2024-03-31', [0, 1, 3]), others, 'day', false)).toEqual([others[0], others[1], others[3]]);
  });

  it('go by day and hour within longer periods, and have nothing beside them where the other is shorter', () => {
    const buckets = [...hoursOf('2024-03-01', [0, 1]), ...hoursOf('2024-03-02', [0, 1])];
    const others = [...hoursOf('2024-02-01', [0]), ...hoursOf('2024-02-02', [0, 1])];
    expect(align(buckets, others, 'month', true)).toEqual([others[0], undefined, others[1], others[2]]);
  });

  it('go by their order where they are days or months', () => {
    const others = hoursOf('2024-02-01', [0]);
    expect(align(hoursOf('2024-03-31', [0, 0]), others, 'month', false)).toEqual([others[0], undefined]);
  });
});

describe('how much more was counted', () => {
  it('goes by what is known on both sides, and says how much that is', () => {
    expect(change([10, null, 30], [20, 50, null])).toEqual({ share: -0.5, compared: 1 });
  });

  it.each([
    { title: 'nothing is known on both sides', values: [1, null], others: [null, 2], compared: 0 },
    { title: 'there was nobody before', values: [1], others: [0], compared: 1 },
  ])('is not told where $title', ({ values, others, compared }) => {
    expect(change(values, others)).toEqual({ share: null, compared });
  });

  it('is told of sums and of net by what is known alone', () => {
    expect([knownSum([]), knownSum([null]), knownSum([null, 0]), knownSum([2, null, 3])]).toEqual([null, null, 0, 5]);
    expect([net(3, 5), net(null, 5), net(3, null)]).toEqual([-2, null, null]);
  });
});

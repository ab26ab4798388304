import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketsOf, granularities, lastDayOf, type Period, periodAround, spanOf } from '#lib/statistics/period.ts';
import { isoWithOffset } from '#lib/time/local-time.ts';

const hourMs = 3_600_000;
const shanghai = 'Asia/Shanghai';
const anyDate = fc
  .date({ min: new Date('2015-01-01T00:00:00Z'), max: new Date('2099-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

describe('periodAround', () => {
  it.each([
    ['day', '2024-02-29', '2024-02-29', '2024-02-29'],
    ['week', '2024-02-29', '2024-02-26', '2024-03-03'],
    ['week', '2024-02-26', '2024-02-26', '2024-03-03'],
    ['week', '2024-03-03', '2024-02-26', '2024-03-03'],
    ['month', '2024-02-29', '2024-02-01', '2024-02-29'],
    ['month', '2023-02-10', '2023-02-01', '2023-02-28'],
    ['month', '2024-12-31', '2024-12-01', '2024-12-31'],
    ['year', '2024-02-29', '2024-01-01', '2024-12-31'],
  ] as const)('is the %s of %s from %s to %s', (granularity, date, first, last) => {
    const period = periodAround(granularity, date, 1);
    expect([period.start, lastDayOf(period)]).toEqual([first, last]);
  });

  it.each([
    [7, '2024-02-25'],
    [6, '2024-02-24'],
    [4, '2024-02-29'],
    [5, '2024-02-23'],
  ])('begins weeks on day %i where that is set', (weekStart, start) => {
    expect(periodAround('week', '2024-02-29', weekStart).start).toBe(start);
  });

  it('holds the day it was made from, and begins where that is asked again of its first day', () => {
    fc.assert(
      fc.property(
        anyDate,
        fc.constantFrom(...granularities),
        fc.integer({ min: 1, max: 7 }),
        (date, granularity, weekStart) => {
          const period = periodAround(granularity, date, weekStart);
          expect(period.start <= date && date <= lastDayOf(period)).toBe(true);
          expect(periodAround(granularity, period.start, weekStart)).toEqual(period);
          expect(periodAround(granularity, lastDayOf(period), weekStart)).toEqual(period);
        },
      ),
    );
  });
});

describe('bucketsOf', () => {
  it.each([
    [{ granularity: 'day', start: '2024-02-29' }, 24],
    [{ granularity: 'week', start: '2024-02-26' }, 7],
    [{ granularity: 'month', start: '2024-02-01' }, 29],
    [{ granularity: 'month', start: '2023-02-01' }, 28],
    [{ granularity: 'month', start: '2100-02-01' }, 28],
    [{ granularity: 'month', start: '2024-04-01' }, 30],
    [{ granularity: 'month', start: '2024-12-01' }, 31],
    [{ granularity: 'year', start: '2024-01-01' }, 12],
  ] as const)('has as many as IVM sends for %o: %i', (period, count) => {
    expect(bucketsOf(period, shanghai)).toHaveLength(count);
  });

  it('follow each other without a gap from the first to the last instant, in any zone', () => {
    const zones = [shanghai, 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC'];
    fc.assert(
      fc.property(anyDate, fc.constantFrom(...granularities), fc.constantFrom(...zones), (date, granularity, zone) => {
        const period = periodAround(granularity, date, 1);
        const buckets = bucketsOf(period, zone);
        for (const [index, { end }] of buckets.entries()) {
          expect(buckets[index + 1]?.start ?? end).toEqual(end);
        }
        const span = spanOf(period, zone);
        expect(isoWithOffset(span.start, zone).slice(0, 19)).toBe(`${period.start}T00:00:00`);
        expect(isoWithOffset(span.end, zone).slice(11, 19)).toBe('00:00:00');
      }),
      { numRuns: 60 },
    );
  });

  const hoursOf = (start: string, zone: string) =>
    bucketsOf({ granularity: 'day', start }, zone).map(
      (bucket) => (bucket.end.getTime() - bucket.start.getTime()) / hourMs,
    );

  it('has an hour that lasts no time on the day on which clocks are put forward', () => {
    const hours = hoursOf('2026-03-29', 'Europe/Berlin');
    expect(hours[2]).toBe(0);
    expect(hours.filter((length) => length === 1)).toHaveLength(23);
  });

  it('has an hour that lasts two on the day on which clocks are put back', () => {
    const hours = hoursOf('2026-10-25', 'Europe/Berlin');
    expect(hours[2]).toBe(2);
    expect(hours.filter((length) => length === 1)).toHaveLength(23);
  });

  it('knows no such days in the zone in which IVM counts', () => {
    const year: Period = { granularity: 'year', start: '2026-01-01' };
    const { start, end } = spanOf(year, shanghai);
    expect((end.getTime() - start.getTime()) / hourMs).toBe(365 * 24);
    expect(start.toISOString()).toBe('2025-12-31T16:00:00.000Z');
  });
});

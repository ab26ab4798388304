import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, dateAt, daysTo } from '#lib/time/calendar.ts';

describe('days since 1970', () => {
  it.each<[string, number | undefined]>([
    ['1970-01-01', 0],
    ['1969-12-31', -1],
    ['2024-02-29', 19_782],
    ['2023-02-29', undefined],
    ['2024-2-9', undefined],
    ['', undefined],
  ])('to %j are %s, however often they are asked for', (date, days) => {
    expect([daysTo(date), daysTo(date)]).toEqual([days, days]);
  });

  it('lead back to their date, and on to the next', () => {
    fc.assert(
      fc.property(fc.integer({ min: -719_162, max: 2_932_895 }), (days) => {
        expect(daysTo(dateAt(days))).toBe(days);
        expect(addDays(dateAt(days), 1)).toBe(dateAt(days + 1));
      }),
    );
  });
});

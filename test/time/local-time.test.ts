import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, daysBetween, isDate, weekdayOf } from '#lib/time/calendar.ts';
import { isoWithOffset, startOfDay } from '#lib/time/local-time.ts';

const zones = ['Asia/Shanghai', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Chatham', 'UTC'];

describe('isoWithOffset', () => {
  it.each([
    ['2026-03-10T00:00:00Z', 'Asia/Shanghai', '2026-03-10T08:00:00+08:00'],
    ['2026-03-10T00:00:00Z', 'UTC', '2026-03-10T00:00:00+00:00'],
    ['2026-03-10T00:00:00Z', 'America/St_Johns', '2026-03-09T21:30:00-02:30'],
    ['2026-03-29T00:59:59Z', 'Europe/Berlin', '2026-03-29T01:59:59+01:00'],
    ['2026-03-29T01:00:00Z', 'Europe/Berlin', '2026-03-29T03:00:00+02:00'],
  ])('writes %s in %s as %s', (instant, zone, expected) => {
    expect(isoWithOffset(new Date(instant), zone)).toBe(expected);
  });

  it('is the same instant, in any zone', () => {
    const instants = fc.date({ min: new Date('2015-01-01'), max: new Date('2099-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(instants, fc.constantFrom(...zones), (instant, zone) => {
        const seconds = Math.floor(instant.getTime() / 1000);
        expect(Date.parse(isoWithOffset(new Date(seconds * 1000), zone))).toBe(seconds * 1000);
      }),
    );
  });
});

describe('startOfDay', () => {
  it.each([
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
    ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00:00.000Z'],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z'],
    ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00:00.000Z'],
    ['2024-02-29', 'Asia/Shanghai', '2024-02-28T16:00:00.000Z'],
  ])('is for %s in %s at %s', (date, zone, expected) => {
    expect(startOfDay(date, zone).toISOString()).toBe(expected);
  });
});

describe('the calendar', () => {
  it.each([
    ['2024-02-29', true],
    ['2023-02-29', false],
    ['2024-13-01', false],
    ['2024-2-9', false],
    ['20240229', false],
    ['2024-02-29T00:00:00Z', false],
  ])('has %s: %s', (text, expected) => {
    expect(isDate(text)).toBe(expected);
  });

  it('goes over months, years and leap days', () => {
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
    expect(addDays('2023-12-31', 1)).toBe('2024-01-01');
    expect(addDays('2024-03-01', -1)).toBe('2024-02-29');
    expect(daysBetween('2023-12-30', '2024-01-02')).toEqual(['2023-12-30', '2023-12-31', '2024-01-01', '2024-01-02']);
    expect(daysBetween('2024-01-02', '2024-01-01')).toEqual([]);
  });

  it('counts weekdays from Monday', () => {
    expect(['2024-02-26', '2024-02-29', '2024-03-03'].map(weekdayOf)).toEqual([1, 4, 7]);
  });
});

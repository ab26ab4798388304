import { describe, expect, it } from 'vitest';
import { readTimeRange } from '#lib/time/time-range.ts';

const read = (from: string, to: string, timeZone = 'Asia/Shanghai') => {
  const range = readTimeRange({ from, to }, timeZone);
  return [range.from.toISOString(), range.to.toISOString()];
};

describe('readTimeRange', () => {
  it.each([
    ['2026-01-15', '2026-01-15', '2026-01-14T16:00:00.000Z', '2026-01-15T16:00:00.000Z'],
    ['2026-01-15', '2026-01-31', '2026-01-14T16:00:00.000Z', '2026-01-31T16:00:00.000Z'],
    ['2026-01-15T08:00+08:00', '2026-01-15', '2026-01-15T00:00:00.000Z', '2026-01-15T16:00:00.000Z'],
    ['2026-01-15T00:00:00.5Z', '2026-01-15T00:00:01Z', '2026-01-15T00:00:00.500Z', '2026-01-15T00:00:01.000Z'],
  ])('takes whole days of the zone, and instants as they are: %s to %s', (from, to, fromInstant, toInstant) => {
    expect(read(from, to)).toEqual([fromInstant, toInstant]);
  });

  it('takes a day that has 23 hours as it is', () => {
    expect(read('2026-03-08', '2026-03-08', 'America/New_York')).toEqual([
      '2026-03-08T05:00:00.000Z',
      '2026-03-09T04:00:00.000Z',
    ]);
  });

  it.each([
    ['2026-01-16', '2026-01-15', '--from has to be before --to'],
    ['2026-01-15T00:00:00Z', '2026-01-15T00:00:00Z', '--from has to be before --to'],
    ['yesterday', '2026-01-15', '--from takes a date'],
    ['2026-01-15', '2026-02-30', '--to takes a date'],
    ['2026-01-15', '2026-02-30T00:00:00Z', '--to takes a date'],
    ['2026-01-15T08:00', '2026-01-15', '--from takes a date'],
  ])('says what is wrong: %s to %s', (from, to, text) => {
    expect(() => read(from, to)).toThrow(text);
  });
});

import { describe, expect, it } from 'vitest';
import { eventsQuery, instantOf, wallClockOf } from '#lib/dashboard-page/views/events/query.ts';

const timeZone = 'Asia/Shanghai';

describe('a time in the address of the view of events', () => {
  it.each([
    { title: 'a day begins', written: '2026-01-15', isEnd: false, instant: '2026-01-14T16:00:00.000Z' },
    { title: 'a day ends', written: '2026-01-15', isEnd: true, instant: '2026-01-15T16:00:00.000Z' },
    { title: "the tenant's clock", written: '2026-01-15T08:30', isEnd: true, instant: '2026-01-15T00:30:00.000Z' },
    { title: 'an instant', written: '2026-01-15T00:30:00Z', isEnd: false, instant: '2026-01-15T00:30:00Z' },
    { title: 'nothing', written: '', isEnd: false, instant: undefined },
    { title: 'no time, which the API refuses', written: 'soon', isEnd: false, instant: 'soon' },
    { title: 'no time of any clock', written: '2026-01-15T99:99', isEnd: false, instant: '2026-01-15T99:99' },
  ])('is read where it says $title', ({ written, isEnd, instant }) => {
    expect(instantOf(written, timeZone, isEnd)).toBe(instant);
  });

  it("stands in its field by the tenant's clock", () => {
    expect(wallClockOf('2026-01-15T00:30:00Z', timeZone)).toBe('2026-01-15T08:30');
    expect(wallClockOf('2026-01-15', timeZone, true)).toBe('2026-01-16T00:00');
    expect(wallClockOf('soon', timeZone)).toBe('');
  });
});

it('the API is asked for nothing that is no filter', () => {
  const filters = new URLSearchParams({ type: 'device_alarm', to: '2026-01-15', page: 'x', sort: 'y' });
  expect(Object.entries(eventsQuery(filters, timeZone)).filter(([, value]) => value !== undefined)).toEqual([
    ['type', 'device_alarm'],
    ['to', '2026-01-15T16:00:00.000Z'],
  ]);
});

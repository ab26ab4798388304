import { describe, expect, it } from 'vitest';
import { zonedDate } from '#lib/time/zoned-date.ts';

const epoch = '1970-01-01T00:00:00.000Z';
const shanghai = 'Asia/Shanghai';
const berlin = 'Europe/Berlin';
const newYork = 'America/New_York';

describe('zonedDate', () => {
  it.each([
    { at: '2024-02-28T16:00:00.000Z', timeZone: shanghai, parts: { date: '2024-02-29', time: '000000', hour: '00' } },
    { at: '2024-02-28T15:59:59.999Z', timeZone: shanghai, parts: { date: '2024-02-28', time: '235959', hour: '23' } },
    { at: '2024-10-27T01:30:00.000Z', timeZone: berlin, parts: { date: '2024-10-27', time: '023000', hour: '02' } },
    { at: epoch, timeZone: newYork, parts: { date: '1969-12-31', time: '190000', hour: '19' } },
  ])('shows $at in $timeZone', ({ at, timeZone, parts }) => {
    expect(zonedDate(new Date(at), timeZone)).toEqual(parts);
  });
});

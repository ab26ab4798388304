import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlausibleTime, occurredAt } from '#lib/messages/occurred-at.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';

const epoch = '1970-01-01T00:00:00.000Z';
const messageId = '1676823431368569189';
const idTime = '2023-02-19T16:17:11.368Z';
const shanghai = 'Asia/Shanghai';
const berlin = 'Europe/Berlin';
const newYork = 'America/New_York';

describe('occurredAt', () => {
  it.each([
    {
      title: 'reads an offset',
      eventTime: '2023-02-20T00:17:11+08:00',
      timeZone: berlin,
      at: '2023-02-19T16:17:11.000Z',
    },
    {
      title: 'reads a negative half-hour offset',
      eventTime: '2023-02-20T00:17:11-03:30',
      timeZone: berlin,
      at: '2023-02-20T03:47:11.000Z',
    },
    {
      title: 'reads an offset without a colon',
      eventTime: '2023-02-20T00:17:11+0800',
      timeZone: berlin,
      at: '2023-02-19T16:17:11.000Z',
    },
    { title: 'reads Z', eventTime: '2023-02-20T00:17:11Z', timeZone: shanghai, at: '2023-02-20T00:17:11.000Z' },
    {
      title: 'cuts fractions to milliseconds',
      eventTime: '2023-02-20T00:17:11.9876543Z',
      timeZone: shanghai,
      at: '2023-02-20T00:17:11.987Z',
    },
    {
      title: 'reads short fractions',
      eventTime: '2023-02-20 00:17:11.5',
      timeZone: shanghai,
      at: '2023-02-19T16:17:11.500Z',
    },
    {
      title: 'reads a blank and no zone in the tenant zone',
      eventTime: '2023-02-13 20:59:55',
      timeZone: shanghai,
      at: '2023-02-13T12:59:55.000Z',
    },
    {
      title: 'reads T and no zone in the tenant zone',
      eventTime: '2023-07-01T12:00:00',
      timeZone: berlin,
      at: '2023-07-01T10:00:00.000Z',
    },
    {
      title: 'takes the first of two occurrences (Berlin)',
      eventTime: '2024-10-27 02:30:00',
      timeZone: berlin,
      at: '2024-10-27T00:30:00.000Z',
    },
    {
      title: 'takes the first of two occurrences (New York)',
      eventTime: '2024-11-03 01:30:00',
      timeZone: newYork,
      at: '2024-11-03T05:30:00.000Z',
    },
    {
      title: 'moves a skipped time behind the gap (Berlin)',
      eventTime: '2024-03-31 02:30:00',
      timeZone: berlin,
      at: '2024-03-31T01:30:00.000Z',
    },
    {
      title: 'moves a skipped time behind the gap (New York)',
      eventTime: '2024-03-10 02:30:00',
      timeZone: newYork,
      at: '2024-03-10T07:30:00.000Z',
    },
    {
      title: 'knows the hours around a gap',
      eventTime: '2024-03-31 03:00:00',
      timeZone: berlin,
      at: '2024-03-31T01:00:00.000Z',
    },
    {
      title: 'knows the last moment before a gap',
      eventTime: '2024-03-31 01:59:59',
      timeZone: berlin,
      at: '2024-03-31T00:59:59.000Z',
    },
    {
      title: 'knows the hour after an overlap',
      eventTime: '2024-10-27 03:00:00',
      timeZone: berlin,
      at: '2024-10-27T02:00:00.000Z',
    },
    { title: 'knows a leap day', eventTime: '2024-02-29 00:00:00', timeZone: shanghai, at: '2024-02-28T16:00:00.000Z' },
    {
      title: 'takes the first plausible moment',
      eventTime: '2015-01-01T00:00:00Z',
      timeZone: shanghai,
      at: '2015-01-01T00:00:00.000Z',
    },
    {
      title: 'takes the last plausible moment',
      eventTime: '2100-12-31T23:59:59Z',
      timeZone: shanghai,
      at: '2100-12-31T23:59:59.000Z',
    },
  ])('$title', ({ eventTime, timeZone, at }) => {
    expect(occurredAt({ eventTime, messageId, timeZone })).toEqual({ occurredAt: at, source: 'event_time' });
  });

  it.each([
    undefined,
    '',
    'yesterday',
    '2023-02-29 00:00:00',
    '2023-04-31T00:00:00Z',
    '2023-13-01T00:00:00Z',
    '2023-00-10T00:00:00Z',
    '2023-01-01T24:00:00Z',
    '2023-01-01T23:60:00Z',
    '2023-01-01T23:59:60Z',
    '2023-01-01T00:00:00+15:00',
    '2023-01-01T00:00:00+08:60',
    '2023-01-01',
    '2023-1-1 00:00:00',
    '2023-01-01T00:00:00Z junk',
    '2014-12-31T23:59:59Z',
    '2101-01-01T00:00:00Z',
    '0050-01-01T00:00:00Z',
    '9999-99-99T99:99:99Z',
  ])('falls back to message_id for %j', (eventTime) => {
    expect(occurredAt({ eventTime, messageId, timeZone: shanghai })).toEqual({
      occurredAt: idTime,
      source: 'message_id',
    });
  });

  it('reads only the leading nineteen digits of a longer message_id', () => {
    expect(occurredAt({ eventTime: undefined, messageId: `${messageId}0123456789012`, timeZone: shanghai })).toEqual({
      occurredAt: idTime,
      source: 'message_id',
    });
  });

  it.each([
    undefined,
    '',
    '167682343136856918',
    'h167682343136856918',
    '0000000000000000001',
    '9999999999999999999',
    '1420070399999999999',
  ])('gives the epoch when message_id is %j', (id) => {
    expect(occurredAt({ eventTime: undefined, messageId: id, timeZone: shanghai })).toEqual({
      occurredAt: epoch,
      source: 'none',
    });
  });

  it('reads back what zonedDate wrote, in any zone, up to the hour that occurs twice', () => {
    const zones = fc.constantFrom(
      shanghai,
      berlin,
      newYork,
      'Asia/Kolkata',
      'Australia/Lord_Howe',
      'America/St_Johns',
      'UTC',
    );
    const seconds = fc.integer({ min: 1_430_000_000, max: 4_000_000_000 });
    fc.assert(
      fc.property(zones, seconds, (timeZone, second) => {
        const { date, time } = zonedDate(new Date(second * 1000), timeZone);
        const clock = `${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}`;
        const result = occurredAt({ eventTime: `${date} ${clock}`, messageId: undefined, timeZone });
        expect(result.source).toBe('event_time');
        const earlierBy = second * 1000 - Date.parse(result.occurredAt);
        expect([0, 1_800_000, 3_600_000]).toContain(earlierBy);
        expect(zonedDate(new Date(result.occurredAt), timeZone)).toEqual({ date, time, hour: time.slice(0, 2) });
      }),
    );
  });

  it('takes any text without throwing and gives the same each time', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (eventTime, id) => {
        const first = occurredAt({ eventTime, messageId: id, timeZone: berlin });
        expect(occurredAt({ eventTime, messageId: id, timeZone: berlin })).toEqual(first);
        expect(new Date(first.occurredAt).toISOString()).toBe(first.occurredAt);
      }),
    );
  });

  it('refuses a zone that does not exist', () => {
    expect(() => occurredAt({ eventTime: '2023-02-13 20:59:55', messageId, timeZone: 'Mars/Olympus' })).toThrow(
      RangeError,
    );
  });
});

describe('isPlausibleTime', () => {
  it.each([
    [Date.UTC(2015, 0, 1) - 1, false],
    [Date.UTC(2015, 0, 1), true],
    [Date.UTC(2101, 0, 1) - 1, true],
    [Date.UTC(2101, 0, 1), false],
    [Number.NaN, false],
    [Number.POSITIVE_INFINITY, false],
  ])('judges %d as %s', (ms, plausible) => {
    expect(isPlausibleTime(ms)).toBe(plausible);
  });
});

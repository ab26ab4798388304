import { describe, expect, it } from 'vitest';
import type { People } from '#lib/dashboard/people.ts';
import { countModel } from '#lib/dashboard-page/views/people/count-model.ts';
import { countsCsv } from '#lib/dashboard-page/views/people/counts-csv.ts';
import { csvOf } from '#lib/dashboard-page/views/people/csv.ts';
import { readOpening, readPeopleFilters } from '#lib/dashboard-page/views/people/people-filters.ts';
import { cameraLines, gapTally, stretchesOf, sumLine } from '#lib/dashboard-page/views/people/shown-counts.ts';
import { weekdayHours } from '#lib/dashboard-page/views/people/weekday-hours.ts';

type Bucket = People['buckets'][number];

const hour = (index: number, more: Partial<Bucket> = {}): Bucket => ({
  start: `2024-02-29T0${index}:00:00.000Z`,
  end: `2024-02-29T0${index + 1}:00:00.000Z`,
  date: '2024-02-29',
  hour: index + 8,
  in: 10,
  out: 4,
  known: 20,
  partial: 0,
  missing: 0,
  not_counting: 0,
  gap: null,
  is_provisional: false,
  has_begun: true,
  ...more,
});
const unknown = { in: null, out: null, known: 0, missing: 20, gap: 'offline' } as const;
const people = (buckets: Bucket[], cameras: People['cameras'] = []): People => ({
  granularity: 'day',
  period_start: '2024-02-29',
  period_end: '2024-02-29',
  as_of: null,
  exports: { wanted: 1, found: 1 },
  camera_count: 20,
  buckets,
  cameras,
});
const twoCameras: People['cameras'] = [
  { id: 'north', in: [1, 2], out: [1, 1], status: ['ok', 'provisional'], reason: null },
  { id: 'south', in: [null, 3], out: [null, 0], status: ['missing', 'offline'], reason: null },
];
const usual = { layout: 'sum', measure: 'flow', opening: { from: 0, to: 0 } } as const;

describe('the line of a sum', () => {
  it('has a gap where nothing is known or more than a tenth of the cameras are missing, but not in what is to come', () => {
    const line = sumLine(
      people([
        hour(0),
        hour(1, unknown),
        hour(2, { known: 19, missing: 1, gap: 'error' }),
        hour(3, { known: 10, missing: 10, gap: 'error' }),
        hour(4, { known: 10, not_counting: 10, gap: 'no-package' }),
        hour(5, { in: null, out: null, known: 0, has_begun: false }),
      ]),
    );
    expect(line.gaps).toEqual([undefined, 'offline', undefined, 'incomplete', undefined, undefined]);
    expect(line.net).toEqual([6, null, 6, 6, 6, null]);
    expect(line.buckets.map(({ isWhole }) => isWhole)).toEqual([true, false, false, false, true, false]);
  });
});

describe('the lines of cameras', () => {
  it('have the values of each, and why they lack some', () => {
    const [north, south] = cameraLines(people([hour(0), hour(1)], twoCameras));
    expect(north?.gaps).toEqual([undefined, undefined]);
    expect(south?.gaps).toEqual(['missing', 'offline']);
    expect(south && gapTally(south)).toEqual([
      ['missing', 1],
      ['offline', 1],
    ]);
    expect(south?.net).toEqual([null, 3]);
  });
});

describe('what is drawn', () => {
  it('marks a stretch that no line knows, as long as it lasts', () => {
    const buckets = [hour(0, unknown), hour(1, unknown), hour(2), hour(3, unknown)];
    const { marks } = countModel(people(buckets), undefined, usual, false);
    expect(
      stretchesOf(buckets, marks).map(({ from, to, mark }) => [from.getUTCHours(), to.getUTCHours(), mark]),
    ).toEqual([
      [0, 2, 'offline'],
      [3, 4, 'offline'],
    ]);
  });

  it('marks what any of several cameras lacks', () => {
    const { marks } = countModel(
      people([hour(0), hour(1)], twoCameras),
      undefined,
      { ...usual, layout: 'side' },
      false,
    );
    expect(marks).toEqual(['missing', 'offline']);
  });

  it('marks unknown occupancy while the doors are open, not while they are closed', () => {
    const buckets = [hour(0, unknown), hour(1), hour(2, unknown), hour(3), hour(4)];
    const filters = { ...usual, measure: 'occupancy', opening: { from: 9, to: 12 } } as const;
    const { marks, values, lines } = countModel(people(buckets), undefined, filters, false);
    expect(lines.map((line) => values(line, 'occupancy'))).toEqual([[null, 6, null, null, null]]);
    expect(marks).toEqual([undefined, undefined, 'unknown', 'unknown', undefined]);
  });

  it('sets each camera beside itself, and what is not known beside nothing', () => {
    const buckets = [hour(0), hour(1)];
    const now = people(buckets, twoCameras);
    const before = people(buckets, twoCameras.toReversed());
    const model = countModel(now, before, { ...usual, layout: 'side' }, false);
    expect(model.measures).toEqual(['in']);
    expect(model.lines.map((line) => model.valuesBefore(line, 'in'))).toEqual([
      [1, 2],
      [null, 3],
    ]);
  });
});

describe('the file of what is shown', () => {
  const linesOf = (csv: string) => csv.replace('\uFEFF', '').trimEnd().split('\r\n');

  it('has a row for each hour with its status, and leaves empty what is not known', () => {
    const buckets = [hour(0), hour(1, unknown), hour(2, { is_provisional: true })];
    const csv = countsCsv(countModel(people(buckets), undefined, usual, false), String, true);
    expect(linesOf(csv)).toEqual([
      'bucket_start,bucket_end,camera,in,out,net,status,cameras_known,cameras_partial,cameras_missing,cameras_not_counting,occupancy',
      '2024-02-29T00:00:00.000Z,2024-02-29T01:00:00.000Z,,10,4,6,ok,20,0,0,0,',
      '2024-02-29T01:00:00.000Z,2024-02-29T02:00:00.000Z,,,,,offline,0,0,20,0,',
      '2024-02-29T02:00:00.000Z,2024-02-29T03:00:00.000Z,,10,4,6,provisional,20,0,0,0,',
    ]);
  });

  it('has the cameras one after the other with what they are compared with', () => {
    const data = people([hour(0), hour(1)], twoCameras);
    const csv = countsCsv(countModel(data, data, { ...usual, layout: 'side' }, false), (id) => `=${id}`, false);
    expect(linesOf(csv).slice(1)).toEqual([
      "2024-02-29T00:00:00.000Z,2024-02-29T01:00:00.000Z,'=north,1,1,0,ok,,,,,2024-02-29T00:00:00.000Z,1,1",
      "2024-02-29T01:00:00.000Z,2024-02-29T02:00:00.000Z,'=north,2,1,1,provisional,,,,,2024-02-29T01:00:00.000Z,2,1",
      "2024-02-29T00:00:00.000Z,2024-02-29T01:00:00.000Z,'=south,,,,missing,,,,,2024-02-29T00:00:00.000Z,,",
      "2024-02-29T01:00:00.000Z,2024-02-29T02:00:00.000Z,'=south,3,0,3,offline,,,,,2024-02-29T01:00:00.000Z,3,0",
    ]);
  });

  it('quotes what would break it, and keeps names from being formulas', () => {
    expect(csvOf(['a'], [['x,"y"'], ['@sum'], [-1], [null]])).toBe('\uFEFFa\r\n"x,""y"""\r\n\'@sum\r\n-1\r\n\r\n');
  });
});

describe('hours by weekday', () => {
  it('are means of the days that are known, in rows from the day on which weeks begin', () => {
    const rows = weekdayHours(
      [
        { date: '2024-02-26', hour: 9, value: 4 },
        { date: '2024-03-04', hour: 9, value: 8 },
        { date: '2024-03-11', hour: 9, value: null },
        { date: '2024-02-25', hour: 23, value: null },
      ],
      7,
    );
    expect(rows.map(({ weekday }) => weekday)).toEqual([7, 1, 2, 3, 4, 5, 6]);
    expect(rows[1]?.cells[9]).toEqual({ mean: 6, days: 2, unknownDays: 1 });
    expect(rows[0]?.cells[23]).toEqual({ mean: null, days: 0, unknownDays: 1 });
    expect(rows[2]?.cells[9]).toEqual({ mean: null, days: 0, unknownDays: 0 });
  });
});

describe('the filters of the address', () => {
  const atFirst = { day: '2024-02-28', opening: '9-21', weekStart: 1 };

  it('are those of yesterday and all cameras at first, with the opening hours that were set last', () => {
    expect(readPeopleFilters(new URLSearchParams(), atFirst)).toEqual({
      part: 'counts',
      period: { granularity: 'day', start: '2024-02-28' },
      cameras: [],
      layout: 'sum',
      measure: 'flow',
      comparison: undefined,
      opening: { from: 9, to: 21 },
      source: undefined,
      direction: 'in',
    });
  });

  it('are as at first where the address is not understood', () => {
    const odd = new URLSearchParams({ by: 'hour', period: '2024-02-30', cameras: '<b>,', compare: 'x', open: '9-24' });
    expect(readPeopleFilters(odd, atFirst)).toEqual(readPeopleFilters(new URLSearchParams(), atFirst));
  });

  it('have no comparison that the period does not have', () => {
    const week = new URLSearchParams({ by: 'week', compare: 'last-week' });
    expect(readPeopleFilters(week, atFirst)).toMatchObject({
      period: { granularity: 'week', start: '2024-02-26' },
      comparison: undefined,
    });
  });

  it.each([
    { text: '0-0', hours: { from: 0, to: 0 } },
    { text: '22-2', hours: { from: 22, to: 2 } },
    { text: '9-24', hours: undefined },
    { text: '9', hours: undefined },
    { text: null, hours: undefined },
  ])('read $text as opening hours', ({ text, hours }) => {
    expect(readOpening(text)).toEqual(hours);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countSources, countTable } from '#lib/counts/count-measures.ts';
import { countsOf } from '#lib/counts/counts-of-item.ts';
import { footfallRows } from '#lib/counts/footfall.ts';
import { createHourlyCounts } from '#lib/counts/hourly-counts.ts';
import type { Attribute } from '#lib/events/attribute.ts';
import { createRowCheck } from '#lib/exports/export-table.ts';
import { memoryEvents } from '../support/fakes/memory-events.ts';
import { exampleMessage } from '../support/fixtures.ts';

const at = '2026-03-09T09:30:00+08:00';

/** Counts of messages, each stored as the store functions do. */
function countsIn(...bodies: string[]) {
  const events = memoryEvents();
  for (const body of bodies) events.store(body);
  return [...events.items.values()].flatMap(countsOf);
}

let id = 0;
const message = (type: string, data: object): string => {
  id += 1;
  return JSON.stringify({
    message_id: id,
    message_type: type,
    data: { device_id: 'DEVICE01', channel_id: '0', report_time: at, alarm_time: at, ...data },
  });
};
const people = (targets: object[], common: object = { meta_type_mask: 3, target_time_domain_info: 1 }, time = at) =>
  message('head_shoulder_data', { report_time: time, data: { common, targets } });
const line = (into: unknown, out: unknown, more: object = {}) => ({
  target_type: 15,
  human_count_in: into,
  human_count_out: out,
  ...more,
});

describe('countsOf', () => {
  it('adds up what crossed the lines of one message, and keeps totals as they are', () => {
    const totals = { human_count_all_in_num: 100, human_count_all_out_num: 90 };
    expect(countsIn(people([line(2, 1), line(3, 0, totals)]))).toEqual([
      {
        source: 'line',
        deviceId: 'DEVICE01',
        channelId: '0',
        at: new Date(at),
        keys: {},
        values: { human_count_in: 5, human_count_out: 1, human_count_all_in_num: 100, human_count_all_out_num: 90 },
        oddValues: 0,
      },
    ]);
  });

  it.each([
    ['head_shoulder_data-12-crowd-density', 'density', { people_num: 1, area_ratio: 0 }],
    ['head_shoulder_data-13-queue-length', 'queue', { shoulder_num: 0, queue_time: 0 }],
    ['head_shoulder_data-15-line-crossing', 'line', { human_count_in: 0, human_count_out: 0 }],
  ])('reads the example %s as %s', (name, source, values) => {
    expect(countsIn(exampleMessage(name).text)).toMatchObject([{ source, values }]);
  });

  it('reads the traffic of a lane and cycle from each target', () => {
    const [count, ...others] = countsIn(exampleMessage('micro_checkpoint_data-52-traffic-statistics').text);
    expect(others).toEqual([]);
    expect(count).toMatchObject({ source: 'traffic', keys: { lane: 1 } });
    expect(count?.values).toHaveProperty('statistics_vehicle_count');
  });

  it.each([
    { title: 'a sign of life', common: { meta_type_mask: 8 }, counts: 0 },
    { title: 'a sign of life beside a picture', common: { meta_type_mask: 10 }, counts: 1 },
    { title: 'a box for the live picture', common: { meta_type_mask: 1, target_time_domain_info: 0 }, counts: 0 },
    { title: 'a mask that is null', common: { meta_type_mask: null }, counts: 1 },
    { title: 'no common members', common: {}, counts: 1 },
  ])('counts $title: $counts', ({ common, counts }) => {
    expect(countsIn(people([line(1, 1)], common))).toHaveLength(counts);
  });

  it('takes customer flow from any alarm that has its counters, whatever it is called', () => {
    const flow = message('device_alarm', { alarm_type: 'whatever', enter_count: 7, repeat_count: 2 });
    const other = message('device_alarm', { alarm_type: 'customer_flow_statistics_alarm' });
    expect(countsIn(flow, other)).toMatchObject([{ source: 'alarm', values: { enter_count: 7, repeat_count: 2 } }]);
  });

  it.each([
    ['a negative number', -1],
    ['a fraction of a person', 1.5],
    ['a word', 'many'],
    ['a number that no camera counts', 9_007_199_254_740_991],
  ])('leaves %s out and says so', (_title, value) => {
    expect(countsIn(people([line(value, 4)]))).toMatchObject([{ values: { human_count_out: 4 }, oddValues: 1 }]);
  });

  it('reads numbers that came as texts', () => {
    expect(countsIn(people([line('3', 4)]))).toMatchObject([{ values: { human_count_in: 3, human_count_out: 4 } }]);
  });

  it('never throws, whatever stands in an item', () => {
    const attribute = fc.letrec<{ any: Attribute }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.string().map((S): Attribute => ({ S })),
        fc.double().map((value): Attribute => ({ N: String(value) })),
        fc.constant<Attribute>({ NULL: true }),
        fc.array(tie('any'), { maxLength: 3 }).map((L): Attribute => ({ L })),
        fc
          .dictionary(fc.constantFrom('data', 'common', 'targets', 'human_count_in', 'target_type'), tie('any'))
          .map((M): Attribute => ({ M })),
      ),
    })).any;
    const types = fc.constantFrom('device_alarm', 'head_shoulder_data', 'micro_checkpoint_data', 'other');
    fc.assert(
      fc.property(types, attribute, (type, data) => {
        const item = { message_type: { S: type }, sk: { S: 'a#b#c' }, occurred_at: { S: at }, data };
        expect(Array.isArray(countsOf(item))).toBe(true);
      }),
    );
  });
});

describe('hourly counts', () => {
  const hourly = (timeZone: string, ...bodies: string[]) => {
    const counts = createHourlyCounts(timeZone);
    for (const count of countsIn(...bodies)) counts.add(count);
    return counts;
  };

  it('sum what crossed a line and keep the last total, by hour', () => {
    const of = (time: string, into: number, total: number) =>
      people([line(into, 1, { human_count_all_in_num: total })], {}, `2026-03-09T${time}+08:00`);
    const rows = hourly('Asia/Shanghai', of('09:59:59', 4, 30), of('09:00:00', 3, 20), of('10:00:00', 5, 40)).rows(
      'line',
    );
    expect(rows).toEqual([
      expect.objectContaining({
        bucket_start: '2026-03-09T09:00:00+08:00',
        messages: 2,
        in: 7,
        out: 2,
        total_in_last: 30,
      }),
      expect.objectContaining({
        bucket_start: '2026-03-09T10:00:00+08:00',
        messages: 1,
        in: 5,
        out: 1,
        total_in_last: 40,
      }),
    ]);
  });

  it('tell of a density its least, greatest, mean and last', () => {
    const bodies = [4, 10, 1].map((count, minute) =>
      people([{ target_type: 12, people_num: count }], {}, `2026-03-09T09:0${minute}:00+08:00`),
    );
    expect(hourly('Asia/Shanghai', ...bodies).rows('density')).toEqual([
      expect.objectContaining({
        messages: 3,
        people_min: 1,
        people_max: 10,
        people_mean: 5,
        people_last: 1,
        area_ratio_max: null,
      }),
    ]);
  });

  it('never add lanes or cycles together', () => {
    const targets = [
      { statistics_lane_index: 1, traffic_statistics_cycle: 60, statistics_vehicle_count: 5 },
      { statistics_lane_index: 2, traffic_statistics_cycle: 60, statistics_vehicle_count: 7 },
      { statistics_lane_index: 2, traffic_statistics_cycle: 300, statistics_vehicle_count: 30 },
    ];
    const body = message('micro_checkpoint_data', { data: { targets } });
    expect(hourly('Asia/Shanghai', body).rows('traffic')).toEqual([
      expect.objectContaining({ lane: 1, cycle: 60, vehicles_last: 5 }),
      expect.objectContaining({ lane: 2, cycle: 60, vehicles_last: 7 }),
      expect.objectContaining({ lane: 2, cycle: 300, vehicles_last: 30 }),
    ]);
  });

  it.each([
    ['Europe/Berlin', '2026-03-29T00:59:59Z', '2026-03-29T01:00:00+01:00'],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-29T03:00:00+02:00'],
    ['Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-25T02:00:00+02:00'],
    ['Europe/Berlin', '2026-10-25T01:30:00Z', '2026-10-25T02:00:00+01:00'],
    ['Asia/Kathmandu', '2026-03-09T00:00:00Z', '2026-03-09T05:00:00+05:45'],
  ])('belong in %s at %s to the hour %s', (zone, time, start) => {
    expect(hourly(zone, people([line(1, 1)], {}, time)).rows('line')[0]?.['bucket_start']).toBe(start);
  });

  it('fit the tables they are exported to', () => {
    const counts = hourly('Asia/Shanghai', people([line(1, 1)]), message('device_alarm', { enter_count: 1 }));
    for (const source of countSources) {
      const check = createRowCheck(countTable(source));
      for (const row of counts.rows(source)) expect(() => check(row)).not.toThrow();
    }
  });
});

describe('footfallRows', () => {
  const statistic = (status: string, into: number | null, start = '2026-03-09T09:00:00+08:00') => ({
    device_id: 'D',
    channel_id: '0',
    channel_name: 'gate',
    bucket_start: start,
    bucket_seconds: 3600,
    in: into,
    out: 2,
    status,
  });
  const crossed = (start: string) => ({
    device_id: 'D',
    channel_id: '0',
    bucket_start: start,
    bucket_seconds: 3600,
    in: 12,
    out: 2,
    messages: 9,
  });

  it('sets three sources beside each other with their differences', () => {
    const alarm = { ...crossed('2026-03-09T09:00:00+08:00'), enter: 8, leave: 1, messages: 3 };
    const rows = footfallRows({
      statistics: [statistic('ok', 10)],
      // The same instant, written elsewhere.
      line: [crossed('2026-03-09T01:00:00+00:00')],
      alarm: [alarm],
    });
    expect(rows).toEqual([
      {
        device_id: 'D',
        channel_id: '0',
        channel_name: 'gate',
        bucket_start: '2026-03-09T09:00:00+08:00',
        bucket_seconds: 3600,
        statistics_in: 10,
        statistics_out: 2,
        statistics_status: 'ok',
        line_in: 12,
        line_out: 2,
        line_messages: 9,
        alarm_enter: 8,
        alarm_leave: 1,
        alarm_messages: 3,
        line_minus_statistics_in: 2,
        line_minus_statistics_out: 0,
        alarm_minus_statistics_in: -2,
        alarm_minus_statistics_out: -1,
      },
    ]);
  });

  it.each(['offline', 'missing', 'error', 'unsupported', 'no-package'])(
    'gives no difference to statistics that are %s',
    (status) => {
      const [row] = footfallRows({
        statistics: [statistic(status, 0)],
        line: [crossed('2026-03-09T09:00:00+08:00')],
        alarm: [],
      });
      expect(row).toMatchObject({ statistics_status: status, line_in: 12, line_minus_statistics_in: null });
    },
  );

  it('has a row for every hour that any source has, and says where the statistics have none', () => {
    const rows = footfallRows({
      statistics: [statistic('ok', 1, '2026-03-09T08:00:00+08:00')],
      line: [crossed('2026-03-09T09:00:00+08:00')],
      alarm: [],
    });
    expect(rows.map((row) => [row['bucket_start'], row['statistics_status'], row['line_in']])).toEqual([
      ['2026-03-09T08:00:00+08:00', 'ok', null],
      ['2026-03-09T09:00:00+08:00', 'missing', 12],
    ]);
  });
});

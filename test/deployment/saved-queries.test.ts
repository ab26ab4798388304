import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queries, savedQueries } from '#lib/deployment/saved-queries.ts';
import { type ExportedType, eventTable, exportedTypes } from '#lib/event-exports/event-tables.ts';
import { partPrefix } from '#lib/exports/export-keys.ts';
import type { Row } from '#lib/exports/export-table.ts';
import { peoplePartition, peopleTable } from '#lib/statistics/people-rows.ts';
import { addDays } from '#lib/time/calendar.ts';
import { parquetOf } from '../support/table-files.ts';
import { type Lake, openLake } from './lake.ts';

// The queries ask for the days before the database's own today.
const today = new Date().toISOString().slice(0, 10);
const yesterday = addDays(today, -1);
const before = addDays(today, -3);
const long = addDays(today, -60);

let lake: Lake;
const query = (name: string) => lake.ask(queries.find((one) => one.name === name)?.sql ?? '');
const event = (device: string, date: string, time: string, more: Row = {}): Row => ({
  device_id: device,
  channel_id: '0',
  occurred_at: `${date}T${time}:00.000Z`,
  ...more,
});

beforeAll(async () => {
  lake = await openLake();
  const people = (date: string, rows: Row[]) =>
    lake.put(
      `${partPrefix('people', 'parquet', peoplePartition({ granularity: 'day', start: date }))}v1-part-1.parquet`,
      parquetOf(peopleTable, rows),
    );
  const bucket = (date: string, hour: string, status: string, entered: number | null, out: number | null): Row => ({
    device_id: 'D1',
    channel_id: '0',
    channel_name: 'North gate',
    granularity: 'day',
    period_start: date,
    bucket_start: `${date}T${hour}:00:00+08:00`,
    bucket_seconds: 3600,
    in: entered,
    out,
    status,
  });
  people(yesterday, [bucket(yesterday, '08', 'ok', 12, 9), bucket(yesterday, '09', 'offline', 4, null)]);
  people(long, [bucket(long, '08', 'ok', 1_000, 1_000)]);

  const day = (type: ExportedType, date: string, rows: Row[]) =>
    lake.put(
      `${partPrefix('events', 'parquet', [
        ['message_type', type],
        ['date', date],
      ])}v1-part-1.parquet`,
      parquetOf(eventTable(type), rows),
    );
  // Every type is exported every night, without rows as well.
  for (const type of exportedTypes) for (const date of [long, before, yesterday]) day(type, date, []);
  const alarm = (alarm_type: string, alarm_type_name: string | null) => ({ alarm_type, alarm_type_name });
  day('device_alarm', yesterday, [
    event('D1', yesterday, '01:00', alarm('INTRUSION', 'Intrusion')),
    event('D2', yesterday, '02:00', alarm('INTRUSION', null)),
    event('D1', yesterday, '03:00', alarm('LINE', 'Line')),
  ]);
  day('device_alarm', before, [event('D9', before, '01:00', alarm('LINE', 'Line'))]);
  day('device_alarm', long, [event('D8', long, '01:00', alarm('LINE', 'Line'))]);
  day('vehicle_data', yesterday, [
    event('D1', yesterday, '04:00', { plate_char: '沪A12345' }),
    event('D1', yesterday, '05:00', { plate_char: '无牌' }),
    event('D1', yesterday, '06:00', { plate_char: null }),
  ]);
  day('micro_checkpoint_data', before, [event('D3', before, '07:00', { plate_char: '沪A12345' })]);
});
afterAll(() => lake.close());

describe('the saved queries', () => {
  it('count footfall by hour where it is ok, and tell where it is not', async () => {
    expect(await query('Footfall by hour')).toEqual([
      {
        device_id: 'D1',
        channel_id: '0',
        channel_name: 'North gate',
        hour: `${yesterday}T08`,
        people_in: '12',
        people_out: '9',
        not_ok: null,
      },
      {
        device_id: 'D1',
        channel_id: '0',
        channel_name: 'North gate',
        hour: `${yesterday}T09`,
        people_in: null,
        people_out: null,
        not_ok: 'offline',
      },
    ]);
  });

  it('count alarms per day and type', async () => {
    expect(await query('Alarms by type')).toEqual([
      { date: before, alarm_type: 'LINE', alarm_type_name: 'Line', alarms: '1', cameras: '1' },
      { date: yesterday, alarm_type: 'INTRUSION', alarm_type_name: 'Intrusion', alarms: '2', cameras: '2' },
      { date: yesterday, alarm_type: 'LINE', alarm_type_name: 'Line', alarms: '1', cameras: '1' },
    ]);
  });

  it('list plates from both kinds of messages, and nothing that is no plate', async () => {
    expect(await query('Plates seen')).toEqual([
      {
        plate: '沪A12345',
        sightings: '2',
        first_seen: `${before}T07:00:00.000Z`,
        last_seen: `${yesterday}T04:00:00.000Z`,
        cameras: '2',
      },
    ]);
  });

  it('find cameras that sent something in the week and nothing on the last day', async () => {
    expect(await query('Cameras gone quiet')).toEqual([
      { device_id: 'D9', channel_id: '0', last_event: `${before}T01:00:00.000Z`, events: '1' },
      { device_id: 'D3', channel_id: '0', last_event: `${before}T07:00:00.000Z`, events: '1' },
    ]);
  });

  it('are all tried here, and all saved in the workgroup of the stack', () => {
    expect(queries.map(({ name }) => name)).toEqual([
      'Footfall by hour',
      'Alarms by type',
      'Plates seen',
      'Cameras gone quiet',
    ]);
    for (const { Properties } of Object.values(savedQueries())) {
      expect(Properties).toMatchObject({ WorkGroup: { Ref: 'QueryWorkGroup' }, Database: '${self:custom.catalog}' });
    }
    expect(Object.keys(savedQueries())).toHaveLength(queries.length);
  });
});

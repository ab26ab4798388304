import { describe, expect, it } from 'vitest';
import { countTable } from '#lib/counts/count-measures.ts';
import { itemId } from '#lib/dashboard/item-id.ts';
import { createRecentAnswers } from '#lib/dashboard/recent-answers.ts';
import { type CountedVehicles, VehicleSummary, vehicleSummaryRoute } from '#lib/dashboard/vehicle-summary.ts';
import { VehicleTraffic, vehicleTrafficRoute } from '#lib/dashboard/vehicle-traffic.ts';
import { eventTable } from '#lib/event-exports/event-tables.ts';
import type { ExportTable, Row } from '#lib/exports/export-table.ts';
import { type ExportSpec, publishExport } from '#lib/exports/publish-export.ts';
import { recordedStores } from '../exports/recorded-stores.ts';

const date = '2026-03-09';
const timeZone = 'Asia/Shanghai';
const now = () => new Date('2026-03-10T04:00:00Z');

function world() {
  const { world: stores, deps } = recordedStores();
  stores.nowMs = now().getTime();
  const publish = async (set: string, of: [string, string], table: ExportTable, rows: readonly Row[]) => {
    const spec: ExportSpec = { set, partition: [of, ['date', date]], table };
    await publishExport(deps, spec, async ({ add }) => {
      for (const row of rows) add(row);
      return {};
    });
    stores.steps.length = 0;
  };
  return { stores, exports: deps.objects, publish };
}

describe('the vehicles of a day that is exported', () => {
  const ask = async (
    { exports }: ReturnType<typeof world>,
    countedVehicles = createRecentAnswers<CountedVehicles>(9),
  ) => {
    const newestEvents = {
      ofDay: async () => ({ items: [], isComplete: true }),
      items: async () => [],
    };
    const deps = { exports, newestEvents, countedVehicles, timeZone, now };
    return VehicleSummary.parse(await vehicleSummaryRoute.handle(deps, { date }));
  };

  it('are counted over both types of messages, with what no camera could tell as unknown', async () => {
    const given = world();
    await given.publish('events', ['message_type', 'vehicle_data'], eventTable('vehicle_data'), [
      { itgt_type: 7, vehicle_color: 5, vehicle_type: 1, car_pre_brand: 11 },
      { itgt_type: null, vehicle_color: 5, vehicle_type: 0 },
      { itgt_type: 6, vehicle_color: 5 },
      { itgt_type: 8, vehicle_color: 5 },
    ]);
    await given.publish('events', ['message_type', 'micro_checkpoint_data'], eventTable('micro_checkpoint_data'), [
      {
        part: 'target#0',
        target_type: 51,
        vehicle_color: 1,
        vehicle_type: 1,
        car_pre_brand: 11,
        car_pre_brand_name: '东风',
      },
      { part: 'target#1', target_type: 52, vehicle_color: 1 },
      { part: null },
    ]);
    const counted = createRecentAnswers<CountedVehicles>(9);
    const summary = await ask(given, counted);
    expect(summary).toMatchObject({
      sources: [
        { message_type: 'vehicle_data', from: 'export', is_partial: false, sightings: 2 },
        { message_type: 'micro_checkpoint_data', from: 'export', is_partial: false, sightings: 1 },
      ],
      sightings: 3,
      colors: [
        { code: 5, count: 2 },
        { code: 1, count: 1 },
      ],
      types: [
        { code: 1, count: 2 },
        { code: null, count: 1 },
      ],
      brands: [
        { code: 11, name: '东风', count: 2 },
        { code: null, count: 1 },
      ],
    });
    given.stores.steps.length = 0;
    expect(await ask(given, counted)).toEqual(summary);
    expect(given.stores.steps.filter((step) => step.endsWith('.parquet'))).toEqual([]);
  });
});

describe('the traffic of a day', () => {
  const ask = async ({ exports }: ReturnType<typeof world>, query: { date?: string; camera?: string } = {}) =>
    VehicleTraffic.parse(await vehicleTrafficRoute.handle({ exports, timeZone, now }, query));
  const hour = (at: number, lane: number | null, more: Row = {}): Row => ({
    device_id: 'DEVICE01',
    channel_id: '0',
    bucket_start: `2026-03-09T${String(at).padStart(2, '0')}:00:00+08:00`,
    bucket_seconds: 3600,
    lane,
    cycle: 5,
    ...more,
  });

  it('is told by hour for each lane and cycle, with gaps where nothing was told', async () => {
    const given = world();
    await given.publish('counts', ['source', 'traffic'], countTable('traffic'), [
      hour(8, 1, { vehicles_mean: 2.5, vehicles_max: 4 }),
      hour(10, 1, { vehicles_mean: 0 }),
      hour(8, 2, { vehicles_mean: 7 }),
      hour(8, 2, { vehicles_mean: 9, cycle: 60 }),
      hour(8, null, { vehicles_mean: 1, device_id: 'DEVICE02' }),
    ]);
    const traffic = await ask(given);
    expect(traffic).toMatchObject({
      date,
      camera: itemId('DEVICE01#0'),
      cameras: [itemId('DEVICE01#0'), itemId('DEVICE02#0')],
    });
    expect(traffic.hours).toHaveLength(24);
    expect(traffic.hours[0]).toBe('2026-03-08T16:00:00.000Z');
    expect(traffic.lanes.map(({ lane, cycle }) => [lane, cycle])).toEqual([
      [1, 5],
      [2, 5],
      [2, 60],
    ]);
    expect(traffic.lanes[0]?.measures['vehicles_mean']?.slice(7, 12)).toEqual([null, 2.5, null, 0, null]);
    expect(traffic.lanes[0]?.measures['speed_mean']).toEqual(Array.from({ length: 24 }, () => null));
    const other = await ask(given, { camera: itemId('DEVICE02#0') });
    expect(other.lanes).toMatchObject([{ lane: null }]);
    expect(await ask(given, { camera: itemId('DEVICE03#0') })).toMatchObject({ lanes: [], cameras: traffic.cameras });
  });

  it('is not known where the day has no export', async () => {
    expect(await ask(world(), { date: '2026-03-01' })).toMatchObject({
      published_at: null,
      cameras: [],
      camera: null,
      lanes: [],
    });
  });
});

import * as z from 'zod';
import { measuresOf } from '#lib/counts/count-measures.ts';
import { cameraKey } from '#lib/events/event-keys.ts';
import type { Row } from '#lib/exports/export-table.ts';
import { readManifest } from '#lib/exports/manifest.ts';
import { readExportRows } from '#lib/exports/read-export-rows.ts';
import { addDays } from '#lib/time/calendar.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';
import { CalendarDay, spanOfDay } from './calendar-query.ts';
import { ItemId, itemId, readCameraId } from './item-id.ts';
import { route } from './route.ts';

export type VehicleTrafficDeps = {
  exports: { get(key: string): Promise<Buffer | undefined> };
  timeZone: string;
  now: () => Date;
};

const hourMs = 3_600_000;
const mostLanes = 64;
const mostCameras = 1_000;

const measures = measuresOf.traffic.map(({ column }) => column);

const TrafficLane = z.strictObject({
  lane: z.number().nullable().describe('null where the camera names none'),
  cycle: z.number().nullable().describe('over how long the camera counts; in a unit that IVM does not document'),
  measures: z
    .record(z.string(), z.array(z.number().nullable()))
    .describe('one value for each hour; null where nothing was told. Of a cycle within the hour, never its sum'),
});

export const VehicleTraffic = z.strictObject({
  date: z.string(),
  published_at: z.iso.datetime().nullable().describe('null where the day is not exported: nothing is known then'),
  cameras: z.array(ItemId).describe('cameras that told of traffic on the day'),
  camera: ItemId.nullable().describe('the camera that the lanes are of'),
  hours: z.array(z.iso.datetime()),
  lanes: z.array(TrafficLane),
});
export type VehicleTraffic = z.infer<typeof VehicleTraffic>;

export const vehicleTrafficRoute = route({
  path: '/api/vehicles/traffic',
  summary: 'Traffic statistics of a camera by hour and lane, as the export of the day has them',
  query: z.strictObject({
    date: CalendarDay.optional().describe('yesterday unless given'),
    camera: ItemId.optional().describe('the first that told of traffic unless given'),
  }),
  answer: VehicleTraffic,
  handle: async ({ exports, timeZone, now }: VehicleTrafficDeps, { date: asked, camera: id }) => {
    const date = asked ?? addDays(zonedDate(now(), timeZone).date, -1);
    const wanted = id === undefined ? undefined : readCameraId(id);
    const manifest = await readManifest(exports, 'counts', [
      ['source', 'traffic'],
      ['date', date],
    ]);
    const hours = hoursOf(date, timeZone);
    const cameras = new Set<string>();
    const rows: Row[] = [];
    if (manifest !== undefined) {
      for await (const row of readExportRows(exports, manifest)) {
        const camera = cameraKey(String(row['device_id']), String(row['channel_id']));
        cameras.add(camera);
        if (camera === (wanted ?? [...cameras][0])) rows.push(row);
      }
    }
    const shown = wanted ?? [...cameras][0];
    return {
      date,
      published_at: manifest?.published_at ?? null,
      cameras: [...cameras].slice(0, mostCameras).map((camera) => itemId(camera)),
      camera: shown === undefined ? null : itemId(shown),
      hours: hours.map((hour) => hour.toISOString()),
      lanes: lanesOf(rows, hours).slice(0, mostLanes),
    };
  },
});

function hoursOf(date: string, timeZone: string): Date[] {
  const { start, end } = spanOfDay(date, timeZone);
  const count = Math.round((end.getTime() - start.getTime()) / hourMs);
  return Array.from({ length: count }, (_, hour) => new Date(start.getTime() + hour * hourMs));
}

const numberOf = (value: Row[string] | undefined): number | null => (typeof value === 'number' ? value : null);

/** Lanes and cycles stay apart: what is counted in one is no part of what is counted in another. */
function lanesOf(rows: readonly Row[], hours: readonly Date[]): VehicleTraffic['lanes'] {
  const indexOf = new Map(hours.map((hour, index) => [hour.getTime(), index]));
  const lanes = Map.groupBy(rows, (row) => `${String(row['lane'])} ${String(row['cycle'])}`);
  return [...lanes.values()]
    .map((ofLane) => ({
      lane: numberOf(ofLane[0]?.['lane']),
      cycle: numberOf(ofLane[0]?.['cycle']),
      measures: Object.fromEntries(measures.map((name) => [name, valuesOf(name, ofLane)])),
    }))
    .toSorted((one, other) => (one.lane ?? -1) - (other.lane ?? -1) || (one.cycle ?? -1) - (other.cycle ?? -1));

  function valuesOf(name: string, ofLane: readonly Row[]): (number | null)[] {
    const values: (number | null)[] = hours.map(() => null);
    for (const row of ofLane) {
      const index = indexOf.get(Date.parse(String(row['bucket_start'])));
      if (index !== undefined) values[index] = numberOf(row[name]);
    }
    return values;
  }
}

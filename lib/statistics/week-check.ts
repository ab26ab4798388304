import { cameraKey } from '#lib/events/event-keys.ts';
import type { ExportObjects } from '#lib/exports/export-objects.ts';
import type { Row } from '#lib/exports/export-table.ts';
import { readManifest } from '#lib/exports/manifest.ts';
import { readExportRows } from '#lib/exports/read-export-rows.ts';
import { daysBetween } from '#lib/time/calendar.ts';
import { peoplePartition } from './people-rows.ts';
import { bucketsOf, lastDayOf, type Period } from './period.ts';

/** Days of a week whose counts were set beside the sums of their hours. */
export type WeekCheck = { checked: number; differing: number };

/**
 * Sets the days of a week beside the day exports: IVM does not say on which day its weeks begin, and a list of seven
 * values looks the same whichever it is.
 */
export function checkWeek(objects: ExportObjects, period: Period, timeZone: string) {
  const counts = new Map<string, string>();
  return {
    add: (camera: string, rows: readonly Row[]): void => {
      if (period.granularity !== 'week') return;
      for (const row of rows) {
        if (row['status'] === 'ok') counts.set(keyOf(camera, row['bucket_start']), countsOf(row));
      }
    },
    /** `undefined` for anything but a week. */
    result: async (): Promise<WeekCheck | undefined> => {
      if (period.granularity !== 'week') return undefined;
      const check = { checked: 0, differing: 0 };
      const dayStarts = bucketsOf(period, timeZone).map(({ start }) => start.getTime());
      for (const [index, date] of daysBetween(period.start, lastDayOf(period)).entries()) {
        for (const [camera, sum] of await dayOf(objects, date)) {
          const counted = counts.get(keyOf(camera, dayStarts[index]));
          if (counted === undefined) continue;
          check.checked += 1;
          if (counted !== sum) check.differing += 1;
        }
      }
      return check;
    },
  };
}

/** Sums of the cameras whose every hour of a day is known. */
async function dayOf(objects: ExportObjects, date: string): Promise<Map<string, string>> {
  const manifest = await readManifest(objects, 'people', peoplePartition({ granularity: 'day', start: date }));
  const sums = new Map<string, { in: number; out: number; isWhole: boolean }>();
  if (manifest === undefined) return new Map();
  for await (const row of readExportRows(objects, manifest)) {
    const camera = cameraKey(String(row['device_id']), String(row['channel_id']));
    const sum = sums.get(camera) ?? { in: 0, out: 0, isWhole: true };
    sum.in += Number(row['in'] ?? 0);
    sum.out += Number(row['out'] ?? 0);
    sum.isWhole &&= row['status'] === 'ok';
    sums.set(camera, sum);
  }
  return new Map([...sums].filter(([, { isWhole }]) => isWhole).map(([camera, sum]) => [camera, countsOf(sum)]));
}

const countsOf = (counts: { readonly in?: unknown; readonly out?: unknown }): string =>
  JSON.stringify([counts.in, counts.out]);

const keyOf = (camera: string, start: unknown): string =>
  `${camera} ${typeof start === 'number' ? start : Date.parse(String(start))}`;

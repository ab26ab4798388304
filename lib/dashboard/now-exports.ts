import * as z from 'zod';
import { exportsOfDay } from '#lib/exports/check-exports.ts';
import type { ExportObjects } from '#lib/exports/export-objects.ts';
import { addDays } from '#lib/time/calendar.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';
import { exportsDueAt } from '#lib/watch/limits.ts';

export type LastExportsDeps = {
  objects: Pick<ExportObjects, 'get'>;
  /** Whether anything of a set was ever exported. */
  hasExports(set: string): Promise<boolean>;
  timeZone: string;
  now: () => Date;
};

export const LastExports = z.strictObject({
  date: z.iso.date().describe('the last day whose exports have to be there'),
  sets: z.array(
    z.strictObject({
      set: z.string(),
      expected: z.int(),
      there: z.int(),
      late: z.array(z.string()).describe('exports that are not there, as their keys name them'),
      is_first_night: z.boolean().describe('whether nothing of the set was ever exported'),
      rows: z.int().nullable(),
      published_at: z.iso.datetime().nullable().describe('when the last of them was'),
    }),
  ),
});
export type LastExports = z.infer<typeof LastExports>;

/** What there is of the exports of the last day that have to be there by now. */
export async function readLastExports({ objects, hasExports, timeZone, now }: LastExportsDeps): Promise<LastExports> {
  const { date: today, time } = zonedDate(now(), timeZone);
  const date = addDays(today, time < exportsDueAt.replaceAll(':', '') ? -2 : -1);
  const found = await exportsOfDay(objects, date);
  const sets = found.map(async ({ set, exports }) => {
    const manifests = exports.flatMap(({ manifest }) => manifest ?? []);
    const isAny = manifests.length > 0;
    return {
      set,
      expected: exports.length,
      there: manifests.length,
      late: exports.filter(({ manifest }) => manifest === undefined).map(({ id }) => id),
      is_first_night: !isAny && !(await hasExports(set)),
      rows: isAny ? manifests.reduce((sum, { rows }) => sum + rows, 0) : null,
      published_at:
        manifests
          .map((one) => one.published_at)
          .toSorted()
          .at(-1) ?? null,
    };
  });
  return { date, sets: await Promise.all(sets) };
}

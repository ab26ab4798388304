import { weekdayOf } from '#lib/time/calendar.ts';

/** What was counted in one hour of one weekday: the mean of the days of which it is known. */
export type HourCell = { mean: number | null; days: number; unknownDays: number };

/**
 * Lays hours out by weekday.
 *
 * @param weekStart the weekday of the first row, 1 for Monday to 7 for Sunday
 * @returns seven rows of twenty-four hours; `days` and `unknownDays` are both zero where the period has no such hour
 */
export function weekdayHours(
  hours: readonly { date: string; hour: number; value: number | null }[],
  weekStart: number,
): { weekday: number; cells: HourCell[] }[] {
  const rows = Array.from({ length: 7 }, (_, index) => ({
    weekday: ((weekStart - 1 + index) % 7) + 1,
    cells: Array.from({ length: 24 }, () => ({ sum: 0, days: 0, unknownDays: 0 })),
  }));
  for (const { date, hour, value } of hours) {
    const cell = rows[(weekdayOf(date) - weekStart + 7) % 7]?.cells[hour];
    if (cell === undefined) continue;
    if (value === null) {
      cell.unknownDays += 1;
    } else {
      cell.days += 1;
      cell.sum += value;
    }
  }
  return rows.map(({ weekday, cells }) => ({
    weekday,
    cells: cells.map(({ sum, days, unknownDays }) => ({ mean: days === 0 ? null : sum / days, days, unknownDays })),
  }));
}

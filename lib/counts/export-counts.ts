import type { StoredEvents } from '#lib/event-exports/export-events.ts';
import { textOf } from '#lib/events/attribute.ts';
import { cameraKey } from '#lib/events/event-keys.ts';
import type { DirtyDates } from '#lib/exports/dirty-dates.ts';
import type { ExportTable, Row } from '#lib/exports/export-table.ts';
import { readManifest } from '#lib/exports/manifest.ts';
import { type PublishExportDeps, type PublishedExport, publishExport } from '#lib/exports/publish-export.ts';
import { readExportRows } from '#lib/exports/read-export-rows.ts';
import { requestedDays } from '#lib/exports/requested-days.ts';
import type { InventoryChannels } from '#lib/inventory/inventory-channel.ts';
import type { Metric } from '#lib/runtime/metrics.ts';
import type { ScheduledContext } from '#lib/runtime/scheduled-handler.ts';
import { addDays } from '#lib/time/calendar.ts';
import { startOfDay } from '#lib/time/local-time.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';
import { countSources, countTable } from './count-measures.ts';
import { countsOf } from './counts-of-item.ts';
import { footfallRows, footfallTable } from './footfall.ts';
import { createHourlyCounts, type HourlyCounts } from './hourly-counts.ts';

export type ExportCountsDeps = Omit<PublishExportDeps, 'holder'> & {
  newHolder: () => string;
  events: StoredEvents;
  /** Channels that are seen to count people are asked for their statistics from then on. */
  inventory: InventoryChannels & { markCounting(cameras: readonly string[], at: string): Promise<void> };
  dirty: DirtyDates;
  timeZone: string;
  metric: Metric;
};

export type CountsExport = { dates: string[]; published: number; unchanged: number; left: number };

const countingTypes = ['device_alarm', 'head_shoulder_data', 'micro_checkpoint_data'];
const shortestRemainingMs = 240_000;

/**
 * Exports what messages count by themselves, by hour and channel, and sets it beside the statistics of IVM with the
 * difference: yesterday and every date that something came late for, or the days asked for.
 */
export async function exportCounts(
  deps: ExportCountsDeps,
  event: unknown,
  { remainingMs }: ScheduledContext,
): Promise<CountsExport> {
  const { timeZone, now } = deps;
  const yesterday = addDays(zonedDate(now(), timeZone).date, -1);
  const asked = requestedDays(event, yesterday);
  const marks = await deps.dirty.list('counts');
  const due = asked ?? [yesterday, ...marks.map(({ date }) => date)];
  const report: CountsExport = { dates: [...new Set(due)], published: 0, unchanged: 0, left: 0 };
  for (const date of report.dates) {
    if (remainingMs() < shortestRemainingMs) {
      report.left += 1;
      continue;
    }
    const outcomes = await exportDate(deps, date);
    for (const outcome of outcomes) report[outcome === 'busy' ? 'left' : outcome] += 1;
    if (!outcomes.includes('busy')) await deps.dirty.clear(marks.filter((mark) => mark.date === date));
  }
  deps.metric('ExportFinished', 1, { Set: 'counts' });
  return report;
}

async function exportDate(deps: ExportCountsDeps, date: string): Promise<PublishedExport['outcome'][]> {
  const counts = await countDate(deps, date);
  const channels = await deps.inventory.channels();
  const nameOf = new Map(channels.map((one) => [cameraKey(one.deviceId, one.channelId), one.channelName]));
  const named = (rows: readonly Row[]): Row[] =>
    rows.map((row) => ({ ...row, channel_name: nameOf.get(cameraOf(row)) ?? null }));
  await markCounting(deps, counts, channels);

  const bySource = new Map(countSources.map((source) => [source, named(counts.rows(source))]));
  const statistics = await peopleRowsOf(deps, date);
  const reconciled = footfallRows({
    statistics,
    line: bySource.get('line') ?? [],
    alarm: bySource.get('alarm') ?? [],
  });
  const exports: { source: string; table: ExportTable; rows: readonly Row[] }[] = [
    ...countSources.map((source) => ({ source, table: countTable(source), rows: bySource.get(source) ?? [] })),
    { source: 'reconciliation', table: footfallTable, rows: reconciled },
  ];
  const outcomes: PublishedExport['outcome'][] = [];
  for (const { source, table, rows } of exports) {
    const partition = [
      ['source', source],
      ['date', date],
    ] as const;
    const asOf = deps.now().toISOString();
    const { outcome } = await publishExport(
      { ...deps, holder: deps.newHolder() },
      { set: 'counts', partition, table },
      async ({ version, add }) => {
        for (const row of rows) add({ ...row, version, as_of: asOf });
        return { channels: new Set(rows.map(cameraOf)).size, statistics: statistics.length > 0 };
      },
    );
    outcomes.push(outcome);
  }
  return outcomes;
}

async function countDate({ events, timeZone }: ExportCountsDeps, date: string): Promise<HourlyCounts> {
  const span = { start: startOfDay(date, timeZone), end: startOfDay(addDays(date, 1), timeZone) };
  const cameras = new Set<string>();
  for (const type of countingTypes) {
    for await (const item of events.day(type, date)) cameras.add(textOf(item['camera']) ?? '');
  }
  const counts = createHourlyCounts(timeZone);
  for (const camera of [...cameras].toSorted()) {
    for await (const item of events.camera(camera, span.start, span.end)) {
      for (const count of countsOf(item)) counts.add(count);
    }
  }
  return counts;
}

/** A channel from which lines were counted can count people, whatever its abilities say. */
async function markCounting(
  { inventory, now }: ExportCountsDeps,
  counts: HourlyCounts,
  channels: Awaited<ReturnType<InventoryChannels['channels']>>,
): Promise<void> {
  const known = new Set(
    channels.filter((one) => one.hasCountedPeople).map((one) => cameraKey(one.deviceId, one.channelId)),
  );
  const counting = new Set(counts.rows('line').map(cameraOf));
  await inventory.markCounting(
    [...counting].filter((camera) => !known.has(camera)),
    now().toISOString(),
  );
}

/** The statistics of the day, where they have been exported. */
async function peopleRowsOf({ objects }: ExportCountsDeps, date: string): Promise<Row[]> {
  const manifest = await readManifest(objects, 'people', [
    ['granularity', 'day'],
    ['period', date],
  ]);
  return manifest === undefined ? [] : Array.fromAsync(readExportRows(objects, manifest));
}

const cameraOf = (row: Row): string => cameraKey(String(row['device_id']), String(row['channel_id']));

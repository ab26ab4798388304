import { footfallRows, footfallTable } from '#lib/counts/footfall.ts';
import { createPeopleSource } from '#lib/dashboard/people/people-source.ts';
import { createLastSnapshots } from '#lib/dashboard/people/space-heatmap.ts';
import type { PeopleDeps } from '#lib/dashboard/people.ts';
import type { PresenceFact } from '#lib/devices/presence-history.ts';
import { presenceHistory } from '#lib/devices/presence-history.ts';
import type { Row } from '#lib/exports/export-table.ts';
import { readManifest } from '#lib/exports/manifest.ts';
import { type PublishExportDeps, publishExport } from '#lib/exports/publish-export.ts';
import { readExportRows } from '#lib/exports/read-export-rows.ts';
import type { InventoryChannel } from '#lib/inventory/inventory-channel.ts';
import type { PeopleLists, StatisticsQuery } from '#lib/ivm/statistics-client.ts';
import { exportHeatmaps } from '#lib/statistics/export-heatmaps.ts';
import { exportPeople } from '#lib/statistics/export-people.ts';
import type { HeatmapKind } from '#lib/statistics/heatmap-keys.ts';
import { peoplePartition } from '#lib/statistics/people-rows.ts';
import type { Period } from '#lib/statistics/period.ts';
import { recordedStores } from '../exports/recorded-stores.ts';
import { memoryMetrics } from '../support/fakes/memory-metrics.ts';

const noCache = { get: async () => undefined, put: async () => undefined, clear: async () => undefined };

export type ExportedPeople = {
  channels: readonly InventoryChannel[];
  answer: (query: StatisticsQuery) => PeopleLists | Error;
  presence?: readonly PresenceFact[];
  zones?: { statistics: string; tenant: string };
};

/** Exports a period as the nightly run does, from what IVM would answer. */
export async function exportPeriod(deps: PublishExportDeps, period: Period, people: ExportedPeople): Promise<void> {
  const { channels, answer, presence = [], zones = { statistics: 'Asia/Shanghai', tenant: 'Asia/Shanghai' } } = people;
  await exportPeople(
    {
      ...deps,
      ivm: {
        peopleStatistics: async (query) => {
          const lists = answer(query);
          if (lists instanceof Error) throw lists;
          return lists;
        },
      },
      settings: { zones, concurrency: 4 },
      cache: noCache,
      metric: memoryMetrics().metric,
    },
    {
      period,
      channels,
      presence: presenceHistory(presence),
      remainingMs: () => 900_000,
      isErased: () => false,
      isLastTry: true,
    },
  );
}

/** Sets what messages counted beside the statistics of a day, as `export-counts` does. */
export async function exportSources(
  deps: PublishExportDeps,
  date: string,
  counted: { line: readonly Row[]; alarm: readonly Row[] },
): Promise<void> {
  const manifest = await readManifest(deps.objects, 'people', peoplePartition({ granularity: 'day', start: date }));
  const statistics = manifest === undefined ? [] : await Array.fromAsync(readExportRows(deps.objects, manifest));
  const partition = [
    ['source', 'reconciliation'],
    ['date', date],
  ] as const;
  await publishExport(deps, { set: 'counts', partition, table: footfallTable }, async ({ version, add }) => {
    const as_of = deps.now().toISOString();
    for (const row of footfallRows({ statistics, ...counted })) add({ ...row, version, as_of });
    return {};
  });
}

export const exportHeatmap = async (
  deps: PublishExportDeps,
  kind: HeatmapKind,
  period: Period,
  channels: readonly InventoryChannel[],
  grid: { width: number; height: number; rawbase64: string } | Error,
): Promise<void> => {
  await exportHeatmaps(
    {
      ivm: {
        timeHeatmap: async () => undefined,
        spaceHeatmap: async () => {
          if (grid instanceof Error) throw grid;
          return grid;
        },
      },
      objects: deps.objects,
      settings: {
        zones: { statistics: 'Asia/Shanghai', tenant: 'Asia/Shanghai' },
        concurrency: 4,
        weekStart: 1,
      },
      cache: noCache,
      metric: memoryMetrics().metric,
      now: deps.now,
    },
    kind,
    {
      period,
      channels,
      presence: presenceHistory([]),
      remainingMs: () => 900_000,
      isErased: () => false,
      isLastTry: true,
    },
  );
};

/** A bucket in memory with exports, and the view's side of it. */
export function peopleWorld(zones = { statistics: 'Asia/Shanghai', tenant: 'Asia/Shanghai' }) {
  const { world, deps } = recordedStores();
  world.nowMs = Date.parse('2024-03-01T20:00:00Z');
  const people: PeopleDeps['people'] = {
    source: createPeopleSource(deps.objects, zones),
    objects: deps.objects,
    snapshots: createLastSnapshots(deps.objects, zones.tenant),
    timeZone: zones.tenant,
    weekStart: 1,
    signLink: async (key) => ({ url: `/pictures/${key}`, expires_at: '2024-03-01T20:05:00.000Z' }),
    now: deps.now,
  };
  return { world, deps, people };
}

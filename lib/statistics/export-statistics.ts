import { type EventsOfDay, readPresenceHistory } from '#lib/devices/presence-history.ts';
import { TransientError } from '#lib/errors.ts';
import type { PublishExportDeps } from '#lib/exports/publish-export.ts';
import type { InventoryChannels } from '#lib/inventory/inventory-channel.ts';
import type { StatisticsClient } from '#lib/ivm/statistics-client.ts';
import type { ErasableEvent } from '#lib/privacy/erasures.ts';
import { eachLimited } from '#lib/runtime/each-limited.ts';
import type { Metric } from '#lib/runtime/metrics.ts';
import type { BatchContext } from '#lib/runtime/sqs-handler.ts';
import type { AnswerCache } from './ask-channels.ts';
import { exportHeatmaps } from './export-heatmaps.ts';
import { exportPeople, type StatisticsSettings } from './export-people.ts';
import { type Period, spanOf } from './period.ts';
import type { StatisticsExport } from './statistics-export.ts';
import type { ReceivedStatisticsJob } from './statistics-job.ts';

export type ExportStatisticsDeps = Omit<PublishExportDeps, 'holder'> & {
  ivm: StatisticsClient;
  inventory: InventoryChannels;
  events: EventsOfDay;
  settings: StatisticsSettings & { weekStart: number };
  /** The cache of one job. */
  cacheOf: (job: string) => AnswerCache;
  /** A name that no other run has. */
  newHolder: () => string;
  /** Reads what was erased, as it is now. */
  readErasures: () => Promise<(event: ErasableEvent) => boolean>;
  metric: Metric;
};

/** Receives after which failures that pass are exported as failures: somebody waits for the rest of the table. */
const patience = 5;

/** Makes the exports of a batch one after the other; each is as large as a function's life allows. */
export const exportStatistics = (
  deps: ExportStatisticsDeps,
  received: readonly ReceivedStatisticsJob[],
  context: BatchContext,
): Promise<PromiseSettledResult<void>[]> =>
  eachLimited(received, 1, async ({ job, receives }) => {
    const { set, granularity } = job;
    const period: Period = { granularity, start: job.period };
    const { zones } = deps.settings;
    const isErased = await deps.readErasures();
    const request: StatisticsExport = {
      period,
      channels: await deps.inventory.channels(),
      presence: await readPresenceHistory(deps.events, spanOf(period, zones.statistics), zones.tenant, deps.now()),
      remainingMs: context.remainingMs,
      isLastTry: receives >= patience,
      isErased: (deviceId, at) =>
        isErased({ deviceId, occurredAt: at.toISOString(), isTimeKnown: true, data: undefined }),
    };
    const cache = deps.cacheOf(`${job.run}/${set}-${granularity}-${job.period}`);
    if (set === 'people') {
      const { outcome } = await exportPeople({ ...deps, cache, holder: deps.newHolder() }, request);
      if (outcome === 'busy') throw new TransientError('export-busy', 'Another run is making this export');
    } else {
      await exportHeatmaps({ ...deps, cache }, set, request);
    }
    deps.metric('ExportFinished', 1, { Set: set });
  });

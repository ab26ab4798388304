import type { Row } from '#lib/exports/export-table.ts';
import { readStandingManifest } from '#lib/exports/manifest.ts';
import {
  type PublishExportDeps,
  type PublishedExport,
  publishExport,
  type RowSink,
} from '#lib/exports/publish-export.ts';
import type { StatisticsClient } from '#lib/ivm/statistics-client.ts';
import { member } from '#lib/json/exact-json.ts';
import type { Metric } from '#lib/runtime/metrics.ts';
import { type AnswerCache, askChannels, type ChannelAnswer } from './ask-channels.ts';
import { type CountingChannel, countingChannels, type ExcludedChannel } from './counting-channels.ts';
import { peoplePartition, peopleRows, peopleTable } from './people-rows.ts';
import { createStandingRows } from './standing-rows.ts';
import { createChannelFacts, type StatisticsExport } from './statistics-export.ts';
import { checkWeek } from './week-check.ts';

export type StatisticsSettings = {
  /** Zone of IVM's buckets, and zone in which rows tell their times. */
  zones: { statistics: string; tenant: string };
  /** Calls to IVM under way at once. */
  concurrency: number;
};

export type ExportPeopleDeps = PublishExportDeps & {
  ivm: Pick<StatisticsClient, 'peopleStatistics'>;
  settings: StatisticsSettings;
  cache: AnswerCache;
  metric: Metric;
};

/**
 * Exports the people counted in a period, channel by channel, in the order of their keys. Every bucket that has begun has
 * a row with a status. What was known before is never replaced by a failure: where a channel can't be asked now, its rows
 * of the version before stand, with the stamps they had.
 *
 * @throws what `askChannels` and `publishExport` throw
 */
export async function exportPeople(deps: ExportPeopleDeps, request: StatisticsExport): Promise<PublishedExport> {
  const { period, channels } = request;
  const partition = peoplePartition(period);
  const { counting, excluded } = countingChannels(channels);
  const manifest = await readStandingManifest(deps.objects, 'people', partition);
  const published = await publishExport(deps, { set: 'people', partition, table: peopleTable }, async (sink) => {
    const standing = createStandingRows(deps.objects, manifest);
    const week = checkWeek(deps.objects, period, deps.settings.zones.statistics);
    const coverage = createCoverage(sink, excluded);
    const isKept = (row: Row) => !request.isErased(String(row['device_id']), new Date(String(row['bucket_start'])));
    const rowsOf = createRowMaker(deps, request, sink.version);
    const answers = askChannels(counting, period, {
      ...request,
      ask: async (query) => {
        const { in: entered, out } = await deps.ivm.peopleStatistics(query);
        return { in: entered ?? null, out: out ?? null };
      },
      concurrency: deps.settings.concurrency,
      cache: deps.cache,
    });
    for await (const { channel, result } of answers) {
      for await (const rows of standing.before(channel.camera)) coverage.carry(rows.filter(isKept), 'not-listed');
      const known = (await standing.take(channel.camera)).filter(isKept);
      if ('failure' in result && known.some(hasValues)) {
        coverage.carry(known, result.failure.reason);
        continue;
      }
      const { rows: told, reason } = rowsOf(channel, result);
      const rows = told.filter(isKept);
      coverage.add(rows, reason);
      week.add(channel.camera, rows);
    }
    for await (const rows of standing.rest()) coverage.carry(rows.filter(isKept), 'not-listed');
    const weekCheck = await week.result();
    if (weekCheck !== undefined && weekCheck.differing > 0) deps.metric('WeekStartDoubtful', weekCheck.differing);
    for (const [status, count] of Object.entries(coverage.tally)) deps.metric('PeopleRows', count, { Status: status });
    return { ...coverage.report(), ...(weekCheck === undefined ? {} : { week_check: weekCheck }) };
  });
  if (published.outcome !== 'busy') await deps.cache.clear();
  return published;
}

function createRowMaker({ settings: { zones }, now }: ExportPeopleDeps, request: StatisticsExport, version: number) {
  const asOf = now();
  const factsOf = createChannelFacts(request, zones.statistics);
  return (channel: CountingChannel, result: ChannelAnswer) => {
    const answer =
      'failure' in result ? result.failure : { in: member(result.answer, 'in'), out: member(result.answer, 'out') };
    const { period } = request;
    return peopleRows(answer, { channel, period, zones, facts: factsOf(channel), asOf, version });
  };
}

/** Passes rows on, and keeps count of which channels are in, which are not, and why. */
function createCoverage(sink: RowSink, excluded: readonly ExcludedChannel[]) {
  const odd: ExcludedChannel[] = [];
  const carried: ExcludedChannel[] = [];
  const tally: { [status: string]: number } = {};
  let included = 0;
  const pass = (rows: readonly Row[], reasons: ExcludedChannel[], reason: string | undefined) => {
    const [first] = rows;
    if (first === undefined) return;
    included += 1;
    const ids = { device_id: String(first['device_id']), channel_id: String(first['channel_id']) };
    if (reason !== undefined) reasons.push({ ...ids, reason });
    for (const row of rows) {
      const status = String(row['status']);
      tally[status] = (tally[status] ?? 0) + 1;
      sink.add(row);
    }
  };
  return {
    tally,
    add: (rows: readonly Row[], reason: string | undefined) => pass(rows, odd, reason),
    /** Takes over the rows of the version before. */
    carry: (rows: readonly Row[], reason: string) => pass(rows, carried, reason),
    report: () => ({
      channels: { included, excluded: excluded.length, carried: carried.length, odd: odd.length },
      statuses: tally,
      excluded,
      carried,
      odd,
    }),
  };
}

const hasValues = (row: Row): boolean => row['in'] !== null || row['out'] !== null;

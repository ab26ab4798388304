import { isDeepStrictEqual } from 'node:util';
import type { ExportObjects } from '#lib/exports/export-objects.ts';
import { gridRows, readSpaceHeatmap, spaceHeatmapPng } from '#lib/heatmaps/space-heatmap.ts';
import { type ChartCell, type ChartRows, drawTimeChart } from '#lib/heatmaps/time-chart.ts';
import type { StatisticsClient } from '#lib/ivm/statistics-client.ts';
import { isJsonObject, type JsonObject, member, parseExact } from '#lib/json/exact-json.ts';
import { eachLimited } from '#lib/runtime/each-limited.ts';
import { inGroups } from '#lib/runtime/in-groups.ts';
import type { Metric } from '#lib/runtime/metrics.ts';
import { weekdayOf } from '#lib/time/calendar.ts';
import { isoWithOffset } from '#lib/time/local-time.ts';
import { type AnswerCache, askChannels, type ChannelAnswer } from './ask-channels.ts';
import { type CountingChannel, countingChannels } from './counting-channels.ts';
import type { StatisticsSettings } from './export-people.ts';
import { type HeatmapKind, heatmapManifestKey, heatmapPrefix } from './heatmap-keys.ts';
import { type JudgedBucket, judgeList } from './judge-list.ts';
import { bucketsOf, type Period, spanOf } from './period.ts';
import { createChannelFacts, type StatisticsExport } from './statistics-export.ts';

export type ExportHeatmapsDeps = {
  ivm: Pick<StatisticsClient, 'timeHeatmap' | 'spaceHeatmap'>;
  objects: ExportObjects;
  settings: StatisticsSettings & { weekStart: number };
  cache: AnswerCache;
  metric: Metric;
  now: () => Date;
};

export type HeatmapsExport = { written: number; unchanged: number; missing: number };

/** A heatmap as it is stored: what it is of, then its content. */
type Heatmap = { json: JsonObject; png: Buffer };

const writesUnderWay = 8;
/** A grid as large as a picture has megabytes. */
const gridsHeld = 16;

/**
 * Exports the heatmaps of a period, a JSON file and a picture per channel, and then a manifest that says which channels
 * have one, which do not, and why. What has not changed is not written again, and what IVM can't give now stays as it is.
 */
export async function exportHeatmaps(
  deps: ExportHeatmapsDeps,
  kind: HeatmapKind,
  request: StatisticsExport,
): Promise<HeatmapsExport> {
  const { period, channels } = request;
  const { counting: able, excluded: unable } = countingChannels(channels);
  const { start } = spanOf(period, deps.settings.zones.statistics);
  // A heatmap is of its whole period: of one that began before, no part is to be told from another.
  const isErased = ({ deviceId }: CountingChannel) => request.isErased(deviceId, start);
  const counting = able.filter((channel) => !isErased(channel));
  const excluded = [
    ...unable,
    ...able
      .filter(isErased)
      .map(({ deviceId, channelId }) => ({ device_id: deviceId, channel_id: channelId, reason: 'erased' })),
  ];
  const make = kind === 'time' ? createTimeHeatmaps(deps, request) : createSpaceHeatmaps(deps, request);
  const result: HeatmapsExport = { written: 0, unchanged: 0, missing: 0 };
  const maps: JsonObject[] = [];
  const settle = async ({ channel, result: answer }: { channel: CountingChannel; result: ChannelAnswer }) => {
    const ids = { device_id: channel.deviceId, channel_id: channel.channelId };
    const made = make(channel, answer);
    const prefix = heatmapPrefix(kind, period, channel);
    if ('reason' in made) {
      const standing = await deps.objects.describe(`${prefix}.json`);
      result.missing += 1;
      return { ...ids, status: standing === undefined ? 'missing' : 'kept', reason: made.reason };
    }
    const isNew = await writeHeatmap(deps.objects, prefix, made);
    result[isNew ? 'written' : 'unchanged'] += 1;
    return { ...ids, status: 'ok', json_key: `${prefix}.json`, png_key: `${prefix}.png` };
  };

  const answers = askChannels(counting, period, {
    ...request,
    ask: async (query) => {
      if (kind === 'time') return (await deps.ivm.timeHeatmap(query)) ?? null;
      return deps.ivm.spaceHeatmap(query);
    },
    concurrency: deps.settings.concurrency,
    ...(kind === 'space' ? { chunkSize: gridsHeld } : {}),
    cache: deps.cache,
  });
  for await (const some of inGroups(answers, writesUnderWay)) {
    for (const settled of await eachLimited(some, writesUnderWay, settle)) {
      if (settled.status === 'rejected') throw settled.reason;
      maps.push(settled.value);
    }
  }
  await deps.objects.put(
    heatmapManifestKey(kind, period),
    Buffer.from(
      `${JSON.stringify({ set: 'heatmaps', kind, ...period, published_at: deps.now().toISOString(), maps, excluded })}\n`,
    ),
    { contentType: 'application/json' },
  );
  await deps.cache.clear();
  deps.metric('HeatmapsWritten', result.written, { Kind: kind });
  return result;
}

/** The picture first: whoever finds the JSON finds both. */
async function writeHeatmap(objects: ExportObjects, prefix: string, { json, png }: Heatmap): Promise<boolean> {
  const standing = await objects.get(`${prefix}.json`);
  if (standing !== undefined && isSameHeatmap(standing, json)) return false;
  await objects.put(`${prefix}.png`, png, { contentType: 'image/png' });
  await objects.put(`${prefix}.json`, Buffer.from(`${JSON.stringify(json)}\n`), { contentType: 'application/json' });
  return true;
}

/** When it was asked for is no part of what a heatmap shows. */
function isSameHeatmap(standing: Buffer, json: JsonObject): boolean {
  const known = parseExact(standing.toString('utf8'));
  return isJsonObject(known) && isDeepStrictEqual({ ...known, as_of: json['as_of'] }, json);
}

type MakeHeatmap = (channel: CountingChannel, result: ChannelAnswer) => Heatmap | { reason: string };

const factsOf = ({ deviceId, channelId, channelName }: CountingChannel, period: Period, asOf: Date): JsonObject => ({
  device_id: deviceId,
  channel_id: channelId,
  channel_name: channelName,
  granularity: period.granularity,
  period_start: period.start,
  as_of: asOf.toISOString(),
});

function createSpaceHeatmaps({ now }: ExportHeatmapsDeps, { period }: StatisticsExport): MakeHeatmap {
  const asOf = now();
  return (channel, result) => {
    if ('failure' in result) return { reason: result.failure.reason };
    const numberOf = (name: string) => Number(member(result.answer, name));
    const rawbase64 = member(result.answer, 'rawbase64');
    const grid = readSpaceHeatmap({
      width: numberOf('width'),
      height: numberOf('height'),
      rawbase64: typeof rawbase64 === 'string' ? rawbase64 : '',
    });
    if ('reason' in grid) return grid;
    const { width, height } = grid;
    // IVM's values have no unit: 255 is the hottest place of this picture, of this camera.
    const json = { ...factsOf(channel, period, asOf), scale: 'relative', width, height, values: gridRows(grid) };
    return { json, png: spaceHeatmapPng(grid) };
  };
}

function createTimeHeatmaps({ settings, now }: ExportHeatmapsDeps, request: StatisticsExport): MakeHeatmap {
  const { period } = request;
  const { statistics, tenant } = settings.zones;
  const asOf = now();
  const buckets = bucketsOf(period, statistics);
  const facts = createChannelFacts(request, statistics);
  return (channel, result) => {
    const judged = judgeList('failure' in result ? result.failure : result.answer, buckets, facts(channel), asOf);
    const isKnown = judged.buckets.some(({ value }) => value !== null);
    if (!isKnown) return { reason: judged.reason ?? judged.buckets[0]?.status ?? 'empty' };
    const json = {
      ...factsOf(channel, period, asOf),
      buckets: judged.buckets.map(({ bucket, value, status }) => ({
        bucket_start: isoWithOffset(bucket.start, tenant),
        bucket_seconds: (bucket.end.getTime() - bucket.start.getTime()) / 1000,
        value,
        status,
      })),
    };
    return { json, png: drawTimeChart(chartRows(period, judged.buckets, buckets, settings.weekStart)) };
  };
}

/** A day is one row of hours, a week one of days; a month is laid out in weeks, a year in four rows of three months. */
function chartRows(
  period: Period,
  judged: readonly JudgedBucket[],
  buckets: readonly { start: Date }[],
  weekStart: number,
): ChartRows {
  const valueAt = new Map(judged.map(({ bucket, value }) => [bucket.start.getTime(), value]));
  const cells = buckets.map(({ start }, index): ChartCell | undefined => {
    const value = valueAt.get(start.getTime());
    return value === undefined ? undefined : { label: index + (period.granularity === 'day' ? 0 : 1), value };
  });
  const isMonth = period.granularity === 'month';
  const before = isMonth ? (weekdayOf(period.start) - weekStart + 7) % 7 : 0;
  const padded = [...Array.from({ length: before }, () => undefined), ...cells];
  const rowLength = { day: 24, week: 7, month: 7, year: 3 }[period.granularity];
  const rows: (ChartCell | undefined)[][] = [];
  for (let at = 0; at < padded.length; at += rowLength) rows.push(padded.slice(at, at + rowLength));
  return rows;
}

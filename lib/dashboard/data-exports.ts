import * as z from 'zod';
import { countSources } from '#lib/counts/count-measures.ts';
import { exportedTypes } from '#lib/event-exports/event-tables.ts';
import { isProvisional } from '#lib/exports/check-exports.ts';
import { manifestKey, type Partition } from '#lib/exports/export-keys.ts';
import { Manifest } from '#lib/exports/manifest.ts';
import { jsonOrUndefined } from '#lib/json/json-or-undefined.ts';
import { granularities } from '#lib/statistics/period.ts';
import { isDate } from '#lib/time/calendar.ts';
import { allLimited } from './all-limited.ts';
import { type LinkSigner, ObjectLink } from './object-link.ts';
import { pageToken, readPageToken } from './page-token.ts';
import { badParameter, notFound } from './problem.ts';
import { firstOf, readableText } from './readable-text.ts';
import { route } from './route.ts';

export type ExportsDeps = {
  exportFiles: {
    /** All keys under a prefix in their order. */
    keys(prefix: string): AsyncGenerator<string>;
    get(key: string): Promise<Buffer | undefined>;
  };
  signLink: LinkSigner;
};

const sets = ['events', 'people', 'counts', 'heatmaps'] as const;
type ExportSet = (typeof sets)[number];

type Part = { name: string; partition: Partition; last: 'date' | 'period' };
const part = (name: string, partition: Partition, last: Part['last']): Part => ({ name, partition, last });

/** What each set is divided into, before days or periods. */
const partsOf: { readonly [set in ExportSet]: readonly [Part, ...Part[]] } = {
  events: someParts(exportedTypes.map((type) => part(type, [['message_type', type]], 'date'))),
  people: someParts(granularities.map((one) => part(one, [['granularity', one]], 'period'))),
  counts: someParts([...countSources, 'reconciliation'].map((source) => part(source, [['source', source]], 'date'))),
  heatmaps: someParts(
    (['time', 'space'] as const).flatMap((kind) =>
      granularities.map((one) =>
        part(
          `${kind}-${one}`,
          [
            ['kind', kind],
            ['granularity', one],
          ],
          'period',
        ),
      ),
    ),
  ),
};

function someParts(parts: readonly Part[]): readonly [Part, ...Part[]] {
  const [first, ...others] = parts;
  if (first === undefined) throw new RangeError('a set needs parts');
  return [first, ...others];
}

const known = z.int().nullable();

/** What an export has of what it is about, in a few numbers; a number that the set does not have is left out. */
export const CoverageSummary = z.strictObject({
  events: known.optional(),
  cameras: known.optional(),
  cameras_offline: known.optional().describe('cameras that were away for some of the time'),
  cameras_excluded: known.optional(),
  pictures: z.strictObject({ wanted: z.int(), stored: z.int(), missing: z.int() }).optional(),
  statuses: z.record(z.string(), z.int()).optional().describe('rows by how good they are; only ok is the whole truth'),
  rows_erased: known.optional(),
});
export type CoverageSummary = z.infer<typeof CoverageSummary>;

export const ExportEntry = z.strictObject({
  period: z.iso.date(),
  state: z
    .enum(['whole', 'provisional', 'unreadable'])
    .describe('provisional: made before its time was over; unreadable: what lies there is no manifest'),
  version: known,
  published_at: z.iso.datetime().nullable(),
  rows: known,
  bytes: known,
  files: z.array(
    z.strictObject({ name: z.string(), format: z.string(), rows: z.int(), bytes: z.int(), link: ObjectLink }),
  ),
  coverage: CoverageSummary,
  manifest: ObjectLink,
});
export type ExportEntry = z.infer<typeof ExportEntry>;

export const ExportList = z.strictObject({
  set: z.enum(sets),
  part: z.string(),
  parts: z.array(z.string()).describe('what the set is divided into'),
  exports: z.array(ExportEntry),
  next: z.string().optional(),
});
export type ExportList = z.infer<typeof ExportList>;

const pageSize = 20;
const readsAtOnce = 6;

const Period = z.string().refine(isDate, 'it is no day as YYYY-MM-DD');
const set = z.enum(sets).default('events');
const partName = z.string().optional().describe('a message type, a granularity, a source; the first unless given');

export const exportsRoute = route({
  path: '/api/data/exports',
  summary: 'Exports of a set, newest first, with their files',
  query: z.strictObject({ set, part: partName, page: z.string().optional().describe('`next` of the page before') }),
  answer: ExportList,
  handle: async (deps: ExportsDeps, query) => {
    const chosen = choosePart(query);
    const list = `exports ${query.set} ${chosen.name}`;
    const before = query.page === undefined ? undefined : readPageToken(list, Period, query.page);
    const found = await periodsOf(deps, query.set, chosen);
    const newestFirst = found.toReversed().filter((period) => before === undefined || period < before);
    const shown = newestFirst.slice(0, pageSize);
    const read = await allLimited(shown, readsAtOnce, (period) => readEntry(deps, query.set, chosen, period));
    const exports = read.flatMap((found) => found?.entry ?? []);
    const last = shown.at(-1);
    return {
      set: query.set,
      part: chosen.name,
      parts: partsOf[query.set].map(({ name }) => name),
      exports,
      ...(newestFirst.length > pageSize && last !== undefined ? { next: pageToken(list, last) } : {}),
    };
  },
});

export const OpenedExport = z.strictObject({
  set: z.enum(sets),
  part: z.string(),
  export: ExportEntry,
  manifest_text: z.string().describe('its manifest, or the beginning of it'),
  is_cut: z.boolean(),
});
export type OpenedExport = z.infer<typeof OpenedExport>;

const longestManifest = 200_000;

export const exportRoute = route({
  path: '/api/data/export',
  summary: 'One export, with its manifest: what is in it, and what is not',
  query: z.strictObject({ set, part: partName, period: Period }),
  answer: OpenedExport,
  handle: async (deps: ExportsDeps, query) => {
    const chosen = choosePart(query);
    const read = await readEntry(deps, query.set, chosen, query.period);
    if (read === undefined) throw notFound('unknown-export', 'There is no such export, or no longer');
    return {
      set: query.set,
      part: chosen.name,
      export: read.entry,
      manifest_text: readableText(firstOf(read.content, longestManifest)),
      is_cut: read.content.length > longestManifest,
    };
  },
});

function choosePart(query: { set: ExportSet; part?: string | undefined }): Part {
  const parts = partsOf[query.set];
  if (query.part === undefined) return parts[0];
  const found = parts.find(({ name }) => name === query.part);
  if (found === undefined) throw badParameter('part', `it is one of ${parts.map(({ name }) => name).join(', ')}`);
  return found;
}

const keyOf = (set: ExportSet, { partition, last }: Part, period: string): string =>
  manifestKey(set, [...partition, [last, period]]);

/** The days or periods of which there are manifests, in their order. A day has one, so a few pages of keys hold years. */
async function periodsOf({ exportFiles }: ExportsDeps, set: ExportSet, chosen: Part): Promise<string[]> {
  const probe = keyOf(set, chosen, '-');
  const prefix = probe.slice(0, probe.lastIndexOf('-'));
  const periods: string[] = [];
  for await (const key of exportFiles.keys(prefix)) {
    const period = key.slice(prefix.length).replace(/\.json$/, '');
    if (isDate(period)) periods.push(period);
  }
  return periods;
}

/** A manifest of heatmaps, which have a file per camera. */
const HeatmapManifest = z.object({
  published_at: z.iso.datetime(),
  maps: z.array(z.object({ status: z.string() })),
  excluded: z.array(z.unknown()),
});

async function readEntry(
  { exportFiles, signLink }: ExportsDeps,
  set: ExportSet,
  chosen: Part,
  period: string,
): Promise<{ entry: ExportEntry; content: Buffer } | undefined> {
  const key = keyOf(set, chosen, period);
  const content = await exportFiles.get(key);
  if (content === undefined) return undefined;
  const json = jsonOrUndefined(content.toString('utf8'));
  const nameOf = (name: string) => [set, chosen.name, period, name].join('-');
  const unknown = { version: null, published_at: null, rows: null, bytes: null, files: [], coverage: {} };
  const common = { period, manifest: await signLink(key, nameOf('manifest.json')) };
  if (set === 'heatmaps') {
    const { data: maps } = HeatmapManifest.safeParse(json);
    if (maps === undefined) return { content, entry: { ...common, ...unknown, state: 'unreadable' } };
    const coverage = { statuses: tally(maps.maps.map(({ status }) => status)), cameras_excluded: maps.excluded.length };
    return { content, entry: { ...common, ...unknown, state: 'whole', published_at: maps.published_at, coverage } };
  }
  const { data: manifest } = Manifest.safeParse(json);
  if (manifest === undefined) return { content, entry: { ...common, ...unknown, state: 'unreadable' } };
  const files = manifest.files
    // A manifest that somebody has tampered with must not open the rest of the bucket.
    .filter((file) => file.key.startsWith(`exports/${set}/`))
    .map(async ({ key: fileKey, format, rows, bytes }) => {
      const name = nameOf(fileKey.slice(fileKey.lastIndexOf('/') + 1));
      return { name, format, rows, bytes, link: await signLink(fileKey, name) };
    });
  const entry = {
    ...common,
    state: isProvisional(manifest) ? ('provisional' as const) : ('whole' as const),
    version: manifest.version,
    published_at: manifest.published_at,
    rows: manifest.rows,
    bytes: manifest.files.reduce((sum, { bytes }) => sum + bytes, 0),
    files: await Promise.all(files),
    coverage: summaryOf(manifest.coverage),
  };
  return { content, entry };
}

function tally(words: readonly string[]): { [word: string]: number } {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** What exports say of themselves, each set in its own form. */
const KnownCoverage = z.object({
  events: z.int().optional(),
  statuses: z.record(z.string(), z.int()).optional(),
  channels: z.union([z.int(), z.object({ included: z.int(), excluded: z.int() })]).optional(),
  // Its values are many, and looked at as they are added up.
  completeness: z.object({ cameras: z.custom<unknown[]>(Array.isArray) }).optional(),
  erased: z.object({ rows: z.int() }).optional(),
});

function summaryOf(coverage: Manifest['coverage']): CoverageSummary {
  const { data } = KnownCoverage.safeParse(coverage);
  if (data === undefined) return {};
  const { events, statuses, channels, completeness, erased } = data;
  return {
    ...(events === undefined ? {} : { events }),
    ...(statuses === undefined ? {} : { statuses }),
    ...(typeof channels === 'number' ? { cameras: channels } : {}),
    ...(typeof channels === 'object' ? { cameras: channels.included, cameras_excluded: channels.excluded } : {}),
    ...(completeness === undefined ? {} : ledgerSummary(completeness.cameras)),
    ...(erased === undefined ? {} : { rows_erased: erased.rows }),
  };
}

function ledgerSummary(cameras: readonly unknown[]): CoverageSummary {
  const pictures = cameras.flatMap((camera) => member(camera, 'pictures') ?? []);
  const sum = (name: string) => pictures.reduce<number>((total, one) => total + sumOf(member(one, name)), 0);
  const offline = cameras.filter((camera) => {
    const times = member(camera, 'offline');
    return Array.isArray(times) && times.length > 0;
  });
  return {
    cameras: cameras.length,
    cameras_offline: offline.length,
    ...(pictures.length === 0
      ? {}
      : { pictures: { wanted: sum('wanted'), stored: sum('stored'), missing: sum('missing') } }),
  };
}

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as { [name: string]: unknown })[name]
    : undefined;

/** Of all whole numbers in a list, or in lists by name; an hour of which nothing is known adds nothing. */
function sumOf(value: unknown): number {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : 0;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((total, one) => total + sumOf(one), 0);
}

import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { TransientError } from '#lib/errors.ts';
import { type ExportFormat, exportFormats, exportId, type Partition, partName, partPrefix } from './export-keys.ts';
import type { ExportLedger, LedgerEntry } from './export-ledger.ts';
import type { ExportObjects } from './export-objects.ts';
import type { ExportTable, Row } from './export-table.ts';
import { Coverage, type Manifest, putManifest, readStandingManifest } from './manifest.ts';
import { createPartSpool, type SpooledExport } from './part-spool.ts';

export type PublishExportDeps = {
  objects: ExportObjects;
  ledger: ExportLedger;
  /** This run's own name. */
  holder: string;
  now: () => Date;
  /** At least as long as a run may take; 15 minutes, the longest that a function lives, unless given. */
  leaseMs?: number;
  /** Rows per file; the spool's own number unless given. */
  rowsPerPart?: number;
  /** Makes an empty directory; it is removed, with all in it, when the run ends. */
  temporaryDirectory: () => Promise<string>;
};
export type ExportSpec = { set: string; partition: Partition; table: ExportTable };
/** Takes the rows one after the other; `version` is what this run would publish, for a stamp column. */
export type RowSink = { version: number; add(row: Row): void };
/** What was found when the export was last written; the form is free, as long as JSON can hold it. */
export type CoverageInput = { readonly [name: string]: unknown };
/** `version` and `rows` are those that stand now, both 0 when another run is at work (`busy`). */
export type PublishedExport = { outcome: 'published' | 'unchanged' | 'busy'; version: number; rows: number };

const contentTypes: { [format in ExportFormat]: string } = {
  parquet: 'application/vnd.apache.parquet',
  csv: 'text/csv; charset=utf-8',
};

/**
 * Writes an export and puts it in the place of the one that stands: the new parts first, then the manifest, then
 * everything else in the partition goes, so that whoever starts from the manifest never sees half an export.
 *
 * The same rows leave every object as it is; another coverage alone changes the manifest, under the same version. A
 * run that fails anywhere leaves the old export standing, or the new one: the next run ends what it began and removes
 * what it left.
 * @throws TransientError `export-lease-lost` when the run outlived its lease: another may be writing by now
 */
export async function publishExport(
  deps: PublishExportDeps,
  spec: ExportSpec,
  write: (sink: RowSink) => Promise<CoverageInput>,
): Promise<PublishedExport> {
  const { ledger, holder } = deps;
  const id = exportId(spec.set, spec.partition);
  const until = new Date(deps.now().getTime() + (deps.leaseMs ?? 15 * 60_000));
  const recorded = await ledger.begin(id, holder, until);
  if (recorded === 'busy') return { outcome: 'busy', version: 0, rows: 0 };
  try {
    const manifest = await writeExport({ ...deps, objects: writableUntil(deps, until) }, spec, write, recorded);
    const { version, rows, content_sha256: contentSha256 } = manifest;
    if (isRecorded(manifest, recorded)) {
      await ledger.release(id, holder);
      return { outcome: 'unchanged', version, rows };
    }
    await ledger.finish(id, holder, { version, contentSha256 });
    return { outcome: 'published', version, rows };
  } catch (error) {
    try {
      await ledger.release(id, holder);
    } catch {
      // The lease ends by itself, and why the run failed says more than this.
    }
    throw error;
  }
}

const isRecorded = ({ version, content_sha256 }: Manifest, recorded: LedgerEntry): boolean =>
  version === recorded.version && content_sha256 === recorded.contentSha256;

/** Gives the manifest that stands in the end, whether it is new or was there. */
async function writeExport(
  deps: PublishExportDeps,
  spec: ExportSpec,
  write: (sink: RowSink) => Promise<CoverageInput>,
  recorded: LedgerEntry,
): Promise<Manifest> {
  const { objects } = deps;
  const standing = await readStandingManifest(objects, spec.set, spec.partition);
  // A manifest ahead of the ledger comes from a run that died before it recorded it: readers know its version.
  const version = Math.max(recorded.version, standing?.version ?? 0) + 1;
  const spool = createPartSpool({
    table: spec.table,
    directory: await deps.temporaryDirectory(),
    ...(deps.rowsPerPart === undefined ? {} : { rowsPerPart: deps.rowsPerPart }),
  });
  try {
    const found = await write({ version, add: spool.add });
    const coverage = Coverage.parse(JSON.parse(JSON.stringify(found)));
    const spooled = spool.finish();
    const isKept =
      standing !== undefined &&
      standing.content_sha256 === spooled.contentSha256 &&
      (standing.version > recorded.version || isRecorded(standing, recorded)) &&
      (await isComplete(objects, standing));
    const manifest = isKept
      ? { ...standing, coverage }
      : { ...(await putParts(deps, spec, version, spooled)), coverage };
    if (!isDeepStrictEqual(manifest, standing)) await putManifest(objects, spec.partition, manifest);
    await removeOthers(objects, spec, manifest);
    return manifest;
  } finally {
    await spool.dispose();
  }
}

async function isComplete(objects: ExportObjects, { files }: Manifest): Promise<boolean> {
  for (const { key, bytes } of files) if ((await objects.describe(key))?.sizeBytes !== bytes) return false;
  return true;
}

async function putParts(
  { objects, now }: PublishExportDeps,
  { set, partition }: ExportSpec,
  version: number,
  { rows, contentSha256, parts }: SpooledExport,
): Promise<Omit<Manifest, 'coverage'>> {
  const files: Manifest['files'] = [];
  for (const part of parts) {
    for (const { format, path, bytes, sha256 } of part.files) {
      const key = partPrefix(set, format, partition) + partName(version, part.number, format);
      await objects.put(key, await readFile(path), { contentType: contentTypes[format] });
      files.push({ key, format, rows: part.rows, bytes, sha256 });
    }
  }
  const published_at = now().toISOString();
  return {
    set,
    partition: Object.fromEntries(partition),
    version,
    published_at,
    rows,
    content_sha256: contentSha256,
    files,
  };
}

/** Removes older versions and what a run that died has left, but not what lies deeper: that is another partition's. */
async function removeOthers(objects: ExportObjects, { set, partition }: ExportSpec, manifest: Manifest): Promise<void> {
  const kept = new Set(manifest.files.map(({ key }) => key));
  for (const format of exportFormats) {
    const prefix = partPrefix(set, format, partition);
    const others: string[] = [];
    for await (const key of objects.keys(prefix)) {
      if (!kept.has(key) && !key.slice(prefix.length).includes('/')) others.push(key);
    }
    for (const key of others) await objects.delete(key);
  }
}

/** The store, closed to changes once the lease has run out. */
function writableUntil({ objects, now }: PublishExportDeps, until: Date): ExportObjects {
  const ensureHeld = (): void => {
    if (now() >= until) throw new TransientError('export-lease-lost', 'The export took longer than its lease');
  };
  return {
    ...objects,
    put: async (...args) => {
      ensureHeld();
      await objects.put(...args);
    },
    delete: async (key) => {
      ensureHeld();
      await objects.delete(key);
    },
  };
}

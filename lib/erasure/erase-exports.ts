import { isDeepStrictEqual } from 'node:util';
import { countSources, countTable } from '#lib/counts/count-measures.ts';
import { footfallTable } from '#lib/counts/footfall.ts';
import { errorCode } from '#lib/errors.ts';
import { eventTable, exportedTypes } from '#lib/event-exports/event-tables.ts';
import { encodeId } from '#lib/events/event-keys.ts';
import { exportFormats, partPrefix } from '#lib/exports/export-keys.ts';
import type { ExportTable, Row } from '#lib/exports/export-table.ts';
import { type Coverage, Manifest } from '#lib/exports/manifest.ts';
import { type PublishExportDeps, publishExport } from '#lib/exports/publish-export.ts';
import { readExportRows } from '#lib/exports/read-export-rows.ts';
import { isJsonObject, type Json, member } from '#lib/json/exact-json.ts';
import { peopleTable } from '#lib/statistics/people-rows.ts';
import { startOfDay } from '#lib/time/local-time.ts';
import { type ErasableObjects, eachKey, removeAll, versionName } from './erasable-objects.ts';
import { manifests, removeFormerVersions, removeStrays } from './export-remains.ts';
import type { FoundEvents } from './found-events.ts';
import type { Subject } from './subject.ts';

export type EraseExportsDeps = {
  erasable: ErasableObjects;
  publishing: Omit<PublishExportDeps, 'holder'>;
  newHolder: () => string;
  timeZone: string;
  now: () => Date;
};
export type ErasedExports = {
  /** Exports that were published anew without some of their rows, and how many those were. */
  rewritten: number;
  rows: number;
  /** Exports and heatmaps of which nothing was left. */
  removed: number;
  /** Exports that another run was at: to be erased again. */
  busy: string[];
};

/**
 * Takes rows out of exports: of events those that tell of the subject; of counts, statistics and heatmaps those of the
 * device, since they tell of nobody. What stood before is removed with its versions, so that nobody brings it back.
 */
export async function eraseExports(
  deps: EraseExportsDeps,
  subject: Subject,
  found: FoundEvents,
  isDryRun: boolean,
): Promise<ErasedExports> {
  const erased: ErasedExports = { rewritten: 0, rows: 0, removed: 0, busy: [] };
  const keys: string[] = [];
  await eachKey(deps.erasable, manifests, async ({ key, versions }) => {
    if (versions.some(({ isLatest, isMarker }) => isLatest && !isMarker)) keys.push(key);
  });
  for (const key of keys) {
    if (key.startsWith(`${manifests}heatmaps/`)) await eraseHeatmaps(deps, subject, key, erased, isDryRun);
    else await eraseRows(deps, subject, found, key, erased, isDryRun);
  }
  if (isDryRun) return erased;
  erased.busy.push(...(await removeStrays(deps)));
  await removeFormerVersions(deps.erasable);
  return erased;
}

async function eraseRows(
  deps: EraseExportsDeps,
  subject: Subject,
  found: FoundEvents,
  key: string,
  erased: ErasedExports,
  isDryRun: boolean,
): Promise<void> {
  const { objects } = deps.publishing;
  const manifest = Manifest.safeParse(JSON.parse((await objects.get(key))?.toString('utf8') ?? 'null')).data;
  const table = manifest === undefined ? undefined : tableOf(manifest);
  if (manifest === undefined || table === undefined) return;
  if (manifest.set !== 'events' && !subject.isOfDevices) return;
  const isOurs = (row: Row): boolean =>
    manifest.set === 'events'
      ? isEventRow(row, subject, found)
      : subject.ofDevice(encodeId(String(row['device_id'])), timeOf(row));
  const { device } = subject.request;
  let rows = 0;
  let isDeviceLeft = false;
  try {
    for await (const row of readExportRows(objects, manifest)) {
      if (isOurs(row)) rows += 1;
      else isDeviceLeft ||= row['device_id'] === device;
    }
  } catch (error) {
    // A run that was removing all of it was cut off: a manifest without its parts is good for nothing.
    if (errorCode(error) !== 'export-replaced') throw error;
    rows = manifest.rows;
  }
  if (rows === 0) return;
  erased.rows += rows;
  if (rows === manifest.rows) erased.removed += 1;
  else erased.rewritten += 1;
  if (isDryRun) return;
  const partition = Object.entries(manifest.partition);
  if (rows === manifest.rows) {
    // The manifest last: it is by it that the next run finds what is left.
    for (const format of exportFormats) await removeAll(deps.erasable, partPrefix(manifest.set, format, partition));
    await removeAll(deps.erasable, key);
    return;
  }
  const { outcome } = await publishExport(
    { ...deps.publishing, holder: deps.newHolder() },
    { set: manifest.set, partition, table },
    async ({ version, add }) => {
      for await (const row of readExportRows(objects, manifest)) if (!isOurs(row)) add(rowOf(table, row, version));
      const kept = isDeviceLeft ? manifest.coverage : withoutDevice(manifest.coverage, device);
      return { ...(kept as Coverage), erased: { rows: rows + erasedBefore(manifest), at: deps.now().toISOString() } };
    },
  );
  if (outcome === 'busy') erased.busy.push(key.slice(manifests.length));
}

/** A row of an export that may be years old, as the table is today; its version is that of the export it is in. */
const rowOf = ({ columns }: ExportTable, row: Row, version: number): Row =>
  Object.fromEntries(columns.map(({ name }) => [name, name === 'version' ? version : (row[name] ?? null)]));

const erasedBefore = ({ coverage }: Manifest): number => {
  const before = coverage['erased'];
  return typeof before === 'object' && before !== null && !Array.isArray(before) ? Number(before['rows'] ?? 0) : 0;
};

function tableOf({ set, partition }: Manifest): ExportTable | undefined {
  if (set === 'people') return peopleTable;
  if (set === 'events') {
    const type = exportedTypes.find((one) => one === partition['message_type']);
    return type === undefined ? undefined : eventTable(type);
  }
  if (set !== 'counts') return undefined;
  if (partition['source'] === 'reconciliation') return footfallTable;
  const source = countSources.find((one) => one === partition['source']);
  return source === undefined ? undefined : countTable(source);
}

function isEventRow(row: Row, subject: Subject, found: FoundEvents): boolean {
  const textOf = (name: string) => String(row[name] ?? '');
  if (found.hasMessage(textOf('message_id'), textOf('body_sha256').slice(0, 8))) return true;
  return subject.covers({
    occurredAt: textOf('occurred_at'),
    isTimeKnown: row['occurred_at_source'] !== 'none',
    ...(row['received_at'] === null || row['received_at'] === undefined ? {} : { receivedAt: textOf('received_at') }),
    deviceId: textOf('device_id'),
    data: Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)])),
  });
}

const timeOf = (row: Row): Date => new Date(String(row['bucket_start']));

/** What a manifest tells without what it tells of a device; `undefined` for nothing of it. */
function withoutDevice(value: Json, device: string | undefined): Json {
  if (device === undefined) return value;
  if (Array.isArray(value)) {
    return value.filter((element) => !isOfDevice(element, device)).map((element) => withoutDevice(element, device));
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, element]) => [name, withoutDevice(element, device)]));
}

function isOfDevice(value: Json, device: string): boolean {
  const camera = member(value, 'camera');
  const isOfCamera = typeof camera === 'string' && camera.startsWith(`${encodeId(device)}#`);
  return isOfCamera || member(value, 'device_id') === device;
}

async function eraseHeatmaps(
  { erasable, publishing, timeZone, now }: EraseExportsDeps,
  subject: Subject,
  manifestKey: string,
  erased: ErasedExports,
  isDryRun: boolean,
): Promise<void> {
  const folder = manifestKey.replace(manifests, 'exports/').replace(/\.json$/, '/');
  const period = /\/period=(\d{4}-\d\d-\d\d)/.exec(manifestKey)?.[1];
  if (period === undefined) return;
  const start = startOfDay(period, timeZone);
  let count = 0;
  await eachKey(erasable, folder, async ({ key, versions }) => {
    const device = /\/device_id=([^/]*)\//.exec(key)?.[1] ?? '';
    if (!subject.ofDevice(device, start)) return;
    count += 1;
    if (!isDryRun) await erasable.remove(versions.map((version) => versionName(key, version)));
  });
  if (count > 0) erased.removed += 1;
  if (isDryRun) return;
  const { device } = subject.request;
  if (device === undefined) {
    if (count > 0) await removeAll(erasable, manifestKey);
    return;
  }
  if (!subject.ofDevice(encodeId(device), start)) return;
  const manifest = JSON.parse((await publishing.objects.get(manifestKey))?.toString('utf8') ?? '{}') as Json;
  const kept = withoutDevice(manifest, device);
  // Told by the manifest itself: a run may have been cut off when only the heatmaps were gone.
  if (!isJsonObject(kept) || isDeepStrictEqual(kept, manifest)) return;
  const content = Buffer.from(`${JSON.stringify({ ...kept, erased_at: now().toISOString() })}\n`);
  await publishing.objects.put(manifestKey, content, { contentType: 'application/json' });
}

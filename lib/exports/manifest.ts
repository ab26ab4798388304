import * as z from 'zod';
import { errorCode, PermanentError } from '#lib/errors.ts';
import { exportFormats, manifestKey, type Partition } from './export-keys.ts';
import type { ExportObjects } from './export-objects.ts';

/**
 * What an export covers and what it could not; its form is the set's own. It comes from JSON, so that its values need no
 * look at each of them: the ledger of a day has a hundred for every camera.
 */
export const Coverage = z.record(z.string(), z.custom<z.core.util.JSONType>());
export type Coverage = z.infer<typeof Coverage>;

const count = z.int().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What readers of an export start from: its files, which are complete whenever a manifest names them. */
export const Manifest = z.object({
  set: z.string(),
  partition: z.record(z.string(), z.string()),
  version: z.int().min(1),
  published_at: z.iso.datetime(),
  rows: count,
  content_sha256: sha256,
  files: z.array(z.object({ key: z.string(), format: z.enum(exportFormats), rows: count, bytes: count, sha256 })),
  coverage: Coverage,
});
export type Manifest = z.infer<typeof Manifest>;

/** @throws PermanentError `odd-manifest` when what lies there is no manifest */
export async function readManifest(
  objects: Pick<ExportObjects, 'get'>,
  set: string,
  partition: Partition,
): Promise<Manifest | undefined> {
  const key = manifestKey(set, partition);
  const content = await objects.get(key);
  if (content === undefined) return undefined;
  try {
    return Manifest.parse(JSON.parse(content.toString('utf8')));
  } catch (cause) {
    throw new PermanentError('odd-manifest', `${key} is no manifest: publish the export again`, { cause });
  }
}

/** The manifest that a new version takes the place of; an unreadable one counts as none, so that it is mended. */
export async function readStandingManifest(
  objects: Pick<ExportObjects, 'get'>,
  set: string,
  partition: Partition,
): Promise<Manifest | undefined> {
  try {
    return await readManifest(objects, set, partition);
  } catch (error) {
    if (errorCode(error) === 'odd-manifest') return undefined;
    throw error;
  }
}

export async function putManifest(
  objects: Pick<ExportObjects, 'put'>,
  partition: Partition,
  manifest: Manifest,
): Promise<void> {
  // On one line: the ledger of ten thousand cameras would otherwise be mostly blanks.
  const content = Buffer.from(`${JSON.stringify(manifest)}\n`);
  await objects.put(manifestKey(manifest.set, partition), content, { contentType: 'application/json' });
}

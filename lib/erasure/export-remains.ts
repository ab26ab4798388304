import type { ExportLedger } from '#lib/exports/export-ledger.ts';
import type { ExportObjects } from '#lib/exports/export-objects.ts';
import { Manifest } from '#lib/exports/manifest.ts';
import { contents, type ErasableObjects, eachKey, removeAll, versionName } from './erasable-objects.ts';

export const manifests = 'exports/manifests/';
const leaseMs = 300_000;

export type RemoveStraysDeps = {
  erasable: ErasableObjects;
  publishing: { objects: Pick<ExportObjects, 'get'>; ledger: ExportLedger };
  newHolder: () => string;
  now: () => Date;
};

/** The key of a file of an export: its set, and the partition as a path. */
const partKey = /^exports\/(?<set>people|counts|events)\/format=[a-z]+\/(?<partition>.+)\/[^/]+$/;

/**
 * Removes files that no manifest names, which a run leaves that is cut off before or after its manifest: nobody reads
 * them, and nobody else would find in them what was erased.
 *
 * @returns the exports that another run is at
 */
export async function removeStrays({ erasable, publishing, newHolder, now }: RemoveStraysDeps): Promise<string[]> {
  const busy: string[] = [];
  const files = new Map<string, string[]>();
  await eachKey(erasable, 'exports/', async (stored) => {
    const { set, partition } = partKey.exec(stored.key)?.groups ?? {};
    if (set === undefined || partition === undefined || !contents(stored).some(({ isLatest }) => isLatest)) return;
    const id = `${set}/${partition}`;
    files.set(id, [...(files.get(id) ?? []), stored.key]);
  });
  for (const [id, keys] of files) {
    const strays = async (): Promise<string[]> => {
      const manifest = await publishing.objects.get(`${manifests}${id}.json`);
      const named = Manifest.safeParse(JSON.parse(manifest?.toString('utf8') ?? 'null')).data?.files ?? [];
      return keys.filter((key) => !named.some((file) => file.key === key));
    };
    if ((await strays()).length === 0) continue;
    const holder = newHolder();
    const until = new Date(now().getTime() + leaseMs);
    if ((await publishing.ledger.begin(id, holder, until)) === 'busy') {
      // Its own run removes them, if these are not just its new ones.
      busy.push(`${id}.json`);
      continue;
    }
    try {
      for (const key of await strays()) await removeAll(erasable, key);
    } finally {
      await publishing.ledger.release(id, holder);
    }
  }
  return busy;
}

/** The seven days for which a bucket remembers go with what they would bring back. */
export async function removeFormerVersions(erasable: ErasableObjects): Promise<void> {
  await eachKey(erasable, 'exports/', async (stored) => {
    const isGone = !contents(stored).some(({ isLatest }) => isLatest);
    const former = stored.versions.filter(({ isLatest }) => isGone || !isLatest);
    if (former.length > 0) await erasable.remove(former.map((version) => versionName(stored.key, version)));
  });
}

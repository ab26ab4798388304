import type { ErasableObjects, StoredVersion } from '#lib/erasure/erasable-objects.ts';

type Version = StoredVersion & { content: Buffer };

/** A bucket in memory that keeps every version, as the one on AWS does. */
export function memoryVersions(): ErasableObjects & {
  keys: ReadonlyMap<string, readonly Version[]>;
  /** What stands under a key now. */
  current(key: string): Buffer | undefined;
  /** Deletes as a bucket with versions does: what was there stays behind a marker. */
  delete(key: string): void;
} {
  const keys = new Map<string, Version[]>();
  let nextId = 0;
  const add = (key: string, content: Buffer, isMarker: boolean) => {
    nextId += 1;
    const former = (keys.get(key) ?? []).map((version) => ({ ...version, isLatest: false }));
    keys.set(key, [{ id: `v${nextId}`, isLatest: true, isMarker, modifiedAt: new Date(0), content }, ...former]);
  };
  return {
    keys,
    current: (key) => keys.get(key)?.find(({ isLatest, isMarker }) => isLatest && !isMarker)?.content,
    delete: (key) => add(key, Buffer.alloc(0), true),
    put: async (key, content) => add(key, content, false),
    async *list(prefix) {
      const names = [...keys.keys()].filter((key) => key.startsWith(prefix)).toSorted();
      for (const key of names) yield { key, versions: [...(keys.get(key) ?? [])] };
    },
    read: async (key, { id }) => keys.get(key)?.find((version) => version.id === id)?.content,
    remove: async (targets) => {
      for (const { key, id } of targets) {
        const [first, ...others] = (keys.get(key) ?? []).filter((version) => version.id !== id);
        if (first === undefined) keys.delete(key);
        else keys.set(key, [{ ...first, isLatest: true }, ...others]);
      }
    },
  };
}

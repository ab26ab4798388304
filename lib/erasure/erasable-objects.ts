import { eachLimited } from '#lib/runtime/each-limited.ts';
import { inGroups } from '#lib/runtime/in-groups.ts';

/** A version of an object; a store without versions has one without an id. */
export type StoredVersion = {
  id?: string;
  isLatest: boolean;
  /** It only says that the object was deleted. */
  isMarker: boolean;
  modifiedAt: Date;
};
export type StoredKey = { key: string; versions: StoredVersion[] };
export type VersionName = { key: string; id?: string };

/** The tenant's bucket with all that it remembers. */
export type ErasableObjects = {
  /** All keys under a prefix, those that are deleted included, in their order. */
  list(prefix: string): AsyncGenerator<StoredKey>;
  read(key: string, version: StoredVersion): Promise<Buffer | undefined>;
  put(key: string, content: Buffer, options: { contentType: string; contentEncoding?: string }): Promise<void>;
  /** Removes versions for good. @throws TransientError where some could not be removed */
  remove(targets: readonly VersionName[]): Promise<void>;
};

export const versionName = (key: string, { id }: StoredVersion): VersionName =>
  id === undefined ? { key } : { key, id };

/** Removes all that there is under a key, or under many that begin alike; gives how many keys it was. */
export async function removeAll(objects: ErasableObjects, prefix: string): Promise<number> {
  let count = 0;
  for await (const { key, versions } of objects.list(prefix)) {
    await objects.remove(versions.map((version) => versionName(key, version)));
    count += 1;
  }
  return count;
}

/** Versions of a key that have a content. */
export const contents = ({ versions }: StoredKey): StoredVersion[] => versions.filter(({ isMarker }) => !isMarker);

const keysAtOnce = 8;

/** Looks at every key under a prefix, some at a time. */
export async function eachKey(
  objects: ErasableObjects,
  prefix: string,
  visit: (stored: StoredKey) => Promise<void>,
): Promise<void> {
  for await (const group of inGroups(objects.list(prefix), keysAtOnce)) {
    for (const result of await eachLimited(group, keysAtOnce, visit)) {
      if (result.status === 'rejected') throw result.reason;
    }
  }
}

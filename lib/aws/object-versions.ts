import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { ErasableObjects, StoredKey, StoredVersion } from '#lib/erasure/erasable-objects.ts';
import { TransientError } from '#lib/errors.ts';
import { clientSettings } from './client-settings.ts';
import { createObjectStore, listObjects, unlessMissing } from './objects.ts';

const deleteLimit = 1_000;
/** Neither function nor message waits for it, and S3 takes its time for a thousand objects. */
const patience = { connectMs: 5_000, idleMs: 60_000 };

/** Everything that a bucket holds, former versions included; of a bucket without versions its objects. */
export function createObjectVersions(bucket: string, client = new S3Client(clientSettings(patience))): ErasableObjects {
  async function* listVersions(prefix: string): AsyncGenerator<{ key: string; version: StoredVersion }> {
    let start: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
    for (;;) {
      const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...start }));
      const { Versions = [], DeleteMarkers = [] } = page;
      const all = [
        ...Versions.map((one) => ({ ...one, isMarker: false })),
        ...DeleteMarkers.map((one) => ({ ...one, isMarker: true })),
      ];
      const inOrder = all.toSorted((one, other) => compareKeys(one.Key ?? '', other.Key ?? ''));
      for (const { Key = '', VersionId, IsLatest = false, LastModified = new Date(0), isMarker } of inOrder) {
        const id = VersionId === undefined ? {} : { id: VersionId };
        yield { key: Key, version: { ...id, isLatest: IsLatest, isMarker, modifiedAt: LastModified } };
      }
      if (page.IsTruncated !== true) return;
      start = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    }
  }
  async function* listCurrent(prefix: string): AsyncGenerator<{ key: string; version: StoredVersion }> {
    for await (const { key, modifiedAt } of listObjects(client, bucket, prefix)) {
      yield { key, version: { isLatest: true, isMarker: false, modifiedAt } };
    }
  }
  let hasVersions: boolean | undefined;
  /** The embedded store knows no versions, and says so. */
  const listing = async (prefix: string) => {
    if (hasVersions === undefined) {
      try {
        await client.send(new ListObjectVersionsCommand({ Bucket: bucket, MaxKeys: 1 }));
        hasVersions = true;
      } catch (error) {
        if (!(error instanceof S3ServiceException) || error.name !== 'NotImplemented') throw error;
        hasVersions = false;
      }
    }
    return hasVersions ? listVersions(prefix) : listCurrent(prefix);
  };
  return {
    async *list(prefix) {
      let current: StoredKey | undefined;
      for await (const { key, version } of await listing(prefix)) {
        if (current?.key !== key) {
          if (current !== undefined) yield current;
          current = { key, versions: [] };
        }
        current.versions.push(version);
      }
      if (current !== undefined) yield current;
    },
    read: (key, { id }) =>
      unlessMissing(async () => {
        const { Body } = await client.send(
          new GetObjectCommand({ Bucket: bucket, Key: key, ...(id === undefined ? {} : { VersionId: id }) }),
        );
        return Buffer.from((await Body?.transformToByteArray()) ?? []);
      }),
    put: createObjectStore(bucket, client).put,
    remove: async (targets) => {
      for (let at = 0; at < targets.length; at += deleteLimit) {
        const Objects = targets
          .slice(at, at + deleteLimit)
          .map(({ key, id }) => ({ Key: key, ...(id === undefined ? {} : { VersionId: id }) }));
        const { Errors = [] } = await client.send(
          new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
        );
        const [first] = Errors;
        if (first !== undefined) {
          throw new TransientError('objects-left', `S3 did not delete ${Errors.length} objects: ${first.Code}`);
        }
      }
    },
  };
}

/** As S3 orders keys: by their bytes. */
const compareKeys = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other));

import { gunzipSync } from 'node:zlib';
import { noteKeyOfBody } from '#lib/callback/quarantine.ts';
import { sha256Hex } from '#lib/callback/raw-body.ts';
import { readRawLine } from '#lib/callback/raw-line.ts';
import { localToInstant } from '#lib/time/local-time.ts';
import {
  contents,
  type ErasableObjects,
  eachKey,
  removeAll,
  type StoredKey,
  type StoredVersion,
  versionName,
} from './erasable-objects.ts';
import { messageOf } from './erase-raw.ts';
import type { FoundEvents } from './found-events.ts';
import type { Subject } from './subject.ts';

export type EraseObjectsDeps = {
  objects: ErasableObjects;
  /** Says of a spill object that nothing is left to do about it, for the pointers that may still come. */
  settleSpill: (key: string) => Promise<void>;
  timeZone: string;
};
export type ErasedObjects = { [folder: string]: number };

/** Erases what lies in the bucket beside the raw archive and the exports; gives how many keys it was, by folder. */
export async function eraseObjects(
  deps: EraseObjectsDeps,
  subject: Subject,
  found: FoundEvents,
  isDryRun: boolean,
): Promise<ErasedObjects> {
  const { objects } = deps;
  const erased: ErasedObjects = {};
  const removeKeys = async (folder: string, prefix: string, isOurs: (stored: StoredKey) => Promise<boolean>) => {
    await eachKey(objects, prefix, async (stored) => {
      if (!(await isOurs(stored))) return;
      erased[folder] = (erased[folder] ?? 0) + 1;
      if (folder === 'spill') found.spills.add(stored.key);
      if (isDryRun) return;
      if (folder === 'spill') await deps.settleSpill(stored.key);
      // The note beside a quarantined body goes first: it is by the body that the next run finds both.
      if (folder === 'quarantine') await removeAll(objects, noteKeyOfBody(stored.key));
      await objects.remove(stored.versions.map((version) => versionName(stored.key, version)));
    });
  };
  const isOfDevice = (key: string): boolean => {
    const of = pictureOf(key, deps.timeZone);
    return of !== undefined && subject.ofDevice(of.device, of.at);
  };
  for (const prefix of found.picturePrefixes()) {
    // Of a whole device there are many; they are found together below, but for those whose key lies about the time.
    if (!isOfDevice(prefix)) await removeKeys('pictures', prefix, async () => true);
  }
  for (const folder of subject.isOfDevices ? ['pictures', 'snapshots'] : []) {
    await removeKeys(folder, `${folder}/`, async ({ key }) => isOfDevice(key));
  }
  await removeKeys('details', 'details/', ({ key }) => areDetailsOf(objects, key, subject));
  await removeKeys('spill', 'spill/', (stored) =>
    anyContent(
      objects,
      stored,
      (content) => subject.ofMessage(messageOf(readRawLine(content.toString('utf8')))) !== undefined,
    ),
  );
  await removeKeys('quarantine', 'quarantine/', async (stored) => {
    if (!stored.key.endsWith('.body')) return false;
    return anyContent(objects, stored, (content, version) => isBodyOf(subject, stored.key, content, version));
  });
  // Answers of Athena to queries, and of IVM to an export under way: both are made anew when they are asked for.
  for (const folder of ['athena-results', ...(subject.isOfDevices ? ['interim'] : [])]) {
    await removeKeys(folder, `${folder}/`, async () => true);
  }
  return erased;
}

/** Whether the details of an event, which lie beside the table, show the subject. */
export async function areDetailsOf(objects: ErasableObjects, key: string, subject: Subject): Promise<boolean> {
  for await (const stored of objects.list(key)) {
    const isOurs = (content: Buffer, version: StoredVersion) => isBodyOf(subject, key, gunzipSync(content), version);
    if (await anyContent(objects, stored, isOurs)) return true;
  }
  return false;
}

async function anyContent(
  objects: ErasableObjects,
  stored: StoredKey,
  isOurs: (content: Buffer, version: StoredVersion) => boolean,
): Promise<boolean> {
  for (const version of contents(stored)) {
    const content = await objects.read(stored.key, version);
    if (content !== undefined && isOurs(content, version)) return true;
  }
  return false;
}

/** Whether a body that lies by itself, without a line that tells of it, is a message to be erased. */
function isBodyOf(subject: Subject, key: string, body: Buffer, { modifiedAt }: StoredVersion): boolean {
  const receivedAt = arrivalOf(key) ?? modifiedAt.toISOString();
  return subject.ofMessage({ receivedAt, subscription: '-', body, bodySha256: sha256Hex(body) }) !== undefined;
}

/** When a quarantined body came, which its key tells. */
const arrivalOf = (key: string): string | undefined => /\/(\d{4}-\d\d-\d\dT[\d:.]+Z)-[0-9a-f]+\.body$/.exec(key)?.[1];

/** The device, as its id stands in the key, and the time of a picture or snapshot. */
function pictureOf(key: string, timeZone: string): { device: string; at: Date } | undefined {
  const { date, device, time } =
    /\/date=(?<date>\d{4}-\d\d-\d\d)\/device_id=(?<device>[^/]*)\/[^/]*\/(?<time>\d{6})[-.]/.exec(key)?.groups ?? {};
  if (date === undefined || device === undefined || time === undefined) return undefined;
  const clock = `${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}`;
  return { device, at: new Date(localToInstant(Date.parse(`${date}T${clock}Z`), timeZone)) };
}

import { gzipSync } from 'node:zlib';
import { erasedLine, isErasedLine, type RawLine, readRawLine } from '#lib/callback/raw-line.ts';
import { rawLinesOf } from '#lib/intake/raw-archive.ts';
import { contents, type ErasableObjects, eachKey, type StoredVersion, versionName } from './erasable-objects.ts';
import type { FoundEvents } from './found-events.ts';
import type { Subject } from './subject.ts';

/** An object of the raw archive, in one of its versions, that holds messages to be erased. */
export type RawFinding = { key: string; version: StoredVersion; lines: ReadonlySet<number>; isAll: boolean };

/**
 * Looks through the raw archive, former versions included. What is found there is added to the events found: an item may
 * lack what gives a message away, since large data lies elsewhere.
 */
export async function findRawLines(
  objects: ErasableObjects,
  subject: Subject,
  found: FoundEvents,
): Promise<RawFinding[]> {
  const findings: RawFinding[] = [];
  await eachKey(objects, 'raw/', async (stored) => {
    for (const version of contents(stored)) {
      const content = await objects.read(stored.key, version);
      if (content === undefined) continue;
      const texts = rawLinesOf(content);
      const lines = new Set(texts.flatMap((text, index) => (isOfSubject(text, subject, found) ? [index] : [])));
      const isAll = texts.every((text, index) => lines.has(index) || isErasedLine(text));
      if (lines.size > 0) findings.push({ key: stored.key, version, lines, isAll });
    }
  });
  return findings;
}

/**
 * Takes messages out of the raw archive: a line that only says when stands in the place of each. Last of all, since it is
 * by these lines that an erasure that was cut off finds again what is left to do.
 */
export async function eraseRawLines(
  objects: ErasableObjects,
  findings: readonly RawFinding[],
  now: Date,
): Promise<void> {
  for (const { key, version, lines, isAll } of findings) {
    const isKept = version.isLatest && !isAll;
    if (isKept) {
      const content = await objects.read(key, version);
      if (content === undefined) continue;
      const kept = rawLinesOf(content).map((text, index) => `${lines.has(index) ? erasedLine(now) : text}\n`);
      await objects.put(key, gzipSync(kept.join('')), {
        contentType: 'application/x-ndjson',
        contentEncoding: 'gzip',
      });
    }
    // Without versions, the object has just been written over.
    if (!isKept || version.id !== undefined) await objects.remove([versionName(key, version)]);
  }
}

function isOfSubject(text: string, subject: Subject, found: FoundEvents): boolean {
  if (isErasedLine(text)) return false;
  const raw = readRawLine(text);
  const record = subject.ofMessage(messageOf(raw));
  if (record !== undefined && record !== 'unreadable') found.addRecord(record);
  const { camera, sk } = raw.line;
  return record !== undefined || (camera !== null && sk !== null && found.hasKey(camera, sk));
}

/** A line as the message that it was; its hash is that of what came, whatever of it was kept. */
export const messageOf = ({ line, body }: { line: RawLine; body: Buffer }) => ({
  receivedAt: line.received_at,
  subscription: line.subscription,
  body,
  bodySha256: line.body_sha256,
});

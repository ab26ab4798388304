import { sha256Hex } from '#lib/callback/raw-body.ts';
import { encodeId } from '#lib/events/event-keys.ts';
import { jsonOrUndefined } from '#lib/json/json-or-undefined.ts';
import type { DeadLetter, DeadLetters } from '#lib/operator/redrive-queue.ts';
import { PictureJob } from '#lib/pictures/picture-job.ts';
import { SnapshotJob } from '#lib/snapshots/snapshot-job.ts';
import type { FoundEvents } from './found-events.ts';
import type { Subject } from './subject.ts';

/** SQS may say once that there is nothing more where there is. */
const idleReceives = 2;

/**
 * Deletes what is to be erased from a dead-letter queue: messages, and jobs about events or devices.
 *
 * @returns how many it was
 * @throws where SQS refuses; what was not deleted is found by the next run
 */
export async function eraseDeadLetters(
  deadLetters: DeadLetters,
  subject: Subject,
  found: FoundEvents,
  isDryRun: boolean,
): Promise<number> {
  const seen = new Set<string>();
  const held: string[] = [];
  let erased = 0;
  try {
    for (let idle = 0; idle < idleReceives; ) {
      const letters = (await deadLetters.receive()).filter(({ id }) => !seen.has(id));
      for (const { id } of letters) seen.add(id);
      const doomed = letters.filter((letter) => isOfSubject(letter, subject, found));
      held.push(...letters.filter((letter) => isDryRun || !doomed.includes(letter)).map(({ receipt }) => receipt));
      erased += doomed.length;
      if (!isDryRun && doomed.length > 0) {
        for (const result of await deadLetters.delete(doomed.map(({ receipt }) => receipt))) {
          if (result.status === 'rejected') throw result.reason;
        }
      }
      idle = letters.length > 0 ? 0 : idle + 1;
    }
  } finally {
    if (held.length > 0) await deadLetters.release(held);
  }
  return erased;
}

function isOfSubject({ body, attributes, sentAt }: DeadLetter, subject: Subject, found: FoundEvents): boolean {
  const json = jsonOrUndefined(body);
  const picture = PictureJob.safeParse(json).data;
  if (picture !== undefined) {
    return (
      found.hasKey(picture.camera, picture.sk) ||
      subject.ofDevice(encodeId(picture.device_id), new Date(picture.occurred_at))
    );
  }
  const snapshot = SnapshotJob.safeParse(json).data;
  if (snapshot !== undefined) return subject.ofDevice(encodeId(snapshot.device_id), new Date(snapshot.slot));
  const spill = attributes['spill']?.stringValue;
  if (spill !== undefined) return found.spills.has(spill);
  const bytes = Buffer.from(body, 'utf8');
  const receivedAt = attributes['received_at']?.stringValue ?? sentAt.toISOString();
  const subscription = attributes['subscription']?.stringValue ?? '-';
  return subject.ofMessage({ receivedAt, subscription, body: bytes, bodySha256: sha256Hex(bytes) }) !== undefined;
}

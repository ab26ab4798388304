import type { Json } from '#lib/json/exact-json.ts';
import { scalarsOf } from '#lib/json/scalars.ts';
import { normalisePlate } from '#lib/messages/plate.ts';
import { isTargetField } from './personal-fields.ts';
import { isKeyedHash, keyedHash } from './privacy-key.ts';

/** What an event must show, all of it, to be erased: keyed hashes, so that an erasure does not itself tell of anybody. */
export type ErasedMarks = { device?: string; plate?: string; target?: string };

/** A tombstone: what was erased, and must not come back by a message that was under way, a redrive or a replay. */
export type Erasure = ErasedMarks & {
  /** What happens from then on is new. ISO 8601 UTC with milliseconds. */
  before: string;
};

/** What an erasure looks at. */
export type ErasableEvent = {
  /** ISO 8601 UTC with milliseconds. */
  occurredAt: string;
  /** Whether the message itself says when it happened. */
  isTimeKnown: boolean;
  /** When it came; a snapshot did not come. */
  receivedAt?: string;
  deviceId: string;
  data: Json | undefined;
};

/** How far the clock of a camera may be ahead and still be believed. */
const longestAheadMs = 86_400_000;
const longestPlate = 16;

/** Tells whether an event is one of those that were erased. */
export function createErasureCheck(erasures: readonly Erasure[], key: string): (event: ErasableEvent) => boolean {
  return (event) => {
    const at = timeOf(event);
    const earlier = erasures.filter(({ before }) => at < before);
    if (earlier.length === 0) return false;
    const marks = marksOf(event, key, {
      plates: earlier.some(({ plate }) => plate !== undefined),
      targets: earlier.some(({ target }) => target !== undefined),
    });
    const isShown = (mark: string | undefined) => mark === undefined || marks.has(mark);
    return earlier.some(({ device, plate, target }) => isShown(device) && isShown(plate) && isShown(target));
  };
}

/** Its own time where it has one that can be true, else its arrival: a camera whose clock was reset is not of the past. */
function timeOf({ occurredAt, isTimeKnown, receivedAt }: ErasableEvent): string {
  if (receivedAt === undefined) return occurredAt;
  const isAhead = Date.parse(occurredAt) > Date.parse(receivedAt) + longestAheadMs;
  return isTimeKnown && !isAhead ? occurredAt : receivedAt;
}

/** Hashes of what an event shows; kinds are part of a hash, so that none is taken for another. */
function marksOf(
  { deviceId, data }: ErasableEvent,
  key: string,
  wanted: { plates: boolean; targets: boolean },
): Set<string> {
  const devices = new Set([deviceId]);
  const plates = new Set<string>();
  const targets = new Set<string>();
  for (const { name, text } of scalarsOf(data)) {
    if (name === 'device_id') devices.add(text);
    if (wanted.targets && isTargetField(name) && text !== '') targets.add(text);
    if (wanted.plates) {
      const plate = normalisePlate(text);
      if (plate !== undefined && (plate.length <= longestPlate || isKeyedHash(plate))) plates.add(plate);
    }
  }
  return new Set([
    ...[...devices].map((device) => keyedHash(key, 'device', device)),
    ...[...targets].map((target) => keyedHash(key, 'target', target)),
    // A plate that was stored as its hash is known by it.
    ...[...plates].map((plate) => (isKeyedHash(plate) ? plate : keyedHash(key, 'plate', plate))),
  ]);
}

import { isRetryable } from '#lib/errors.ts';
import type { Json } from '#lib/json/exact-json.ts';
import { eachLimited } from '#lib/runtime/each-limited.ts';

/**
 * One aspect of a device or channel at one moment. Aspects are kept apart, because each message tells one of them: a
 * renaming that comes late must not undo a log-out that happened after it.
 */
export type StateChange = {
  deviceId: string;
  /** Absent where the news is about the device itself. */
  channelId?: string;
  aspect: 'presence' | 'description' | 'quality' | 'upgrade' | 'package' | 'storage' | 'inventory' | 'listing';
  /** Orders changes of one aspect: event time, then message id. The greater one stands; of two equal ones the first. */
  order: string;
  values: { [name: string]: Json };
};

export type DeviceStates = {
  /**
   * Applies changes of one device or channel, each of another aspect, in one write: all of them, or none where one is no
   * news.
   *
   * @throws a permanent error where what they say does not fit into the state
   */
  apply(changes: readonly StateChange[]): Promise<'applied' | 'older'>;
};

const statesAtOnce = 25;

/**
 * Ends in the state in which applying the changes one by one would end, with one write for each device or channel as long
 * as nothing later is known of it. A change fails where neither it nor a later one of its aspect could be written.
 *
 * @returns what failed; the others are written, or older than what stands
 */
export async function applyChanges(states: DeviceStates, changes: readonly StateChange[]): Promise<FailedChanges> {
  const failed: FailedChanges = new Map();
  const subjects = Map.groupBy(changes, ({ deviceId, channelId }) => JSON.stringify([deviceId, channelId])).values();
  await eachLimited([...subjects], statesAtOnce, async (ofSubject) => {
    try {
      await applyToOne(states, ofSubject, failed);
    } catch (reason) {
      fail(ofSubject, reason, failed);
    }
  });
  return failed;
}

type FailedChanges = Map<StateChange, PromiseRejectedResult>;

async function applyToOne(states: DeviceStates, changes: readonly StateChange[], failed: FailedChanges): Promise<void> {
  const aspects = [...Map.groupBy(changes, ({ aspect }) => aspect).values()].map(latestFirst);
  const latest = aspects.flatMap(([first]) => first ?? []);
  try {
    const result = await states.apply(latest);
    if (result === 'applied' || latest.length === 1) return;
  } catch (reason) {
    if (isRetryable(reason)) throw reason;
  }
  // One aspect is no news, or does not fit: that is no matter of the others.
  await Promise.all(aspects.map((ofAspect) => applyLatest(states, ofAspect, failed)));
}

/** Once one is written, or found to be older than what stands, all those before it are older too. */
async function applyLatest(
  states: DeviceStates,
  ofAspect: readonly StateChange[],
  failed: FailedChanges,
): Promise<void> {
  for (const [index, change] of ofAspect.entries()) {
    try {
      await states.apply([change]);
      return;
    } catch (reason) {
      if (isRetryable(reason)) return fail(ofAspect.slice(index), reason, failed);
      fail([change], reason, failed);
    }
  }
}

function fail(changes: readonly StateChange[], reason: unknown, failed: FailedChanges): void {
  for (const change of changes) failed.set(change, { status: 'rejected', reason });
}

/** Keeps equal ones as they came, so that the first of them is written. */
const latestFirst = (changes: readonly StateChange[]): StateChange[] =>
  changes.toSorted((one, other) => (one.order === other.order ? 0 : one.order > other.order ? -1 : 1));

import type { DeviceStates, StateChange } from '#lib/devices/device-states.ts';
import { stateChanges } from '#lib/devices/track-devices.ts';
import type { EventRecord } from '#lib/events/event-record.ts';
import { eachLimited } from '#lib/runtime/each-limited.ts';

export type ReplayedStates = {
  /**
   * Whether a change tells something: that is later than what is known, or of the same message as what is known and has
   * other values by the current code.
   */
  isNews(change: StateChange): Promise<boolean>;
  /** Applies it unless something later is known. */
  restate(change: StateChange): ReturnType<DeviceStates['apply']>;
};

const mostAtOnce = 8;

/** Applies what a message says about devices and channels, as far as it is news; gives what is, or would be, applied. */
export async function replayStates(
  states: ReplayedStates,
  record: EventRecord,
  { apply }: { apply: boolean },
): Promise<StateChange[]> {
  // Of two about one aspect the first stands, as it does where messages are stored.
  const changes = new Map(
    stateChanges(record)
      .toReversed()
      .map((change) => [JSON.stringify([change.deviceId, change.channelId, change.aspect]), change]),
  );
  const results = await eachLimited([...changes.values()], mostAtOnce, async (change) => {
    if (!(await states.isNews(change))) return undefined;
    return !apply || (await states.restate(change)) === 'applied' ? change : undefined;
  });
  return results.flatMap((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value === undefined ? [] : [result.value];
  });
}

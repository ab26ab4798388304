import type { DeviceStates, StateChange } from '#lib/devices/device-states.ts';
import { PermanentError } from '#lib/errors.ts';

const largestItemBytes = 400 * 1024;

/** States of devices and channels in memory; `writes` counts how often one was asked to change. */
export function memoryDeviceStates() {
  const known = new Map<string, Map<string, StateChange>>();
  const counts = { writes: 0 };
  const states: DeviceStates = {
    apply: async (changes) => {
      counts.writes += 1;
      const subjects = new Set(changes.map(({ deviceId, channelId }) => JSON.stringify([deviceId, channelId])));
      const [subject = '', ...others] = subjects;
      if (others.length > 0) throw new Error('changes of one device or channel only');
      const aspects = known.get(subject) ?? new Map<string, StateChange>();
      if (changes.some(({ aspect, order }) => order <= (aspects.get(aspect)?.order ?? ''))) return 'older';
      const changed = new Map([...aspects, ...changes.map((change) => [change.aspect, change] as const)]);
      if (JSON.stringify([...changed]).length > largestItemBytes) {
        throw new PermanentError('state-refused', 'larger than an item may be');
      }
      known.set(subject, changed);
      return 'applied';
    },
  };
  return { states, known, counts };
}

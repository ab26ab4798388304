import { uncheckedRequest } from './operations/operation-request.ts';
import { snapshots } from './operations/snapshots.ts';
import type { TokenCalls } from './token-calls.ts';

export type SnapshotClient = {
  /**
   * Takes a picture now (10.3.1), with a single request: IVM allows one per channel in ten seconds.
   *
   * @param storage `true`: IVM keeps the picture and names its URL; `false`: the picture comes in the answer
   * @returns the answer as it came: JSON as documented, or the picture itself
   */
  takeSnapshot(deviceId: string, channelId: string, storage: boolean): Promise<Buffer>;
};

/** IVM has to ask the camera first. */
const timeoutMs = 10_000;

export const createSnapshotClient = ({ callForBytes }: TokenCalls, userId: string): SnapshotClient => ({
  takeSnapshot: (deviceId, channelId, storage) => {
    const request = uncheckedRequest('snapDevice', snapshots.snapDevice, userId, {
      device_id: deviceId,
      channel_id: channelId,
      storage: storage ? 'true' : 'false',
    });
    return callForBytes({ ...request, timeoutMs });
  },
});

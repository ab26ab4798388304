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

export function createSnapshotClient({ callForBytes }: TokenCalls, userId: string): SnapshotClient {
  return {
    takeSnapshot: (deviceId, channelId, storage) =>
      callForBytes({
        name: 'snapDevice',
        method: 'GET',
        path: `/v1/${userId}/devices/snap`,
        query: { device_id: deviceId, channel_id: channelId, storage: String(storage) },
        attempts: 1,
        timeoutMs,
      }),
  };
}

import type { CameraStates } from '../camera-states.ts';
import type { Camera } from '../cameras.ts';
import { IvmRefusal } from '../ivm-refusal.ts';

/** How requests and answers name a channel. */
export type ChannelIds = { device_id: string; channel_id: string };

export const named = ({ device_id, channel_id }: ChannelIds): ChannelIds => ({ device_id, channel_id });

/** What interfaces about devices and channels look up first. */
export type ChannelFinder = {
  isThere(deviceId: string): boolean;
  /**
   * Channels of a device, one at least.
   *
   * @throws IvmRefusal for a device that is not there
   */
  device(deviceId: string): [Camera, ...Camera[]];
  /**
   * A channel; -1 is the device itself, which a camera that is connected directly is.
   *
   * @throws IvmRefusal for a device or a channel that is not there
   */
  channel(ids: ChannelIds): Camera;
  /**
   * A channel with the access package.
   *
   * @throws IvmRefusal for one that is not there, and for a package that is closed or in arrears
   */
  accessible(ids: ChannelIds): Camera;
  /**
   * A channel that answers what the cloud asks it.
   *
   * @throws IvmRefusal for one that is not there, frozen or offline
   */
  answering(ids: ChannelIds): Camera;
};

export function createChannelFinder(states: CameraStates, now: () => Date): ChannelFinder {
  const device = (deviceId: string): [Camera, ...Camera[]] => {
    const [first, ...others] = states.present().filter((camera) => camera.deviceId === deviceId);
    if (first === undefined) throw new IvmRefusal('IVM.20000010');
    return [first, ...others];
  };
  const channel = ({ device_id: deviceId, channel_id: channelId }: ChannelIds): Camera => {
    const channels = device(deviceId);
    const camera = channelId === '-1' ? channels[0] : channels.find((one) => one.channelId === channelId);
    if (camera === undefined) throw new IvmRefusal('IVM.10022007');
    return camera;
  };
  return {
    isThere: (deviceId) => states.present().some((camera) => camera.deviceId === deviceId),
    device,
    channel,
    accessible: (ids) => {
      const camera = channel(ids);
      const { management } = states.packages(camera);
      if (management === 'CLOSED') throw new IvmRefusal('IVM.20020008');
      if (management === 'ARREAR') throw new IvmRefusal('IVM.20020009');
      return camera;
    },
    answering: (ids) => {
      const camera = channel(ids);
      if (states.isFrozen(camera)) throw new IvmRefusal('IVM.20000035');
      if (!states.isOnline(camera, now())) throw new IvmRefusal('IVM.20000043');
      return camera;
    },
  };
}

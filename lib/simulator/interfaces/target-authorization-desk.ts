import type { Route } from '../api-server.ts';
import type { Camera } from '../cameras.ts';
import { IvmRefusal } from '../ivm-refusal.ts';
import { makeOf, recognisesPersons } from './device-make.ts';
import type { Serve } from './operation-route.ts';
import type { Tenant } from './tenant.ts';

type State = 'OPENED' | 'CLOSED';

const itself = '-1';
const results = { done: '0', failed: '1' } as const;

/**
 * Which devices and channels may recognise persons (18). Those that have the algorithm have been allowed to before: they report
 * persons, whom nothing that is decided here keeps from being reported.
 */
export function createTargetAuthorizationRoutes(serve: Serve, { states, find, now }: Tenant): Route[] {
  const decided = new Map<string, State>();

  const holoDevice = (deviceId: string): [Camera, ...Camera[]] => {
    const channels = find.device(deviceId);
    if (channels[0].protocol === 'GB28181') throw new IvmRefusal('IVM.20020011');
    return channels;
  };
  /** A camera that is connected directly has one state with its channel. */
  const keyOf = (camera: Camera, channelId: string): string =>
    channelId === itself || makeOf(camera) === 'SDC' ? camera.deviceId : `${camera.deviceId}#${channelId}`;
  const stateOf = (camera: Camera, channelId: string): State =>
    decided.get(keyOf(camera, channelId)) ?? (recognisesPersons(camera) ? 'OPENED' : 'CLOSED');
  const answers = (camera: Camera): boolean => states.isOnline(camera, now()) && !states.isFrozen(camera);

  return [
    serve(
      'batchSetTargetAuthorization',
      (asked) => {
        const cameras = holoDevice(asked.device_id);
        const set = (channelId: string) => {
          const camera = cameras.find((one) => (channelId === itself || one.channelId === channelId) && answers(one));
          if (camera === undefined) return results.failed;
          decided.set(keyOf(camera, channelId), asked.state);
          return results.done;
        };
        const told = asked.channels.map((id) => ({ channel_id: id, channel_result: set(id) }));
        const isWhole = makeOf(cameras[0]) === 'SDC' && told.every((one) => one.channel_result === results.done);
        return {
          device_id: asked.device_id,
          device_result: cameras.some((camera) => answers(camera)) ? results.done : results.failed,
          // A camera that is connected directly has said all by then.
          ...(isWhole ? {} : { channels_result: told.filter((one) => one.channel_id !== itself) }),
        };
      },
      { channels: { tooFew: 'IVM.10020001', tooMany: 'IVM.10027006' } },
    ),
    serve('showTargetAuthorization', (asked) => {
      const [device] = holoDevice(asked.device_id);
      const camera = find.channel(asked);
      return {
        device_state: stateOf(device, itself),
        ...(asked.channel_id === itself ? {} : { channel_state: stateOf(camera, camera.channelId) }),
      };
    }),
  ];
}

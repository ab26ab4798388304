import type { Camera } from '../cameras.ts';
import { IvmRefusal } from '../ivm-refusal.ts';
import { instantOf } from '../local-time.ts';
import type { ChannelIds } from './find-channel.ts';
import type { RecordingPlans } from './recording-plans.ts';
import { createRecordings, type Recording, type Span } from './recordings.ts';
import { streamsOf } from './stream-abilities.ts';
import type { Tenant } from './tenant.ts';

type SpanAsked = { start_time: string; end_time: string };

/** What the interfaces that play something (9) look up first. All throw an IvmRefusal where there is nothing to play. */
export type MediaFinder = {
  /** A channel whose recordings in the cloud can be played: one with a package, not frozen. */
  playable(ids: ChannelIds): Camera;
  /** One that is online besides. */
  answering(ids: ChannelIds): Camera;
  /** One that can be reached from peer to peer besides: of a HoloSens device. */
  peer(ids: ChannelIds): Camera;
  /** Position of a stream; of the main one where none is named. */
  stream(camera: Camera, name: string | undefined): number;
  /** Recordings in the cloud, one at least. */
  inCloud(camera: Camera, asked: SpanAsked & { record_type?: string | undefined }): readonly Recording[];
  /** Recordings on the device, one at least. */
  onDevice(camera: Camera, asked: SpanAsked): readonly Recording[];
};

export function createMediaFinder(tenant: Tenant, plans: RecordingPlans): MediaFinder {
  const { states, find, now, timeZone } = tenant;
  const recordings = createRecordings(tenant, plans);

  const playable = (ids: ChannelIds): Camera => {
    const camera = find.accessible(ids);
    if (states.isFrozen(camera)) throw new IvmRefusal('IVM.20020007');
    return camera;
  };
  const answering = (ids: ChannelIds): Camera => {
    const camera = playable(ids);
    if (!states.isOnline(camera, now())) throw new IvmRefusal('IVM.20000043');
    return camera;
  };
  const spanOf = ({ start_time: start, end_time: end }: SpanAsked): Span => {
    const from = instantOf(start.replaceAll(/\D/g, ''), timeZone);
    if (from === undefined) throw new IvmRefusal('IVM.10020005');
    const until = instantOf(end.replaceAll(/\D/g, ''), timeZone);
    if (until === undefined) throw new IvmRefusal('IVM.10020006');
    if (from >= until) throw new IvmRefusal('IVM.10020007');
    return { fromMs: from.getTime(), untilMs: until.getTime() };
  };

  return {
    playable,
    answering,
    peer: (ids) => {
      if (find.device(ids.device_id)[0].protocol !== 'HOLO') throw new IvmRefusal('IVM.20020011');
      return answering(ids);
    },
    stream: (camera, name = 'PRIMARY_STREAM') => {
      const stream = streamsOf(camera).indexOf(name);
      if (stream === -1) throw new IvmRefusal('IVM.10026004');
      return stream;
    },
    inCloud: (camera, asked) => {
      const { record_type: type = 'ALL_RECORD' } = asked;
      const isWanted = ({ alarmType }: Recording) =>
        type === 'ALL_RECORD' || (type === 'NORMAL_RECORD') === (alarmType === undefined);
      return someOf(recordings.inCloud(camera, spanOf(asked)).filter((one) => isWanted(one)));
    },
    onDevice: (camera, asked) => someOf(recordings.onDevice(camera, spanOf(asked))),
  };
}

/** @throws IvmRefusal where there is none */
export function someOf(found: readonly Recording[]): readonly Recording[] {
  if (found.length === 0) throw new IvmRefusal('IVM.20020014');
  return found;
}

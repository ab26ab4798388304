import type * as z from 'zod';
import type { Operations } from '#lib/ivm/operations/operations.ts';
import type { Route } from '../api-server.ts';
import type { Camera } from '../cameras.ts';
import { type IvmCode, IvmRefusal } from '../ivm-refusal.ts';
import { type ChannelIds, named } from './find-channel.ts';
import type { Serve } from './operation-route.ts';
import {
  canSlice,
  frameRates,
  fullRates,
  profilesOf,
  sizesOf,
  streamAbilities,
  streamsOf,
} from './stream-abilities.ts';
import type { Tenant } from './tenant.ts';

type AskedSettings = z.output<Operations['setStreamDetail']['body']>;
type AskedStream = AskedSettings['stream_info'][number];
type Complete<Members> = { [Name in keyof Members]-?: Exclude<Members[Name], undefined> };
type Stream = Complete<AskedStream>;
type Settings = Complete<Omit<AskedSettings, 'stream_info'>> & { stream_info: Stream[] };

const notAble = 'IVM.20150003';

/** What the streams of HoloSens cameras can do and how they are set (17), kept in memory. */
export function createStreamRoutes(serve: Serve, { states, find, now }: Tenant): Route[] {
  const cameras = new Map<string, Settings>();

  const reached = (ids: ChannelIds, whenAway: IvmCode): Camera => {
    const camera = find.channel(ids);
    if (camera.protocol !== 'HOLO') throw new IvmRefusal('IVM.20150004');
    if (states.isFrozen(camera)) throw new IvmRefusal('IVM.20000035');
    if (!states.isOnline(camera, now())) throw new IvmRefusal(whenAway);
    return camera;
  };
  const keyOf = ({ deviceId, channelId }: Camera): string => `${deviceId}#${channelId}`;
  const settingsOf = (camera: Camera): Settings => cameras.get(keyOf(camera)) ?? usualSettings(camera);

  return [
    serve('showStreamAbility', (asked) => streamAbilities(reached(asked, 'IVM.20150001'))),
    serve('showStreamDetail', (asked) => {
      const camera = reached(asked, 'IVM.20150001');
      const { stream_info: streams, ...settings } = settingsOf(camera);
      return {
        ...settings,
        stream_info: streams
          .filter(({ stream_type: stream }) => stream < settings.stream_num)
          .map((stream) => ({ ...stream, definition: sizeOf(camera, stream).definition })),
      };
    }),
    serve(
      'setStreamDetail',
      (asked) => {
        const camera = reached(asked, 'IVM.20150002');
        cameras.set(keyOf(camera), changed(camera, settingsOf(camera), asked));
        return named(asked);
      },
      {
        encode_type: notAble,
        bit_rate_type: notAble,
        bit_rate: notAble,
        intelligence_encoding_level: notAble,
        profile: notAble,
        i_frame_interval: notAble,
        jpeg_quality: notAble,
        bit_rate_mode: notAble,
        pic_quality: notAble,
        mirror_mode: notAble,
      },
    ),
  ];
}

function usualSettings(camera: Camera): Settings {
  const streams = streamsOf(camera);
  const [fullRate = 0] = fullRates;
  return {
    stream_num: streams.length,
    stream_info: streams.map((_, stream) => {
      const [size] = sizesOf(camera, stream);
      return {
        // The main stream, or one of the two others.
        stream_type: stream as Stream['stream_type'],
        encode_type: 'H.264',
        resolution: size?.resolution ?? '',
        frame_rate: fullRate,
        bit_rate_type: 1,
        bit_rate: size?.bitRates.default ?? 0,
        intelligence_encoding_open: false,
        intelligence_encoding_level: 1,
        slice_encoding_open: false,
        layered_encoding_open: false,
        profile: 0,
        i_frame_interval: fullRate,
        jpeg_quality: 60,
        bit_rate_mode: 1,
        pic_quality: 1,
      };
    }),
    max_frame_rate: fullRate,
    corridor_mode_open: false,
    mirror_mode: 0,
    variable_bit_rate_open: false,
    variable_bit_rate: 2048,
    variable_frame_rate_open: false,
    variable_frame_rate: fullRate,
  };
}

/**
 * Settings with what was asked for in the place of what was; the rest stays, as far as it goes with it.
 *
 * @throws IvmRefusal for a stream that is off, and for what the camera is not able to do
 */
function changed(camera: Camera, before: Settings, asked: AskedSettings): Settings {
  const { stream_num: count, max_frame_rate: fullRate, stream_info: askedStreams } = asked;
  demand(count >= 1 && count <= streamsOf(camera).length && fullRates.includes(fullRate));
  demand(asked.corridor_mode_open !== true);
  if (askedStreams.some(({ stream_type: stream }) => stream >= count)) throw new IvmRefusal('IVM.20150002');
  const streams = before.stream_info.map((stream) => {
    const limited = { ...stream, frame_rate: Math.min(stream.frame_rate, fullRate) };
    const askedStream = askedStreams.find((one) => one.stream_type === stream.stream_type);
    return askedStream === undefined ? limited : changedStream(camera, limited, { ...askedStream, fullRate });
  });
  return { ...merged(before, { ...asked, stream_info: undefined }), stream_info: streams };
}

function changedStream(camera: Camera, before: Stream, asked: AskedStream & { fullRate: number }): Stream {
  const isRecoded = asked.encode_type !== before.encode_type;
  const recoded: Stream = isRecoded ? { ...before, profile: 0, slice_encoding_open: false } : before;
  const stream = merged(recoded, asked);
  const { bitRates } = sizeOf(camera, stream);
  const isResized = stream.resolution !== before.resolution;
  const bitRate = asked.bit_rate ?? (isResized ? bitRates.default : before.bit_rate);
  demand(bitRate >= bitRates.begin && bitRate <= bitRates.end);
  demand(frameRates(asked.fullRate).includes(stream.frame_rate));
  demand(profilesOf(stream.encode_type).includes(stream.profile));
  demand(!stream.slice_encoding_open || canSlice(stream.encode_type));
  return { ...stream, bit_rate: bitRate };
}

function sizeOf(camera: Camera, { stream_type: type, resolution }: Stream) {
  const size = sizesOf(camera, type).find((one) => one.resolution === resolution);
  if (size === undefined) throw new IvmRefusal(notAble);
  return size;
}

function demand(isAble: boolean): void {
  if (!isAble) throw new IvmRefusal(notAble);
}

type Some<Members> = { [Name in keyof Members]?: Members[Name] | undefined };

const merged = <Members extends object>(before: Members, asked: Some<Members>): Members =>
  Object.fromEntries(
    Object.entries(before).map(([name, value]) => [name, asked[name as keyof Members] ?? (value as unknown)]),
  ) as Members;

import type { Json, JsonObject } from '#lib/json/exact-json.ts';
import type { Camera } from '../cameras.ts';

type BitRates = { begin: number; end: number; default: number };
type Size = { resolution: string; width: number; definition: string; bitRates: BitRates };

const streamNames = ['PRIMARY_STREAM', 'SECONDARY_STREAM_1', 'SECONDARY_STREAM_2'] as const;
const sizes: readonly Size[] = [
  {
    resolution: '1920*1080',
    width: 1920,
    definition: '1080P',
    bitRates: { begin: 512, end: 8192, default: 2048 },
  },
  { resolution: '1280*720', width: 1280, definition: '720p', bitRates: { begin: 384, end: 4096, default: 1024 } },
  { resolution: '704*576', width: 704, definition: 'D1', bitRates: { begin: 256, end: 2048, default: 512 } },
  { resolution: '352*288', width: 352, definition: 'CIF', bitRates: { begin: 128, end: 1024, default: 512 } },
];
const smallestMainWidth = 1280;
/** What can be set as the greatest frame rate. */
export const fullRates: readonly number[] = [25, 30];
const encodings: readonly string[] = ['H.264', 'H.265', 'MJPEG'];

/** Streams of a camera: domes that speak HOLO have a third. */
export const streamsOf = ({ protocol, model }: Camera): readonly string[] =>
  streamNames.slice(0, protocol === 'HOLO' && model.startsWith('D') ? 3 : 2);

/** Sizes of one of the streams, the greatest first: the main one is never small, the others are never large. */
export const sizesOf = ({ imageWidth }: Camera, stream: number): Size[] =>
  sizes.filter(
    ({ width }) => (stream === 0 ? width >= smallestMainWidth : width < smallestMainWidth) && width <= imageWidth,
  );

/** Frame rates that a stream can have, down from the greatest one. */
export const frameRates = (fullRate: number): number[] => [
  fullRate,
  ...Array.from({ length: 20 }, (_, index) => 20 - index),
];

/** Profiles by encoding: of H.264 high, main and base, of H.265 main alone. */
export const profilesOf = (encoding: string): number[] => (encoding === 'H.264' ? [0, 1, 2] : [0]);

/** Whether frames can be encoded in slices. */
export const canSlice = (encoding: string): boolean => encoding === 'H.264';

/** All that the streams of a camera can do, as 17.1 tells it. */
export function streamAbilities(camera: Camera): JsonObject {
  const streams = streamsOf(camera);
  const channelNo = 101 + Number(camera.channelId);
  return {
    abilities: fullRates.map((fullRate) => ({
      stream_count: streams.length,
      max_frame_rate: fullRate,
      stream_info: streams.map((_, stream) => ({
        stream_type: stream,
        encode_mode: encodings.map((type) => ({
          type,
          resolution: sizesOf(camera, stream).map(({ resolution, bitRates }) => ({
            type: resolution,
            // Texts in the example, numbers in the table.
            frame_rate: frameRates(fullRate).map(String),
            bit_rate: { support: true, ...bitRates },
          })),
        })),
        support_crop: false,
        support_eptz: false,
      })),
    })),
    channel_no: channelNo,
    is_support_corridor_mode: false,
    is_support_water_mark: true,
    mirror_mode: { support: true, type: [0, 1, 2, 3] },
    variable_bit_rate: { support: true },
    variable_frame: { support: true },
    h264_info: encodingInfo('H.264', true),
    h265_info: encodingInfo('H.265', true),
    mjpeg_info: encodingInfo('MJPEG', false),
    digital_zoom_info: { support: false, max_zoom: 16 },
    roi_info: { support: true, roi_quality: { begin: 1, end: 10 } },
    vo_info: { support: true, param: { channel_no: String(channelNo) } },
    osd_info: { support: true },
    is_hide_sub_stream_for_main_mjpeg: false,
  };
}

const encodingInfo = (encoding: string, isVideo: boolean): Json => ({
  intelligence: { support: isVideo, type: [1, 2, 3, 4, 5] },
  is_support_slice: canSlice(encoding),
  is_support_layered_encoding: isVideo,
  profile_list: { support: isVideo, type: profilesOf(encoding) },
  i_frame_interval: { support: isVideo, begin: isVideo ? 1 : 0, end: isVideo ? 500 : 0 },
  bit_rate_info: {
    support: isVideo,
    // Counted from 1, as in the tables; the examples count from 0.
    bit_rate_type: [
      { type: 0, bit_rate_mode: [1, 2], pic_quality: null },
      { type: 1, bit_rate_mode: null, pic_quality: [1, 2, 3, 4, 5, 6] },
    ],
  },
  jpeg_quality: { begin: 1, end: 99 },
});

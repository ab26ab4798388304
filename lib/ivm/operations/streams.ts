import * as z from 'zod';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

const streamType = 'which of the streams: 0 the main one, 1 and 2 the others';
const mirrorMode = '0 not mirrored, 1 horizontally, 2 vertically, 3 both';
const bitRateMode = 'at a constant bit rate 1 prefers the frame rate, 2 the picture';
const pictureQuality = 'picture at a variable bit rate, 1 best to 6 worst';
const profileMeaning = 'profile: of H.264 0 high, 1 main, 2 base; of H.265 0 main';

const Support = told.object({
  support: told.flag.describe('whether it is there'),
});

const QualityRange = told.object({
  begin: told.whole.describe('least quality'),
  end: told.whole.describe('greatest quality'),
});

const BitRate = told.object({
  support: told.flag.describe('whether the bit rate can be set'),
  begin: told.whole.describe('least bit rate'),
  end: told.whole.describe('greatest bit rate'),
  default: told.whole.describe('bit rate unless set'),
});

const Resolution = told.object({
  type: told.text.describe('width and height with an asterisk between them'),
  frame_rate: told.list(told.whole).describe('frame rates'),
  bit_rate: BitRate.describe('bit rates at this resolution'),
});

const EncodeMode = told.object({
  type: told.oneOf('H.264', 'H.265', 'MJPEG').describe('encoding'),
  resolution: told.list(Resolution).describe('resolutions'),
});

const StreamAbility = told.object({
  stream_type: told.oneNumberOf(0, 1, 2).describe(streamType),
  encode_mode: told.list(EncodeMode).describe('encodings of the stream'),
  support_crop: told.flag.describe('whether the picture can be cropped'),
  support_eptz: told.flag.describe('whether it has a digital PTZ'),
});

const ChannelAbility = told.object({
  stream_count: told.whole.describe('how many streams there are'),
  max_frame_rate: told.whole.describe('greatest frame rate'),
  stream_info: told.list(StreamAbility).describe('what each stream can do'),
});

const MirrorMode = told.object({
  support: told.flag.describe('whether the picture can be mirrored'),
  type: told.list(told.whole).describe(mirrorMode),
});

const Intelligence = told.object({
  support: told.flag.describe('whether smart encoding is known'),
  type: told.list(told.whole).describe('kind of smart encoding'),
});

const Profiles = told.object({
  support: told.flag.describe('whether profiles can be chosen'),
  type: told.list(told.whole).describe(profileMeaning),
});

const IFrameInterval = told.object({
  support: told.flag.describe('whether the interval of I frames can be set'),
  begin: told.whole.describe('least interval of I frames'),
  end: told.whole.describe('greatest interval of I frames'),
});

const BitRateKind = told.object({
  type: told.whole.describe('kind of bit rate'),
  bit_rate_mode: told.list(told.whole).describe(bitRateMode),
  pic_quality: told.list(told.whole).describe(pictureQuality),
});

const BitRates = told.object({
  support: told.flag.describe('whether it can be set'),
  bit_rate_type: told.list(BitRateKind).describe('0 constant, 1 variable bit rate'),
});

const Encoding = told.object({
  intelligence: Intelligence.describe('smart encoding'),
  is_support_slice: told.flag.describe('whether frames can be encoded in slices'),
  is_support_layered_encoding: told.flag.describe('whether streams can be encoded in layers'),
  profile_list: Profiles.describe('profiles'),
  i_frame_interval: IFrameInterval.describe('interval of I frames'),
  bit_rate_info: BitRates.describe('bit rates'),
  jpeg_quality: QualityRange.describe('quality of JPEG'),
});

const DigitalZoom = told.object({
  max_zoom: told.whole.describe('greatest digital zoom'),
  support: told.flag.describe('whether it has a digital zoom'),
});

const Roi = told.object({
  support: told.flag.describe('whether a region of interest can be encoded better'),
  roi_quality: QualityRange.describe('quality of the region of interest'),
});

const AnalogueOutputLimits = told.object({
  channel_no: told.text.describe('number of the channel'),
});

const AnalogueOutput = told.object({
  param: AnalogueOutputLimits.describe('what the output can do'),
  support: told.flag.describe('whether it has an analogue output'),
});

/** What the settings of a stream mean, told and sent alike. */
const meaning = {
  stream_type: streamType,
  encode_type: 'encoding',
  resolution: 'width and height with an asterisk between them',
  frame_rate: 'frames a second',
  bit_rate_type: '0 constant, 1 variable bit rate; of H.264 and H.265',
  bit_rate: 'bit rate, or the greatest one where it varies',
  intelligence_encoding_open: 'whether smart encoding is on; of H.264 and H.265',
  intelligence_encoding_level: 'level of smart encoding, 1 to 5; of H.264 and H.265',
  slice_encoding_open: 'whether frames are encoded in slices; of H.264 and H.265',
  layered_encoding_open: 'whether streams are encoded in layers; of H.264 and H.265',
  profile: profileMeaning,
  i_frame_interval: 'interval of I frames, 1 to 500; of H.264 and H.265',
  jpeg_quality: 'quality of a JPEG, 1 to 99; of MJPEG',
  bit_rate_mode: bitRateMode,
  pic_quality: pictureQuality,
};

const StreamSettings = told.object({
  stream_type: told.oneNumberOf(0, 1, 2).describe(meaning.stream_type),
  encode_type: told.oneOf('H.264', 'H.265', 'MJPEG').describe(meaning.encode_type),
  resolution: told.text.describe(meaning.resolution),
  frame_rate: told.whole.describe(meaning.frame_rate),
  bit_rate_type: told.oneNumberOf(0, 1).describe(meaning.bit_rate_type),
  bit_rate: told.whole.describe(meaning.bit_rate),
  definition: told
    .oneOf('4K', '2K', '1080P', '720p', 'D1', 'CIF', 'QCIF')
    .describe('sharpness in words, as the cloud suggests'),
  intelligence_encoding_open: told.flag.describe(meaning.intelligence_encoding_open),
  intelligence_encoding_level: told.whole.describe(meaning.intelligence_encoding_level),
  slice_encoding_open: told.flag.describe(meaning.slice_encoding_open),
  layered_encoding_open: told.flag.describe(meaning.layered_encoding_open),
  profile: told.oneNumberOf(2, 1, 0).describe(meaning.profile),
  i_frame_interval: told.whole.describe(meaning.i_frame_interval),
  jpeg_quality: told.whole.describe(meaning.jpeg_quality),
  bit_rate_mode: told.oneNumberOf(1, 2).describe(meaning.bit_rate_mode),
  pic_quality: told.oneNumberOf(1, 2, 3, 4, 5, 6).describe(meaning.pic_quality),
});

const StreamSettingsInput = z.strictObject({
  stream_type: sent.oneNumberOf(0, 1, 2).describe(meaning.stream_type),
  // The reference calls it a number, yet lists these texts and sends one.
  encode_type: sent.oneOf('H.264', 'H.265').describe(meaning.encode_type),
  resolution: z.string().describe(meaning.resolution).optional(),
  frame_rate: z.int().describe(meaning.frame_rate).optional(),
  bit_rate_type: sent.oneNumberOf(0, 1).describe(meaning.bit_rate_type).optional(),
  bit_rate: sent.whole(512, 16384).describe(meaning.bit_rate).optional(),
  intelligence_encoding_open: z.boolean().describe(meaning.intelligence_encoding_open).optional(),
  intelligence_encoding_level: sent.whole(1, 5).describe(meaning.intelligence_encoding_level).optional(),
  slice_encoding_open: z.boolean().describe(meaning.slice_encoding_open).optional(),
  layered_encoding_open: z.boolean().describe(meaning.layered_encoding_open).optional(),
  profile: sent.oneNumberOf(2, 1, 0).describe(meaning.profile).optional(),
  i_frame_interval: sent.whole(1, 500).describe(meaning.i_frame_interval).optional(),
  jpeg_quality: sent.whole(1, 99).describe(meaning.jpeg_quality).optional(),
  bit_rate_mode: sent.oneNumberOf(1, 2).describe(meaning.bit_rate_mode).optional(),
  pic_quality: sent.oneNumberOf(1, 2, 3, 4, 5, 6).describe(meaning.pic_quality).optional(),
});

const countedTwice =
  'The tables count bit_rate_mode and pic_quality from 1, the examples from 0; cameras may do either.';

/** What the streams of HoloSens cameras can do, and how they are set (chapter 17). */
export const streams = {
  /**
   * Tells what the streams of a HoloSens camera can do: encodings, resolutions, frame rates and bit rates. These are
   * what setStreamDetail may be given (17.1).
   */
  showStreamAbility: operation({
    section: '17.1',
    summary: 'Tell what the streams of a channel can do.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/stream-ability',
    effect: 'read',
    protocols: ['HOLO'],
    notes: [countedTwice],
    parameters: sent.ofHoloChannel,
    query: sent.nothing,
    body: sent.nothing,
    reply: told.answer({
      abilities: told.list(ChannelAbility).describe('what the streams can do'),
      channel_no: told.whole.describe('number of the video channel'),
      is_support_corridor_mode: told.flag.describe('whether it knows the corridor mode'),
      is_support_water_mark: told.flag.describe('whether it knows watermarks'),
      mirror_mode: MirrorMode.describe('whether and how the picture can be mirrored'),
      variable_bit_rate: Support.describe('whether the bit rate can follow the scene'),
      variable_frame: Support.describe('whether the frame rate can follow the scene'),
      h264_info: Encoding.describe('what H.264 can do'),
      h265_info: Encoding.describe('what H.265 can do'),
      mjpeg_info: Encoding.describe('what MJPEG can do'),
      digital_zoom_info: DigitalZoom.describe('digital zoom'),
      roi_info: Roi.describe('region of interest'),
      vo_info: AnalogueOutput.describe('analogue output'),
      osd_info: Support.describe('texts over the picture'),
      is_hide_sub_stream_for_main_mjpeg: told.flag.describe(
        'whether the other streams are away while the main one is MJPEG',
      ),
    }),
  }),
  /**
   * Tells how each stream of a HoloSens camera is set. IVM.20150001 says that the settings could not be had (17.2).
   */
  showStreamDetail: operation({
    section: '17.2',
    summary: 'Tell how the streams of a channel are set.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/stream-detail',
    effect: 'read',
    protocols: ['HOLO'],
    notes: [countedTwice],
    parameters: sent.ofHoloChannel,
    query: sent.nothing,
    body: sent.nothing,
    reply: told.answer({
      stream_num: told.whole.describe('how many streams are on'),
      stream_info: told.list(StreamSettings).describe('settings of each stream'),
      max_frame_rate: told.whole.describe('greatest frame rate'),
      corridor_mode_open: told.flag.describe('whether the corridor mode is on'),
      mirror_mode: told.oneNumberOf(0, 1, 2, 3).describe(mirrorMode),
      variable_bit_rate_open: told.flag.describe('whether the bit rate follows the scene'),
      variable_bit_rate: told.whole.describe('bit rate while it does'),
      variable_frame_rate_open: told.flag.describe('whether the frame rate follows the scene'),
      variable_frame_rate: told.whole.describe('frame rate while it does'),
    }),
  }),
  /**
   * Sets the streams of a HoloSens camera, and gives the channel back. IVM.20150002 says that a stream can't be
   * changed, IVM.20150003 that it can't do what was asked, IVM.20150004 that the firmware knows no such settings
   * (17.3).
   */
  setStreamDetail: operation({
    section: '17.3',
    summary: 'Set the streams of a channel.',
    method: 'POST',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/stream-detail',
    effect: 'change',
    protocols: ['HOLO'],
    notes: [countedTwice, 'MJPEG can be read but not set, nor can the definition, which showStreamDetail tells.'],
    parameters: sent.ofHoloChannel,
    query: sent.nothing,
    body: z.strictObject({
      stream_num: z.int().describe('how many streams are on'),
      max_frame_rate: z.int().describe('greatest frame rate, one of those that showStreamAbility tells'),
      stream_info: z.array(StreamSettingsInput).describe('settings of each stream'),
      corridor_mode_open: z.boolean().describe('whether the corridor mode is on').optional(),
      mirror_mode: sent.oneNumberOf(0, 1, 2, 3).describe(mirrorMode).optional(),
      variable_bit_rate_open: z.boolean().describe('whether the bit rate follows the scene').optional(),
      variable_bit_rate: z.int().describe('bit rate while it does').optional(),
      variable_frame_rate_open: z.boolean().describe('whether the frame rate follows the scene').optional(),
      variable_frame_rate: z.int().describe('frame rate while it does').optional(),
    }),
    reply: told.answer(told.channelIds),
  }),
};

import * as z from 'zod';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

const trackTypes = ['CRUISE_TRACK', 'MODEL_TRACK', 'PAN_TRACK', 'TILT_TRACK'] as const;

const Preset = told.object({
  preset_index: told.whole.describe('number of the preset'),
  preset_name: told.text.describe('name of the preset'),
  jpg_base64: told.text.describe('picture of the preset as a JPEG in base64'),
});

const CruiseTrack = told.object(
  {
    cruises_id: told.whole.describe('id of the track'),
    cruises_name: told.text.describe('name of the track'),
    enable_cruise: told.oneOf('OPEN', 'CLOSE').describe('whether the camera follows the track'),
  },
  { cruise_name: 'cruises_name' },
);

const CruisePoint = told.object(
  {
    preset_index: told.whole.describe('number of the preset'),
    dwell_time: told.whole.describe('how long the camera stays at it'),
    speed_level: told.whole.describe('how fast it moves there'),
    jpg_base64: told.text.describe('picture of the track as a JPEG in base64'),
  },
  { dwel_time: 'dwell_time', speedLevel: 'speed_level' },
);

const CruisePointInput = z.strictObject({
  preset_index: sent.whole(1, 512).describe('number of the preset'),
  dwel_time: sent.whole(30, 3600).describe('how long the camera stays at it'),
  speed_level: sent.whole(0, 10).describe('how fast it moves there, 0 slowest'),
});

const ChangedCruisePointInput = z.strictObject({
  preset_index: sent.whole(1, 512).describe('number of the preset'),
  dwel_time: sent.whole(30, 3600).describe('how long the camera stays at it'),
  speedLevel: sent.whole(0, 10).describe('how fast it moves there, 0 slowest'),
});

/** Presets and the tracks between them (chapter 15). */
export const presets = {
  /** Lists the presets of a camera (15.1). */
  listPresets: operation({
    section: '15.1',
    summary: 'List the presets of a camera.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/preset-position',
    effect: 'read',
    protocols: ['HOLO'],
    parameters: sent.ofHoloChannel,
    query: sent.nothing,
    body: sent.nothing,
    reply: told.object({
      preset_positions: told.list(Preset).describe('presets of the camera'),
    }),
  }),
  /** Stores the current position as a preset (15.2). */
  createPreset: operation({
    section: '15.2',
    summary: 'Store the current position as a preset.',
    method: 'POST',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/preset-position',
    effect: 'change',
    protocols: ['HOLO'],
    notes: [
      'A picture is taken as preview of the preset.',
      'index (1-512) must be sent for directly connected devices and must be omitted otherwise.',
    ],
    isOnce: true,
    parameters: sent.ofHoloChannel,
    query: sent.nothing,
    body: z.strictObject({
      preset_name: sent
        .textOf(1, 128)
        .describe('name of the preset, of letters, digits, blanks, hyphens, underscores and full stops'),
      index: sent
        .whole(1, 512)
        .describe('number of the preset; for cameras that are connected directly, left out for all others')
        .optional(),
    }),
    reply: told.object({
      ...told.channelIds,
      preset_index: told.whole.describe('number of the preset'),
    }),
  }),
  /** Deletes a preset (15.3). */
  deletePreset: operation({
    section: '15.3',
    summary: 'Delete a preset.',
    method: 'DELETE',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/preset-position',
    effect: 'destroy',
    protocols: ['HOLO'],
    notes: ['HoloSens devices only.', 'DELETE with a JSON body.'],
    parameters: sent.ofHoloChannel,
    query: sent.nothing,
    body: z.strictObject({
      preset_index: sent.whole(1, 512).describe('number of the preset'),
    }),
    reply: told.object({
      ...told.channelIds,
      preset_index: told.whole.describe('number of the preset'),
    }),
  }),
  /** Overwrites a preset with the current position and a new name (15.4). */
  updatePreset: operation({
    section: '15.4',
    summary: 'Overwrite a preset with the current position and a new name.',
    method: 'PUT',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/preset-position',
    effect: 'change',
    protocols: ['HOLO'],
    notes: ['HoloSens devices only.', 'A picture is taken as preview of the preset.'],
    parameters: sent.ofHoloChannel,
    query: sent.nothing,
    body: z.strictObject({
      preset_index: sent.whole(1, 512).describe('number of the preset'),
      preset_name: sent
        .textOf(1, 128)
        .describe('name of the preset, of letters, digits, blanks, hyphens, underscores and full stops'),
    }),
    reply: told.object({
      ...told.channelIds,
      preset_index: told.whole.describe('number of the preset'),
      preset_name: told.text.describe('name of the preset'),
    }),
  }),
  /** Moves the camera to a preset (15.5). */
  moveToPreset: operation({
    section: '15.5',
    summary: 'Move the camera to a preset.',
    method: 'POST',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/preset-position/move',
    effect: 'change',
    protocols: ['HOLO'],
    notes: ['HoloSens devices only.', 'Needs a control token from 8.1.'],
    parameters: sent.ofHoloChannel,
    query: sent.nothing,
    body: z.strictObject({
      control_token: z.string().describe('token that acquirePtzLock gives'),
      preset_index: sent.numericText(1, 512).describe('number of the preset'),
    }),
    reply: told.object({
      ...told.channelIds,
    }),
  }),
  /** Lists the cruise tracks of a camera (15.6). */
  listCruiseTracks: operation({
    section: '15.6',
    summary: 'List the cruise tracks of a camera.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/cruise-track/list',
    effect: 'read',
    protocols: ['HOLO'],
    parameters: sent.ofHoloChannel,
    query: sent.nothing,
    body: sent.nothing,
    reply: told.object({
      ...told.channelIds,
      cruises_ids: told.list(CruiseTrack).describe('tracks of the camera'),
    }),
  }),
  /** Gets the details of one cruise track (15.7). */
  showCruiseTrack: operation({
    section: '15.7',
    summary: 'Get the details of one cruise track.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/cruise-track',
    effect: 'read',
    protocols: ['HOLO'],
    notes: ['HoloSens devices only.', 'Devices implement CRUISE_TRACK only; other types behave like it.'],
    parameters: sent.ofHoloChannel,
    query: z.strictObject({
      cruises_id: sent.whole(1, Number.MAX_SAFE_INTEGER).describe('id of the track, as listCruiseTracks tells it'),
    }),
    body: sent.nothing,
    reply: told.object({
      ...told.channelIds,
      cruises_id: told.whole.describe('id of the track'),
      cruise_type: told.oneOf(...trackTypes).describe('kind of the track; devices treat each as CRUISE_TRACK'),
      cruise_name: told.text.describe('name of the track'),
      cruise_points: told.list(CruisePoint).describe('presets of the track, in their order'),
    }),
  }),
  /** Creates a cruise track from presets (15.8). */
  createCruiseTrack: operation({
    section: '15.8',
    summary: 'Create a cruise track from presets.',
    method: 'POST',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/cruise-track',
    effect: 'change',
    protocols: ['HOLO'],
    isOnce: true,
    parameters: sent.ofHoloChannel,
    query: sent.nothing,
    body: z.strictObject({
      cruise_type: sent
        .oneOf(...trackTypes)
        .describe('kind of the track; send CRUISE_TRACK, since devices treat each as that'),
      cruise_name: sent
        .textOf(1, 128)
        .describe('name of the track, of letters, digits, blanks, hyphens, underscores and full stops'),
      cruise_points: z.array(CruisePointInput).min(1).describe('presets of the track, in their order; see listPresets'),
    }),
    reply: told.object({
      ...told.channelIds,
      cruises_id: told.whole.describe('id of the track'),
    }),
  }),
  /** Deletes a cruise track (15.9). */
  deleteCruiseTrack: operation({
    section: '15.9',
    summary: 'Delete a cruise track.',
    method: 'DELETE',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/cruise-track',
    effect: 'destroy',
    protocols: ['HOLO'],
    notes: ['HoloSens devices only.', 'DELETE with a JSON body.'],
    parameters: sent.ofHoloChannel,
    query: sent.nothing,
    body: z.strictObject({
      cruises_id: sent.whole(1, Number.MAX_SAFE_INTEGER).describe('id of the track, as listCruiseTracks tells it'),
    }),
    reply: told.object({
      ...told.channelIds,
      cruises_id: told.whole.describe('id of the track'),
    }),
  }),
  /** Replaces a cruise track (15.10). */
  updateCruiseTrack: operation({
    section: '15.10',
    summary: 'Replace a cruise track.',
    method: 'PUT',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/cruise-track',
    effect: 'change',
    protocols: ['HOLO'],
    alsoSentAs: { dwel_time: 'dwell_time', speedLevel: 'speed_level' },
    parameters: sent.ofHoloChannel,
    query: sent.nothing,
    body: z.strictObject({
      cruises_id: sent.whole(1, Number.MAX_SAFE_INTEGER).describe('id of the track, as listCruiseTracks tells it'),
      cruise_type: sent
        .oneOf(...trackTypes)
        .describe('kind of the track; send CRUISE_TRACK, since devices treat each as that'),
      cruise_name: sent
        .textOf(1, 128)
        .describe('name of the track, of letters, digits, blanks, hyphens, underscores and full stops'),
      cruise_points: z.array(ChangedCruisePointInput).describe('presets of the track, in their order'),
    }),
    reply: told.object({
      ...told.channelIds,
      cruises_id: told.whole.describe('id of the track'),
    }),
  }),
  /** Starts or stops a cruise track (15.11). */
  switchCruiseTrack: operation({
    section: '15.11',
    summary: 'Start or stop a cruise track.',
    method: 'PUT',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/cruise-track/enable',
    effect: 'change',
    protocols: ['HOLO'],
    parameters: sent.ofHoloChannel,
    query: sent.nothing,
    body: z.strictObject({
      cruises_id: sent.whole(1, Number.MAX_SAFE_INTEGER).describe('id of the track, as listCruiseTracks tells it'),
      enable_cruise: sent.oneOf('OPEN', 'CLOSE').describe('OPEN sets the camera going, CLOSE stops it'),
    }),
    reply: told.object({
      ...told.channelIds,
      cruises_id: told.whole.describe('id of the track'),
      enable_cruise: told.oneOf('OPEN', 'CLOSE').describe('OPEN sets the camera going, CLOSE stops it'),
    }),
  }),
};

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

const presetIndex = sent.whole(1, 512).describe('number of the preset');
const presetName = sent
  .textOf(1, 128)
  .describe('name of the preset, of letters, digits, blanks, hyphens, underscores and full stops');
const trackId = sent.whole(1, Number.MAX_SAFE_INTEGER).describe('id of the track, as listCruiseTracks tells it');

const speed = sent.whole(0, 10).describe('how fast it moves there, 0 slowest');
const pointMembers = {
  preset_index: presetIndex,
  // So the tables spell it; answers have dwell_time.
  dwel_time: sent.whole(30, 3600).describe('how long the camera stays at it; the unit is not documented'),
};
const CruisePointInput = z.strictObject({ ...pointMembers, speed_level: speed });
const ChangedCruisePointInput = z.strictObject({ ...pointMembers, speedLevel: speed });

const trackMembers = {
  cruise_type: sent
    .oneOf(...trackTypes)
    .describe('kind of the track; send CRUISE_TRACK, since devices treat each as that'),
  cruise_name: sent
    .textOf(1, 128)
    .describe('name of the track, of letters, digits, blanks, hyphens, underscores and full stops'),
};

const toldPreset = { ...told.channelIds, preset_index: told.whole.describe('number of the preset') };
const toldTrack = { ...told.channelIds, cruises_id: told.whole.describe('id of the track') };

/** Presets and the tracks between them (chapter 15). */
export const presets = {
  /** Lists the presets of a camera, each with a picture of what it shows (15.1). */
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
    reply: told.answer({
      preset_positions: told.list(Preset).describe('presets of the camera'),
    }),
  }),
  /** Stores where the camera looks now as a preset, with a picture of it, and gives its number (15.2). */
  createPreset: operation({
    section: '15.2',
    summary: 'Store the current position as a preset.',
    method: 'POST',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/preset-position',
    effect: 'change',
    protocols: ['HOLO'],
    notes: ['A camera that is connected directly must be told the number, any other must not.'],
    isOnce: true,
    parameters: sent.ofHoloChannel,
    query: sent.nothing,
    body: z.strictObject({
      preset_name: presetName,
      index: sent
        .whole(1, 512)
        .describe('number of the preset; for cameras that are connected directly, left out for all others')
        .optional(),
    }),
    reply: told.answer(toldPreset),
  }),
  /** Deletes a preset. The number goes with the request as a body (15.3). */
  deletePreset: operation({
    section: '15.3',
    summary: 'Delete a preset.',
    method: 'DELETE',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/preset-position',
    effect: 'destroy',
    protocols: ['HOLO'],
    parameters: sent.ofHoloChannel,
    query: sent.nothing,
    body: z.strictObject({
      preset_index: presetIndex,
    }),
    reply: told.answer(toldPreset),
  }),
  /** Puts what the camera looks at now, and a name, in the place of a preset (15.4). */
  updatePreset: operation({
    section: '15.4',
    summary: 'Store the current position and a name in place of a preset.',
    method: 'PUT',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/preset-position',
    effect: 'change',
    protocols: ['HOLO'],
    notes: ['A new picture of it is taken.'],
    parameters: sent.ofHoloChannel,
    query: sent.nothing,
    body: z.strictObject({
      preset_index: presetIndex,
      preset_name: presetName,
    }),
    reply: told.answer({
      ...toldPreset,
      preset_name: told.text.describe('name of the preset'),
    }),
  }),
  /**
   * Turns the camera to a preset. It takes the token of `acquirePtzLock`: IVM.20002001 says that it has ended,
   * IVM.20002009 that it is none (15.5).
   */
  moveToPreset: operation({
    section: '15.5',
    summary: 'Move the camera to a preset.',
    method: 'POST',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/preset-position/move',
    effect: 'change',
    protocols: ['HOLO'],
    notes: ['It takes the token that acquirePtzLock gives.'],
    parameters: sent.ofHoloChannel,
    query: sent.nothing,
    body: z.strictObject({
      control_token: z.string().describe('token that acquirePtzLock gives'),
      preset_index: sent.numericText(1, 512).describe('number of the preset'),
    }),
    reply: told.answer(told.channelIds),
  }),
  /** Lists the tracks of a camera, and whether it follows each (15.6). */
  listCruiseTracks: operation({
    section: '15.6',
    summary: 'List the tracks of a camera.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/cruise-track/list',
    effect: 'read',
    protocols: ['HOLO'],
    parameters: sent.ofHoloChannel,
    query: sent.nothing,
    body: sent.nothing,
    reply: told.answer({
      ...told.channelIds,
      cruises_ids: told.list(CruiseTrack).describe('tracks of the camera'),
    }),
  }),
  /** Tells where one track leads, how long the camera stays at each preset and how fast it moves (15.7). */
  showCruiseTrack: operation({
    section: '15.7',
    summary: 'Tell where a track leads.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/cruise-track',
    effect: 'read',
    protocols: ['HOLO'],
    notes: ['Devices know CRUISE_TRACK alone, and treat every other kind as that.'],
    parameters: sent.ofHoloChannel,
    query: z.strictObject({
      cruises_id: trackId,
    }),
    body: sent.nothing,
    reply: told.answer({
      ...toldTrack,
      cruise_type: told.oneOf(...trackTypes).describe('kind of the track; devices treat each as CRUISE_TRACK'),
      cruise_name: told.text.describe('name of the track'),
      cruise_points: told.list(CruisePoint).describe('presets of the track, in their order'),
    }),
  }),
  /** Creates a track that leads through presets, and gives its id; the camera does not follow it yet (15.8). */
  createCruiseTrack: operation({
    section: '15.8',
    summary: 'Create a track through presets.',
    method: 'POST',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/cruise-track',
    effect: 'change',
    protocols: ['HOLO'],
    isOnce: true,
    parameters: sent.ofHoloChannel,
    query: sent.nothing,
    body: z.strictObject({
      ...trackMembers,
      cruise_points: z.array(CruisePointInput).min(1).describe('presets of the track, in their order; see listPresets'),
    }),
    reply: told.answer(toldTrack),
  }),
  /** Deletes a track. Its id goes with the request as a body (15.9). */
  deleteCruiseTrack: operation({
    section: '15.9',
    summary: 'Delete a track.',
    method: 'DELETE',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/cruise-track',
    effect: 'destroy',
    protocols: ['HOLO'],
    parameters: sent.ofHoloChannel,
    query: sent.nothing,
    body: z.strictObject({
      cruises_id: trackId,
    }),
    reply: told.answer(toldTrack),
  }),
  /** Replaces a track. The reference spells stay and speed in two ways here, so both spellings are sent (15.10). */
  updateCruiseTrack: operation({
    section: '15.10',
    summary: 'Replace a track.',
    method: 'PUT',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/cruise-track',
    effect: 'change',
    protocols: ['HOLO'],
    alsoSentAs: { dwel_time: 'dwell_time', speedLevel: 'speed_level' },
    parameters: sent.ofHoloChannel,
    query: sent.nothing,
    body: z.strictObject({
      cruises_id: trackId,
      ...trackMembers,
      cruise_points: z.array(ChangedCruisePointInput).describe('presets of the track, in their order'),
    }),
    reply: told.answer(toldTrack),
  }),
  /** Has the camera follow a track, or stop (15.11). */
  switchCruiseTrack: operation({
    section: '15.11',
    summary: 'Start or stop a track.',
    method: 'PUT',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/cruise-track/enable',
    effect: 'change',
    protocols: ['HOLO'],
    parameters: sent.ofHoloChannel,
    query: sent.nothing,
    body: z.strictObject({
      cruises_id: trackId,
      enable_cruise: sent.oneOf('OPEN', 'CLOSE').describe('OPEN sets the camera going, CLOSE stops it'),
    }),
    reply: told.answer({
      ...toldTrack,
      enable_cruise: told.oneOf('OPEN', 'CLOSE').describe('OPEN sets the camera going, CLOSE stops it'),
    }),
  }),
};

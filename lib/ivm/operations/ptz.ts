import * as z from 'zod';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

/** Turning and zooming (chapter 8). */
export const ptz = {
  /** Takes control of a camera, and gives the token that commands need (8.1). */
  acquirePtzLock: operation({
    section: '8.1',
    summary: 'Acquire PTZ control of a channel and receive a control token.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/control-lock',
    effect: 'change',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'A GET with a side effect: it takes the lock.',
      'The token is valid for two minutes and is renewed by every PTZ command.',
    ],
    isOnce: true,
    parameters: sent.ofChannel,
    query: sent.nothing,
    body: sent.nothing,
    reply: told.object({
      control_token: told.text.describe('token for the commands, good for two minutes, which each use prolongs'),
    }),
  }),
  /** Releases PTZ control of a channel (8.2). */
  releasePtzLock: operation({
    section: '8.2',
    summary: 'Release PTZ control of a channel.',
    method: 'POST',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/control-lock',
    effect: 'change',
    protocols: ['HOLO', 'GB28181'],
    notes: ['POST without a body; no control token is sent.'],
    parameters: sent.ofChannel,
    query: sent.nothing,
    body: sent.nothing,
    reply: told.object({
      ...told.channelIds,
    }),
  }),
  /** Sends a PTZ command (move in eight directions, zoom, focus, iris) (8.3). */
  controlPtz: operation({
    section: '8.3',
    summary: 'Send a PTZ command (move in eight directions, zoom, focus, iris).',
    method: 'POST',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/ptz/angle-spin',
    effect: 'change',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'Leave at least 300 ms between consecutive commands: HoloSens SDC cameras may crash or keep turning otherwise.',
      'POINT mode (default) stops by itself; NON_POINT keeps moving until STOP / ZOOM_STOP / FI_STOP.',
      'GB devices support NON_POINT only; directly connected cameras (except the E series) need NON_POINT for focus and zoom.',
      'HoloSens cameras attached with the Huawei protocol do not stop zoom or focus by themselves even in POINT mode.',
      'speed is 1-10, default 10. heartbeat_mode matters for E-series cameras only (default off).',
      'Diagonal directions and AUTO_FOCUS need device version 10.0 or later.',
    ],
    isOnce: true,
    parameters: sent.ofChannel,
    query: sent.nothing,
    body: z.strictObject({
      direction: sent
        .oneOf(
          'LEFT',
          'UP',
          'RIGHT',
          'DOWN',
          'UPPER_LEFT',
          'UPPER_RIGHT',
          'LOWER_LEFT',
          'LOWER_RIGHT',
          'STOP',
          'IN',
          'OUT',
          'ZOOM_STOP',
          'FOCUS_FAR',
          'FOCUS_NEAR',
          'AUTO_FOCUS',
          'IRIS_OPEN',
          'IRIS_CLOSE',
          'FI_STOP',
        )
        .describe('where to turn, or what zoom, focus and iris do; diagonals and AUTO_FOCUS need firmware 10.0'),
      control_lock: z.string().describe('token that acquirePtzLock gives; each command prolongs it'),
      speed: sent.whole(1, 10).describe('how fast to move; 10 where left out').optional(),
      mode: sent
        .oneOf('POINT', 'NON_POINT')
        .describe(
          'POINT one step, NON_POINT until it is stopped; GB/T 28181 and the focus and zoom of cameras that are connected directly know NON_POINT alone; POINT where left out',
        )
        .optional(),
      heartbeat_mode: sent
        .oneOf('OPEN', 'CLOSE')
        .describe('OPEN keeps cameras of the E series moving; CLOSE where left out')
        .optional(),
    }),
    reply: told.object({
      ...told.channelIds,
    }),
  }),
};

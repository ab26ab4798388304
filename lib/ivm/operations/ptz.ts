import * as z from 'zod';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

/** Turning and zooming (chapter 8). */
export const ptz = {
  /**
   * Takes control of a camera, and gives the token that commands need. IVM.20002008 says that the camera can not be
   * turned (8.1).
   */
  acquirePtzLock: operation({
    section: '8.1',
    summary: 'Take control of a camera.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/control-lock',
    effect: 'change',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'It is a GET that takes the control from whoever has it.',
      'The token is good for two minutes, and each command prolongs it.',
    ],
    isOnce: true,
    parameters: sent.ofChannel,
    query: sent.nothing,
    body: sent.nothing,
    reply: told.answer({
      control_token: told.text.describe('token for the commands, good for two minutes, which each use prolongs'),
    }),
  }),
  /** Gives the control of a camera back; it takes no token (8.2). */
  releasePtzLock: operation({
    section: '8.2',
    summary: 'Give the control of a camera back.',
    method: 'POST',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/control-lock',
    effect: 'change',
    protocols: ['HOLO', 'GB28181'],
    parameters: sent.ofChannel,
    query: sent.nothing,
    body: sent.nothing,
    reply: told.answer(told.channelIds),
  }),
  /**
   * Turns, zooms or focuses a camera, or stops it. IVM.20002001 says that the token has ended, IVM.20002009 that it
   * is none, IVM.20002007 that the command is none (8.3).
   */
  controlPtz: operation({
    section: '8.3',
    summary: 'Turn, zoom or focus a camera, or stop it.',
    method: 'POST',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/ptz/angle-spin',
    effect: 'change',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'Leave 300 ms between two commands: some cameras crash otherwise, or go on turning.',
      'In POINT a camera stops by itself, but for the focus and zoom of those that speak the protocol of Huawei.',
      'STOP ends turning, ZOOM_STOP the zoom, FI_STOP focus and iris.',
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
          'POINT a step, as where left out, NON_POINT until it is stopped; GB/T 28181 and directly connected focus and zoom know NON_POINT alone',
        )
        .optional(),
      heartbeat_mode: sent
        .oneOf('OPEN', 'CLOSE')
        .describe('OPEN keeps cameras of the E series moving; CLOSE where left out')
        .optional(),
    }),
    reply: told.answer(told.channelIds),
  }),
};

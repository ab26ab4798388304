import * as z from 'zod';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

const camerasOnly = 'Knows cameras (SDC) that are connected to IVM directly, and no others.';

/** Passwords of devices (chapter 16). */
export const securityKeys = {
  /**
   * Tells whether a camera has a password yet, which decides whether `setSecurityKey` has to be told the present one.
   * IVM.20140008 refuses what is no SDC, IVM.20140001 a camera that does not answer (16.1).
   */
  showSecurityKeyState: operation({
    section: '16.1',
    summary: 'Tell whether the password of a camera is still to be set.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/security-key',
    effect: 'read',
    protocols: ['HOLO'],
    notes: [camerasOnly],
    parameters: sent.ofHoloChannel,
    query: sent.nothing,
    body: sent.nothing,
    reply: told.answer({
      security_key_state: told.oneOf('SET', 'MODIFY').describe('SET where no password is set yet, MODIFY where one is'),
    }),
  }),
  /**
   * Gives a camera its first password, or another one. IVM.20140004 says that the new one is weak, IVM.20140005 that it
   * is the old one, IVM.20140006 that the present one is wrong; IVM.20140009 is a user that the camera has locked (16.2).
   */
  setSecurityKey: operation({
    section: '16.2',
    summary: 'Set or replace the password of a camera.',
    method: 'PUT',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/security-key',
    effect: 'destroy',
    protocols: ['HOLO'],
    notes: [
      camerasOnly,
      'The new password must not be the user name read backwards, either.',
      'The present password is documented as required, and as needless where none is set: send an empty text then.',
    ],
    parameters: sent.ofHoloChannel,
    query: sent.nothing,
    body: z.strictObject({
      current_security_key: z.string().describe('present password; empty where none is set yet'),
      new_security_key: sent
        .textOf(8, 20)
        .describe(
          'new password, of two kinds of characters at least: capitals, small letters, digits, others; not the user name',
        ),
    }),
    reply: told.answer(told.channelIds),
  }),
};

import * as z from 'zod';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

const AuthorizedChannel = told.object({
  channel_id: told.text.describe('id of the channel'),
  channel_result: told.oneOf('0', '1').describe('0 done, 1 failed'),
});

const resultsOf = (reply: {
  device_result?: string | undefined;
  channels_result: readonly { channel_id?: string | undefined; channel_result?: string | undefined }[];
}) => [
  ...(reply.device_result === undefined
    ? []
    : [{ channel_id: '-1', result: told.outcomeOfDigit(reply.device_result) }]),
  ...reply.channels_result.map(({ channel_id, channel_result: digit }) => ({
    channel_id,
    result: told.outcomeOfDigit(digit),
  })),
];

/** Which devices and channels may recognise persons (chapter 18). */
export const targetAuthorization = {
  /**
   * Allows or forbids channels of a device whatever recognises persons: taking their pictures, comparing them with
   * groups of targets, and alarms and attendance that follow from it. The answer is 200 whatever became of the channels:
   * each of them, and the device as channel -1, is in `results` (18.1).
   */
  batchSetTargetAuthorization: operation({
    section: '18.1',
    summary: 'Allow or forbid channels of a device to recognise persons.',
    method: 'PUT',
    path: '/v1/{user_id}/devices/{device_id}/channels/targets/authorization',
    effect: 'destroy',
    protocols: ['HOLO'],
    notes: [
      'Whoever is concerned must have given a signed consent before.',
      'The device changes only if -1 is among the channels.',
      'A camera that is connected directly has one state with its channel, and may answer without channels_result.',
    ],
    parameters: sent.ofDevice,
    query: sent.nothing,
    body: z.strictObject({
      state: sent.oneOf('OPENED', 'CLOSED').describe('OPENED allows it, CLOSED forbids it'),
      channels: z
        .array(sent.holoChannelId(-1))
        .min(1)
        .max(65)
        .describe('ids of channels; -1 is the device itself; ["0"] for a camera that is connected directly'),
    }),
    outcomes: ['results'],
    reply: told
      .answer({
        device_id: told.text.describe('id of the device'),
        device_result: told.oneOf('0', '1').describe('0 done, 1 failed'),
        channels_result: told.list(AuthorizedChannel).describe('what became of each channel'),
      })
      // The device and its channels alike, as all other batches tell their items.
      .transform((reply) => ({ ...reply, results: resultsOf(reply) })),
  }),
  /** Tells whether a device and one of its channels may recognise persons (18.2). */
  showTargetAuthorization: operation({
    section: '18.2',
    summary: 'Tell whether a device and a channel may recognise persons.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/targets/authorization',
    effect: 'read',
    protocols: ['HOLO'],
    notes: ['Channel -1 asks about the device alone.'],
    parameters: sent.ofHoloChannel,
    query: sent.nothing,
    body: sent.nothing,
    reply: told.answer({
      device_state: told.oneOf('OPENED', 'CLOSED').describe('OPENED where the device may, CLOSED where it may not'),
      channel_state: told.oneOf('OPENED', 'CLOSED').describe('OPENED where the channel may, CLOSED where it may not'),
    }),
  }),
};

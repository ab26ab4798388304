import * as z from 'zod';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

/** Pictures on demand (10.3). */
export const snapshots = {
  /**
   * Takes a picture of a channel, and gives the picture itself or the address that it is kept at. That address is
   * reserved beforehand: it comes even where no picture does, and only fetching it shows which. IVM.20040009 says that
   * the channel was asked within the last 10 seconds, IVM.20040010 that its device takes no pictures, IVM.20040011 that
   * there is no picture at the address (10.3.1).
   */
  snapDevice: operation({
    section: '10.3.1',
    summary: 'Take a picture of a channel now.',
    method: 'GET',
    path: '/v1/{user_id}/devices/snap',
    // A GET that makes the camera work all the same.
    effect: 'change',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'A channel takes one picture in 10 seconds.',
      'An address comes whether or not the picture could be taken; where it was not, fetching it fails.',
      'The address wants the Access-Token header, and answers with the bytes or with JSON that has them as pic_data.',
    ],
    isOnce: true,
    parameters: sent.nothing,
    query: z.strictObject({
      ...sent.channelIds,
      storage: sent
        .oneOf('true', 'false')
        .describe('true: the cloud keeps the picture and an address comes; false: the picture itself comes in base64'),
    }),
    body: sent.nothing,
    reply: told.answer({
      pic_url: told.text.describe('address of the picture where it was to be kept, empty otherwise'),
      pic_data: told.text.describe('picture in base64 where it was not to be kept, empty otherwise'),
    }),
  }),
};

import * as z from 'zod';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

/** Pictures on demand (10.3). */
export const snapshots = {
  /** Takes a picture of a channel, and gives the picture itself or the address that it is kept at (10.3.1). */
  snapDevice: operation({
    section: '10.3.1',
    summary: 'Take a snapshot on a channel and return either a stored picture URL or the picture itself.',
    method: 'GET',
    path: '/v1/{user_id}/devices/snap',
    effect: 'change',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'At most one call per channel in 10 seconds (IVM.20040009 otherwise).',
      'storage=true returns pic_url, storage=false returns base64 in pic_data; the other field is an empty string.',
      'pic_url is reserved in advance and returned even if the snapshot fails; the later download then fails.',
      'Fetching pic_url needs the Access-Token header and answers either JSON {"pic_data": base64} or raw binary.',
      'Route clash: this literal path also matches GET /v1/{user_id}/devices/{device_id} (6.1).',
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
    reply: told.object({
      pic_url: told.text.describe('address of the picture where it was to be kept; it takes the token'),
      pic_data: told.text.describe('picture in base64 where it was not to be kept'),
    }),
  }),
};

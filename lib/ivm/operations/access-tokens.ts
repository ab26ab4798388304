import * as z from 'zod';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

/** The token that all other operations are called with (chapter 4). */
export const accessTokens = {
  /**
   * Gives an access token for the keys of an enterprise, and how long it still lives: a token is to be kept and used
   * again, not asked for with each call. IVM.10020022 says that no enterprise has these keys, IVM.10020020 and
   * IVM.10020021 that one of them has not the right form (4.1).
   */
  createAccessToken: operation({
    section: '4.1',
    summary: 'Get an access token for the keys of an enterprise.',
    method: 'POST',
    // The overview of the reference says v1; the section and its example say v2.
    path: '/v2/{user_id}/enterprises/access-token',
    effect: 'change',
    notes: [
      'It is the only interface that is called without a token.',
      'Two tokens at most are valid for a pair of keys at a time, each of them for seven days.',
      'The keys come from the console of IVM; those of Huawei Cloud IAM do not work, and personal accounts have none.',
    ],
    isOpen: true,
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      ak: sent.textOf(1, 64).describe('access key of the enterprise, letters, digits and hyphens'),
      sk: sent.textOf(1, 64).describe('secret key of the enterprise, letters, digits and hyphens'),
      force_update: z
        .boolean()
        .describe('asks for a second token; heeded only where one token is held that lives two days at most')
        .optional(),
    }),
    reply: told.answer({
      access_token: told.text.describe('token for the header Access-Token'),
      expire_time: told.text.describe('how long it still lives, in seconds'),
    }),
  }),
};

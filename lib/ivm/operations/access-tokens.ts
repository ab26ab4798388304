import * as z from 'zod';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

/** The token that all other operations are called with (chapter 4). */
export const accessTokens = {
  /** Exchanges an enterprise AK/SK pair for a northbound AccessToken (4.1). */
  createAccessToken: operation({
    section: '4.1',
    summary: 'Exchange an enterprise AK/SK pair for a northbound AccessToken.',
    method: 'POST',
    path: '/v2/{user_id}/enterprises/access-token',
    effect: 'change',
    notes: [
      'The only interface that takes no Access-Token header.',
      'An AK/SK pair may hold at most two valid tokens at once; each token lives seven days.',
      'force_update yields a new token only when the AK currently holds exactly one token and that token has two days or less left; in every other situation the flag is ignored.',
      'expire_time in the response is the remaining lifetime in seconds, delivered as a string.',
      'The AK/SK must be issued by the IVM console (an enterprise keeps at most two pairs); Huawei Cloud IAM AK/SK are not accepted, nor can personal accounts call the API.',
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
    reply: told.object({
      access_token: told.text.describe('token for the header Access-Token'),
      expire_time: told.text.describe('how long it still lives, in seconds'),
    }),
  }),
};

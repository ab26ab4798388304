import * as z from 'zod';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

const subscriptionTypes = [
  'DEVICE_ALARM',
  'DEVICE_EXCEPTION',
  'DEVICE_UNBIND',
  'TARGET_DATA',
  'THIRD_DATA',
  'VEHICLE_DATA',
  'HEAD_SHOULDER_DATA',
  'BEHAVIOR_ANALYSIS_DATA',
  'MICRO_CHECKPOINT_DATA',
] as const;

const ofSubscription = z.strictObject({
  subscription_type: sent
    .oneOf(...subscriptionTypes)
    .describe('kind of messages; DEVICE_EXCEPTION brings device_status, every other one messages of its own name'),
});

/** Where IVM posts its messages to (10.1). */
export const callbacks = {
  /** Creates or updates the callback URL for one subscription type (10.1.1). */
  setCallback: operation({
    section: '10.1.1',
    summary: 'Create or update the callback URL for one subscription type.',
    method: 'POST',
    path: '/v1/{user_id}/messages/callback',
    effect: 'destroy',
    notes: [
      'One URL per subscription_type; posting again replaces it.',
      'Saving triggers a probe POST {"message_id": <int64>, "test": true}; the configuration is refused if the endpoint does not answer 200 within 5 seconds. There is no retry.',
      'Callbacks are HTTP(S) POSTs of application/json and must be answered with HTTP 200 within 5 seconds; acknowledge first, process afterwards.',
      'Circuit breaker: after 6 or more consecutive failures (timeout over 5 s or status other than 200) nothing is pushed to that URL for 10 minutes; calling this interface again resets it.',
      'Messages arrive only if the channel has the access (view) service and the industry data flow service.',
      'With auth_key set, each push carries X-Ivm-Timestamp (10-digit UNIX seconds) and X-Ivm-Signature = SHA-256 of callback_url|timestamp|auth_key (joined by vertical bars).',
      'auth_key is 6-18 characters; optional but recommended. callback_url is 1-256 characters without Chinese.',
    ],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      callback_url: sent
        .textOf(1, 256)
        .describe('address that messages are posted to, http or https, nothing Chinese in it'),
      subscription_type: sent
        .oneOf(...subscriptionTypes)
        .describe('kind of messages; DEVICE_EXCEPTION brings device_status, every other one messages of its own name'),
      auth_key: sent
        .textOf(6, 18)
        .describe('key that callbacks are signed with; without one they are not signed')
        .optional(),
    }),
    reply: told.object({
      callback_url: told.text.describe('address that messages are posted to'),
      create_time: told.text.describe('when it was made'),
      subscription_type: told
        .oneOf(...subscriptionTypes)
        .describe('kind of messages; DEVICE_EXCEPTION brings device_status, every other one messages of its own name'),
    }),
  }),
  /** Deletes the callback URL of one subscription type (10.1.2). */
  deleteCallback: operation({
    section: '10.1.2',
    summary: 'Delete the callback URL of one subscription type.',
    method: 'DELETE',
    path: '/v1/{user_id}/messages/callback',
    effect: 'destroy',
    notes: ['subscription_type travels in the query string.'],
    parameters: sent.nothing,
    query: ofSubscription,
    body: sent.nothing,
    reply: told.object({
      subscription_type: told
        .oneOf(...subscriptionTypes)
        .describe('kind of messages; DEVICE_EXCEPTION brings device_status, every other one messages of its own name'),
    }),
  }),
  /** Reads the callback configuration of one subscription type (10.1.3). */
  showCallback: operation({
    section: '10.1.3',
    summary: 'Read the callback configuration of one subscription type.',
    method: 'GET',
    path: '/v1/{user_id}/messages/callback',
    effect: 'read',
    notes: [
      'Returns an empty object {} with HTTP 200 when no URL is configured.',
      'auth_key is returned in clear text.',
    ],
    parameters: sent.nothing,
    query: ofSubscription,
    body: sent.nothing,
    reply: told.object({
      callback_url: told.text.describe('address that messages are posted to'),
      create_time: told.text.describe('when it was made'),
      update_time: told.text.describe('when it was changed last'),
      subscription_type: told
        .oneOf(...subscriptionTypes)
        .describe('kind of messages; DEVICE_EXCEPTION brings device_status, every other one messages of its own name'),
      auth_key: told.text.describe('key that callbacks are signed with, in clear'),
    }),
  }),
};

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
    .describe(
      'kind of messages: DEVICE_EXCEPTION brings device_status, all others their own name in lower case; ' +
        'DEVICE_UNBIND is of packages that end as well, VEHICLE_DATA of riders and people, too',
    ),
});

const subscriptionType = told.oneOf(...subscriptionTypes).describe('kind of messages');

/** What is told of a callback, be it a new one or one that is there. */
const callbackMembers = {
  callback_url: told.text.describe('address that messages are posted to'),
  create_time: told.text.describe('when it was made'),
  subscription_type: subscriptionType,
};

/** The addresses that IVM posts its messages to, one for each kind of them (10.1). */
export const callbacks = {
  /**
   * Sets the address that messages of a kind are posted to, in place of the one that was there. IVM posts a trial to
   * it at once and takes only what answers: IVM.20050005 says that the address did not, IVM.20050003 that it is none,
   * IVM.10027061 that the key has not the right form (10.1.1).
   */
  setCallback: operation({
    section: '10.1.1',
    summary: 'Set the address that messages of one kind are posted to.',
    method: 'POST',
    path: '/v1/{user_id}/messages/callback',
    // It replaces a key, and decides who is sent the messages.
    effect: 'destroy',
    notes: [
      'There is one address for each kind of messages; another one takes its place.',
      'The trial is {"message_id": ..., "test": true}, without the other members of a message.',
      'Trial and messages have to be answered with 200 within 5 seconds, and are not sent again otherwise.',
      'After 6 failures in a row nothing is posted to the address for 10 minutes, unless it is set anew.',
      'Messages come only of channels with the access service and the industry data service.',
      'With a key, X-Ivm-Signature is the SHA-256 of callback_url|timestamp|auth_key, X-Ivm-Timestamp the time in it.',
    ],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      callback_url: sent
        .textOf(1, 256)
        .describe('address that messages are posted to, http or https, nothing Chinese in it'),
      ...ofSubscription.shape,
      auth_key: sent
        .textOf(6, 18)
        .describe('key that callbacks are signed with; without one they are not signed')
        .optional(),
    }),
    reply: told.answer(callbackMembers),
  }),
  /**
   * Deletes the address of one kind of messages, which are lost from then on. IVM.20050004 says that there was none
   * (10.1.2).
   */
  deleteCallback: operation({
    section: '10.1.2',
    summary: 'Delete the address that messages of one kind are posted to.',
    method: 'DELETE',
    path: '/v1/{user_id}/messages/callback',
    effect: 'destroy',
    parameters: sent.nothing,
    query: ofSubscription,
    body: sent.nothing,
    reply: told.answer({
      subscription_type: subscriptionType,
    }),
  }),
  /**
   * Gives the address that messages of one kind are posted to, and the key in clear: its answer belongs into no log.
   * Where no address is set, the answer is 200 without any member (10.1.3).
   */
  showCallback: operation({
    section: '10.1.3',
    summary: 'Give the address that messages of one kind are posted to.',
    method: 'GET',
    path: '/v1/{user_id}/messages/callback',
    effect: 'read',
    notes: ['Where no address is set, the answer is empty.', 'The key comes in clear.'],
    parameters: sent.nothing,
    query: ofSubscription,
    body: sent.nothing,
    reply: told.answer({
      ...callbackMembers,
      update_time: told.text.describe('when it was changed last'),
      auth_key: told.text.describe('key that callbacks are signed with, in clear'),
    }),
  }),
};

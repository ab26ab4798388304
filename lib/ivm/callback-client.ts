import type { Subscription } from '#lib/callback/subscriptions.ts';
import { callbacks } from './operations/callbacks.ts';
import { operationCaller } from './operations/operation-caller.ts';
import type { TokenCalls } from './token-calls.ts';

export type Registration = { url: string; authKey: string };

export type CallbackClient = {
  /** Registers a callback URL and its key; IVM sends a probe first and takes the URL only if that is answered with 200. */
  setCallback(subscription: Subscription, registration: Registration): Promise<void>;
  showCallback(subscription: Subscription): Promise<Registration | undefined>;
  deleteCallback(subscription: Subscription): Promise<void>;
};

export function createCallbackClient(calls: TokenCalls, userId: string): CallbackClient {
  const call = operationCaller(calls, userId);
  return {
    setCallback: async (subscription, { url, authKey }) => {
      const registration = { callback_url: url, subscription_type: subscription, auth_key: authKey };
      await call('setCallback', callbacks.setCallback, registration);
    },
    showCallback: async (subscription) => {
      const asked = { subscription_type: subscription };
      const { callback_url: url = '', auth_key: authKey = '' } = await call(
        'showCallback',
        callbacks.showCallback,
        asked,
      );
      return url === '' ? undefined : { url, authKey };
    },
    deleteCallback: async (subscription) => {
      await call('deleteCallback', callbacks.deleteCallback, { subscription_type: subscription });
    },
  };
}

import { type Subscription, subscriptions } from '#lib/callback/subscriptions.ts';

export const baseUrl = 'https://callbacks.example';
export const authKey = 'KEY-0123456789';

export const authKeys = Object.fromEntries(subscriptions.map(({ subscription }) => [subscription, [authKey]])) as {
  [subscription in Subscription]: string[];
};

/** What the secret of the keys holds. */
export const keysSecret = JSON.stringify(authKeys);

import type { Subscription } from '#lib/callback/subscriptions.ts';
import type { IvmClient, Registration } from '#lib/ivm/client.ts';

export type WantedCallback = Registration & {
  subscription: Subscription;
  /** What was registered here before, which is nobody else's. */
  formerUrl?: string | undefined;
};

export type RegisteredCallback = {
  subscription: Subscription;
  /** `foreign`: another URL is registered there, and was left alone. */
  outcome: 'unchanged' | 'registered' | 'foreign';
};

/**
 * Brings the registrations at IVM to what is wanted, touching only what differs: every registration sends a probe. IVM
 * keeps one URL per subscription and user, so another URL there may be somebody else's livelihood and is replaced only
 * with `takeOver`.
 *
 * @throws what IVM answers to the first call that fails; those before it stand
 */
export async function registerCallbacks(
  ivm: Pick<IvmClient, 'showCallback' | 'setCallback'>,
  wanted: readonly WantedCallback[],
  { takeOver }: { takeOver: boolean },
): Promise<RegisteredCallback[]> {
  const registered: RegisteredCallback[] = [];
  // One after the other: nine probes at once would make nine cold starts.
  for (const { subscription, url, formerUrl, authKey } of wanted) {
    const present = await ivm.showCallback(subscription);
    if (present?.url === url && present.authKey === authKey) {
      registered.push({ subscription, outcome: 'unchanged' });
    } else if (present !== undefined && ![url, formerUrl].includes(present.url) && !takeOver) {
      registered.push({ subscription, outcome: 'foreign' });
    } else {
      await ivm.setCallback(subscription, { url, authKey });
      registered.push({ subscription, outcome: 'registered' });
    }
  }
  return registered;
}

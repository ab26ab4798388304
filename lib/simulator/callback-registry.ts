import type { Subscription } from '#lib/callback/subscriptions.ts';

const failuresToOpen = 6;
const openMs = 10 * 60_000;

export type Registration = { url: string; authKey?: string; createdAt: Date; updatedAt: Date };

/** Counts the failures of one URL; IVM stops calling a URL after six in a row (reference 10.1.1). */
export type Breaker = {
  isOpen(): boolean;
  succeeded(): void;
  failed(): void;
};

/** Where each subscription is delivered to, and which URLs have fallen silent (reference 10.1.1 to 10.1.3). */
export type CallbackRegistry = {
  get(subscription: Subscription): Registration | undefined;
  all(): ReadonlyMap<Subscription, Registration>;
  /** Adds or replaces a registration and closes the breaker of its URL. */
  set(subscription: Subscription, target: { url: string; authKey?: string }): Registration;
  /** `false` where there was none. */
  delete(subscription: Subscription): boolean;
  /** The breaker of a URL as it stands; one that registration has closed meanwhile is another one. */
  breaker(url: string): Breaker;
};

export function createCallbackRegistry(now: () => Date): CallbackRegistry {
  const registrations = new Map<Subscription, Registration>();
  const breakers = new Map<string, Breaker>();

  return {
    get: (subscription) => registrations.get(subscription),
    all: () => registrations,
    set(subscription, target) {
      breakers.delete(target.url);
      const updatedAt = now();
      const createdAt = registrations.get(subscription)?.createdAt ?? updatedAt;
      const registration = { ...target, createdAt, updatedAt };
      registrations.set(subscription, registration);
      return registration;
    },
    delete: (subscription) => registrations.delete(subscription),
    breaker(url) {
      const breaker = breakers.get(url) ?? createBreaker(now);
      breakers.set(url, breaker);
      return breaker;
    },
  };
}

function createBreaker(now: () => Date): Breaker {
  let failures = 0;
  let silentUntilMs = 0;
  const isOpen = () => now().getTime() < silentUntilMs;
  return {
    isOpen,
    succeeded() {
      failures = 0;
    },
    failed() {
      // Calls that were under way when the breaker opened must not keep it open for longer.
      if (isOpen()) return;
      failures += 1;
      if (failures < failuresToOpen) return;
      silentUntilMs = now().getTime() + openMs;
      failures = 0;
    },
  };
}

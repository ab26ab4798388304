import type { AuthKeys } from '#lib/callback/auth-keys.ts';
import { type Subscription, subscriptions } from '#lib/callback/subscriptions.ts';
import type { Registration } from '#lib/ivm/client.ts';
import {
  type CallbackReport,
  type ReconcileCallbacksDeps,
  type RegistrationRecord,
  reconcileCallbacks,
} from '#lib/registration/reconcile-callbacks.ts';
import { memoryMetrics } from '../support/fakes/memory-metrics.ts';

export const baseUrl = 'https://bridge.example';
export const start = Date.parse('2026-03-10T04:00:00.000Z');
export const urlOf = (path: string) => `${baseUrl}/callbacks/${path}`;
/** Where a run can be cut off: before or after something was changed. */
export type Cut = { at: number; how: 'before' | 'after' };

/** IVM's registrations, our secret and our records, in memory; every change is a step at which a run can be cut off. */
export function reconciling(overrides: Partial<ReconcileCallbacksDeps> = {}) {
  const world = {
    nowMs: start,
    registered: new Map<Subscription, Registration>(
      subscriptions.map(({ subscription, path }) => [subscription, { url: urlOf(path), authKey: `key-${path}` }]),
    ),
    keys: Object.fromEntries(
      subscriptions.map(({ subscription, path }) => [subscription, [`key-${path}`]]),
    ) as AuthKeys,
    records: new Map<Subscription, RegistrationRecord>(),
    seen: new Map<string, Date>(),
    /** Times of messages by type, in any order. */
    messages: new Map<string, number[]>(),
    setCalls: [] as { subscription: Subscription; registration: Registration }[],
    reports: [] as CallbackReport[],
    leasedUntilMs: 0,
    cut: undefined as Cut | undefined,
    steps: 0,
    /** What IVM answers in place of its registrations. */
    trouble: new Map<Subscription, Error>(),
  };
  const now = () => new Date(world.nowMs);
  const metrics = memoryMetrics();
  let made = 0;
  const step = <T>(change: () => T): T => {
    const index = world.steps;
    world.steps += 1;
    if (world.cut?.at === index && world.cut.how === 'before') throw new Error('cut off');
    const result = change();
    if (world.cut?.at === index) throw new Error('cut off');
    return result;
  };
  const between = (messageType: string, from: Date, to: Date) =>
    (world.messages.get(messageType) ?? []).filter((ms) => ms >= from.getTime() && ms < to.getTime());
  const dayOf = (date: string) => {
    const from = new Date(`${date}T00:00:00+08:00`);
    return { from, to: new Date(from.getTime() + 86_400_000) };
  };
  const deps: ReconcileCallbacksDeps = {
    ivm: {
      showCallback: async (subscription) => {
        const trouble = world.trouble.get(subscription);
        if (trouble !== undefined) throw trouble;
        return world.registered.get(subscription);
      },
      setCallback: async (subscription, registration) =>
        step(() => {
          world.setCalls.push({ subscription, registration });
          world.registered.set(subscription, registration);
        }),
    },
    keys: {
      read: async () => world.keys,
      write: async (keys) =>
        step(() => {
          world.keys = keys;
        }),
    },
    records: {
      read: async (subscription) => world.records.get(subscription) ?? {},
      write: async (subscription, record) =>
        step(() => {
          world.records.set(subscription, { ...world.records.get(subscription), ...record });
        }),
    },
    seenKeys: { seenAt: async ({ subscription, keyId }) => world.seen.get(`${subscription}#${keyId}`) },
    traffic: {
      newest: async (messageType, date, before) => {
        const { from, to } = dayOf(date);
        const latest = between(messageType, from, to < before ? to : before).toSorted((a, b) => b - a)[0];
        return latest === undefined ? undefined : `${new Date(latest).toISOString()}#1#00000000`;
      },
      count: async (messageType, _date, from, to, limit) => Math.min(limit, between(messageType, from, to).length),
    },
    lease: {
      take: async (until) => {
        if (world.leasedUntilMs > world.nowMs) return false;
        world.leasedUntilMs = until.getTime();
        return true;
      },
      release: async () => {
        world.leasedUntilMs = 0;
      },
    },
    writeReport: async (report) => {
      world.reports.push(report);
    },
    createKey: () => {
      made += 1;
      return `made-${made}`;
    },
    settings: { isOwner: true, callbackBaseUrl: baseUrl, timeZone: 'Asia/Shanghai' },
    metric: metrics.metric,
    now,
    ...overrides,
  };
  const run = (event?: unknown) => reconcileCallbacks(deps, event);
  const stateOf = (report: CallbackReport, subscription: Subscription) =>
    report.subscriptions.find((one) => one.subscription === subscription);
  return { world, deps, metrics, run, stateOf };
}

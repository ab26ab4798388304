import type { SQSClient } from '@aws-sdk/client-sqs';
import type { MetricReader } from '#lib/dashboard/metric-reader.ts';
import { createWatch, type NowDeps } from '#lib/dashboard/now.ts';
import { readLastExports } from '#lib/dashboard/now-exports.ts';
import type { QueueFacts } from '#lib/dashboard/now-queues.ts';
import { readSubscriptions } from '#lib/dashboard/now-subscriptions.ts';
import { eachLimited } from '#lib/runtime/each-limited.ts';
import { errorFields, log } from '#lib/runtime/log.ts';
import { createEventsReader } from './events-reader.ts';
import { createObjectStore } from './objects.ts';
import { queueDepth } from './queue-depth.ts';
import { createRegistrationRecords } from './registration-records.ts';
import { createSeenKeys } from './seen-keys.ts';
import { createStoreClients } from './store-clients.ts';

export type NowEnv = {
  STACK: string;
  TIME_ZONE: string;
  BUCKET: string;
  EVENTS_TABLE: string;
  STATE_TABLE: string;
  QUEUE_URLS: readonly string[];
  DEAD_LETTER_QUEUE_URLS: readonly string[];
};

const readsAtOnce = 7;

/** What the view Now reads, of the stores of a stack. */
export function createNowDeps(
  env: NowEnv,
  now: () => Date,
  metrics: MetricReader,
  clients = createStoreClients(),
): NowDeps {
  const objects = createObjectStore(env.BUCKET, clients.s3);
  const subscriptions = {
    registrations: createRegistrationRecords(env.STATE_TABLE, clients.dynamodb),
    seenKeys: createSeenKeys(env.STATE_TABLE, now, clients.dynamodb),
    traffic: createEventsReader(env.EVENTS_TABLE, clients.dynamodb),
    timeZone: env.TIME_ZONE,
    now,
  };
  const hasExports = async (set: string): Promise<boolean> => {
    const { done = false } = await objects.keys(`exports/manifests/${set}/`).next();
    return !done;
  };
  return {
    watch: createWatch({
      stack: env.STACK,
      metrics,
      queues: () => queueFacts(env, clients.sqs),
      subscriptions: () => readSubscriptions(subscriptions),
      exports: () => readLastExports({ objects, hasExports, timeZone: env.TIME_ZONE, now }),
      now,
    }),
  };
}

/** The short name of a queue, before which the name of the stack stands. */
export function shortQueueName(stack: string, url: string): string {
  const name = url.slice(url.lastIndexOf('/') + 1);
  return name.startsWith(`${stack}-`) ? name.slice(stack.length + 1) : name;
}

/** A queue that can't be asked is left out, so that the others are told. */
async function queueFacts(env: NowEnv, client: SQSClient): Promise<QueueFacts[]> {
  const results = await eachLimited([...env.QUEUE_URLS.entries()], readsAtOnce, async ([index, url]) => {
    const [own, dead] = await Promise.all([
      queueDepth(url, client),
      queueDepth(env.DEAD_LETTER_QUEUE_URLS[index] ?? '', client),
    ]);
    return { name: shortQueueName(env.STACK, url), ...own, dead: dead.visible + dead.inFlight + dead.delayed };
  });
  return results.flatMap((result) => {
    if (result.status === 'fulfilled') return result.value;
    log.warn('a queue could not be looked at', errorFields(result.reason));
    return [];
  });
}

import { type Item, textOf } from '#lib/events/attribute.ts';
import type { StoreMessagesDeps } from '#lib/intake/store-messages.ts';
import { PictureJob } from '#lib/pictures/picture-job.ts';
import { memoryMetrics } from './memory-metrics.ts';

/** The stores behind the functions that store messages, in memory; `steps` tells the order in which they were used. */
export function memoryMessageStores(now = () => new Date('2026-01-01T00:00:00.000Z')) {
  const objects = new Map<string, Buffer>();
  const items = new Map<string, Item>();
  const storedSpills = new Set<string>();
  const jobs: PictureJob[] = [];
  const steps: string[] = [];
  const metrics = memoryMetrics();
  const keyOf = (item: Item) => `${textOf(item['camera'])} ${textOf(item['sk'])}`;
  const fulfilled: PromiseSettledResult<void> = { status: 'fulfilled', value: undefined };
  const deps: StoreMessagesDeps = {
    objects: {
      put: async (key, content) => {
        steps.push(`put ${key.split('/')[0]}`);
        objects.set(key, content);
      },
      get: async (key) => objects.get(key),
      delete: async (key) => {
        steps.push(`delete ${key.split('/')[0]}`);
        objects.delete(key);
      },
    },
    events: {
      putAll: async (all) => {
        steps.push('events');
        for (const item of all) items.set(keyOf(item), item);
        return all.map(() => fulfilled);
      },
      putIfAbsent: async (item) => {
        steps.push('picture item');
        const present = items.get(keyOf(item));
        if (present === undefined) items.set(keyOf(item), item);
        return present;
      },
    },
    spills: {
      isStored: async (key) => storedSpills.has(key),
      markStored: async (key) => {
        steps.push('spill stored');
        storedSpills.add(key);
      },
      giveUp: async (key) => {
        steps.push(`spill given up ${key}`);
      },
    },
    queuePictures: async (bodies) => {
      steps.push('jobs');
      jobs.push(...bodies.map(({ body }) => PictureJob.parse(JSON.parse(body))));
      return bodies.map(() => fulfilled);
    },
    markDirty: async () => undefined,
    protect: async (body) => body,
    readErasures: async () => () => false,
    noteKeys: async () => undefined,
    settings: { timeZone: 'Asia/Shanghai', retentionDays: 30, facePictures: 'keep' },
    metric: metrics.metric,
    now,
  };
  return { deps, objects, items, storedSpills, jobs, steps, counts: metrics.counts, values: metrics.values };
}

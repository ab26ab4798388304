import { isDeepStrictEqual } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { RawLine } from '#lib/callback/raw-line.ts';
import type { StateChange } from '#lib/devices/device-states.ts';
import { type Item, text, textOf } from '#lib/events/attribute.ts';
import { storeMessages } from '#lib/intake/store-messages.ts';
import { PictureJob } from '#lib/pictures/picture-job.ts';
import { type ReplayMessagesDeps, type ReplayRequest, replayMessages } from '#lib/replay/replay-messages.ts';
import { type ItemKey, keyOf, keyText } from '#lib/replay/replay-plan.ts';
import { memoryMessageStores } from './memory-message-stores.ts';

export const arrivedAt = '2026-01-01T00:00:00.000Z';
export const day = { from: new Date('2025-12-31T16:00:00Z'), to: new Date('2026-01-01T16:00:00Z') };

/**
 * Everything that a replay works with, in memory. `writes` tells what was written, in its order; a run that is told to
 * die at one of its writes can neither write nor read from there on.
 */
export function memoryReplay(nowText = '2026-01-01T12:00:00.000Z') {
  const world = { nowMs: Date.parse(nowText), dieAt: undefined as number | undefined, isDead: false };
  const now = () => new Date(world.nowMs);
  const stores = memoryMessageStores(() => new Date(arrivedAt));
  const { items, objects } = stores;
  const moved = new Map<string, ItemKey[]>();
  const states = new Map<string, StateChange>();
  const dirty = new Set<string>();
  const jobs: PictureJob[] = [];
  const writes: string[] = [];
  const alive = () => {
    if (world.isDead) throw new Error('dead');
  };
  const write = (name: string, change: () => void) => {
    alive();
    if (writes.length === world.dieAt) world.isDead = true;
    alive();
    writes.push(name);
    change();
  };
  const set = (item: Item) => items.set(keyText(keyOf(item)), item);
  const stateId = ({ deviceId, channelId, aspect }: StateChange) => `${deviceId} ${channelId} ${aspect}`;

  const deps: ReplayMessagesDeps = {
    raw: {
      keys: async function* keys(prefix) {
        alive();
        yield* [...objects.keys()].filter((key) => key.startsWith(prefix)).toSorted();
      },
      get: async (key) => objects.get(key),
    },
    objects: {
      put: async (key, content) => write(`put ${key.split('/')[0]}`, () => objects.set(key, content)),
      delete: async (key) => write(`delete ${key.split('/')[0]}`, () => objects.delete(key)),
    },
    events: {
      putAll: async (all) => {
        for (const item of all) write(`put ${keyText(keyOf(item))}`, () => set(item));
        return all.map(() => ({ status: 'fulfilled', value: undefined }));
      },
      putIfAbsent: async (item) => {
        const present = items.get(keyText(keyOf(item)));
        if (present === undefined) write(`put ${keyText(keyOf(item))}`, () => set(item));
        return present;
      },
      putUnlessStored: async (item) => {
        const present = items.get(keyText(keyOf(item)));
        if (textOf(present?.['status']) !== 'stored') write(`put ${keyText(keyOf(item))}`, () => set(item));
      },
      remove: async ({ status, ...key }) => {
        const present = items.get(keyText(key));
        if (present !== undefined && status !== undefined && textOf(present['status']) !== status) return false;
        write(`delete ${keyText(key)}`, () => items.delete(keyText(key)));
        return true;
      },
      family: async ({ camera, sk }) => {
        alive();
        return [...items.values()].filter(
          (item) => textOf(item['camera']) === camera && (textOf(item['sk']) ?? '').startsWith(sk),
        );
      },
      keysByDay: async (ofDay, sk) =>
        [...items.values()]
          .filter((item) => textOf(item['day']) === ofDay && (textOf(item['sk']) ?? '').startsWith(sk))
          .map(keyOf),
      read: async (keys) =>
        keys.flatMap((key) => {
          const item = items.get(keyText(key));
          return item === undefined ? [] : [item];
        }),
    },
    moved: {
      places: async (inLine) => moved.get(keyText(inLine)) ?? [],
      remember: async (inLine, places) =>
        write(`moved ${keyText(inLine)}`, () => moved.set(keyText(inLine), [...places])),
    },
    states: {
      isNews: async (change) => {
        const known = states.get(stateId(change));
        return known === undefined || known.order < change.order || !isDeepStrictEqual(known, change);
      },
      restate: async (change) => {
        write(`state ${stateId(change)}`, () => states.set(stateId(change), change));
        return 'applied';
      },
    },
    queueRetries: async (sent) => {
      write('jobs', () => jobs.push(...sent.map(({ body }) => PictureJob.parse(JSON.parse(body)))));
      return sent.map(() => ({ status: 'fulfilled', value: undefined }));
    },
    markDirty: async (dates) =>
      write('mark', () => {
        for (const date of dates) dirty.add(`${date.export} ${date.date} ${date.messageType}`);
      }),
    protect: async (body) => body,
    readErasures: async () => () => false,
    settings: stores.deps.settings,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    now,
  };

  let nextId = 0;
  return {
    world,
    deps,
    items,
    objects,
    moved,
    states,
    dirty,
    jobs,
    writes,
    replay: (request: Partial<ReplayRequest> = {}, changes: Partial<ReplayMessagesDeps> = {}) =>
      replayMessages({ ...deps, ...changes }, { ...day, apply: false, ...request }),
    /** Stores a message as the functions do; gives the keys of its event. */
    store: async (body: string, receivedAt = arrivedAt): Promise<ItemKey> => {
      const before = new Set(items.keys());
      nextId += 1;
      const message = { queueMessageId: `q-${nextId}`, receivedAt, subscription: 'path', body: Buffer.from(body) };
      const [result] = await storeMessages(stores.deps, [message]);
      if (result?.status === 'rejected') throw result.reason;
      const event = [...items].find(([key, item]) => !before.has(key) && keyOf(item).sk.split('#').length === 3);
      if (event === undefined) throw new Error('there is no new event');
      return keyOf(event[1]);
    },
    of: ({ sk }: ItemKey): Item[] => [...items.values()].filter((item) => keyOf(item).sk.startsWith(sk)),
    /** Makes it look as if an earlier version had stored a message, under another key and with another day. */
    asEarlier: (event: ItemKey, earlier: ItemKey, earlierDay?: string): void => {
      for (const item of [...items.values()].filter((one) => keyOf(one).sk.startsWith(event.sk))) {
        const key = keyOf(item);
        items.delete(keyText(key));
        const camera = key.camera === event.camera ? earlier.camera : key.camera;
        set({
          ...item,
          camera: text(camera),
          sk: text(key.sk.replace(event.sk, earlier.sk)),
          ...(item['event_camera'] === undefined ? {} : { event_camera: text(earlier.camera) }),
          ...(item['day'] === undefined || earlierDay === undefined ? {} : { day: text(earlierDay) }),
        });
      }
      for (const [key, content] of objects) {
        if (key.startsWith('raw/')) objects.set(key, changedLines(content, event, earlier));
      }
    },
  };
}

/** Raw lines that say the other key. */
export function changedLines(content: Buffer, event: ItemKey, earlier: ItemKey): Buffer {
  const lines = gunzipSync(content).toString().trimEnd().split('\n');
  const changed = lines.map((source) => {
    const line = JSON.parse(source) as RawLine;
    return line.camera === event.camera && line.sk === event.sk ? JSON.stringify({ ...line, ...earlier }) : source;
  });
  return gzipSync(`${changed.join('\n')}\n`);
}

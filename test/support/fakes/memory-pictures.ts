import { PermanentError, TransientError } from '#lib/errors.ts';
import type { AlarmPictures, IntelligencePictures } from '#lib/ivm/client.ts';
import { IvmRefused } from '#lib/ivm/ivm-error.ts';
import { type MissingReason, PictureJob } from '#lib/pictures/picture-job.ts';
import type { StoredPicture, StorePicturesDeps } from '#lib/pictures/store-pictures.ts';
import { memoryMetrics } from './memory-metrics.ts';

export type PictureState =
  | { status: 'wanted'; reason?: MissingReason; nextTryAt?: Date }
  | { status: 'stored'; picture: StoredPicture }
  | { status: 'missing'; reason: MissingReason };

/** What a URL of the fake IVM gives. */
export type UrlContent = Buffer | 'gone' | 'unreachable' | 'too-large' | 'private-address' | 'account-refused';

/** Everything that `store-pictures` works with, in memory; `steps` tells what was asked of IVM, in its order. */
export function memoryPictures(nowText: string) {
  const world = {
    nowMs: Date.parse(nowText),
    remainingMs: 12_000,
    urls: new Map<string, UrlContent>(),
    alarms: new Map<string, AlarmPictures>(),
    records: new Map<string, IntelligencePictures>(),
    /** What asking for URLs fails with. */
    apiTrouble: undefined as unknown,
    steps: [] as string[],
    items: new Map<string, PictureState>(),
    /** Sort keys of items that are no longer there. */
    erased: new Set<string>(),
    objects: new Map<string, { content: Buffer; contentType: string; metadata: { [name: string]: string } }>(),
    retries: [] as { job: PictureJob; delaySeconds: number }[],
    metrics: memoryMetrics(),
  };
  const stateOf = (sk: string): PictureState => world.items.get(sk) ?? { status: 'wanted' };
  const ask = async <T>(name: string, ids: readonly string[], known: Map<string, T>): Promise<Map<string, T>> => {
    world.steps.push(`${name} ${ids.join(',')}`);
    if (world.apiTrouble !== undefined) throw world.apiTrouble;
    return new Map(ids.flatMap((id) => (known.has(id) ? [[id, known.get(id) as T] as const] : [])));
  };
  const deps: StorePicturesDeps = {
    ivm: {
      alarmPictures: (ids) => ask('alarms', ids, world.alarms),
      intelligencePictures: (dataClass, ids) => ask(dataClass, ids, world.records),
      downloadPicture: async (url) => {
        world.steps.push(`get ${url.pathname}`);
        const content = world.urls.get(url.href);
        switch (content) {
          case undefined:
          case 'gone':
            throw new IvmRefused({ kind: 'gone', code: 'IVM.20040011' }, 'dead URL');
          case 'unreachable':
            throw new TransientError('ECONNREFUSED', 'nobody answers');
          case 'account-refused':
            throw new IvmRefused({ kind: 'account-refused', code: 'IVM.10000006' }, 'frozen');
          case 'too-large':
          case 'private-address':
            throw new PermanentError(content, content);
          default:
            return content;
        }
      },
    },
    origins: {
      judge: async (url, isFromApi) =>
        isFromApi || url.startsWith('https://ivm.example/') ? new URL(url) : 'forbidden-host',
    },
    items: {
      isOpen: async ({ sk }) => stateOf(sk).status === 'wanted',
      markStored: async ({ sk }, picture) => {
        if (world.erased.has(sk)) return 'gone';
        if (stateOf(sk).status !== 'stored') world.items.set(sk, { status: 'stored', picture });
        return 'kept';
      },
      markMissing: async ({ sk }, reason) => {
        if (stateOf(sk).status === 'wanted') world.items.set(sk, { status: 'missing', reason });
      },
      postpone: async ({ sk }, reason, nextTryAt) => {
        if (stateOf(sk).status === 'wanted') world.items.set(sk, { status: 'wanted', reason, nextTryAt });
      },
    },
    objects: {
      putIfAbsent: async (key, content, { contentType, metadata }) => {
        if (world.objects.has(key)) return 'exists';
        world.objects.set(key, { content, contentType, metadata });
        return 'stored';
      },
      delete: async (key) => {
        world.objects.delete(key);
      },
      describe: async (key) => {
        const found = world.objects.get(key);
        if (found === undefined) return undefined;
        return { sizeBytes: found.content.length, contentType: found.contentType, metadata: found.metadata };
      },
    },
    queueRetries: async (jobs) => {
      world.retries.push(
        ...jobs.map(({ body, delaySeconds }) => ({ job: PictureJob.parse(JSON.parse(body)), delaySeconds })),
      );
      return jobs.map(() => ({ status: 'fulfilled', value: undefined }));
    },
    markDirty: async () => undefined,
    timeZone: 'UTC',
    metric: world.metrics.metric,
    now: () => new Date(world.nowMs),
  };
  return { world, deps, context: { remainingMs: () => world.remainingMs } };
}

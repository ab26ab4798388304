import { gunzipSync, gzipSync } from 'node:zlib';
import type { AnswerCache } from '#lib/statistics/ask-channels.ts';
import type { ObjectStore } from './objects.ts';

/** Answers of one run's job, in the bucket under `interim/`; they go when the export is published. */
export function createAnswerCache(objects: ObjectStore, job: string): AnswerCache {
  const prefix = `interim/statistics/${job}/`;
  const keyOf = (chunk: number) => `${prefix}${chunk}.json.gz`;
  return {
    get: async (chunk) => {
      const content = await objects.get(keyOf(chunk));
      return content === undefined ? undefined : gunzipSync(content).toString('utf8');
    },
    put: async (chunk, content) => {
      await objects.put(keyOf(chunk), gzipSync(content), { contentType: 'application/gzip' });
    },
    clear: async () => {
      const keys: string[] = [];
      for await (const key of objects.keys(prefix)) keys.push(key);
      for (const key of keys) await objects.delete(key);
    },
  };
}

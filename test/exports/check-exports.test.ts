import { describe, expect, it } from 'vitest';
import { checkExports, dailyExports } from '#lib/exports/check-exports.ts';
import type { Partition } from '#lib/exports/export-keys.ts';
import { type Coverage, putManifest } from '#lib/exports/manifest.ts';
import { memoryMetrics } from '../support/fakes/memory-metrics.ts';

const timeZone = 'Asia/Shanghai';
// 06:00 on the first of March in Shanghai, still February in UTC.
const now = () => new Date('2024-02-29T22:00:00Z');

async function checking(published: (set: string, partition: Partition) => Coverage | undefined) {
  const kept = new Map<string, Buffer>();
  const objects = {
    get: (key: string) => Promise.resolve(kept.get(key)),
    put: (key: string, content: Uint8Array) => {
      kept.set(key, Buffer.from(content));
      return Promise.resolve();
    },
  };
  for (const { set, partitions } of dailyExports('2024-02-29')) {
    for (const partition of partitions) {
      const coverage = published(set, partition);
      if (coverage === undefined) continue;
      await putManifest(objects, partition, {
        set,
        partition: Object.fromEntries(partition),
        version: 1,
        published_at: '2024-02-29T20:30:00.000Z',
        rows: 0,
        content_sha256: '0'.repeat(64),
        files: [],
        coverage,
      });
    }
  }
  const metrics = memoryMetrics();
  return { result: await checkExports({ objects, timeZone, metric: metrics.metric, now }), metrics };
}

describe('checkExports', () => {
  it('finds everything of the day before in the zone of the tenant, and says so with zeros', async () => {
    const { result, metrics } = await checking(() => ({}));
    expect(result).toEqual({ date: '2024-02-29', late: [] });
    for (const set of ['people', 'events', 'counts']) expect(metrics.counts.get(`ExportLate Set=${set}`)).toBe(0);
  });

  it('names each export that is not there', async () => {
    const { result, metrics } = await checking((set, [[, first] = ['', '']]) =>
      set === 'people' || first === 'device_alarm' || first === 'line' ? undefined : {},
    );
    expect(result.late).toEqual([
      'people/granularity=day/period=2024-02-29',
      'events/message_type=device_alarm/date=2024-02-29',
      'counts/source=line/date=2024-02-29',
    ]);
    for (const set of ['people', 'events', 'counts']) expect(metrics.counts.get(`ExportLate Set=${set}`)).toBe(1);
  });

  it('takes people of a day that was not over for late', async () => {
    const { result } = await checking((set) => (set === 'people' ? { statuses: { ok: 20, provisional: 1 } } : {}));
    expect(result.late).toEqual(['people/granularity=day/period=2024-02-29']);
  });
});

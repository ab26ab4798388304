import { describe, expect, it } from 'vitest';
import { exportId, manifestKey, type Partition, partName, partPrefix } from '#lib/exports/export-keys.ts';
import { readManifest } from '#lib/exports/manifest.ts';
import { readExportRows } from '#lib/exports/read-export-rows.ts';
import { fiveRows, manifestAt, partAt, partition, publishing } from './publishing.ts';

describe('readManifest', () => {
  it('gives nothing where nothing was published', async () => {
    expect(await readManifest(publishing().deps.objects, 'people', partition)).toBeUndefined();
  });

  it.each([
    ['is no JSON', () => '{'],
    ['is another JSON', () => '[]'],
    ['has a version that is none', (text: string) => text.replace('"version":1', '"version": 0')],
    ['has a file of no known format', (text: string) => text.replace('"format":"csv"', '"format":"orc"')],
    ['has no coverage', (text: string) => text.replace('"coverage"', '"covers"')],
    ['has a hash that is none', (text: string) => text.replace('"content_sha256":"', '"content_sha256":"x')],
  ])('refuses what %s', async (_, change) => {
    const { publish, deps, world } = publishing();
    await publish(fiveRows);
    const text = String(world.content.get(manifestAt));
    expect(change(text)).not.toBe(text);
    world.content.set(manifestAt, Buffer.from(change(text)));
    await expect(readManifest(deps.objects, 'people', partition)).rejects.toMatchObject({
      code: 'odd-manifest',
      retryable: false,
    });
  });
});

describe('readExportRows', () => {
  it('reads one part after the other, in their order', async () => {
    const { publish, read, deps, world } = publishing();
    await publish(fiveRows);
    const { manifest } = await read();
    world.steps.length = 0;
    const cameras: unknown[] = [];
    for await (const row of readExportRows(deps.objects, manifest)) {
      cameras.push(row['camera']);
      expect(world.steps).toHaveLength(Math.ceil(cameras.length / 2));
    }
    expect(cameras).toEqual(['old 0', 'old 1', 'old 2', 'old 3', 'old 4']);
    expect(world.steps).toEqual([1, 2, 3].map((number) => `get ${partAt(`v1-part-${number}.parquet`)}`));
  });

  it('says so when a newer version has taken the place', async () => {
    const { publish, read, deps } = publishing();
    await publish(fiveRows);
    const { manifest } = await read();
    await publish([]);
    await expect(Array.fromAsync(readExportRows(deps.objects, manifest))).rejects.toMatchObject({
      code: 'export-replaced',
      retryable: true,
    });
  });
});

describe('the keys of an export', () => {
  it('follow the partition in its order, percent-encoded', () => {
    const odd: Partition = [
      ['message_type', 'a/b c'],
      ['date', '2024-02-29'],
    ];
    expect(exportId('events', odd)).toBe('events/message_type=a%2Fb%20c/date=2024-02-29');
    expect(manifestKey('events', odd)).toBe('exports/manifests/events/message_type=a%2Fb%20c/date=2024-02-29.json');
    expect(partPrefix('events', 'csv', odd) + partName(3, 2, 'csv')).toBe(
      'exports/events/format=csv/message_type=a%2Fb%20c/date=2024-02-29/v3-part-2.csv',
    );
  });

  it.each<[string, string, Partition]>([
    ['the set of the manifests', 'manifests', partition],
    ['a set with a slash', 'a/b', partition],
    ['no set', '', partition],
    ['no partition', 'people', []],
    ['an empty value', 'people', [['date', '']]],
    ['an odd name', 'people', [['a=b', 'c']]],
  ])('are refused for %s', (_, set, odd) => {
    expect(() => manifestKey(set, odd)).toThrow(RangeError);
  });
});

import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { rawBody, sha256Hex } from '#lib/callback/raw-body.ts';
import { erasedLine } from '#lib/callback/raw-line.ts';
import { eraseRawLines, findRawLines } from '#lib/erasure/erase-raw.ts';
import { createFoundEvents } from '#lib/erasure/found-events.ts';
import { createSubject } from '#lib/erasure/subject.ts';
import { memoryVersions } from '../support/fakes/memory-versions.ts';

const now = new Date('2026-02-05T00:00:00.000Z');
const timeZone = 'Asia/Shanghai';
const settings = { timeZone, retentionDays: 1, facePictures: 'keep' } as const;
const key = 'raw/message_type=third_data/date=2026-02-03/hour=10/batch.ndjson.gz';

const line = (deviceId: string) => {
  const body = Buffer.from(
    JSON.stringify({
      message_id: '1770000000000000001',
      message_type: 'third_data',
      data: { device_id: deviceId, channel_id: '0', report_time: '2026-02-03T10:00:00+08:00' },
    }),
  );
  return JSON.stringify({
    received_at: '2026-02-03T02:00:00.000Z',
    subscription: 'third-data',
    message_id: '1770000000000000001',
    message_type: 'third_data',
    body_sha256: sha256Hex(body),
    camera: null,
    sk: null,
    ...rawBody(body),
  });
};
const archive = (...lines: string[]) => gzipSync(lines.map((one) => `${one}\n`).join(''));
const linesOf = (content: Buffer | undefined) =>
  gunzipSync(content ?? Buffer.alloc(0))
    .toString()
    .split('\n');

async function eraseDevice(bucket: ReturnType<typeof memoryVersions>) {
  const subject = createSubject({ device: 'GONE' }, 'an-invented-key-of-more-than-32-characters', now, settings);
  const found = createFoundEvents(timeZone);
  const findings = await findRawLines(bucket, subject, found);
  await eraseRawLines(bucket, findings, now);
  return { found, findings };
}

describe('the raw archive of a bucket that keeps versions', () => {
  it('keeps an empty line for each erased message, and no version that still has it', async () => {
    const bucket = memoryVersions();
    await bucket.put(key, archive(line('GONE'), line('STAYS')), { contentType: 'x' });
    await bucket.put(key, archive(line('STAYS'), line('GONE'), line('STAYS')), { contentType: 'x' });
    const { found } = await eraseDevice(bucket);
    expect(found.size).toBe(1);
    expect(linesOf(bucket.current(key))).toEqual([line('STAYS'), erasedLine(now), line('STAYS'), '']);
    expect(bucket.keys.get(key)).toHaveLength(1);
  });

  it('loses an object altogether where nothing else was in it', async () => {
    const bucket = memoryVersions();
    await bucket.put(key, archive(line('GONE'), erasedLine(now)), { contentType: 'x' });
    await eraseDevice(bucket);
    expect(bucket.keys.size).toBe(0);
  });

  it('finds what was deleted and can still be brought back', async () => {
    const bucket = memoryVersions();
    await bucket.put(key, archive(line('GONE')), { contentType: 'x' });
    bucket.delete(key);
    await eraseDevice(bucket);
    expect(bucket.keys.get(key)?.every(({ isMarker }) => isMarker)).toBe(true);
  });

  it('is not touched where nothing is to be erased', async () => {
    const bucket = memoryVersions();
    await bucket.put(key, archive(line('STAYS')), { contentType: 'x' });
    const before = bucket.keys.get(key);
    expect((await eraseDevice(bucket)).findings).toEqual([]);
    expect(bucket.keys.get(key)).toBe(before);
  });
});

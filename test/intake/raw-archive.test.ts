import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { RawLine } from '#lib/callback/raw-line.ts';
import { rawLinesOf, rawObjects } from '#lib/intake/raw-archive.ts';

const message = (queueMessageId: string, messageType: string, receivedAt: string) => {
  const line: RawLine = {
    received_at: receivedAt,
    subscription: 'device-alarm',
    message_id: '18446744073696131378',
    message_type: messageType,
    body_sha256: 'a'.repeat(64),
    camera: 'D#0',
    sk: 'sk',
    body: `{"id":18446744073696131378,"q":"${queueMessageId}"}`,
  };
  return { queueMessageId, messageType, line };
};

describe('rawObjects', () => {
  it('makes one object per type and arrival hour of the tenant zone', () => {
    const objects = rawObjects(
      [
        message('b', 'device_alarm', '2026-01-01T15:59:59.999Z'),
        message('a', 'device_alarm', '2026-01-01T15:00:00.000Z'),
        message('c', 'device_alarm', '2026-01-01T16:00:00.000Z'),
        message('d', 'target_data', '2026-01-01T15:00:00.000Z'),
      ],
      'Asia/Shanghai',
    );
    expect(
      objects.map(({ key, messages }) => [
        key.replace(/[0-9a-f]{32}/, '*'),
        messages.map(({ queueMessageId }) => queueMessageId),
      ]),
    ).toEqual([
      ['raw/message_type=device_alarm/date=2026-01-01/hour=23/*.ndjson.gz', ['a', 'b']],
      ['raw/message_type=device_alarm/date=2026-01-02/hour=00/*.ndjson.gz', ['c']],
      ['raw/message_type=target_data/date=2026-01-01/hour=23/*.ndjson.gz', ['d']],
    ]);
  });

  it('keeps bodies byte for byte, a line each, in the order it says', () => {
    const batch = [
      message('b', 'device_alarm', '2026-01-01T00:00:00.000Z'),
      message('a', 'device_alarm', '2026-01-01T00:00:01.000Z'),
    ];
    const [object] = rawObjects(batch, 'UTC');
    const lines = gunzipSync(object?.content ?? Buffer.alloc(0))
      .toString()
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(object?.messages.map(({ line }) => line));
    expect(lines[0]).toContain(String.raw`{\"id\":18446744073696131378,\"q\":\"a\"}`);
  });

  it('gives the same batch the same key and bytes, whatever its order', () => {
    const batch = ['x', 'y', 'z'].map((id) => message(id, 'device_alarm', '2026-01-01T00:00:00.000Z'));
    const [one] = rawObjects(batch, 'UTC');
    const [two] = rawObjects(batch.toReversed(), 'UTC');
    expect(two?.key).toBe(one?.key);
    expect(two?.content.equals(one?.content ?? Buffer.alloc(0))).toBe(true);
    expect(rawObjects(batch.slice(1), 'UTC')[0]?.key).not.toBe(one?.key);
  });
});

describe('rawLinesOf', () => {
  it('gives each line', () => {
    expect(rawLinesOf(gzipSync('{"a":1}\n{"b":"\\n"}\n'))).toEqual(['{"a":1}', '{"b":"\\n"}']);
  });

  it('says so where the object is damaged', () => {
    expect(() => rawLinesOf(gzipSync('{"a":1}\n').subarray(0, 12))).toThrow('cannot be unpacked');
  });
});

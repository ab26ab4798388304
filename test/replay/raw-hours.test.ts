import { describe, expect, it } from 'vitest';
import { rawHours } from '#lib/replay/raw-hours.ts';

const key = (date: string, hour: string, name: string, messageType = 'device_alarm') =>
  `raw/message_type=${messageType}/date=${date}/hour=${hour}/${name}.ndjson.gz`;

describe('rawHours', () => {
  const stored = [
    key('2026-01-14', '23', 'a'),
    key('2026-01-15', '00', 'b'),
    key('2026-01-15', '07', 'c'),
    key('2026-01-15', '08', 'd'),
    key('2026-01-15', '08', 'e'),
    key('2026-01-15', '23', 'f'),
    key('2026-01-16', '00', 'g'),
    key('2026-01-16', '01', 'h'),
    key('2026-01-15', '08', 'i', 'third_data'),
  ];
  const listed: string[] = [];
  async function* list(prefix: string) {
    listed.push(prefix);
    yield* stored.filter((one) => one.startsWith(prefix));
  }
  const found = async (types: readonly string[], from: string, to: string) => {
    const range = { from: new Date(from), to: new Date(to) };
    const hours = await Array.fromAsync(rawHours(list, types, range, 'Asia/Shanghai'));
    return hours.map(({ keys }) => keys.map((one) => one.at(-'x.ndjson.gz'.length)).join(''));
  };

  it('takes the hours of a type in which something of the range may lie, one after the other', async () => {
    expect(await found(['device_alarm'], '2026-01-14T23:59:59+08:00', '2026-01-16T00:00:01+08:00')).toEqual([
      'a',
      'b',
      'c',
      'de',
      'f',
      'g',
    ]);
    expect(await found(['device_alarm'], '2026-01-15T08:59:00+08:00', '2026-01-16T00:00:00+08:00')).toEqual([
      'de',
      'f',
    ]);
  });

  it('takes all types of a day before the next day, and lists nothing else', async () => {
    listed.length = 0;
    expect(await found(['device_alarm', 'third_data'], '2026-01-15T08:00+08:00', '2026-01-16T01:00+08:00')).toEqual([
      'de',
      'f',
      'i',
      'g',
    ]);
    expect(listed).toHaveLength(4);
  });
});

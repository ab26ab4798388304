import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '#lib/json/exact-json.ts';
import { type ChannelFacts, judgeList } from '#lib/statistics/judge-list.ts';
import { bucketsOf } from '#lib/statistics/period.ts';

const buckets = bucketsOf({ granularity: 'day', start: '2024-02-29' }, 'Asia/Shanghai');
const afterwards = new Date('2024-03-01T00:00:00Z');
const hour = (local: number) => new Date(Date.parse('2024-02-28T16:00:00Z') + local * 3_600_000);
const noFacts: ChannelFacts = { offline: [], toldOffline: [], lacksPackage: false };
const away = (start: Date, end: Date): ChannelFacts => ({
  ...noFacts,
  offline: [{ start, end }],
  toldOffline: [{ start, end }],
});
const counts = Array.from({ length: 24 }, (_, index) => index * 10);
const statuses = (list: Json | undefined, facts: ChannelFacts = noFacts, now = afterwards) =>
  judgeList(list, buckets, facts, now).buckets.map(({ status }) => status);
const values = (list: Json | undefined, facts: ChannelFacts = noFacts, now = afterwards) =>
  judgeList(list, buckets, facts, now).buckets.map(({ value }) => value);
const all = <T>(value: T) => Array.from({ length: 24 }, () => value);

describe('judgeList', () => {
  it('puts each value to its bucket', () => {
    const judged = judgeList(counts, buckets, noFacts, afterwards);
    expect(judged.buckets.map(({ bucket, value }) => [bucket.start, value])).toEqual(
      counts.map((value, index) => [hour(index), value]),
    );
    expect(judged.buckets.every(({ status }) => status === 'ok')).toBe(true);
    expect(judged).not.toHaveProperty('reason');
  });

  it('believes zeros of a channel that could count', () => {
    expect(statuses(all(0))).toEqual(all('ok'));
    expect(values(all(0))).toEqual(all(0));
  });

  it.each([
    { title: 'too few values', list: counts.slice(1), reason: 'wrong-length: 23 in place of 24' },
    { title: 'too many values', list: [...counts, 1], reason: 'wrong-length: 25 in place of 24' },
    { title: 'seven values, as of a week', list: counts.slice(0, 7), reason: 'wrong-length: 7 in place of 24' },
    { title: 'no values', list: [], reason: 'wrong-length: 0 in place of 24' },
    { title: 'no list', list: undefined, reason: 'not-a-list' },
    { title: 'a text', list: 'none', reason: 'not-a-list' },
  ])('gives no value at all for $title', ({ list, reason }) => {
    const judged = judgeList(list, buckets, noFacts, afterwards);
    expect(judged.buckets).toHaveLength(24);
    expect(judged.buckets.every(({ value, status }) => value === null && status === 'error')).toBe(true);
    expect(judged.reason).toBe(reason);
  });

  it.each([
    { title: 'a number as text', value: '12', result: [12, 'ok'] },
    { title: 'null', value: null, result: [null, 'missing'] },
    { title: 'an empty text', value: '', result: [null, 'missing'] },
    { title: 'a negative number', value: -1, result: [null, 'error'] },
    { title: 'a fraction', value: 1.5, result: [null, 'error'] },
    { title: 'a word', value: 'many', result: [null, 'error'] },
    { title: 'a number beyond doubles', value: 2n ** 60n, result: [null, 'error'] },
    { title: 'an object', value: {}, result: [null, 'error'] },
  ])('judges $title by itself', ({ value, result }) => {
    const judged = judgeList([value, ...counts.slice(1)], buckets, noFacts, afterwards);
    expect([judged.buckets[0]?.value, judged.buckets[0]?.status]).toEqual(result);
    expect(judged.buckets.slice(1).every(({ status }) => status === 'ok')).toBe(true);
  });

  it('has no row for what has not begun, and calls the open hour provisional', () => {
    const now = new Date(hour(13).getTime() + 1_800_000);
    expect(statuses(counts, noFacts, now)).toEqual([...Array<string>(13).fill('ok'), 'provisional']);
    expect(statuses(counts, noFacts, hour(13))).toEqual(Array<string>(13).fill('ok'));
  });

  it('tells zeros of a device that went offline at noon from nobody having come', () => {
    const list = counts.map((count, index) => (index < 12 ? count : 0));
    const facts = away(hour(12), hour(24));
    expect(statuses(list, facts)).toEqual([...Array<string>(12).fill('ok'), ...Array<string>(12).fill('offline')]);
    expect(values(list, facts)).toEqual([...list.slice(0, 12), ...Array<null>(12).fill(null)]);
  });

  it('keeps what was counted in an hour of which the device missed a part, and says so', () => {
    const facts = away(new Date(hour(12).getTime() + 1_200_000), hour(14));
    const judged = judgeList(all(5), buckets, facts, afterwards).buckets.slice(11, 15);
    expect(judged.map(({ value, status }) => [value, status])).toEqual([
      [5, 'ok'],
      [5, 'offline'],
      // Delivered later: it was counted all the same.
      [5, 'offline'],
      [5, 'ok'],
    ]);
  });

  it('believes what was counted while the device was only presumed to be away, but not its zeros', () => {
    const facts = { ...noFacts, offline: [{ start: hour(0), end: hour(24) }] };
    expect(statuses([7, ...all(0).slice(1)], facts).slice(0, 2)).toEqual(['ok', 'offline']);
  });

  it('does not mind a reconnection of a minute', () => {
    const facts = away(hour(12), new Date(hour(12).getTime() + 60_000));
    expect(statuses(all(0), facts)).toEqual(all('ok'));
  });

  it('does not take zeros of a channel without its package for counts', () => {
    expect(statuses([0, 3, null, ...counts.slice(3)], { ...noFacts, lacksPackage: true }).slice(0, 4)).toEqual([
      'no-package',
      'ok',
      'no-package',
      'ok',
    ]);
  });

  it('says for every bucket why the channel has no list', () => {
    const judged = judgeList({ status: 'unsupported', reason: 'IVM.20180025' }, buckets, noFacts, afterwards);
    expect(judged.buckets.every(({ value, status }) => value === null && status === 'unsupported')).toBe(true);
    expect(judged.reason).toBe('IVM.20180025');
  });

  it('counts nobody in the hour that the clocks skip, and says where IVM did', () => {
    const skipping = bucketsOf({ granularity: 'day', start: '2026-03-29' }, 'Europe/Berlin');
    const later = new Date('2026-04-01T00:00:00Z');
    const withZero = counts.map((count, index) => (index === 2 ? 0 : count));
    expect(judgeList(withZero, skipping, noFacts, later)).not.toHaveProperty('reason');
    expect(judgeList(withZero, skipping, noFacts, later).buckets).toHaveLength(23);
    expect(judgeList(counts, skipping, noFacts, later)).toMatchObject({ reason: 'value-in-skipped-hour' });
  });

  it('never gives a value that was not at that place of the list, whatever it gets', () => {
    const anyValue = fc.oneof(fc.integer(), fc.string(), fc.double(), fc.constant(null), fc.boolean());
    fc.assert(
      fc.property(fc.oneof(fc.array(anyValue, { minLength: 22, maxLength: 26 }), anyValue), (list) => {
        for (const [index, { value, status }] of judgeList(list, buckets, noFacts, afterwards).buckets.entries()) {
          if (value !== null) expect(Number((list as Json[])[index])).toBe(value);
          if (value === null) expect(['missing', 'error']).toContain(status);
          else expect(status).toBe('ok');
        }
      }),
    );
  });
});

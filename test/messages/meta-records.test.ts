import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Json, member, stringifyExact } from '#lib/json/exact-json.ts';
import { type MetaRecord, walkMeta } from '#lib/messages/meta-records.ts';
import { exampleData } from './support/examples.ts';

const sample = 'TUVUQQAAAAABAAAgEAAAAGJlaGF2aW9yQW5hbHlzZQACAAAgBQAAAElUR1QABwAACQgAAABAAAAAAAAAAGEA';

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const record = (tag: number, value: Uint8Array) => Buffer.concat([u32(tag), u32(value.length), value]);
const meta = (...parts: Uint8Array[]) => Buffer.concat([Buffer.from('META'), u32(0), ...parts]).toString('base64');

const count = (records: readonly MetaRecord[]): number =>
  records.reduce((sum, { children }) => sum + 1 + count(children ?? []), 0);

describe('walkMeta', () => {
  it('reads the published sample and marks its cut-off tail', () => {
    expect(walkMeta(sample)).toEqual({
      magic: true,
      records: [
        { tag: 0x20000001, tagHex: '0x20000001', type: 'text', length: 16, value: 'behaviorAnalyse' },
        { tag: 0x20000002, tagHex: '0x20000002', type: 'text', length: 5, value: 'ITGT' },
        { tag: 0x09000007, tagHex: '0x09000007', type: 'u64', length: 8, value: '64' },
      ],
      truncated: true,
      problems: ['the last record is cut off'],
    });
  });

  it('reads nothing from the sample as it was damaged in print', () => {
    expect(walkMeta(member(exampleData('third_data-tlv'), 'tlv_data'))).toEqual({
      magic: false,
      records: [],
      truncated: false,
      problems: ['tlv_data does not begin with META'],
    });
  });

  it.each<{ title: string; input: Json | undefined; problem: string }>([
    { title: 'absent data', input: undefined, problem: 'tlv_data is missing or no text' },
    { title: 'empty data', input: '', problem: 'tlv_data is missing or no text' },
    { title: 'data that is no text', input: { a: 1 }, problem: 'tlv_data is missing or no text' },
    { title: 'data that is not base64', input: 'TUVU-QQ', problem: 'tlv_data is not base64' },
    {
      title: 'other magic',
      input: Buffer.from('METE0000').toString('base64'),
      problem: 'tlv_data does not begin with META',
    },
  ])('reads nothing from $title', ({ input, problem }) => {
    expect(walkMeta(input)).toEqual({ magic: false, records: [], truncated: false, problems: [problem] });
  });

  it('marks a header that is cut off', () => {
    expect(walkMeta(Buffer.from('META12').toString('base64'))).toEqual({
      magic: true,
      records: [],
      truncated: true,
      problems: ['the header is cut off'],
    });
  });

  it('takes a header alone for whole data without records', () => {
    expect(walkMeta(meta())).toEqual({ magic: true, records: [], truncated: false, problems: [] });
  });

  it('keeps the bytes of a value that its tag misnames', () => {
    const notText = Buffer.from([0xff, 0xfe]);
    const shortU64 = Buffer.from([1, 2, 3]);
    expect(walkMeta(meta(record(0x20000009, notText), record(0x09000001, shortU64))).records).toEqual([
      { tag: 0x20000009, tagHex: '0x20000009', type: 'bytes', length: 2, value: notText.toString('base64') },
      { tag: 0x09000001, tagHex: '0x09000001', type: 'bytes', length: 3, value: shortU64.toString('base64') },
    ]);
  });

  it('keeps the whole range of an unsigned 64-bit value', () => {
    const [only] = walkMeta(meta(record(0x09000001, Buffer.alloc(8, 0xff)))).records;
    expect(only?.value).toBe('18446744073709551615');
  });

  it('leaves out values of more than a kilobyte', () => {
    const tree = walkMeta(meta(record(0x20000001, Buffer.alloc(1025, 'a')), record(0x01000002, Buffer.alloc(1024))));
    expect(tree.records.map(({ type, length, value }) => ({ type, length, chars: value?.length }))).toEqual([
      { type: 'text', length: 1025, chars: undefined },
      { type: 'bytes', length: 1024, chars: 1368 },
    ]);
  });

  it('opens bytes that are nothing but complete records', () => {
    const inner = record(0x20000003, Buffer.from('a\0'));
    expect(walkMeta(meta(record(0x30000001, Buffer.concat([inner, inner])))).records).toEqual([
      {
        tag: 0x30000001,
        tagHex: '0x30000001',
        type: 'bytes',
        length: 20,
        children: [
          { tag: 0x20000003, tagHex: '0x20000003', type: 'text', length: 2, value: 'a' },
          { tag: 0x20000003, tagHex: '0x20000003', type: 'text', length: 2, value: 'a' },
        ],
      },
    ]);
  });

  it.each([
    { title: 'zeros', value: Buffer.alloc(16) },
    { title: 'records with a rest behind them', value: Buffer.concat([record(0x20000003, Buffer.from('a')), u32(0)]) },
    { title: 'nothing', value: Buffer.alloc(0) },
  ])('does not open $title', ({ value }) => {
    expect(walkMeta(meta(record(0x30000001, value))).records).toEqual([
      { tag: 0x30000001, tagHex: '0x30000001', type: 'bytes', length: value.length, value: value.toString('base64') },
    ]);
  });

  it('stops at eight levels', () => {
    let nested = record(0x30000009, Buffer.from('end'));
    for (let level = 0; level < 20; level += 1) nested = record(0x30000001, nested);
    let depth = 0;
    for (let [current] = walkMeta(meta(nested)).records; current !== undefined; [current] = current.children ?? [])
      depth += 1;
    expect(depth).toBe(8);
  });

  it('reads a thousand records, nested ones included, and says that there are more', () => {
    const many = Buffer.concat(Array.from({ length: 700 }, () => record(0x20000001, Buffer.from('a'))));
    const tree = walkMeta(meta(record(0x30000001, many), record(0x30000001, many)));
    expect(count(tree.records)).toBe(1000);
    expect(tree).toMatchObject({ truncated: true, problems: ['only the first 1000 records were read'] });
  });

  it('reads exactly a thousand records without complaint', () => {
    const many = Buffer.concat(Array.from({ length: 1000 }, () => record(0x20000001, Buffer.from('a'))));
    expect(walkMeta(meta(many))).toMatchObject({ truncated: false, problems: [] });
  });

  it('takes any bytes behind the magic, within its limits', () => {
    const wild = fc.uint8Array({ maxLength: 400 });
    const tame = fc
      .array(
        fc.record({
          tag: fc.constantFrom(0x20000001, 0x09000001, 0x30000001, 0),
          value: wild,
          lie: fc.nat({ max: 3 }),
        }),
      )
      .map((parts) =>
        Buffer.concat(parts.map(({ tag, value, lie }) => Buffer.concat([u32(tag), u32(value.length + lie), value]))),
      );
    fc.assert(
      fc.property(fc.oneof(wild, tame), (bytes) => {
        const tree = walkMeta(meta(bytes));
        const asJson: Json = tree;
        expect(JSON.parse(stringifyExact(asJson))).toEqual(tree);
        expect(tree.magic).toBe(true);
        expect(count(tree.records)).toBeLessThanOrEqual(1000);
        const used = tree.records.reduce((sum, { length }) => sum + 8 + length, 0);
        expect(used).toBeLessThanOrEqual(bytes.length);
        expect(tree.truncated).toBe(used < bytes.length);
      }),
    );
  });

  it('takes any JSON', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.integer()), (value) => {
        expect(walkMeta(value)).toHaveProperty('records');
      }),
    );
  });

  it('reads three megabytes of any repeated pattern within a second', () => {
    for (const pattern of [
      Buffer.alloc(8),
      Buffer.from([0x20, 0, 0, 0x20, 0, 0, 0, 0]),
      Buffer.from([1, 0, 0, 0x30, 0, 0, 0, 0]),
    ]) {
      const bytes = Buffer.alloc(3_000_000, pattern);
      const started = performance.now();
      walkMeta(meta(bytes));
      walkMeta(meta(record(0x30000001, bytes)));
      expect(performance.now() - started).toBeLessThan(1000);
    }
  });
});

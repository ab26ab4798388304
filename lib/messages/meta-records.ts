import { isUtf8 } from 'node:buffer';
import type { Json } from '#lib/json/exact-json.ts';

/** One record of META data. `value` is absent where it is longer than 1 KB or where the record has `children`. */
export type MetaRecord = {
  tag: number;
  tagHex: string;
  type: 'text' | 'u64' | 'bytes';
  /** Length of the value in bytes, as the record states it. */
  length: number;
  /** Text without its final NUL, an unsigned integer in decimal, or base64, by `type`. */
  value?: string;
  children?: MetaRecord[];
};

export type MetaTree = {
  /** Whether the data begins with `META`; without it nothing is read as a record. */
  magic: boolean;
  records: MetaRecord[];
  /** Whether the data goes on behind the last record: a cut-off tail, or more records than are read. */
  truncated: boolean;
  problems: string[];
};

const magicText = 'META';
const headerBytes = 8; // the magic and a u32 of unknown meaning, 0 in the sample
const recordHeaderBytes = 8;
const maxRecords = 1000;
const maxDepth = 8;
const maxValueBytes = 1024;

/**
 * Reads `tlv_data` of a third_data (reference 10.1.4.5.3) as far as its undocumented format can be read: little-endian u32
 * tag, u32 length, value. The top byte of a tag looks like its type (0x20 text, 0x09 u64); other values stay bytes, unless
 * they consist of nothing but complete records with non-zero tags. At most 1,000 records, eight levels deep. Never throws.
 */
export function walkMeta(base64: Json | undefined): MetaTree {
  if (typeof base64 !== 'string' || base64 === '') return unreadable('tlv_data is missing or no text');
  const compact = base64.replaceAll(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) return unreadable('tlv_data is not base64');
  const bytes = Buffer.from(compact, 'base64');
  if (bytes.toString('latin1', 0, magicText.length) !== magicText)
    return unreadable('tlv_data does not begin with META');
  if (bytes.length < headerBytes) return { ...unreadable('the header is cut off'), magic: true, truncated: true };

  const walker = { left: maxRecords, problems: new Set<string>() };
  const records = walkRecords(bytes.subarray(headerBytes), 1, walker);
  return { magic: true, records, truncated: walker.problems.size > 0, problems: [...walker.problems] };
}

const unreadable = (problem: string): MetaTree => ({
  magic: false,
  records: [],
  truncated: false,
  problems: [problem],
});

type Walker = { left: number; problems: Set<string> };

function walkRecords(bytes: Buffer, depth: number, walker: Walker): MetaRecord[] {
  const records: MetaRecord[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    if (walker.left === 0) {
      walker.problems.add(`only the first ${maxRecords} records were read`);
      break;
    }
    const end = recordEnd(bytes, offset);
    if (end === undefined) {
      walker.problems.add('the last record is cut off');
      break;
    }
    walker.left -= 1;
    records.push(
      readRecord(bytes.readUInt32LE(offset), bytes.subarray(offset + recordHeaderBytes, end), depth, walker),
    );
    offset = end;
  }
  return records;
}

/** Where the record at `offset` ends; `undefined` where the data ends before it. */
function recordEnd(bytes: Buffer, offset: number): number | undefined {
  if (offset + recordHeaderBytes > bytes.length) return undefined;
  const end = offset + recordHeaderBytes + bytes.readUInt32LE(offset + 4);
  return end <= bytes.length ? end : undefined;
}

function readRecord(tag: number, value: Buffer, depth: number, walker: Walker): MetaRecord {
  const record = { tag, tagHex: `0x${tag.toString(16).padStart(8, '0')}`, length: value.length };
  const declared = tag >>> 24;
  if (declared === 0x09 && value.length === 8)
    return { ...record, type: 'u64', value: value.readBigUInt64LE().toString() };
  const isShort = value.length <= maxValueBytes;
  if (declared === 0x20 && isUtf8(value)) {
    return { ...record, type: 'text', ...(isShort ? { value: withoutFinalNul(value.toString()) } : {}) };
  }
  if (depth < maxDepth && holdsRecords(value)) {
    return { ...record, type: 'bytes', children: walkRecords(value, depth + 1, walker) };
  }
  return { ...record, type: 'bytes', ...(isShort ? { value: value.toString('base64') } : {}) };
}

const withoutFinalNul = (text: string) => (text.endsWith('\0') ? text.slice(0, -1) : text);

/** Whether bytes are at least one record and nothing else. A tag of 0 is taken for padding. */
function holdsRecords(bytes: Buffer): boolean {
  for (let offset = 0; offset < bytes.length; ) {
    const end = recordEnd(bytes, offset);
    if (end === undefined || bytes.readUInt32LE(offset) === 0) return false;
    offset = end;
  }
  return bytes.length > 0;
}

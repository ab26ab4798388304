import type { Json } from '#lib/json/exact-json.ts';
import type { Bucket } from './period.ts';

/**
 * What a value of a bucket is worth: `ok`; `provisional`, the bucket is not over; `offline`, the device was away for a
 * part of it that counts; `no-package`, `unsupported`, the channel can't count; `missing`, IVM has nothing; `error`.
 */
export const bucketStatuses = [
  'ok',
  'provisional',
  'offline',
  'no-package',
  'unsupported',
  'missing',
  'error',
] as const;
export type BucketStatus = (typeof bucketStatuses)[number];

/** Why a channel has no values at all. */
export type ListFailure = { status: Exclude<BucketStatus, 'ok' | 'provisional'>; reason: string };

export type JudgedBucket = { bucket: Bucket; value: number | null; status: BucketStatus };
export type JudgedList = {
  /** Those that have begun, in their order. */
  buckets: JudgedBucket[];
  /** What was odd about the list. */
  reason?: string;
};

/** What is known of a channel, against which zeros are judged: IVM sends the same zero for nobody and for no data. */
export type ChannelFacts = {
  /** When the device or channel was away or presumably so, in their order and without overlaps. */
  offline: readonly Bucket[];
  /** Those of them that were told: what was counted in the others was counted by a device that was there. */
  toldOffline: readonly Bucket[];
  /** It lacks a package without which nothing is counted. */
  lacksPackage: boolean;
};

/** A reconnection of seconds takes nothing from an hour, and an hour nothing from a month. */
const toleratedOfflineShare = 0.05;

/**
 * Puts the values of a list to their buckets, or says why it can't: never a value beside the bucket it belongs to, never a
 * zero for what is not known.
 */
export function judgeList(
  list: Json | undefined | ListFailure,
  buckets: readonly Bucket[],
  facts: ChannelFacts,
  now: Date,
): JudgedList {
  const begun = buckets.map((bucket, index) => ({ bucket, index })).filter(({ bucket }) => bucket.start < now);
  const all = (status: BucketStatus, reason: string): JudgedList => ({
    buckets: begun.filter(hasDuration).map(({ bucket }) => ({ bucket, value: null, status })),
    reason,
  });
  if (isFailure(list)) return all(list.status, list.reason);
  if (!Array.isArray(list)) return all('error', 'not-a-list');
  if (list.length !== buckets.length) return all('error', `wrong-length: ${list.length} in place of ${buckets.length}`);

  const reasons = new Set<string>();
  const judged = begun.flatMap(({ bucket, index }): JudgedBucket[] => {
    const value = countOf(list[index]);
    if (!hasDuration({ bucket })) {
      // The clocks skipped this hour: nobody can have been counted in it.
      if (value !== 0 && value !== null) reasons.add('value-in-skipped-hour');
      return [];
    }
    if (value === undefined) {
      reasons.add('odd-value');
      return [{ bucket, value: null, status: 'error' }];
    }
    return [{ bucket, ...judgeValue(value, bucket, facts, now) }];
  });
  return { buckets: judged, ...(reasons.size === 0 ? {} : { reason: [...reasons].join(', ') }) };
}

export function isFailure(list: Json | undefined | ListFailure): list is ListFailure {
  return typeof list === 'object' && list !== null && 'reason' in list && 'status' in list;
}

const hasDuration = ({ bucket }: { bucket: Bucket }): boolean => bucket.end > bucket.start;

/** `null` where IVM has nothing; `undefined` for what can be no count. */
function countOf(value: Json | undefined): number | null | undefined {
  if (value === null || value === undefined || value === '') return null;
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value.trim()) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

function judgeValue(
  value: number | null,
  bucket: Bucket,
  { offline, toldOffline, lacksPackage }: ChannelFacts,
  now: Date,
): Pick<JudgedBucket, 'value' | 'status'> {
  const isOpen = bucket.end > now;
  const end = isOpen ? now : bucket.end;
  const shareOf = (intervals: readonly Bucket[]) =>
    overlapMs(intervals, bucket.start, end) / Math.max(1, end.getTime() - bucket.start.getTime());
  if (value === null || value === 0) {
    const awayShare = shareOf(offline);
    if (awayShare > toleratedOfflineShare) return { value: awayShare < 1 ? value : null, status: 'offline' };
    if (lacksPackage) return { value: null, status: 'no-package' };
    if (value === null) return { value, status: 'missing' };
  }
  // Counted while the device was there: true as far as it goes, but not the whole bucket.
  if (shareOf(toldOffline) > toleratedOfflineShare) return { value, status: 'offline' };
  return { value, status: isOpen ? 'provisional' : 'ok' };
}

function overlapMs(intervals: readonly Bucket[], start: Date, end: Date): number {
  return intervals.reduce((sum, interval) => {
    const from = Math.max(interval.start.getTime(), start.getTime());
    const to = Math.min(interval.end.getTime(), end.getTime());
    return sum + Math.max(0, to - from);
  }, 0);
}

import { type BucketStatus, bucketStatuses } from '#lib/statistics/judge-list.ts';
import type { PeopleGrid } from './count-grid.ts';

/** Why a bucket of a camera has no value: its status, or `no-row` where no export tells of it. */
export type GapReason = Exclude<BucketStatus, 'ok' | 'provisional'> | 'no-row';
/** What a camera counted in a bucket: `null` is not known. */
export type CameraCount = {
  in: number | null;
  out: number | null;
  status: BucketStatus | 'no-row';
  /** `partial`: some were counted, and more may have come. `not-counting`: the camera can't count at all. */
  is: 'known' | 'partial' | 'missing' | 'not-counting';
};

/** What cameras counted together in a bucket; `null` where it is known of none. */
export type PeopleSum = {
  in: number | null;
  out: number | null;
  /** Cameras of which all is known, only a part, nothing although they count; and those that can't count. */
  known: number;
  partial: number;
  missing: number;
  not_counting: number;
  /** Why most of those that lack something do so. */
  gap: GapReason | null;
  /** The bucket was not over when it was counted. */
  is_provisional: boolean;
};

const noRow: CameraCount = { in: null, out: null, status: 'no-row', is: 'missing' };

/**
 * Judges the row of a camera and bucket. A zero of a camera that was away is no zero; what it did count is true as far as it
 * goes.
 */
export function cameraCount(status: BucketStatus, into: number | null, out: number | null): CameraCount {
  switch (status) {
    case 'ok':
    case 'provisional':
      return into === null || out === null
        ? { in: null, out: null, status: 'missing', is: 'missing' }
        : { in: into, out, status, is: 'known' };
    case 'offline':
      // Where it counted anybody, it was there for a part.
      return (into ?? 0) + (out ?? 0) > 0
        ? { in: into, out, status, is: 'partial' }
        : { in: null, out: null, status, is: 'missing' };
    case 'no-package':
    case 'unsupported':
      return { in: null, out: null, status, is: 'not-counting' };
    default:
      return { in: null, out: null, status, is: 'missing' };
  }
}

const valueAt = (values: Float64Array, at: number): number | null => {
  const value = values[at] ?? Number.NaN;
  return Number.isNaN(value) ? null : value;
};

/** What a camera counted in a bucket of a grid; without a grid, nothing is known. */
export function countOf(grid: PeopleGrid | undefined, camera: string, bucket: number): CameraCount {
  const offset = grid?.cameras.get(camera);
  if (grid === undefined || offset === undefined) return noRow;
  const status = bucketStatuses[grid.values.status[offset + bucket] ?? -1];
  if (status === undefined) return noRow;
  return cameraCount(status, valueAt(grid.values.in, offset + bucket), valueAt(grid.values.out, offset + bucket));
}

/** Adds up what is known, and says of how many cameras it is not. */
export function sumCounts(counts: Iterable<CameraCount>): PeopleSum {
  const sum = { known: 0, partial: 0, missing: 0, 'not-counting': 0 };
  const reasons = new Map<GapReason, number>();
  let into: number | null = null;
  let out: number | null = null;
  let isProvisional = false;
  for (const count of counts) {
    sum[count.is] += 1;
    isProvisional ||= count.status === 'provisional';
    if (count.status !== 'ok' && count.status !== 'provisional') {
      reasons.set(count.status, (reasons.get(count.status) ?? 0) + 1);
    }
    if (count.is !== 'known' && count.is !== 'partial') continue;
    if (count.in !== null) into = (into ?? 0) + count.in;
    if (count.out !== null) out = (out ?? 0) + count.out;
  }
  const [most] = [...reasons].toSorted(([, one], [, other]) => other - one);
  return {
    in: into,
    out,
    known: sum.known,
    partial: sum.partial,
    missing: sum.missing,
    not_counting: sum['not-counting'],
    gap: most?.[0] ?? null,
    is_provisional: isProvisional,
  };
}

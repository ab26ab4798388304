import type { People } from '../../../dashboard/people.ts';
import { net } from './comparison.ts';
import { type FlowBucket, type OpeningHours, occupancy } from './occupancy.ts';

type Bucket = People['buckets'][number];
type Gap = NonNullable<Bucket['gap']>;

/** What one line of the view is about: all cameras together, or one of them. */
export type CountLine = {
  /** Of the camera; `undefined` for the sum. */
  camera: string | undefined;
  buckets: FlowBucket[];
  /** In minus out. */
  net: (number | null)[];
  /** Why a bucket is not known as a whole; `undefined` where it is, and where it has not begun. */
  gaps: (Gap | 'incomplete' | undefined)[];
  /** Why the camera is in no export. */
  reason: string | null;
};

/** Sums that lack more cameras than this are marked as stretches with gaps; of others it is but told. */
const toleratedShare = 0.1;

/** The sum of the cameras, as a line. */
export const sumLine = ({ buckets }: People): CountLine => ({
  camera: undefined,
  reason: null,
  buckets: buckets.map((bucket) => ({ ...bucket, isWhole: isWhole(bucket) })),
  net: buckets.map((bucket) => net(bucket.in, bucket.out)),
  gaps: buckets.map((bucket) => {
    const { known, partial, missing, gap } = bucket;
    if (!bucket.has_begun || isWhole(bucket)) return undefined;
    if (known === 0) return gap ?? 'no-row';
    return (partial + missing) / (known + partial + missing) > toleratedShare ? 'incomplete' : undefined;
  }),
});

const isWhole = ({ known, partial, missing }: Bucket): boolean => known > 0 && partial + missing === 0;

/** Each camera that was chosen, as a line of its own. */
export const cameraLines = ({ buckets, cameras }: People): CountLine[] =>
  cameras.map(({ id, in: into, out, status, reason }) => {
    const isKnown = (index: number) => status[index] === 'ok' || status[index] === 'provisional';
    return {
      camera: id,
      reason,
      buckets: buckets.map(({ date, hour }, index) => ({
        date,
        hour,
        in: into[index] ?? null,
        out: out[index] ?? null,
        isWhole: isKnown(index),
      })),
      net: buckets.map((_, index) => net(into[index] ?? null, out[index] ?? null)),
      gaps: buckets.map(({ has_begun }, index) => {
        const one = status[index];
        if (!has_begun || one === 'ok' || one === 'provisional') return undefined;
        return one ?? 'no-row';
      }),
    };
  });

export type LineMeasure = 'in' | 'out' | 'net' | 'occupancy';

/** The values of a line; `null` where nothing is known. */
export function valuesOf(line: CountLine, measure: LineMeasure, opening: OpeningHours): (number | null)[] {
  if (measure === 'occupancy') return occupancy(line.buckets, opening);
  if (measure === 'net') return line.net;
  return line.buckets.map((one) => one[measure]);
}

/** How often a line is not known, by why. */
export function gapTally({ gaps }: CountLine): [reason: Gap | 'incomplete', count: number][] {
  const tally = new Map<Gap | 'incomplete', number>();
  for (const gap of gaps) if (gap !== undefined) tally.set(gap, (tally.get(gap) ?? 0) + 1);
  return [...tally];
}

/** Neighbouring buckets with the same mark, as one stretch. */
export function stretchesOf<Mark>(
  buckets: readonly { start: string; end: string }[],
  marks: readonly (Mark | undefined)[],
): { from: Date; to: Date; mark: Mark }[] {
  const stretches: { from: Date; to: Date; mark: Mark }[] = [];
  for (const [index, { start, end }] of buckets.entries()) {
    const mark = marks[index];
    const last = stretches.at(-1);
    if (mark === undefined) continue;
    if (last?.mark === mark && last.to.getTime() === Date.parse(start)) last.to = new Date(end);
    else stretches.push({ from: new Date(start), to: new Date(end), mark });
  }
  return stretches;
}

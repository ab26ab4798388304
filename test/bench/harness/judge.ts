import type { Sample, Target } from './row.ts';

export type Finding = { target: Target; median: number; least: number; most: number; isMet: boolean };

/** The samples of every variant, round by round. */
export type Samples = ReadonlyMap<string, readonly Sample[]>;

/**
 * Judges by the median over the rounds: within a round both were measured under about the same load, so what is compared
 * is the ratio of each round, never two medians of different moments.
 */
export function judge(target: Target, samples: Samples): Finding {
  const ordered = compared(target, samples).toSorted((a, b) => a - b);
  const median = medianOf(ordered);
  return {
    target,
    median,
    least: ordered[0] ?? Number.NaN,
    most: ordered.at(-1) ?? Number.NaN,
    isMet: 'atMost' in target ? median <= target.atMost : median >= target.atLeast,
  };
}

function compared({ measure, of, against, by = 'ratio' }: Target, samples: Samples): number[] {
  const own = valuesOf(samples, of, measure);
  if (by === 'sum') return [own.reduce((sum, value) => sum + value, 0)];
  if (against === undefined) return own;
  const others = valuesOf(samples, against, measure);
  return own.map((value, round) => {
    const other = others[round] ?? Number.NaN;
    return by === 'difference' ? value - other : value / other;
  });
}

function valuesOf(samples: Samples, variant: string, measure: string): number[] {
  const values = samples.get(variant)?.map((sample) => sample[measure] ?? Number.NaN) ?? [];
  if (values.length === 0 || values.some(Number.isNaN)) throw new Error(`${variant} has no ${measure}`);
  return values;
}

/** Of numbers in their order. */
function medianOf(ordered: readonly number[]): number {
  const middle = ordered.length >> 1;
  const upper = ordered[middle] ?? Number.NaN;
  return ordered.length % 2 === 1 ? upper : ((ordered[middle - 1] ?? Number.NaN) + upper) / 2;
}

export const medianOfSamples = (samples: Samples, variant: string, measure: string): number =>
  medianOf(valuesOf(samples, variant, measure).toSorted((a, b) => a - b));

import type { Samples } from './judge.ts';
import type { Sample, Variant } from './row.ts';

/**
 * Measures every variant once in each round, in an order that changes, so that none always follows the same other one and
 * the load of a minute falls on all.
 */
export async function inRounds(
  variants: readonly Variant[],
  rounds: number,
  random: () => number,
  onRound: (round: number) => void = () => undefined,
): Promise<Samples> {
  const samples = new Map<string, Sample[]>(variants.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const { name, measure } of shuffled(variants, random)) samples.get(name)?.push(await measure(round));
    onRound(round);
  }
  return samples;
}

export function shuffled<T>(values: readonly T[], random: () => number): T[] {
  return values
    .map((value) => ({ value, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

import type { Bench, Row } from '../harness/row.ts';

/** The least of each is what small tenants have. */
const sizes = {
  messages: [200, 2_000, 20_000],
  channels: [20, 200, 2_000],
  rows: [10_000, 100_000, 1_000_000],
} as const;
const times = ['1 ×', '10 ×', '100 ×'] as const;

export function growth({ dir, run }: Bench): Row {
  const kinds = Object.entries(sizes);
  return {
    number: 15,
    title: 'One more where there are ten or a hundred times as many',
    leastRounds: 5,
    variants: kinds.flatMap(([kind, counts]) =>
      counts.map((count, index) => ({
        name: `${kind} ${times[index] ?? ''}`,
        measure: () => run('growth', kind, count, `${dir}/all.json`),
      })),
    ),
    targets: kinds.flatMap(([kind]) =>
      times.slice(1).map((more) => ({
        title: `CPU of ${kind} ${more}`,
        measure: 'cpu',
        of: `${kind} ${more}`,
        against: `${kind} ${times[0]}`,
        atMost: 1.15,
      })),
    ),
  };
}

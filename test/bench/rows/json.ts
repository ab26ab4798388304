import type { Bench, Row, Target, Variant } from '../harness/row.ts';

/** Characters, so that sets of small and of large bodies take about as long. */
const [warmUp, counted] = [20_000_000, 60_000_000];
const checkedPerRound = 100_000;

export function signatureAndScan({ dir, run }: Bench): Row {
  const variantsOf = (set: string, size: string): Variant[] => [
    { name: `ours, ${size}`, measure: () => run('json', 'verify-and-scan', `${dir}/${set}.json`, warmUp, counted) },
    { name: `JSON.parse, ${size}`, measure: () => run('json', 'native-parse', `${dir}/${set}.json`, warmUp, counted) },
  ];
  return {
    number: 3,
    title: 'Signature and top level of a body',
    leastRounds: 11,
    variants: [
      ...variantsOf('documented', '≥ 2 KB'),
      ...variantsOf('minified', 'minified'),
      ...variantsOf('third', '41 KB'),
    ],
    targets: [
      { title: 'CPU', measure: 'cpu', of: 'ours, ≥ 2 KB', against: 'JSON.parse, ≥ 2 KB', atMost: 0.4 },
      { title: 'CPU', measure: 'cpu', of: 'ours, minified', against: 'JSON.parse, minified', atMost: 0.4 },
      { title: 'CPU', measure: 'cpu', of: 'ours, 41 KB', against: 'JSON.parse, 41 KB', atMost: 0.15 },
    ],
  };
}

export function exactParse({ dir, run }: Bench): Row {
  const variantsOf = (set: string, suffix = ''): Variant[] =>
    Object.entries({ ours: 'exact-parse', 'JSON.parse': 'native-parse', 'lossless-json': 'lossless-parse' }).map(
      ([name, work]) => ({
        name: `${name}${suffix}`,
        measure: () => run('json', work, `${dir}/${set}.json`, warmUp, counted),
      }),
    );
  const targetsOf = (suffix = ''): Target[] => [
    { title: 'CPU', measure: 'cpu', of: `ours${suffix}`, against: `JSON.parse${suffix}`, atMost: 2.2 },
    { title: 'CPU', measure: 'cpu', of: `ours${suffix}`, against: `lossless-json${suffix}`, atMost: 0.4 },
  ];
  return {
    number: 4,
    title: 'A body parsed with all its digits',
    leastRounds: 11,
    variants: [
      ...variantsOf('documented'),
      ...variantsOf('minified', ', minified'),
      { name: 'generated', measure: (round) => run('exactness', `round ${round}`, checkedPerRound) },
    ],
    targets: [
      ...targetsOf(),
      ...targetsOf(', minified'),
      { title: 'bodies generated', measure: 'bodies', of: 'generated', by: 'sum', atLeast: 1_000_000 },
      { title: 'of them read differently', measure: 'different', of: 'generated', by: 'sum', atMost: 0 },
    ],
  };
}

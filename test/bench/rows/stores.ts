import type { Bench, Row, Sample, Variant } from '../harness/row.ts';

/** A batch of 25 takes about as long as two single ones. */
const [warmUps, batches] = [20, 120];
const [warmUpChecks, checks] = [2_000, 8_000];
const [warmUpPictures, pictures] = [100, 400];

const waysOf = (measure: (way: string) => Promise<Sample>, ...names: string[]): Variant[] =>
  names.map((name) => ({ name, measure: () => measure(name) }));

export function eventsWritten({ dir, run }: Bench): Row {
  const measure = (way: string) => run('events-table', way, `${dir}/all.json`, warmUps, batches);
  return {
    number: 9,
    title: 'An event written to DynamoDB',
    leastRounds: 11,
    variants: waysOf(measure, 'batched', 'single'),
    targets: [{ title: 'CPU', measure: 'cpu', of: 'batched', against: 'single', atMost: 0.12 }],
  };
}

export function validation({ dir, run }: Bench): Row {
  const measure = (way: string) => run('validation', way, `${dir}/all.json`, warmUpChecks, checks);
  return {
    number: 13,
    title: 'Fields of a target or vehicle message checked',
    leastRounds: 11,
    variants: waysOf(measure, 'ours', 'zod'),
    targets: [
      { title: 'CPU', measure: 'cpu', of: 'ours', against: 'zod', atMost: 0.5 },
      { title: 'loading what that takes', measure: 'loadMs', of: 'ours', atMost: 5, unit: 'ms' },
    ],
  };
}

export function pictureCopy({ endpoint, run }: Bench): Row {
  const measure = (way: string) => run('pictures', way, endpoint, warmUpPictures, pictures);
  return {
    number: 11,
    title: 'A picture of 200 KB copied to S3, 50 at once',
    leastRounds: 11,
    variants: waysOf(measure, 'ours', 'sdk'),
    targets: [
      { title: 'CPU', measure: 'cpu', of: 'ours', against: 'sdk', atMost: 0.65 },
      { title: 'memory', measure: 'rss', of: 'ours', against: 'sdk', atMost: 0.85 },
    ],
  };
}

import { statSync } from 'node:fs';
import type { Bench, Row, Sample, Variant } from '../harness/row.ts';

const peers = { P1: 'powertools', P2: 'fastify', P3: 'hono', P4: 'bare' } as const;
const ours = 'receive-callback';
/** A callback that goes over the network takes some thirty times as long as one that does not. */
const [sentWarmUps, sent] = [400, 1_200];
const [stubbedWarmUps, stubbed] = [4_000, 12_000];
/** What a warmed start may still have to do after its module is loaded. */
const settleMs = 400;

const moduleOf = ({ dir }: Bench) => `${dir}/functions/${ours}/index.mjs`;
type Measure = (module: string) => Promise<Sample>;
const peerVariants = (folder: string, measure: Measure): Variant[] =>
  Object.entries(peers).map(([name, file]) => ({ name, measure: () => measure(`${folder}/${file}.mjs`) }));

export function wholeCallback(bench: Bench): Row {
  const measure: Measure = (module) => bench.run('callbacks', module, `${bench.dir}/events.json`, sentWarmUps, sent);
  return {
    number: 1,
    title: 'A callback from event to reply, message sent over HTTPS',
    leastRounds: 11,
    variants: [{ name: ours, measure: () => measure(moduleOf(bench)) }, ...peerVariants(`${bench.dir}/peers`, measure)],
    targets: [
      { title: 'CPU', measure: 'cpu', of: ours, against: 'P4', atMost: 0.42 },
      { title: 'CPU', measure: 'cpu', of: ours, against: 'P1', atMost: 0.28 },
    ],
  };
}

export function stubbedCallback({ dir, run }: Bench): Row {
  const measure: Measure = (module) => run('callbacks', module, `${dir}/events.json`, stubbedWarmUps, stubbed);
  return {
    number: 2,
    title: 'The same, without sending',
    leastRounds: 11,
    variants: [
      { name: ours, measure: () => measure(`${dir}/stubbed/${ours}.mjs`) },
      { name: 'no-op', measure: () => measure(`${dir}/stubbed/no-op.mjs`) },
      ...peerVariants(`${dir}/stubbed`, measure),
    ],
    targets: [
      { title: 'CPU', measure: 'cpu', of: ours, against: 'no-op', atMost: 2.5 },
      { title: 'CPU', measure: 'cpu', of: ours, against: 'P1', atMost: 0.2 },
      { title: 'CPU', measure: 'cpu', of: ours, against: 'P3', atMost: 0.25 },
    ],
  };
}

export function coldCallback(bench: Bench): Row {
  const measure: Measure = (module) => bench.run('cold-callback', module, `${bench.dir}/event.json`, 0);
  return {
    number: 6,
    title: 'A fresh process: loading and the first callback',
    leastRounds: 15,
    variants: [
      { name: ours, measure: () => measure(moduleOf(bench)) },
      { name: 'bare Node', measure: () => measure('-') },
      ...peerVariants(`${bench.dir}/peers`, measure),
    ],
    targets: [
      { title: 'CPU', measure: 'cpu', of: ours, against: 'P4', atMost: 0.4 },
      { title: 'CPU', measure: 'cpu', of: ours, against: 'P1', atMost: 0.28 },
      { title: 'memory', measure: 'rss', of: ours, against: 'bare Node', atMost: 12, by: 'difference', unit: 'MB' },
    ],
  };
}

export function warmedCallback(bench: Bench): Row {
  const measure: Measure = (module) => bench.run('cold-callback', module, `${bench.dir}/event.json`, settleMs);
  return {
    number: 7,
    title: 'The first callback once the function has started',
    leastRounds: 15,
    variants: [
      { name: ours, measure: () => measure(moduleOf(bench)) },
      { name: 'P4', measure: () => measure(`${bench.dir}/peers/bare.mjs`) },
    ],
    targets: [{ title: 'CPU', measure: 'first', of: ours, against: 'P4', atMost: 0.15 }],
  };
}

export function receiverBundle(bench: Bench): Row {
  const measure: Measure = async (path) => ({ size: statSync(path).size / 1024 });
  return {
    number: 5,
    title: 'The code of receive-callback, bundled and minified',
    leastRounds: 1,
    variants: [{ name: ours, measure: () => measure(moduleOf(bench)) }, ...peerVariants(`${bench.dir}/peers`, measure)],
    targets: [{ title: 'size', measure: 'size', of: ours, atMost: 16, unit: 'KB' }],
  };
}

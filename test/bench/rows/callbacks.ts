import { statSync } from 'node:fs';
import type { Bench, Row, Sample, Variant } from '../harness/row.ts';

const peers = { P1: 'powertools', P2: 'fastify', P3: 'hono', P4: 'bare' } as const;
const ours = 'receive-callback';
/** A callback that goes over the network takes some thirty times as long as one that does not. */
const [sentWarmUps, sent] = [400, 1_200];
const [stubbedWarmUps, stubbed] = [8_000, 20_000];
/** What a warmed start may still have to do after its module is loaded. */
const settleMs = 400;

type Measure = (module: string) => Promise<Sample>;
type Modules = { readonly [name: string]: string };

const moduleOf = ({ dir }: Bench): string => `${dir}/functions/${ours}/index.mjs`;
const peersIn = (folder: string): Modules =>
  Object.fromEntries(Object.entries(peers).map(([name, file]) => [name, `${folder}/${file}.mjs`]));
const oursAndPeers = (bench: Bench): Modules => ({ [ours]: moduleOf(bench), ...peersIn(`${bench.dir}/peers`) });
const variantsOf = (modules: Modules, measure: Measure): Variant[] =>
  Object.entries(modules).map(([name, module]) => ({ name, measure: () => measure(module) }));

export function wholeCallback(bench: Bench): Row {
  const measure: Measure = (module) => bench.run('callbacks', module, `${bench.dir}/events.json`, sentWarmUps, sent);
  return {
    number: 1,
    title: 'A callback from event to reply, message sent over HTTPS',
    leastRounds: 11,
    variants: variantsOf(oursAndPeers(bench), measure),
    targets: [
      { title: 'CPU', measure: 'cpu', of: ours, against: 'P4', atMost: 0.42 },
      { title: 'CPU', measure: 'cpu', of: ours, against: 'P1', atMost: 0.28 },
    ],
  };
}

export function stubbedCallback({ dir, run }: Bench): Row {
  const measure: Measure = (module) => run('callbacks', module, `${dir}/events.json`, stubbedWarmUps, stubbed);
  const stubs = `${dir}/stubbed`;
  return {
    number: 2,
    title: 'The same, without sending',
    leastRounds: 11,
    variants: variantsOf({ [ours]: `${stubs}/${ours}.mjs`, 'no-op': `${stubs}/no-op.mjs`, ...peersIn(stubs) }, measure),
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
    variants: variantsOf({ ...oursAndPeers(bench), 'bare Node': '-' }, measure),
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
    variants: variantsOf({ [ours]: moduleOf(bench), P4: `${bench.dir}/peers/${peers.P4}.mjs` }, measure),
    targets: [{ title: 'CPU', measure: 'first', of: ours, against: 'P4', atMost: 0.15 }],
  };
}

export function receiverBundle(bench: Bench): Row {
  const measure: Measure = async (path) => ({ size: statSync(path).size / 1024 });
  return {
    number: 5,
    title: 'The code of receive-callback, bundled and minified',
    leastRounds: 1,
    variants: variantsOf(oursAndPeers(bench), measure),
    targets: [{ title: 'size', measure: 'size', of: ours, atMost: 16, unit: 'KB' }],
  };
}

/**
 * Measures the product against what its users would write otherwise, and prints ratios (`npm run bench`). Absolute times
 * say little, since they follow the machine and its other work: every variant runs in a process of its own, all of them
 * once a round in an order that changes, and what counts is the median of the ratios within the rounds.
 *
 *   npm run bench -- [row …] [--rounds N] [--write] [--strict] [--seed text]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { seededRandom } from '#lib/simulator/seeded-random.ts';
import { judge } from './harness/judge.ts';
import { prepareBench } from './harness/prepare-bench.ts';
import { inRounds } from './harness/rounds.ts';
import { type Measured, machine, markdown, report, withTable } from './harness/table.ts';
import { rows } from './rows/rows.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    seed: { type: 'string', default: new Date().toISOString() },
    strict: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

if (values.write && positionals.length > 0) throw new Error('--write takes all rows: a table is that of one run');
const random = seededRandom(values.seed);
console.log(`${machine()}, seed ${values.seed}`);
await using bench = await prepareBench();
const wanted = rows
  .map((row) => row(bench))
  .filter(({ number }) => positionals.length === 0 || positionals.includes(String(number)));
const measured: Measured[] = [];
for (const row of wanted) {
  const rounds = values.rounds === undefined ? row.leastRounds : Number(values.rounds);
  try {
    const samples = await inRounds(row.variants, rounds, random.next, (round) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${row.number}: round ${round} of ${rounds}\r`);
    });
    const one = { row, rounds, samples, findings: row.targets.map((target) => judge(target, samples)) };
    measured.push(one);
    console.log(report(one));
  } catch (error) {
    // What the other rows measured is worth having all the same.
    console.error(`${row.number}  ${row.title}: not measured,`, error);
    process.exitCode = 1;
  }
}

if (values.write) {
  const readme = new URL('../../README.md', import.meta.url);
  writeFileSync(
    readme,
    withTable(readFileSync(readme, 'utf8'), markdown(measured, new Date().toISOString().slice(0, 10))),
  );
}
const missed = measured.flatMap(({ findings }) => findings.filter(({ isMet }) => !isMet));
if (values.strict && missed.length > 0) process.exitCode = 1;

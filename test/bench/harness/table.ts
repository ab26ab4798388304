import os from 'node:os';
import { type Finding, medianOfSamples, type Samples } from './judge.ts';
import type { Row } from './row.ts';

export type Measured = { row: Row; rounds: number; samples: Samples; findings: readonly Finding[] };

const begin = '<!-- npm run bench: begin -->';
const end = '<!-- npm run bench: end -->';

/** Three digits that count, as a table shows them. */
export function short(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return value.toFixed(Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 0.001)))));
}

const limitOf = ({ target }: Finding): string =>
  `${'atMost' in target ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`}${unitOf(target.unit)}`;
const unitOf = (unit: string | undefined): string => (unit === undefined ? '' : ` ${unit}`);

/** What was compared with what, such as `CPU ÷ P4`. */
function comparison({ target: { title, against, by } }: Finding): string {
  if (against === undefined) return title;
  return `${title} ${by === 'difference' ? '−' : '÷'} ${against}`;
}

const valueOf = ({ median, least, most, target }: Finding): string => {
  const spread = least === most ? '' : ` (${short(least)}–${short(most)})`;
  return `${short(median)}${unitOf(target.unit)}${spread}`;
};

/** The lines for a terminal: medians of every variant, then what they were compared for. */
export function report({ row, rounds, samples, findings }: Measured): string {
  const medians = [...samples.keys()].map((variant) => {
    const values = Object.keys(samples.get(variant)?.[0] ?? {}).map(
      (measure) => `${measure} ${short(medianOfSamples(samples, variant, measure))}`,
    );
    return `  ${variant.padEnd(20)} ${values.join('  ')}`;
  });
  const judged = findings.map(
    (finding) =>
      `  ${finding.isMet ? 'met   ' : 'missed'} ${finding.target.of}: ${comparison(finding)} ${valueOf(finding)}, wanted ${limitOf(finding)}`,
  );
  return [`${row.number}  ${row.title} (${rounds} rounds)`, ...medians, ...judged].join('\n');
}

export function machine(): string {
  const [cpu] = os.cpus();
  return `${os.cpus().length} × ${cpu?.model.trim() ?? 'unknown CPU'}, ${Math.round(os.totalmem() / 2 ** 30)} GB, ${os.type()} ${os.arch()}, Node ${process.version}`;
}

/** The table of the README, all rows that were measured. */
export function markdown(measured: readonly Measured[], date: string): string {
  const rows = measured.flatMap(({ row, rounds, findings }) =>
    findings.map(
      (finding, index) =>
        `| ${index === 0 ? `${row.number}` : ''} | ${index === 0 ? row.title : ''} | ${comparison(finding)} | ${valueOf(finding)} | ${limitOf(finding)} | ${finding.isMet ? 'met' : '**missed**'} | ${rounds} |`,
    ),
  );
  return [
    `Measured on ${date}: ${machine()}.`,
    '',
    '| row | what | compared | median (least–most) | wanted | | rounds |',
    '|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/**
 * A README with the table between its marks.
 *
 * @throws where the marks are missing
 */
export function withTable(readme: string, table: string): string {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`README.md has no place between ${begin} and ${end}`);
  return `${readme.slice(0, from + begin.length)}\n${table}\n${readme.slice(to)}`;
}

import https from 'node:https';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { seededRandom } from '#lib/simulator/seeded-random.ts';
import { startCannedAws } from './harness/canned-aws.ts';
import { createCertificate } from './harness/certificate.ts';
import { judge } from './harness/judge.ts';
import { inRounds } from './harness/rounds.ts';
import { markdown, withTable } from './harness/table.ts';

const samplesOf = (ours: readonly number[], theirs: readonly number[]) =>
  new Map([
    ['ours', ours.map((cpu) => ({ cpu }))],
    ['theirs', theirs.map((cpu) => ({ cpu }))],
  ]);
const target = { title: 'CPU', measure: 'cpu', of: 'ours', against: 'theirs', atMost: 0.5 };

describe('judge', () => {
  it('takes the median of the ratios within the rounds, whatever the rounds were like', () => {
    // The second round ran on a machine that was ten times as busy.
    expect(judge(target, samplesOf([1, 10, 4], [2, 25, 8]))).toMatchObject({
      median: 0.5,
      least: 0.4,
      most: 0.5,
      isMet: true,
    });
  });

  it('says what is missed', () => {
    expect(judge(target, samplesOf([6, 6], [10, 10]))).toMatchObject({ median: 0.6, isMet: false });
    expect(
      judge({ title: 'CPU', measure: 'cpu', of: 'ours', by: 'sum', atLeast: 13 }, samplesOf([6, 6], [])),
    ).toMatchObject({ median: 12, isMet: false });
    expect(judge({ ...target, by: 'difference', atMost: -4 }, samplesOf([6, 6], [10, 10])).isMet).toBe(true);
  });

  it('takes no number for granted that was not measured', () => {
    expect(() => judge({ ...target, measure: 'rss' }, samplesOf([1], [1]))).toThrow('ours has no rss');
    expect(() => judge({ ...target, against: 'nobody' }, samplesOf([1], [1]))).toThrow('nobody has no cpu');
  });
});

describe('inRounds', () => {
  it('measures every variant once a round, in orders that differ', async () => {
    const order: string[] = [];
    const variants = ['a', 'b', 'c', 'd'].map((name) => ({
      name,
      measure: async (round: number) => {
        order.push(`${round}${name}`);
        return { cpu: round };
      },
    }));
    const samples = await inRounds(variants, 3, seededRandom('order').next);
    expect([...samples.values()]).toEqual(variants.map(() => [{ cpu: 1 }, { cpu: 2 }, { cpu: 3 }]));
    const rounds = [1, 2, 3].map((round) => order.slice((round - 1) * 4, round * 4));
    expect(rounds.map((round) => round.toSorted())).toEqual(
      [1, 2, 3].map((round) => ['a', 'b', 'c', 'd'].map((name) => `${round}${name}`)),
    );
    expect(new Set(rounds.map((round) => round.map((one) => one.slice(1)).join(''))).size).toBeGreaterThan(1);
  });
});

describe('the table', () => {
  const samples = samplesOf([6, 6.3], [10, 10]);
  const row = { number: 1, title: 'A callback', leastRounds: 2, variants: [], targets: [target] };
  const table = markdown([{ row, rounds: 2, samples, findings: [judge(target, samples)] }], '2026-01-01');

  it('tells day, machine, Node and every comparison, and what is missed', () => {
    expect(table).toContain(`Measured on 2026-01-01: `);
    expect(table).toContain(`Node ${process.version}`);
    expect(table.split('\n').at(-1)).toBe(
      '| 1 | A callback | CPU ÷ theirs | 0.615 (0.600–0.630) | ≤ 0.5 | **missed** | 2 |',
    );
  });

  it('takes the place of the one before, and nothing else', () => {
    const readme = 'before\n<!-- npm run bench: begin -->\nold\n<!-- npm run bench: end -->\nafter\n';
    const once = withTable(readme, table);
    expect(once).toBe(`before\n<!-- npm run bench: begin -->\n${table}\n<!-- npm run bench: end -->\nafter\n`);
    expect(withTable(once, table)).toBe(once);
    expect(() => withTable('no marks', table)).toThrow('README.md has no place');
  });
});

describe('the canned AWS', () => {
  it('serves TLS with a certificate of its own, which a caller who trusts it accepts', async () => {
    const tls = createCertificate(new Date());
    const aws = await startCannedAws({ tls, secret: 'secret' });
    onTestFinished(() => aws.close());
    const ask = (ca: string) =>
      new Promise<string>((resolve, reject) => {
        const headers = { 'x-amz-target': 'secretsmanager.GetSecretValue' };
        const request = https.request(aws.endpoint, { method: 'POST', headers, ca, agent: false }, (response) => {
          text(response).then(resolve, reject);
        });
        request.on('error', reject).end('{}');
      });
    expect(JSON.parse(await ask(tls.certificate))).toMatchObject({ SecretString: 'secret' });
    await expect(ask(createCertificate(new Date()).certificate)).rejects.toThrow(/self-signed|verify/);
  });
});

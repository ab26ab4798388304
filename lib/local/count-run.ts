import type { Provisioning } from '#lib/aws/provisioning.ts';
import { textOf } from '#lib/events/attribute.ts';
import type { SentLedger, SentSums } from './sent-ledger.ts';

/** Sums over messages of one type, or over all. */
export type Sums = SentSums & {
  /** Messages whose event is in the table. */
  stored: number;
  picturesStored: number;
  picturesMissing: number;
};

export type CountReport = {
  byType: ReadonlyMap<string, Sums>;
  total: Sums;
  deadLetters: number;
  /** How many pictures are missing for each reason. */
  missing: ReadonlyMap<string, number>;
  /** What does not add up, in words; empty where everything does. */
  problems: readonly string[];
};

/** Pictures that IVM never had: the alarm has no target group, the record no such kind. */
const neverWanted = 'none-or-expired';

/** Compares what was sent with what is in the stores; older messages there do not count. */
export async function countStored(
  stores: Pick<Provisioning, 'items'>,
  eventsTable: string,
  sent: SentLedger,
  deadLetters: number,
): Promise<CountReport> {
  const byType = new Map([...sent.sums].map(([type, sums]) => [type, { ...noSums(), ...sums }]));
  const find = sent.finder();
  const found = new Set<number>();

  const missing = new Map<string, number>();
  for await (const item of stores.items(eventsTable, ['message_id', 'sk', 'status', 'reason'])) {
    const message = find(textOf(item['message_id']) ?? '');
    const sums = byType.get(message?.messageType ?? '');
    if (message === undefined || sums === undefined) continue;
    const part = (textOf(item['sk']) ?? '').split('#')[3];
    if (part === undefined && !found.has(message.number)) {
      found.add(message.number);
      sums.stored += 1;
    }
    if (part !== 'picture') continue;
    const status = textOf(item['status']);
    const reason = textOf(item['reason']) ?? 'unknown';
    if (status === 'stored') sums.picturesStored += 1;
    if (status === 'missing' && reason !== neverWanted) {
      sums.picturesMissing += 1;
      missing.set(reason, (missing.get(reason) ?? 0) + 1);
    }
  }
  const total = [...byType.values()].reduce(add, noSums());
  return { byType, total, deadLetters, missing, problems: problemsOf(total, deadLetters) };
}

const noSums = (): Sums => ({
  sent: 0,
  acknowledged: 0,
  stored: 0,
  picturesWanted: 0,
  picturesStored: 0,
  picturesMissing: 0,
});

const add = (one: Sums, other: Sums): Sums => ({
  sent: one.sent + other.sent,
  acknowledged: one.acknowledged + other.acknowledged,
  stored: one.stored + other.stored,
  picturesWanted: one.picturesWanted + other.picturesWanted,
  picturesStored: one.picturesStored + other.picturesStored,
  picturesMissing: one.picturesMissing + other.picturesMissing,
});

function problemsOf(total: Sums, deadLetters: number): string[] {
  const unsettled = total.picturesWanted - total.picturesStored - total.picturesMissing;
  const candidates: [number, (count: number) => string][] = [
    [total.sent - total.acknowledged, (count) => `${count} messages were not acknowledged`],
    [total.acknowledged - total.stored, (count) => `${count} acknowledged messages are not in the table`],
    [unsettled, (count) => `${count} pictures are neither stored nor missing for a reason`],
    [deadLetters, (count) => `${count} messages are in dead-letter queues`],
  ];
  return candidates.filter(([count]) => count !== 0).map(([count, sentence]) => sentence(count));
}

const columns: readonly [string, keyof Sums][] = [
  ['sent', 'sent'],
  ['acknowledged', 'acknowledged'],
  ['stored', 'stored'],
  ['pictures wanted', 'picturesWanted'],
  ['stored', 'picturesStored'],
  ['missing', 'picturesMissing'],
];

/** The sums as a table for people, a line per message type and one for all. */
export function renderReport({ byType, total, missing, problems }: CountReport): string {
  const rows = [...byType].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const cells = [
    ['', ...columns.map(([title]) => title)],
    ...[...rows, ['all', total] as const].map(([type, sums]) => [
      type,
      ...columns.map(([, name]) => String(sums[name])),
    ]),
  ];
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = cells.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
  const rule = '-'.repeat(lines[0]?.length ?? 0);
  const reasons = [...missing].map(([reason, count]) => `${reason}: ${count}`).join(', ');
  return [
    lines[0],
    rule,
    ...lines.slice(1, -1),
    rule,
    lines.at(-1),
    ...(reasons === '' ? [] : [`pictures missing: ${reasons}`]),
    '',
    problems.length === 0 ? 'It adds up.' : `It does not add up: ${problems.join('; ')}.`,
  ].join('\n');
}

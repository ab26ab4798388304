import type { QuarantineReport } from '#lib/replay/replay-quarantine.ts';
import type { Finding, FindingKind, ReplayReport } from '#lib/replay/replay-report.ts';
import { tableLines } from './terminal.ts';

/** What a finding is called before it is written, and after. */
const findingTexts: { readonly [kind in FindingKind]: { found: string; done: string } } = {
  changed: { found: 'other content in', done: 'rewritten' },
  missing: { found: 'not stored', done: 'stored' },
  moved: { found: 'under an old key', done: 'moved to its key' },
  'part-missing': { found: 'part not stored', done: 'part stored' },
  'part-removed': { found: 'part that is none', done: 'part deleted' },
  picture: { found: 'new picture', done: 'new picture' },
  'device-state': { found: 'state of a device', done: 'state of a device' },
  expired: { found: 'too old, left', done: 'too old, left' },
  erased: { found: 'erased, left', done: 'erased, left' },
  failed: { found: 'FAILED', done: 'FAILED' },
};

/** The report of a replay for people. */
export function describeReplay(report: ReplayReport): string {
  const { applied, messages, lines, repeated, findings, to, isCutOff, stopped } = report;
  const differing = messages.changed + messages.missing + messages.moved;
  const verb = applied ? 'written' : 'would be written';
  const others = [
    [messages.expired, 'too old'],
    [messages.erased, 'erased'],
    [messages.failed, 'FAILED'],
  ] as const;
  return [
    ...(findings.length === 0 ? [] : [...findingLines(findings, applied), '']),
    [
      `${lines - repeated} messages: ${messages.unchanged} are stored as they should be`,
      `${differing} ${verb} (${messages.changed} changed, ${messages.missing} missing, ${messages.moved} moved)`,
      ...others.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`])),
    ].join(', ') + '.',
    ...(repeated === 0 ? [] : [`${repeated} more lines repeat one of them.`]),
    ...(isCutOff ? [`What came after ${to} is left alone: its pictures may still be on their way.`] : []),
    ...(stopped === undefined ? [] : [`Ended early: ${stopped}`]),
    ...(applied ? [] : ['Nothing was changed.']),
  ].join('\n');
}

function findingLines(findings: readonly Finding[], applied: boolean): string[] {
  const rows = findings.map(({ kind, messageType, detail = '', count, examples }) => [
    String(count),
    messageType,
    findingTexts[kind][applied ? 'done' : 'found'],
    detail,
    examples[0] ?? '',
  ]);
  return tableLines([['count', 'type', 'what', 'where', 'such as'], ...rows]);
}

/** The report of a look into quarantine for people. */
export function describeQuarantine(report: QuarantineReport): string {
  const { applied, reason, groups, waiting, failed, stopped } = report;
  const rows = groups.map(({ subscription, count, admitted, messageIds, clockSeconds }) => [
    String(count),
    String(admitted),
    subscription,
    ...(reason === 'stale' ? [clockText(clockSeconds)] : []),
    messageIds.join(', '),
  ]);
  const head = [
    'callbacks',
    applied ? 'admitted' : 'to admit',
    'subscription',
    ...(reason === 'stale' ? ['seconds behind: least, median, most'] : []),
    'message ids',
  ];
  const sum = (of: 'count' | 'admitted') => groups.reduce((total, group) => total + group[of], 0);
  const left = sum('count') - sum('admitted');
  return [
    ...(rows.length === 0 ? [] : [...tableLines([head, ...rows]), '']),
    ...failed.map(({ key, reason: why }) => `${key}: NOT ADMITTED, stays where it is (${why})`),
    ...(failed.length === 0 ? [] : ['']),
    applied
      ? `${sum('admitted')} admitted, ${left} of no known type left in quarantine.`
      : `${sum('admitted')} would be admitted, ${left} of no known type would stay. Nothing was changed.`,
    ...(waiting === 0 ? [] : [`${waiting} have just come and stay.`]),
    ...(stopped === undefined ? [] : [`Ended early: ${stopped}`]),
  ].join('\n');
}

const clockText = (seconds: QuarantineReport['groups'][number]['clockSeconds']): string =>
  seconds === undefined ? '-' : `${seconds.min}, ${seconds.median}, ${seconds.max}`;

import { createDeadLetters } from '#lib/aws/dead-letters.ts';
import { deadLetterUrl, queueVariables } from '#lib/operator/operator-env.ts';
import {
  type RedriveFailure,
  type RedriveReport,
  type RedriveRequest,
  receivedTooOften,
  redriveQueue,
} from '#lib/operator/redrive-queue.ts';
import { findTarget, readOptions, takeNames, targetUsage, usageError } from './target.ts';
import { type Terminal, tableLines } from './terminal.ts';

type QueueVariable = (typeof queueVariables)[number];
/** The variables that hold the queues' URLs by the queues' short names: `picture-retries`. */
const variables = new Map<string, QueueVariable>(
  queueVariables.map((variable) => [
    variable
      .replace(/_QUEUE_URL$/, '')
      .toLowerCase()
      .replaceAll('_', '-'),
    variable,
  ]),
);
const queueNames = [...variables.keys()].join(', ');

const usage = `Usage: ivm-bridge redrive <queue> --tenant NAME [options]

Shows why messages rest in the dead-letter queue of a queue, and sends them back to it. Repair the cause first: what fails
again comes back, and is not sent a second time in one run. A message may be stored twice, which makes no difference.
Queues: ${queueNames}.

  --dry-run            only show what there is and what would be moved
  --code CODE          only messages that were parked with this code; ${receivedTooOften} for those that SQS gave up
  --message-id ID      only those about this message
  --limit N            no more than N messages
${targetUsage}`;

const redriveOptions = {
  'dry-run': { type: 'boolean' },
  code: { type: 'string' },
  'message-id': { type: 'string' },
  limit: { type: 'string' },
} as const;

/** `ivm-bridge redrive`. */
export async function runRedrive(terminal: Terminal): Promise<number> {
  const { names, argv } = takeNames(terminal.argv, redriveOptions);
  const values = readOptions({ ...terminal, argv }, usage, redriveOptions);
  if (values === undefined) return 0;
  const [queue = '', ...others] = names;
  const variable = variables.get(queue);
  if (variable === undefined || others.length > 0) throw usageError(wrongQueue(names));
  const limit = readLimit(values.limit);
  const { env } = await findTarget(values, terminal.environment);
  const request: RedriveRequest = {
    queue,
    dryRun: values['dry-run'] === true,
    ...(values.code === undefined ? {} : { code: values.code }),
    ...(values['message-id'] === undefined ? {} : { messageId: values['message-id'] }),
    ...(limit === undefined ? {} : { limit }),
  };
  const deadLetters = createDeadLetters(env[variable], deadLetterUrl(env[variable]));
  const report = await redriveQueue({ deadLetters, now: () => new Date() }, request);
  terminal.stdout.write(values.json === true ? `${JSON.stringify(report)}\n` : `${describe(report)}\n`);
  return report.failed.length > 0 || report.stopped !== undefined ? 1 : 0;
}

const wrongQueue = (names: readonly string[]): string =>
  names.length === 1 ? `There is no queue ${names[0]}; there are ${queueNames}` : `Name one queue: ${queueNames}`;

function readLimit(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw usageError('--limit takes a number of messages, from 1');
  return Number(text);
}

const mostGroups = 20;

const failureText: { readonly [outcome in RedriveFailure['outcome']]: string } = {
  'not-sent': 'NOT MOVED, stays where it is',
  'not-deleted': 'MOVED, BUT STILL THERE: it may come twice, which makes no difference',
};

function describe(report: RedriveReport): string {
  const { queue, dryRun, groups, moved, left, arrived, unseen, failed, stopped } = report;
  return [
    ...(groups.length === 0 ? [] : [...groupLines(report), '']),
    ...failed.map(({ messageId, outcome, reason }) => `${messageId}: ${failureText[outcome]} (${reason})`),
    ...(failed.length === 0 ? [] : ['']),
    dryRun
      ? `${moved} would be moved to ${queue}, ${left} would stay in ${queue}-dead. Nothing was changed.`
      : `${moved} moved to ${queue}, ${left} left in ${queue}-dead.`,
    ...(arrived === 0
      ? []
      : [`${arrived} came while this ran, and stay: if they had just been moved, the cause is still there.`]),
    ...(unseen === 0
      ? []
      : [
          `SQS counted ${unseen} more. Its count may be a minute old, or another reader holds them: look again in five minutes.`,
        ]),
    ...(stopped === undefined ? [] : [`Ended early: ${stopped}`]),
  ].join('\n');
}

function groupLines({ dryRun, groups }: RedriveReport): string[] {
  const rows = groups
    .slice(0, mostGroups)
    .map(({ count, moved, oldestSentAt, code, messageIds, reason }) => [
      String(count),
      String(moved),
      oldestSentAt,
      code,
      messageIds.join(', '),
      reason,
    ]);
  const head = ['messages', dryRun ? 'to move' : 'moved', 'oldest sent at', 'code', 'message ids', 'reason'];
  const more = groups.length - rows.length;
  return [...tableLines([head, ...rows]), ...(more > 0 ? [`and ${more} more reasons, which --json shows`] : [])];
}

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDeadLetters } from '#lib/aws/dead-letters.ts';
import { createErasableEvents } from '#lib/aws/erasable-events.ts';
import { createErasures } from '#lib/aws/erasures.ts';
import { createExportLedger } from '#lib/aws/export-ledger.ts';
import { eraseKnownDevice } from '#lib/aws/known-devices.ts';
import { createObjectVersions } from '#lib/aws/object-versions.ts';
import { createObjectStore } from '#lib/aws/objects.ts';
import { queueDepth } from '#lib/aws/queue-depth.ts';
import { createPrivacyKeyReader } from '#lib/aws/secrets.ts';
import { createSpillRecords } from '#lib/aws/state-table.ts';
import { type EraseReport, type EraseSubjectDeps, eraseSubject } from '#lib/erasure/erase-subject.ts';
import { settleQueues } from '#lib/erasure/settle-queues.ts';
import { createSubject, type EraseRequest, ensureNamed } from '#lib/erasure/subject.ts';
import { errorMessage } from '#lib/errors.ts';
import { deadLetterUrl, queueVariables } from '#lib/operator/operator-env.ts';
import { temporaryDirectory } from '#lib/runtime/temporary-directory.ts';
import { readStart } from '#lib/time/time-range.ts';
import { findTarget, readOptions, type Target, targetUsage, usageError } from './target.ts';
import { ask, type Terminal } from './terminal.ts';

const usage = `Usage: ivm-bridge erase --tenant NAME (--device ID | --plate PLATE | --target ID | --before DATE) [options]

Erases every trace of what is named: events and their parts, pictures, details, snapshots, lines of the raw archive, rows of
exports, spilled and quarantined callbacks, dead letters, with all former versions. A message that shows it goes as a whole.
From then on nothing of it is stored, by whatever way it comes back; what happens later is new. A record of what was done
stays, without whom it was about. Nothing can be brought back. Several of the four together mean: what shows all of them.

  --device ID          a device: events of all its channels, and what is known of it
  --plate PLATE        a number plate, in any spelling
  --target ID          a person or object: target_id, global_obj_id, frequency_id, or a name. Devices number their targets
                       alike, so name the device as well
  --before DATE        only what happened before that day, or that instant with its offset; alone: everything before
  --dry-run            only say what there is
  --yes                do not ask
${targetUsage}`;

const eraseOptions = {
  device: { type: 'string' },
  plate: { type: 'string' },
  target: { type: 'string' },
  before: { type: 'string' },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean' },
} as const;

/** Longer than a function that stores messages may take, and than SQS's counts may be behind. */
const shortestSettleMs = 75_000;
const longestSettleMs = 300_000;
const settlePauseMs = 5_000;
const localPauseMs = 100;

/** `ivm-bridge erase`. */
export async function runErase(terminal: Terminal): Promise<number> {
  const values = readOptions(terminal, usage, eraseOptions);
  if (values === undefined) return 0;
  ensureNamed(values);
  // Whatever zone the tenant has, this shows whether it is a date or an instant.
  readBefore(values.before, 'UTC');
  const isDryRun = values['dry-run'] === true;
  if (!isDryRun && values.yes !== true && terminal.stdin.isTTY !== true) {
    throw usageError('There is nobody to ask: look with --dry-run, then say --yes');
  }
  const target = await findTarget(values, terminal.environment);
  const before = readBefore(values.before, target.env.TIME_ZONE);
  const request: EraseRequest = {
    ...(values.device === undefined ? {} : { device: values.device }),
    ...(values.plate === undefined ? {} : { plate: values.plate }),
    ...(values.target === undefined ? {} : { target: values.target }),
    ...(before === undefined ? {} : { before }),
  };
  const readKey = createPrivacyKeyReader(target.env.PRIVACY_KEY_SECRET_ID);
  const deps = createDeps(target, readKey, terminal);
  const subject = createSubject(request, await readKey(), deps.now(), {
    timeZone: target.env.TIME_ZONE,
    // Of the records that are made here only keys and data matter.
    retentionDays: 1,
    facePictures: 'keep',
  });
  const show = (report: EraseReport) =>
    terminal.stdout.write(values.json === true ? `${JSON.stringify(report)}\n` : `${describe(report)}\n`);
  if (isDryRun) {
    show(await eraseSubject(deps, subject, true));
    return 0;
  }
  if (values.yes !== true) {
    terminal.stderr.write(`${describe(await eraseSubject(deps, subject, true))}\n`);
    const answer = await ask(terminal, 'Erase it? Nothing can be brought back. Type yes: ', { isSecret: false });
    if (answer !== 'yes') {
      terminal.stderr.write('Nothing was erased\n');
      return 1;
    }
  }
  const report = await eraseSubject(deps, subject, false);
  show(report);
  return report.exports.busy.length > 0 ? 1 : 0;
}

function createDeps({ env, isLocal }: Target, readKey: () => Promise<string>, terminal: Terminal): EraseSubjectDeps {
  const now = () => new Date();
  const erasures = createErasures(env.STATE_TABLE, readKey);
  const inbound = [env.ALARMS_QUEUE_URL, env.DEVICES_QUEUE_URL, env.INTELLIGENCE_QUEUE_URL, env.SNAPSHOTS_QUEUE_URL];
  return {
    items: createErasableEvents(env.EVENTS_TABLE),
    objects: createObjectVersions(env.BUCKET),
    settleSpill: (key) => createSpillRecords(env.STATE_TABLE, now).markStored(key, '-', '-'),
    deadLetters: queueVariables.map((variable) => createDeadLetters(env[variable], deadLetterUrl(env[variable]))),
    publishing: {
      objects: createObjectStore(env.BUCKET),
      ledger: createExportLedger(env.STATE_TABLE, now),
      temporaryDirectory,
      now,
    },
    newHolder: randomUUID,
    forbid: erasures.put,
    settle: () =>
      settleQueues({
        count: async () => {
          const depths = await Promise.all(inbound.map((url) => queueDepth(url)));
          const sum = (name: 'visible' | 'inFlight' | 'delayed') =>
            depths.reduce((total, depth) => total + depth[name], 0);
          return { waiting: sum('visible') + sum('delayed'), underWay: sum('inFlight') };
        },
        sleep,
        now,
        // The counts of the embedded SQS are exact.
        shortestMs: isLocal ? 0 : shortestSettleMs,
        longestMs: longestSettleMs,
        pauseMs: isLocal ? localPauseMs : settlePauseMs,
      }),
    eraseState: (encodedId, isDryRun) => eraseKnownDevice(env.STATE_TABLE, encodedId, isDryRun),
    record: erasures.record,
    progress: (step) => terminal.stderr.write(`${step} …\n`),
    timeZone: env.TIME_ZONE,
    now,
  };
}

/** @throws ConfigError `usage` for what the calendar does not have */
function readBefore(text: string | undefined, timeZone: string): Date | undefined {
  if (text === undefined) return undefined;
  try {
    return readStart('before', text, timeZone);
  } catch (error) {
    throw usageError(errorMessage(error));
  }
}

function describe(report: EraseReport): string {
  const { dryRun, events, items, rawLines, objects, exports, deadLetters, state, waiting } = report;
  const folders = Object.entries(objects).map(([folder, count]) => `${count} in ${folder}/`);
  return [
    dryRun ? 'There are' : 'Erased:',
    `  ${events} messages and snapshots, in ${items} items of the table and ${rawLines} lines of the raw archive`,
    `  objects: ${folders.length === 0 ? 'none' : folders.join(', ')}`,
    `  exports: ${exports.rows} rows; ${exports.rewritten} exports written anew, ${exports.removed} removed`,
    `  ${deadLetters} dead letters, ${state} items of state`,
    ...(waiting > 0 ? [`${waiting} messages still wait in queues: what is covered of them will not be stored.`] : []),
    ...(exports.busy.length > 0
      ? [`NOT DONE, another run was at them: ${exports.busy.join(', ')}. Run this again in a quarter of an hour.`]
      : []),
    dryRun
      ? 'Nothing was changed.'
      : `Tables can be recovered to any point of the last 35 days: until ${report.recoverableUntil} such a recovery would bring it back.`,
  ].join('\n');
}

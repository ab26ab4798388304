import type { DeadLetters } from '#lib/operator/redrive-queue.ts';
import type { Erasure } from '#lib/privacy/erasures.ts';
import { eraseDeadLetters } from './erase-dead-letters.ts';
import { deleteEvents, type ErasableItems, findEvents } from './erase-events.ts';
import { type ErasedExports, type EraseExportsDeps, eraseExports } from './erase-exports.ts';
import { type ErasedObjects, type EraseObjectsDeps, eraseObjects } from './erase-objects.ts';
import { eraseRawLines, findRawLines } from './erase-raw.ts';
import { createFoundEvents } from './found-events.ts';
import type { Subject } from './subject.ts';

export type EraseSubjectDeps = Omit<EraseObjectsDeps & EraseExportsDeps, 'erasable'> & {
  items: ErasableItems;
  deadLetters: readonly DeadLetters[];
  /** Puts up the tombstone. */
  forbid: (erasure: Erasure) => Promise<void>;
  /** Comes back when no function works any more on what it was given before; gives how many messages still wait. */
  settle: () => Promise<number>;
  /** Erases what is known of a device, by its id as it stands in keys; gives how many items it was. */
  eraseState: (encodedId: string, isDryRun: boolean) => Promise<number>;
  /** Keeps on record what was done. */
  record: (report: EraseReport) => Promise<void>;
  /** Hears what is being done. */
  progress: (step: string) => void;
};

export type EraseReport = {
  dryRun: boolean;
  startedAt: string;
  finishedAt: string;
  /** The tombstone: events before this time do not come back. */
  erasure: Erasure;
  /** Messages and snapshots found. */
  events: number;
  /** Items of the table: events, their parts, their pictures. */
  items: number;
  /** Lines of the raw archive, those of former versions included. */
  rawLines: number;
  /** Keys by folder. */
  objects: ErasedObjects;
  exports: ErasedExports;
  deadLetters: number;
  state: number;
  /** Messages that still waited in the queues: the tombstone keeps out those that it covers. */
  waiting: number;
  /** When the recovery of the tables by DynamoDB, to any point of the last 35 days, has forgotten it too. */
  recoverableUntil: string;
};

/** How far back DynamoDB can recover a table. */
const recoveryDays = 35;
const dayMs = 86_400_000;

/**
 * Erases every trace of a subject. First the tombstone, so that from then on nothing of it is stored; then, when what was
 * under way has come to rest, everything that is found; last the raw archive, by which a run that was cut off finds again
 * what is left. Running it twice does no harm.
 *
 * @throws what the stores throw: run it again
 */
export async function eraseSubject(deps: EraseSubjectDeps, subject: Subject, isDryRun: boolean): Promise<EraseReport> {
  const { objects, items, now, progress } = deps;
  const startedAt = now();
  let waiting = 0;
  if (!isDryRun) {
    await deps.forbid(subject.erasure);
    progress('waiting for what is under way');
    waiting = await deps.settle();
  }
  const found = createFoundEvents(deps.timeZone);
  progress('looking through the table of events');
  await findEvents(items, objects, subject, found);
  progress('looking through the raw archive');
  const findings = await findRawLines(objects, subject, found);
  progress(`${found.size} events found; deleting items`);
  // Before their pictures: one that is just arriving then finds no item, and is not kept.
  const itemCount = await deleteEvents(items, found, isDryRun);
  progress('going through pictures, spilled and quarantined callbacks');
  const erased = await eraseObjects(deps, subject, found, isDryRun);
  progress('going through dead letters');
  const dead = await Promise.all(
    deps.deadLetters.map(async (letters) => eraseDeadLetters(letters, subject, found, isDryRun)),
  );
  progress('going through exports');
  const exports = await eraseExports({ ...deps, erasable: objects }, subject, found, isDryRun);
  const { wholeDevice } = subject;
  const state = wholeDevice === undefined ? 0 : await deps.eraseState(wholeDevice, isDryRun);
  // By the raw archive the next run finds what this one could not do.
  const isDone = exports.busy.length === 0;
  if (isDone && !isDryRun) {
    progress('rewriting the raw archive');
    await eraseRawLines(objects, findings, now());
  }
  const finishedAt = now();
  const report: EraseReport = {
    dryRun: isDryRun,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    erasure: subject.erasure,
    events: found.size,
    items: itemCount,
    rawLines: isDone ? findings.reduce((sum, { lines }) => sum + lines.size, 0) : 0,
    objects: erased,
    exports,
    deadLetters: dead.reduce((sum, count) => sum + count, 0),
    state,
    waiting,
    recoverableUntil: new Date(finishedAt.getTime() + recoveryDays * dayMs).toISOString(),
  };
  if (!isDryRun) await deps.record(report);
  return report;
}

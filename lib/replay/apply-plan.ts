import { gzipSync } from 'node:zlib';
import { TransientError } from '#lib/errors.ts';
import { type Item, textOf } from '#lib/events/attribute.ts';
import { type DirtyDates, dirtyDatesOfDay } from '#lib/exports/dirty-dates.ts';
import type { EventsTable } from '#lib/intake/store-messages.ts';
import { eachLimited } from '#lib/runtime/each-limited.ts';
import type { ItemKey, Removal, ReplayPlan } from './replay-plan.ts';

export type ApplyPlanDeps = {
  events: EventsTable & {
    /** Writes a picture's item unless a stored one is there. */
    putUnlessStored(item: Item): Promise<void>;
    /** Deletes an item, a picture only in the status given; `false` where it has another one by now. */
    remove(removal: Removal): Promise<boolean>;
  };
  objects: {
    put(key: string, content: Buffer, options: { contentType: string; contentEncoding?: string }): Promise<void>;
    delete(key: string): Promise<void>;
  };
  /** The queue `picture-retries`. */
  queueRetries: (jobs: readonly { body: string; messageId: string }[]) => Promise<PromiseSettledResult<void>[]>;
  markDirty: DirtyDates['mark'];
  timeZone: string;
  now: () => Date;
};

const mostAtOnce = 8;

/**
 * Carries out a plan. Whatever it is stopped at, another plan for the same message finds what is left to do: new items
 * come before old ones go, the old event goes last, and dates are marked before anything of theirs changes.
 *
 * @throws what the stores throw; TransientError `picture-changed` where a picture came to its end meanwhile
 */
export async function applyPlan(deps: ApplyPlanDeps, plan: ReplayPlan): Promise<void> {
  const { events, objects } = deps;
  await markDays(deps, plan.days);
  if (plan.details !== undefined) {
    await objects.put(plan.details.key, gzipSync(plan.details.json), {
      contentType: 'application/json',
      contentEncoding: 'gzip',
    });
  }
  // Nobody would find it once the event no longer names it.
  for (const key of plan.staleDetails.ofWritten) await objects.delete(key);
  if (plan.put.length > 0) for (const result of await events.putAll(plan.put)) unlessFailed(result);
  await each(plan.rekeyed, (item) =>
    textOf(item['status']) === 'stored' ? events.putUnlessStored(item) : events.putIfAbsent(item),
  );
  await writePictures(deps, plan);
  const isLast = (removal: ItemKey) => removal === plan.remove.at(-1);
  await each(
    plan.remove.filter((removal) => !isLast(removal)),
    (removal) => remove(deps, removal),
  );
  for (const key of plan.staleDetails.ofRemoved) await objects.delete(key);
  await each(plan.remove.filter(isLast), (removal) => remove(deps, removal));
}

/** A mark holds for a minute, and what follows takes less. */
async function markDays({ markDirty, timeZone, now }: ApplyPlanDeps, days: readonly string[]): Promise<void> {
  const dates = days.flatMap((day) => {
    const [messageType = '', date = ''] = day.split('#');
    return dirtyDatesOfDay({ messageType, date }, timeZone, now());
  });
  if (dates.length > 0) await markDirty(dates);
}

/** Items before their jobs: `retry-pictures` finds a wanted one whose job was never sent. */
async function writePictures({ events, queueRetries }: ApplyPlanDeps, { pictures }: ReplayPlan): Promise<void> {
  await each(pictures, ({ item }) => events.putIfAbsent(item));
  const jobs = pictures.flatMap(({ job }) => (job === undefined ? [] : [job]));
  if (jobs.length === 0) return;
  const results = await queueRetries(jobs.map((job) => ({ body: JSON.stringify(job), messageId: job.message_id })));
  for (const result of results) unlessFailed(result);
}

async function remove({ events }: ApplyPlanDeps, removal: Removal): Promise<void> {
  if (await events.remove(removal)) return;
  throw new TransientError('picture-changed', 'a picture of this message was fetched or given up meanwhile');
}

async function each<T>(list: readonly T[], work: (element: T) => Promise<unknown>): Promise<void> {
  for (const result of await eachLimited(list, mostAtOnce, work)) unlessFailed(result);
}

function unlessFailed(result: PromiseSettledResult<unknown>): void {
  if (result.status === 'rejected') throw result.reason;
}

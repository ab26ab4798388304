import { eachLimited } from '#lib/runtime/each-limited.ts';
import { log } from '#lib/runtime/log.ts';
import type { Metric } from '#lib/runtime/metrics.ts';
import type { PictureJob } from './picture-job.ts';
import { nextTryAt, openHour } from './retry-schedule.ts';
import type { PictureItemKey } from './store-pictures.ts';

export type OpenPictures = {
  /** Keys of open pictures listed under an hour and due by `until`. */
  due(hour: string, until: Date): AsyncGenerator<PictureItemKey>;
  /** The job of an open picture; `undefined` where it is no longer open. */
  job(key: PictureItemKey): Promise<PictureJob | undefined>;
  /** Lists an open picture under another time. */
  reschedule(key: PictureItemKey, nextTryAt: Date): Promise<void>;
};

export type RetryPicturesDeps = {
  open: OpenPictures;
  /** The queue `picture-retries`. */
  queueRetries: (jobs: readonly { body: string; messageId: string }[]) => Promise<PromiseSettledResult<void>[]>;
  /** The hour up to which nothing is open any more. */
  watermark: { read(): Promise<string | undefined>; write(hour: string): Promise<void> };
  metric: Metric;
  now: () => Date;
};

export type RetryPicturesResult = { due: number; queued: number; isComplete: boolean };

const hourMs = 3_600_000;
/** One day more than IVM keeps pictures. */
const lookBackHours = 8 * 24;
/** What one invocation has time for; the rest comes with the next. */
const mostPerRun = 5_000;
const atOnce = 10;
/** After its last try a picture's job closes the item; should that job get lost, the item is swept once more. */
const lastLookMs = hourMs;

/**
 * Sends the jobs of all open pictures that are due. Hours that are done with are remembered, so that a run looks at few;
 * the first one looks back eight days.
 */
export async function retryPictures(deps: RetryPicturesDeps): Promise<RetryPicturesResult> {
  const now = deps.now();
  const result: RetryPicturesResult = { due: 0, queued: 0, isComplete: true };
  const send = async (keys: readonly PictureItemKey[]): Promise<void> => {
    const results = await eachLimited(keys, atOnce, (key) => sendAgain(deps, key, now));
    for (const sent of results) {
      if (sent.status === 'fulfilled') result.queued += Number(sent.value);
      else {
        result.isComplete = false;
        log.warn('picture could not be asked for again', { error_message: String(sent.reason) });
      }
    }
  };

  for (const hour of hoursToSweep(await deps.watermark.read(), now)) {
    const keys: PictureItemKey[] = [];
    for await (const key of deps.open.due(hour, now)) {
      if (result.due === mostPerRun) {
        result.isComplete = false;
        break;
      }
      result.due += 1;
      keys.push(key);
    }
    await send(keys);
    if (result.due === mostPerRun) break;
  }
  // The hour before is looked at again: another clock may still have written under it.
  if (result.isComplete) await deps.watermark.write(openHour(new Date(now.getTime() - hourMs)));
  if (result.queued > 0) deps.metric('PictureRetried', result.queued);
  return result;
}

function hoursToSweep(watermark: string | undefined, now: Date): string[] {
  const hours = Array.from({ length: lookBackHours + 1 }, (_, back) =>
    openHour(new Date(now.getTime() - (lookBackHours - back) * hourMs)),
  );
  return hours.filter((hour) => watermark === undefined || hour >= watermark);
}

/** The job first, then the new time: whatever fails between the two, the picture is asked for rather twice than never. */
async function sendAgain(deps: RetryPicturesDeps, key: PictureItemKey, now: Date): Promise<boolean> {
  const job = await deps.open.job(key);
  if (job === undefined) return false;
  const [result] = await deps.queueRetries([{ body: JSON.stringify(job), messageId: job.message_id }]);
  if (result?.status === 'rejected') throw result.reason;
  await deps.open.reschedule(key, nextTryAt(new Date(job.received_at), now) ?? new Date(now.getTime() + lastLookMs));
  return true;
}

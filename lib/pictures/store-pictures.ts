import { TransientError } from '#lib/errors.ts';
import { encodeId } from '#lib/events/event-keys.ts';
import { type DirtyDates, dirtyDatesOf } from '#lib/exports/dirty-dates.ts';
import type { IvmClient } from '#lib/ivm/client.ts';
import { eachLimited } from '#lib/runtime/each-limited.ts';
import { log } from '#lib/runtime/log.ts';
import type { Metric } from '#lib/runtime/metrics.ts';
import { askForUrls, isAskable, type UrlAnswer } from './ask-for-urls.ts';
import { type Fetched, type FetchedPicture, fetchPicture } from './fetch-picture.ts';
import type { MissingReason, PictureJob, ReceivedJob } from './picture-job.ts';
import { pictureKey } from './picture-key.ts';
import type { PictureOrigins } from './picture-origins.ts';
import { nextTryAt, notReadyDelaySeconds } from './retry-schedule.ts';

export type PictureItemKey = { camera: string; sk: string };
export type StoredPicture = { s3Key: string; contentType: string; bytes: number; sha256: string; fetchedAt: Date };

/** Picture items; what is stored stays so, whatever else is said about it. */
export type PictureItems = {
  isOpen(key: PictureItemKey): Promise<boolean>;
  /** `gone` says that there is no such item any more: what it was about has been erased or forgotten. */
  markStored(key: PictureItemKey, picture: StoredPicture): Promise<'kept' | 'gone'>;
  markMissing(key: PictureItemKey, reason: MissingReason): Promise<void>;
  /** Keeps it open, and has it looked for again at `nextTryAt`. */
  postpone(key: PictureItemKey, reason: MissingReason, nextTryAt: Date): Promise<void>;
};

export type PictureObjects = {
  putIfAbsent(
    key: string,
    content: Buffer,
    options: { contentType: string; sha256: string; metadata: { [name: string]: string } },
  ): Promise<'stored' | 'exists'>;
  delete(key: string): Promise<void>;
  describe(
    key: string,
  ): Promise<{ sizeBytes: number; contentType: string; metadata: { [name: string]: string } } | undefined>;
};

export type StorePicturesDeps = {
  ivm: Pick<IvmClient, 'alarmPictures' | 'intelligencePictures' | 'downloadPicture'>;
  origins: PictureOrigins;
  items: PictureItems;
  objects: PictureObjects;
  /** The queue `picture-retries`. */
  queueRetries: (
    jobs: readonly { body: string; delaySeconds: number; messageId: string }[],
  ) => Promise<PromiseSettledResult<void>[]>;
  /** Marks dates whose exports tell of these pictures. */
  markDirty: DirtyDates['mark'];
  timeZone: string;
  metric: Metric;
  now: () => Date;
};

/** With answers of up to 28 MB: at most 112 MB of pictures in memory. */
const mostInFlight = 4;
/** A fetch begun with less time left would be cut off by the end of the invocation. */
const shortestFetchMs = 5_500;
/** An unreachable URL is worth another try only if it still lives when the job comes back. */
const shortestRetryMs = 15_000;
/** How far IVM's clock and ours may be apart. */
const largestClockSkewMs = 600_000;

/**
 * Fetches a batch of pictures: URLs that are about to die first, then those that IVM can be asked for, in one call per
 * kind. A picture ends `stored`, or `missing` with a reason, or stays `wanted` until it is asked for again.
 *
 * @returns one result per job, in their order; a rejected one is to come again
 */
export async function storePictures(
  deps: StorePicturesDeps,
  received: readonly ReceivedJob[],
  context: { remainingMs: () => number },
): Promise<PromiseSettledResult<void>[]> {
  const works = received.map(({ job, receives }): Work => ({ job, receives, result: undefined }));
  const run = async (some: readonly Work[], limit: number, step: (work: Work) => Promise<void>) => {
    const results = await eachLimited(some, limit, step);
    for (const [index, work] of some.entries()) {
      const result = results[index];
      if (result?.status === 'rejected') work.result = result;
    }
  };
  const open = () => works.filter(({ result }) => result === undefined);
  const fetching = (step: (work: Work) => Promise<void>) => (work: Work) => {
    if (context.remainingMs() < shortestFetchMs) throw noTime();
    return step(work);
  };

  // A job that came before may have done its work and only failed to say so.
  const repeated = works.filter(({ receives, job }) => receives > 1 || job.url === undefined);
  await run(repeated, works.length, async (work) => {
    if (!(await deps.items.isOpen(work.job))) work.result = done;
  });

  const byDeadline = open()
    .filter(({ job }) => job.url !== undefined)
    .toSorted((one, other) => ((one.job.deadline ?? '') < (other.job.deadline ?? '') ? -1 : 1));
  await run(
    byDeadline,
    mostInFlight,
    fetching((work) => fetchOwnUrl(deps, work)),
  );

  const askable = open();
  if (askable.length > 0 && context.remainingMs() >= shortestFetchMs) {
    const answers = await askForUrls(
      deps.ivm,
      askable.map(({ job }) => job),
    );
    await run(
      askable,
      mostInFlight,
      fetching((work) => settleAnswer(deps, work, answers.get(work.job))),
    );
  }
  return works.map(({ result }) => result ?? { status: 'rejected', reason: noTime() });
}

type Work = {
  job: PictureJob;
  receives: number;
  /** Why the URL in the message was of no use. */
  ownUrl?: MissingReason;
  result: PromiseSettledResult<void> | undefined;
};
const done: PromiseSettledResult<void> = { status: 'fulfilled', value: undefined };
const noTime = () => new TransientError('no-time', 'The invocation ended before this picture was begun');

/** Tries the URL of the message; what fails for the URL's sake stays open where IVM can be asked for another. */
async function fetchOwnUrl(deps: StorePicturesDeps, work: Work): Promise<void> {
  const { job, receives } = work;
  const leftMs = new Date(job.deadline ?? 0).getTime() - deps.now().getTime();
  const late: Fetched = { outcome: 'none', reason: receives > 1 ? 'unreachable' : 'expired', isUrlAtFault: true };
  let fetched: Fetched = late;
  // Where nobody can be asked, a URL that is dead only by our clock is worth a try: the clocks may differ.
  if (leftMs > (isAskable(job) ? 0 : -largestClockSkewMs)) {
    try {
      fetched = await fetchPicture(deps, { url: job.url ?? '', isFromApi: false, isOfAlarm: false });
    } catch (error) {
      if (!(error instanceof TransientError) || isAskable(job) || leftMs > shortestRetryMs) throw error;
      fetched = { outcome: 'none', reason: 'unreachable', isUrlAtFault: true };
    }
    if (leftMs <= 0 && fetched.outcome === 'none' && fetched.reason === 'gone') fetched = late;
  }
  if (fetched.outcome === 'none' && fetched.isUrlAtFault && isAskable(job)) {
    work.ownUrl = fetched.reason;
    return;
  }
  await settle(deps, work, fetched);
}

async function settleAnswer(deps: StorePicturesDeps, work: Work, answer: UrlAnswer | undefined): Promise<void> {
  switch (answer?.outcome) {
    case 'url':
      return settle(
        deps,
        work,
        await fetchPicture(deps, {
          url: answer.url,
          isFromApi: true,
          isOfAlarm: work.job.alarm_uuid !== undefined,
        }),
      );
    case 'none':
      // What IVM says of a URL that the message should not have carried matters less than that it did.
      return settle(deps, work, {
        outcome: 'none',
        reason: work.ownUrl === 'forbidden-host' ? work.ownUrl : answer.reason,
        isUrlAtFault: false,
      });
    case 'not-ready':
      return postpone(deps, work, answer.reason);
    case 'failed':
      throw answer.error;
    default:
      // Nobody to ask: a picture whose URL was lost, or whose message type the API does not serve.
      return settle(deps, work, { outcome: 'none', reason: work.ownUrl ?? 'expired', isUrlAtFault: false });
  }
}

async function settle(deps: StorePicturesDeps, work: Work, fetched: Fetched): Promise<void> {
  const { job } = work;
  const event = { messageType: job.message_type, occurredAt: job.occurred_at };
  // Before the item: once that is closed, a job that comes again has nothing left to do, and would mark nothing.
  await deps.markDirty(dirtyDatesOf(event, deps.timeZone, deps.now()).filter((date) => date.export === 'events'));
  if (fetched.outcome === 'picture') await store(deps, job, fetched.picture);
  else await miss(deps, job, fetched.reason);
  work.result = done;
}

async function store(deps: StorePicturesDeps, job: PictureJob, picture: FetchedPicture): Promise<void> {
  const key = pictureKey(job, deps.timeZone, picture.extension);
  const { contentType, bytes, sha256, urlHost } = picture;
  const outcome = await deps.objects.putIfAbsent(key, bytes, {
    contentType,
    sha256,
    metadata: { 'message-id': encodeId(job.message_id), kind: job.kind, sha256, 'source-url-host': urlHost },
  });
  // A fetch before this one got as far as the object: the item tells of what is there, not of what came now.
  const present = outcome === 'exists' ? await deps.objects.describe(key) : undefined;
  const kept = await deps.items.markStored(job, {
    s3Key: key,
    contentType: present?.contentType ?? contentType,
    bytes: present?.sizeBytes ?? bytes.length,
    sha256: present?.metadata['sha256'] ?? sha256,
    fetchedAt: deps.now(),
  });
  // Nobody would find it again: an erasure that was here meanwhile took the item first, and then every picture.
  if (kept === 'gone') {
    if (outcome === 'stored') await deps.objects.delete(key);
    return;
  }
  deps.metric('PictureStored', 1, { MessageType: job.message_type });
  log.debug('picture stored', { message_id: job.message_id, kind: job.kind, s3_key: key });
}

async function miss(deps: StorePicturesDeps, job: PictureJob, reason: MissingReason): Promise<void> {
  await deps.items.markMissing(job, reason);
  if (reason === 'none-or-expired') {
    deps.metric('PictureNone', 1, { MessageType: job.message_type });
    return;
  }
  deps.metric('PictureMissed', 1, { Reason: reason });
  log.warn('picture is missing', {
    reason,
    message_id: job.message_id,
    kind: job.kind,
    host: job.url === undefined || !URL.canParse(job.url) ? undefined : new URL(job.url).host,
  });
}

/** Not there yet: soon again by a delayed job, later by the sweep, and after the last time it is missing. */
async function postpone(deps: StorePicturesDeps, work: Work, reason: MissingReason): Promise<void> {
  const { job } = work;
  const next = nextTryAt(new Date(job.received_at), deps.now());
  if (next === undefined) return settle(deps, work, { outcome: 'none', reason, isUrlAtFault: false });
  await deps.items.postpone(job, reason, next);
  const delaySeconds = notReadyDelaySeconds(job.not_ready);
  if (delaySeconds !== undefined) {
    const { url: _lateUrl, deadline: _lateDeadline, ...again } = job;
    const body = JSON.stringify({ ...again, not_ready: job.not_ready + 1 } satisfies PictureJob);
    const [result] = await deps.queueRetries([{ body, delaySeconds, messageId: job.message_id }]);
    if (result?.status === 'rejected') throw result.reason;
  }
  work.result = done;
}

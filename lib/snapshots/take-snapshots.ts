import { PermanentError } from '#lib/errors.ts';
import type { Item } from '#lib/events/attribute.ts';
import { cameraKey } from '#lib/events/event-keys.ts';
import type { IvmClient } from '#lib/ivm/client.ts';
import { failureKind } from '#lib/ivm/ivm-error.ts';
import { fetchPicture } from '#lib/pictures/fetch-picture.ts';
import type { PictureOrigins } from '#lib/pictures/picture-origins.ts';
import type { VerifiedPicture } from '#lib/pictures/verify-picture.ts';
import { eachLimited } from '#lib/runtime/each-limited.ts';
import type { Metric } from '#lib/runtime/metrics.ts';
import { failureOf, isFinal, readSnapshot, type SnapshotFailure } from './read-snapshot.ts';
import { type SnapshotResult, type SnapshotSettings, snapshotItem, snapshotKey } from './snapshot-item.ts';
import type { SnapshotJob } from './snapshot-job.ts';

/** One call per channel in ten seconds, whoever makes it, and one picture per slot. */
export type SnapshotSlots = {
  /**
   * Takes the channel until `until`.
   *
   * @returns `taken` while somebody else has it; `done` where this slot or a later one is settled
   */
  claim(camera: string, slot: string, until: Date): Promise<'claimed' | 'taken' | 'done'>;
  /** Keeps a channel that was claimed until another time. */
  hold(camera: string, until: Date): Promise<void>;
  settle(camera: string, slot: string): Promise<void>;
};

export type SnapshotObjects = {
  putIfAbsent(
    key: string,
    content: Buffer,
    options: { contentType: string; metadata: { [name: string]: string } },
  ): Promise<'stored' | 'exists'>;
};

export type TakeSnapshotsDeps = {
  ivm: Pick<IvmClient, 'takeSnapshot' | 'downloadPicture'>;
  origins: PictureOrigins;
  slots: SnapshotSlots;
  objects: SnapshotObjects;
  events: { putIfAbsent(item: Item): Promise<Item | undefined> };
  queueJobs: (jobs: readonly { body: string; delaySeconds: number }[]) => Promise<PromiseSettledResult<void>[]>;
  settings: SnapshotSettings;
  metric: Metric;
  now: () => Date;
  sleep: (ms: number) => Promise<unknown>;
};

/** Longer than any call, with all that it takes to have a token for it. */
const claimMs = 40_000;
/** IVM counts ten seconds by its own clock from when the request reached it: at the latest when its answer came. */
const restMs = 10_500;
/** A slot of ten seconds and some, so that whoever comes back finds the channel free. */
const nextSlotSeconds = 11;
const mostCalls = 5;
/** A picture taken later than this would say nothing of its slot; and by then the next one is due. */
const longestWaitMs = 900_000;
const pollEveryMs = 1_000;
const pollForMs = 8_000;

/**
 * Takes a batch of snapshots, one call to IVM each. What gives no picture is tried again in another slot of ten seconds,
 * five times, and then given up with its last reason, as an event that says so.
 *
 * @returns one result per job, in their order; a rejected one is to come again
 */
export const takeSnapshots = (
  deps: TakeSnapshotsDeps,
  jobs: readonly SnapshotJob[],
): Promise<PromiseSettledResult<void>[]> => eachLimited(jobs, Math.max(1, jobs.length), (job) => takeOne(deps, job));

async function takeOne(deps: TakeSnapshotsDeps, job: SnapshotJob): Promise<void> {
  const camera = cameraKey(job.device_id, job.channel_id);
  const startedAt = deps.now();
  const claim = await deps.slots.claim(camera, job.slot, new Date(startedAt.getTime() + claimMs));
  if (claim === 'done') return;
  const isLate = startedAt.getTime() - new Date(job.slot).getTime() > longestWaitMs;
  if (isLate) return giveUp(deps, job, job.reason ?? 'too-late');
  // Not a failure of the channel: it waits for its turn.
  if (claim === 'taken') return comeBack(deps, job);

  const tried = await tryOnce(deps, job);
  if ('picture' in tried) return store(deps, job, tried.picture, startedAt);
  const failed = { ...job, failures: job.failures + 1, reason: tried.reason };
  deps.metric('SnapshotFailed', 1, { Reason: tried.reason });
  if (isFinal(tried.reason) || failed.failures >= mostCalls) return giveUp(deps, failed, tried.reason);
  return comeBack(deps, failed);
}

type Tried = { picture: VerifiedPicture } | { reason: SnapshotFailure };

async function tryOnce(deps: TakeSnapshotsDeps, job: SnapshotJob): Promise<Tried> {
  let answer: Buffer;
  try {
    answer = await deps.ivm.takeSnapshot(job.device_id, job.channel_id, job.storage);
  } catch (error) {
    const kind = failureKind(error);
    // The account or its token, and no matter of this channel.
    if (kind === undefined || kind === 'account-refused' || kind === 'token-refused') throw error;
    return { reason: failureOf(kind) };
  } finally {
    await deps.slots.hold(cameraKey(job.device_id, job.channel_id), new Date(deps.now().getTime() + restMs));
  }
  const read = readSnapshot(answer);
  return 'url' in read ? poll(deps, read.url) : read;
}

/** The URL is reserved before the picture is there, and is given even if none ever comes (10.3.1). */
async function poll({ ivm, origins, now, sleep }: TakeSnapshotsDeps, url: string): Promise<Tried> {
  const untilMs = now().getTime() + pollForMs;
  let reason: SnapshotFailure = 'not-ready';
  do {
    try {
      const fetched = await fetchPicture({ ivm, origins }, { url, isFromApi: true, isOfAlarm: false });
      if (fetched.outcome === 'picture') return fetched;
      reason = fetched.reason === 'not-an-image' || fetched.reason === 'too-large' ? fetched.reason : 'not-ready';
    } catch (error) {
      if (error instanceof PermanentError) throw error;
      reason = 'unreachable';
    }
    await sleep(pollEveryMs);
  } while (now().getTime() < untilMs);
  return { reason };
}

async function store(
  deps: TakeSnapshotsDeps,
  job: SnapshotJob,
  picture: VerifiedPicture,
  takenAt: Date,
): Promise<void> {
  const options = {
    contentType: picture.contentType,
    metadata: { 'message-id': `snapshot-${job.slot}`, kind: 'snapshot', sha256: picture.sha256 },
  };
  let key = snapshotKey(job, takenAt, picture.extension, deps.settings.timeZone);
  if ((await deps.objects.putIfAbsent(key, picture.bytes, options)) === 'exists') {
    // The hour that comes twice in autumn.
    key = snapshotKey(job, takenAt, `${picture.sha256.slice(0, 8)}.${picture.extension}`, deps.settings.timeZone);
    await deps.objects.putIfAbsent(key, picture.bytes, options);
  }
  await settle(deps, job, { status: 'stored', picture, key, takenAt });
  deps.metric('SnapshotStored');
}

async function giveUp(deps: TakeSnapshotsDeps, job: SnapshotJob, reason: string): Promise<void> {
  await settle(deps, job, { status: 'missing', reason, at: deps.now() });
  deps.metric('SnapshotGivenUp', 1, { Reason: reason });
}

/** The event first: a slot that is settled is never looked at again. */
async function settle(deps: TakeSnapshotsDeps, job: SnapshotJob, result: SnapshotResult): Promise<void> {
  await deps.events.putIfAbsent(snapshotItem(job, result, deps.settings));
  await deps.slots.settle(cameraKey(job.device_id, job.channel_id), job.slot);
}

async function comeBack(deps: TakeSnapshotsDeps, job: SnapshotJob): Promise<void> {
  const [result] = await deps.queueJobs([{ body: JSON.stringify(job), delaySeconds: nextSlotSeconds }]);
  if (result?.status === 'rejected') throw result.reason;
}

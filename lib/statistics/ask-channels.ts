import * as z from 'zod';
import { errorCode, TransientError } from '#lib/errors.ts';
import type { FailureKind } from '#lib/ivm/classify-failure.ts';
import { jsonOrUndefined } from '#lib/ivm/error-body.ts';
import { failureKind } from '#lib/ivm/ivm-error.ts';
import type { StatisticsQuery, StatisticsType } from '#lib/ivm/statistics-client.ts';
import { type Json, member, stringifyExact } from '#lib/json/exact-json.ts';
import { eachLimited } from '#lib/runtime/each-limited.ts';
import type { CountingChannel } from './counting-channels.ts';
import { bucketStatuses, type ListFailure } from './judge-list.ts';
import { lastDayOf, type Period } from './period.ts';

/** What IVM answered for a channel, or why it has nothing. */
export type ChannelAnswer = { answer: Json } | { failure: ListFailure };

/** Keeps the answers of a chunk of channels from one try of a job to the next. */
export type AnswerCache = {
  get(chunk: number): Promise<string | undefined>;
  put(chunk: number, content: string): Promise<void>;
  clear(): Promise<void>;
};

export type AskChannelsOptions = {
  ask: (query: StatisticsQuery) => Promise<Json>;
  /** Calls to IVM under way at once. */
  concurrency: number;
  /** Channels whose answers are held at once; fewer where answers are large. */
  chunkSize?: number;
  cache: AnswerCache;
  remainingMs: () => number;
  /** Failures that pass become answers too: the job has come too often to wait longer. */
  isLastTry: boolean;
};

const usualChunkSize = 100;
/** Time to read one more chunk from a slow IVM, and to publish what there is. */
const shortestRemainingMs = 180_000;

/**
 * Asks IVM about one channel after the other, a chunk at a time, so that memory stays flat however many there are. What
 * fails and may pass is asked once more; then it counts as failed, unless all of a chunk has: IVM itself is away then.
 *
 * @throws TransientError `ivm-away`, or `out-of-time` where the next try goes on after the last whole chunk
 */
export async function* askChannels(
  channels: readonly CountingChannel[],
  period: Period,
  options: AskChannelsOptions,
): AsyncGenerator<{ channel: CountingChannel; result: ChannelAnswer }> {
  const { chunkSize = usualChunkSize } = options;
  const isCached = channels.length > chunkSize;
  for (let chunk = 0; chunk * chunkSize < channels.length; chunk += 1) {
    const some = channels.slice(chunk * chunkSize, (chunk + 1) * chunkSize);
    let results = isCached ? cachedResults(await options.cache.get(chunk), some) : undefined;
    if (results === undefined) {
      if (options.remainingMs() < shortestRemainingMs) {
        throw new TransientError('out-of-time', 'The invocation is at its end; the next one goes on from here');
      }
      results = await askChunk(some, period, options);
      if (isCached) await options.cache.put(chunk, cacheContent(some, results));
    }
    for (const [index, channel] of some.entries()) {
      const result = results[index];
      if (result !== undefined) yield { channel, result };
    }
  }
}

async function askChunk(
  channels: readonly CountingChannel[],
  period: Period,
  { ask, concurrency, isLastTry }: AskChannelsOptions,
): Promise<ChannelAnswer[]> {
  const settle = (some: readonly CountingChannel[]) =>
    eachLimited(some, concurrency, ({ deviceId, channelId }) => ask({ deviceId, channelId, ...queryOf(period) }));
  const results = await settle(channels);
  const again = channels.filter((_, index) => isPassing(reasonOf(results[index])));
  const secondResults = await settle(again);
  for (const [index, channel] of again.entries()) {
    const second = secondResults[index];
    if (second !== undefined) results[channels.indexOf(channel)] = second;
  }
  const passing = results.filter((result) => isPassing(reasonOf(result)));
  if (passing.length === channels.length && !isLastTry) {
    throw new TransientError('ivm-away', 'IVM answers for no channel at present', { cause: reasonOf(passing[0]) });
  }
  return results.map((result) => (result.status === 'fulfilled' ? { answer: result.value } : failed(result.reason)));
}

const typeOf: { readonly [granularity in Period['granularity']]: StatisticsType } = {
  day: 'DAY',
  week: 'WEEK',
  month: 'MONTH',
  year: 'YEAR',
};

const queryOf = (period: Period): Omit<StatisticsQuery, 'deviceId' | 'channelId'> => ({
  type: typeOf[period.granularity],
  firstDay: period.start,
  lastDay: lastDayOf(period),
});

const reasonOf = (result: PromiseSettledResult<unknown> | undefined): unknown =>
  result?.status === 'rejected' ? result.reason : undefined;

const passingKinds: ReadonlySet<FailureKind> = new Set(['transient', 'busy', 'too-frequent', 'not-ready']);

const isPassing = (error: unknown): boolean =>
  passingKinds.has(failureKind(error) ?? 'permanent') ||
  (error instanceof TransientError && error.code === 'odd-answer');

/** Frozen, in arrears, or without the access package (20.2). */
const packageCodes: ReadonlySet<string> = new Set([
  'IVM.20000011',
  'IVM.20000035',
  'IVM.20000048',
  'IVM.20000049',
  'IVM.20020007',
  'IVM.20020008',
  'IVM.20020009',
]);

/** @throws the error itself, where it says nothing of the channel but of the account, or of us */
function failed(error: unknown): ChannelAnswer {
  const kind = failureKind(error);
  const isOfChannel = kind === undefined ? isPassing(error) : kind !== 'account-refused' && kind !== 'token-refused';
  if (!isOfChannel) throw error;
  const reason = errorCode(error);
  if (packageCodes.has(reason)) return { failure: { status: 'no-package', reason } };
  if (kind === 'unsupported') return { failure: { status: 'unsupported', reason } };
  if (kind === 'empty' || kind === 'no-picture') return { failure: { status: 'missing', reason } };
  return { failure: { status: 'error', reason } };
}

const CachedFailure = z.object({
  status: z.enum(bucketStatuses).exclude(['ok', 'provisional']),
  reason: z.string(),
});

const cacheContent = (channels: readonly CountingChannel[], results: readonly ChannelAnswer[]): string =>
  stringifyExact({ results: channels.map(({ camera }, index) => [camera, results[index] ?? null]) });

/** Answers of other channels, from before a listing changed, are of no use; nor is what can't be read. */
function cachedResults(content: string | undefined, channels: readonly CountingChannel[]): ChannelAnswer[] | undefined {
  const entries = member(jsonOrUndefined(content ?? ''), 'results');
  if (!Array.isArray(entries) || entries.length !== channels.length) return undefined;
  const results: ChannelAnswer[] = [];
  for (const [index, entry] of entries.entries()) {
    const [camera, result] = Array.isArray(entry) ? entry : [];
    if (camera !== channels[index]?.camera) return undefined;
    const read = readCached(result);
    if (read === undefined) return undefined;
    results.push(read);
  }
  return results;
}

function readCached(result: Json | undefined): ChannelAnswer | undefined {
  const answer = member(result, 'answer');
  if (answer !== undefined) return { answer };
  const failure = CachedFailure.safeParse(member(result, 'failure'));
  return failure.success ? { failure: failure.data } : undefined;
}

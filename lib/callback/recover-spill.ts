import { PermanentError } from '#lib/errors.ts';
import { errorFields, log } from '#lib/runtime/log.ts';
import type { Metric } from '#lib/runtime/metrics.ts';
import type { InboundAttributes } from './inbound-queues.ts';
import { type RawLine, readRawLine } from './raw-line.ts';
import { type InboundQueue, subscriptionOfType } from './subscriptions.ts';

/** What is remembered of a spill object between runs. */
export type SpillRecord = { requeues: number; requeuedAt: string };

export type RecoverSpillDeps = {
  spill: {
    /** Keys under `spill/`, page by page. */
    keys(): AsyncIterable<string>;
    /** The object's text; `undefined` where its consumer has finished it meanwhile. */
    read(key: string): Promise<string | undefined>;
  };
  records: { get(key: string): Promise<SpillRecord | undefined>; put(key: string, record: SpillRecord): Promise<void> };
  send: (queue: InboundQueue, body: string, attributes: InboundAttributes) => Promise<void>;
  metric: Metric;
  now: () => Date;
};

export type RecoverSpillResult = { requeued: number; waiting: number; stuck: number; failed: number };

const minimumAgeMs = 15 * 60_000;
const requeuePauseMs = 3_600_000;
/** A spill object whose record says so is not sent again. */
export const maximumRequeues = 24;

/**
 * Sends a new pointer for every spilled callback that is still there after 15 minutes, at most once an hour and 24 times.
 * Only the consumer deletes a spill object, once its event is durable, so a pointer too many costs nothing.
 */
export async function recoverSpill(deps: RecoverSpillDeps): Promise<RecoverSpillResult> {
  const result: RecoverSpillResult = { requeued: 0, waiting: 0, stuck: 0, failed: 0 };
  for await (const key of deps.spill.keys()) {
    try {
      result[await recoverOne(deps, key)] += 1;
    } catch (error) {
      // One odd object must not keep the others waiting.
      result.failed += 1;
      log.error('spilled callback could not be requeued', { spill: key, ...errorFields(error) });
    }
  }
  deps.metric('SpillWaiting', result.requeued + result.waiting + result.stuck + result.failed);
  deps.metric('SpillStuck', result.stuck + result.failed);
  return result;
}

async function recoverOne(deps: RecoverSpillDeps, key: string): Promise<'requeued' | 'waiting' | 'stuck'> {
  const nowMs = deps.now().getTime();
  const arrivedAt = arrivalOfSpillKey(key);
  if (arrivedAt !== undefined && nowMs - arrivedAt.getTime() < minimumAgeMs) return 'waiting';
  const record = await deps.records.get(key);
  if (record !== undefined && record.requeues >= maximumRequeues) {
    log.error('spilled callback is not sent again: look into its dead-letter queue', { spill: key });
    return 'stuck';
  }
  if (record !== undefined && nowMs - new Date(record.requeuedAt).getTime() < requeuePauseMs) return 'waiting';
  const text = await deps.spill.read(key);
  if (text === undefined) return 'waiting';
  const { queue, attributes } = spillPointer(key, readRawLine(text).line);
  await deps.send(queue, '{}', attributes);
  await deps.records.put(key, { requeues: (record?.requeues ?? 0) + 1, requeuedAt: deps.now().toISOString() });
  return 'requeued';
}

/** The queue message that points to a spill object. */
export function spillPointer(key: string, line: RawLine): { queue: InboundQueue; attributes: InboundAttributes } {
  const owner = line.message_type === null ? undefined : subscriptionOfType(line.message_type);
  if (owner === undefined)
    throw new PermanentError('unknown-message-type', 'the spill object has no known message type');
  return {
    queue: owner.queue,
    attributes: {
      message_type: owner.messageType,
      subscription: line.subscription,
      received_at: line.received_at,
      spill: key,
    },
  };
}

function arrivalOfSpillKey(key: string): Date | undefined {
  const match = /\/(\d{4}-\d\d-\d\dT[\d:.]+Z)-[0-9a-f]+\.json$/.exec(key);
  return match?.[1] === undefined ? undefined : new Date(match[1]);
}

import * as z from 'zod';
import { lateAfterSeconds, type QueueName } from '#lib/watch/limits.ts';

/** Messages in a queue and in the dead-letter queue behind it, as SQS estimates them. */
export type QueueFacts = {
  /** The short name, such as `alarms`. */
  name: string;
  visible: number;
  inFlight: number;
  delayed: number;
  dead: number;
};

const count = z.int().nullable();

export const QueueNow = z.strictObject({
  name: z.string(),
  visible: count.describe('messages that wait'),
  in_flight: count.describe('messages that a function has'),
  delayed: count.describe('messages that are not to be had yet'),
  dead: count.describe('messages in the dead-letter queue'),
  oldest_age_seconds: z.number().nullable().describe('age of the oldest message; null where none is told'),
  late_after_seconds: z.number().nullable(),
  was_late: z.boolean().describe('whether it was late five minutes ago already'),
});
export type QueueNow = z.infer<typeof QueueNow>;

/**
 * @param ages those of late of each queue, the newest last
 */
export function queueRows(
  queues: readonly QueueFacts[] | undefined,
  ages: ReadonlyMap<string, readonly number[]> | undefined,
): QueueNow[] {
  const names = new Set([...Object.keys(lateAfterSeconds), ...(queues ?? []).map(({ name }) => name)]);
  return [...names].map((name) => {
    const facts = queues?.find((one) => one.name === name);
    const known = ages?.get(name) ?? [];
    const limit = isQueueName(name) ? lateAfterSeconds[name] : null;
    return {
      name,
      visible: facts?.visible ?? null,
      in_flight: facts?.inFlight ?? null,
      delayed: facts?.delayed ?? null,
      dead: facts?.dead ?? null,
      oldest_age_seconds: known.at(-1) ?? null,
      late_after_seconds: limit,
      was_late: limit !== null && (known.at(-2) ?? 0) > limit,
    };
  });
}

export const isQueueName = (name: string): name is QueueName => Object.hasOwn(lateAfterSeconds, name);

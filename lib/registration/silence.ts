import { addDays } from '#lib/time/calendar.ts';
import { startOfDay } from '#lib/time/local-time.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';

/** What is stored of a message type, as far as its silence is judged by it. */
export type StoredTraffic = {
  newest(messageType: string, date: string, before: Date): Promise<string | undefined>;
  count(messageType: string, date: string, from: Date, to: Date, limit: number): Promise<number>;
};

export type Silence = { lastAt: Date | undefined; isSilent: boolean };

/** An open breaker of IVM lasts ten minutes. */
export const shortestSilenceMs = 600_000;
/** A silence of days is compared by its first hours. */
const longestWindowMs = 2 * 3_600_000;
/** With so many messages to be expected, none at all is no chance. */
const expectedMessages = 10;
const dayMs = 86_400_000;

/**
 * Whether messages of a type have ceased, against their own recent rate: the time since the last one is set beside the
 * same time yesterday and a week ago, so that a shop that closes at ten is not taken for a broken subscription. As long as
 * there is no such history, the time before the last message counts.
 */
export async function judgeSilence(
  traffic: StoredTraffic,
  messageType: string,
  timeZone: string,
  now: Date,
): Promise<Silence> {
  const dateOf = (instant: Date) => zonedDate(instant, timeZone).date;
  const today = dateOf(now);
  const newest =
    (await traffic.newest(messageType, today, now)) ?? (await traffic.newest(messageType, addDays(today, -1), now));
  if (newest === undefined) return { lastAt: undefined, isSilent: false };
  const lastAt = new Date(newest.split('#')[0] ?? '');
  const silentMs = now.getTime() - lastAt.getTime();
  if (!(silentMs >= shortestSilenceMs)) return { lastAt, isSilent: false };

  const windowMs = Math.min(silentMs, longestWindowMs);
  const within = async (from: Date, to: Date): Promise<number> => {
    const midnight = startOfDay(dateOf(to), timeZone);
    const parts =
      dateOf(from) === dateOf(to)
        ? [{ from, to }]
        : [
            { from, to: midnight },
            { from: midnight, to },
          ];
    const counts = await Promise.all(
      parts.map((part) => traffic.count(messageType, dateOf(part.from), part.from, part.to, expectedMessages)),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  };
  const shifted = (instant: Date, ms: number) => new Date(instant.getTime() + ms);
  const references: number[] = [];
  for (const days of [1, 7]) {
    const from = shifted(lastAt, -days * dayMs);
    // Without any message of that day there is nothing to compare with.
    if ((await traffic.newest(messageType, dateOf(from), now)) === undefined) continue;
    // The message that was the last one itself is not part of what followed it.
    references.push(await within(shifted(from, 1), shifted(from, windowMs)));
  }
  if (references.length === 0) references.push(await within(shifted(lastAt, -windowMs), lastAt));
  return { lastAt, isSilent: Math.min(...references) >= expectedMessages };
}

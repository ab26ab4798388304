const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** How long after a message its missing pictures are asked for again; IVM keeps alarm pictures for seven days. */
const retriesAfterMs = [
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  12 * hourMs,
  ...Array.from({ length: 7 }, (_, day) => (day + 1) * dayMs),
];

/** While a picture is not there yet, its job comes back this soon; later the schedule above takes over. */
const notReadyDelaysSeconds = [3, 7, 20, 60];

/** When a picture is asked for next; `undefined` after the last time. */
export function nextTryAt(receivedAt: Date, now: Date): Date | undefined {
  const next = retriesAfterMs.find((afterMs) => receivedAt.getTime() + afterMs > now.getTime());
  return next === undefined ? undefined : new Date(receivedAt.getTime() + next);
}

/** How long a job waits whose picture has not been ready `times` times before; `undefined` when that was often enough. */
export const notReadyDelaySeconds = (times: number): number | undefined => notReadyDelaysSeconds[times];

/** What the counter of a job says that is to be asked for once and not again in seconds. */
export const notReadyUsedUp = notReadyDelaysSeconds.length;

/** The hour an open picture is listed under, UTC, such as `2026-01-01T07`. */
export const openHour = (at: Date): string => at.toISOString().slice(0, 'yyyy-mm-ddThh'.length);

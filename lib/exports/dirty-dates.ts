import { zonedDate } from '#lib/time/zoned-date.ts';

/** Exports that are made anew where something of theirs came late: flat tables per message type, and counts. */
export type DirtyExport = 'events' | 'counts';

/** Dates of which something changed after they were over. */
export type DirtyDate = { export: DirtyExport; date: string; messageType: string; markedAt: string };

export type DirtyDates = {
  mark(dates: readonly Omit<DirtyDate, 'markedAt'>[]): Promise<void>;
  list(of: DirtyExport): Promise<DirtyDate[]>;
  /** Forgets marks, unless they were set again meanwhile. */
  clear(dates: readonly DirtyDate[]): Promise<void>;
};

const countingTypes: ReadonlySet<string> = new Set(['device_alarm', 'head_shoulder_data', 'micro_checkpoint_data']);

/** What a change of an event makes dirty: nothing on the day itself, whose exports are still to come. */
export function dirtyDatesOf(
  event: { messageType: string; occurredAt: string },
  timeZone: string,
  now: Date,
): Omit<DirtyDate, 'markedAt'>[] {
  const { date } = zonedDate(new Date(event.occurredAt), timeZone);
  return dirtyDatesOfDay({ messageType: event.messageType, date }, timeZone, now);
}

/** The same for an event whose day is known. */
export function dirtyDatesOfDay(
  { messageType, date }: { messageType: string; date: string },
  timeZone: string,
  now: Date,
): Omit<DirtyDate, 'markedAt'>[] {
  if (date >= zonedDate(now, timeZone).date) return [];
  return [
    { export: 'events', date, messageType },
    ...(countingTypes.has(messageType) ? [{ export: 'counts' as const, date, messageType }] : []),
  ];
}

import { type Item, integerOf, textOf } from '#lib/events/attribute.ts';
import { addDays, daysBetween } from '#lib/time/calendar.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';

/**
 * A device, or one of its channels, came or went; or was only seen to be there or away (`isObservation`), which says
 * nothing of the time before.
 */
export type PresenceFact = {
  deviceId: string;
  channelId?: string;
  at: Date;
  online: boolean;
  isObservation?: true;
};

/** A stretch of time; the end is not part of it. */
export type Interval = { start: Date; end: Date };

export type PresenceHistory = {
  /**
   * When a channel was away, its device's absences included, in their order and without overlaps.
   *
   * @param known what is known of it beside the facts of the history
   * @param certainty `told`: only absences whose begin was told; `presumed`: also that what came had been away before
   */
  offline(
    channel: { deviceId: string; channelId: string },
    range: Interval,
    known: readonly PresenceFact[],
    certainty?: 'told' | 'presumed',
  ): Interval[];
};

/** Events of a day and message type, in no particular order. */
export type EventsOfDay = { day(messageType: string, date: string): AsyncIterable<Item> };

/** How far before a range its first state is looked for, and how far behind its end. */
const lookAroundDays = 7;
/** Methods that carry the state of a channel without speaking of it. */
const silentMethods: ReadonlySet<string> = new Set(['channel_name_notice', 'upgrade_result']);

/** Puts the history of presence together from the stored `device_status` events (reference 10.1.4.3). */
export async function readPresenceHistory(
  events: EventsOfDay,
  range: Interval,
  timeZone: string,
  now: Date,
): Promise<PresenceHistory> {
  const dateOf = (instant: Date) => zonedDate(instant, timeZone).date;
  const first = addDays(dateOf(range.start), -lookAroundDays);
  const today = dateOf(now);
  const behind = addDays(dateOf(range.end), lookAroundDays);
  const facts: PresenceFact[] = [];
  for (const date of daysBetween(first, behind < today ? behind : today)) {
    for await (const item of events.day('device_status', date)) {
      const fact = presenceFact(item);
      if (fact !== undefined) facts.push(fact);
    }
  }
  return presenceHistory(facts);
}

/** What an item of the index by day says of presence: an event of its device, a part of one of its channel. */
export function presenceFact(item: Item): PresenceFact | undefined {
  const deviceId = textOf(item['device_id']) ?? '';
  const at = new Date(textOf(item['occurred_at']) ?? Number.NaN);
  const method = textOf(item['method']) ?? '';
  if (deviceId === '' || Number.isNaN(at.getTime())) return undefined;
  const isPart = (textOf(item['sk']) ?? '').split('#')[3] === 'device';
  if (!isPart) {
    if (method === 'login') return { deviceId, at, online: true };
    return method === 'logout' || method === 'offline_reason_notice' ? { deviceId, at, online: false } : undefined;
  }
  const channelId = textOf(item['channel_id']) ?? '';
  const state = integerOf(item['channel_state']);
  if (channelId === '' || silentMethods.has(method) || (state !== 0 && state !== 1)) return undefined;
  return { deviceId, channelId, at, online: state === 1 };
}

export function presenceHistory(facts: readonly PresenceFact[]): PresenceHistory {
  const bySubject = Map.groupBy(facts, subjectOf);
  return {
    offline: ({ deviceId, channelId }, range, known, certainty = 'presumed') => {
      const of = (subject: { deviceId: string; channelId?: string }): Interval[] => {
        const more = known.filter((fact) => subjectOf(fact) === subjectOf(subject));
        return absences([...(bySubject.get(subjectOf(subject)) ?? []), ...more], range, certainty);
      };
      return united([...of({ deviceId }), ...of({ deviceId, channelId })]);
    },
  };
}

const subjectOf = ({ deviceId, channelId }: { deviceId: string; channelId?: string }): string =>
  channelId === undefined ? deviceId : `${deviceId}#${channelId}`;

/**
 * A state lasts until the next fact. Before the first one the opposite held where that is a change; where nothing says
 * otherwise, nothing was away.
 */
function absences(facts: readonly PresenceFact[], range: Interval, certainty: 'told' | 'presumed'): Interval[] {
  const ordered = facts.toSorted((one, other) => one.at.getTime() - other.at.getTime());
  const [first] = ordered;
  if (first === undefined) return [];
  const wasOnline = certainty === 'told' || first.isObservation === true || !first.online;
  const states = [{ at: new Date(0), online: wasOnline }, ...ordered];
  return states.flatMap(({ at, online }, index) => {
    const until = states[index + 1]?.at ?? range.end;
    const start = at > range.start ? at : range.start;
    const end = until < range.end ? until : range.end;
    return online || end <= start ? [] : [{ start, end }];
  });
}

function united(intervals: readonly Interval[]): Interval[] {
  const ordered = intervals.toSorted((one, other) => one.start.getTime() - other.start.getTime());
  const result: Interval[] = [];
  for (const interval of ordered) {
    const last = result.at(-1);
    if (last === undefined || interval.start > last.end) result.push({ ...interval });
    else if (interval.end > last.end) last.end = interval.end;
  }
  return result;
}

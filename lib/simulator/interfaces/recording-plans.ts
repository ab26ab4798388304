import type { Camera } from '../cameras.ts';

/** A part of a day of the week, 1 Monday to 7 Sunday, between two times of day (`HH:mm:ss`). */
export type Section = { day_of_week: number; start_time: string; end_time: string };
export type Schedule = { isAllDay: boolean; sections: readonly Section[] };
/** A type of alarm with the seconds that are recorded before and after it. */
export type RecordedAlarm = { alarm_type: string; advance_time: number; after_time: number };
export type AlarmSchedule = Schedule & { alarms: readonly RecordedAlarm[] };

export type Period<Value> = { value: Value; fromMs: number; untilMs: number };
/** What is in force now, and what was before: a plan that changes leaves alone what was recorded by the one before. */
export type Timeline<Value> = {
  current(): Value;
  change(value: Value): void;
  periods(): Period<Value>[];
};

/** How long recordings are kept. */
export type Retention = {
  /** 0 for ever. */
  days(): number;
  /** What fewer days take away does not come back with more. */
  change(days: number): void;
  keptFromMs(): number;
};

export type ChannelPlans = {
  stream: string;
  readonly continuous: Timeline<Schedule>;
  readonly byAlarm: Timeline<AlarmSchedule>;
  readonly retention: { readonly PLAN_RECORD: Retention; readonly MOTION_RECORD: Retention };
};

/** What channels are recorded by (11), kept in memory. */
export type RecordingPlans = { of(camera: Camera): ChannelPlans };

export const never: AlarmSchedule = { isAllDay: false, sections: [], alarms: [] };
const allDay: Schedule = { isAllDay: true, sections: [] };
const usualAlarms: RecordedAlarm[] = [{ alarm_type: 'motion_detection', advance_time: 5, after_time: 15 }];
const dayMs = 86_400_000;

export function createRecordingPlans(now: () => Date): RecordingPlans {
  const channels = new Map<string, ChannelPlans>();

  const createTimeline = <Value>(first: Value): Timeline<Value> => {
    let latest: Period<Value> = { value: first, fromMs: Number.NEGATIVE_INFINITY, untilMs: Number.POSITIVE_INFINITY };
    const past: Period<Value>[] = [];
    return {
      current: () => latest.value,
      change: (value) => {
        const nowMs = now().getTime();
        past.push({ ...latest, untilMs: nowMs });
        latest = { value, fromMs: nowMs, untilMs: Number.POSITIVE_INFINITY };
      },
      periods: () => [...past, latest],
    };
  };
  const createRetention = (): Retention => {
    let days = 0;
    let lostBeforeMs = Number.NEGATIVE_INFINITY;
    const keptFromMs = () => (days === 0 ? lostBeforeMs : Math.max(lostBeforeMs, now().getTime() - days * dayMs));
    return {
      days: () => days,
      change: (changed) => {
        lostBeforeMs = keptFromMs();
        days = changed;
      },
      keptFromMs,
    };
  };

  return {
    of: ({ deviceId, channelId }) => {
      const key = `${deviceId}#${channelId}`;
      const plans = channels.get(key) ?? {
        stream: 'PRIMARY_STREAM',
        continuous: createTimeline(allDay),
        byAlarm: createTimeline<AlarmSchedule>({ ...allDay, alarms: usualAlarms }),
        retention: { PLAN_RECORD: createRetention(), MOTION_RECORD: createRetention() },
      };
      channels.set(key, plans);
      return plans;
    },
  };
}

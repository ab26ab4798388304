import { createHash } from 'node:crypto';
import type { Camera } from '../cameras.ts';
import { instantOf, localTime } from '../local-time.ts';
import { seededRandom } from '../seeded-random.ts';
import { makeOf } from './device-make.ts';
import type { AlarmSchedule, Period, RecordingPlans, Schedule } from './recording-plans.ts';
import type { Tenant } from './tenant.ts';

export type Span = { fromMs: number; untilMs: number };
export type Recording = Span & {
  id: string;
  /** Type of the alarm that it was made for; `undefined` where it was made by plan. */
  alarmType: string | undefined;
};

/**
 * The recordings that there are. None is stored: which ones there are follows from the plans, the packages that a channel has now,
 * and the clock.
 */
export type Recordings = {
  /** By plan one an hour where there is continuous storage, the last until now; and those of alarms where these are stored. */
  inCloud(camera: Camera, asked: Span): Recording[];
  /** One an hour of the last month. Only recorders keep any: cameras that are connected directly have no storage. */
  onDevice(camera: Camera, asked: Span): Recording[];
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const keptOnDeviceMs = 30 * dayMs;
/** Nothing was recorded before the tenant was set up. */
const firstMs = Date.parse('2024-01-01T00:00:00Z');
const alarmsPerHour = 0.5;

export function createRecordings({ states, seed, now, timeZone }: Tenant, plans: RecordingPlans): Recordings {
  const recording = (
    { deviceId, channelId }: Camera,
    alarmType: string | undefined,
    { fromMs, untilMs }: Span,
  ): Recording => {
    const facts = `${seed}|recording|${deviceId}|${channelId}|${alarmType ?? ''}|${fromMs}`;
    return { id: createHash('sha256').update(facts).digest('hex').slice(0, 32), alarmType, fromMs, untilMs };
  };
  const byPlan = (camera: Camera, { value, ...period }: Period<Schedule>, within: Span): Recording[] =>
    scheduled(value, timeZone, common(period, within))
      .flatMap((span) => hoursOf(span).map((hour) => common(hour, span)))
      .map((span) => recording(camera, undefined, span));
  const byAlarm = (camera: Camera, { value, ...period }: Period<AlarmSchedule>, within: Span): Recording[] => {
    if (value.alarms.length === 0) return [];
    return scheduled(value, timeZone, common(period, within)).flatMap((span) =>
      hoursOf(span).flatMap(({ fromMs }) => {
        const random = seededRandom(`${seed}|alarm|${camera.deviceId}|${camera.channelId}|${fromMs}`);
        const atMs = fromMs + random.integer(0, 3599) * 1000;
        const alarm = random.pick(value.alarms);
        if (!random.chance(alarmsPerHour) || atMs < span.fromMs || atMs >= span.untilMs) return [];
        const { alarm_type: type, advance_time: before, after_time: after } = alarm;
        return [recording(camera, type, { fromMs: atMs - before * 1000, untilMs: atMs + after * 1000 })];
      }),
    );
  };

  return {
    inCloud: (camera, asked) => {
      const { fullRecord, eventRecord } = states.packages(camera);
      const { continuous, byAlarm: alarms, retention } = plans.of(camera);
      const nowMs = now().getTime();
      const within = common(wholeHours(asked), { fromMs: firstMs, untilMs: nowMs });
      // One that is made for an alarm reaches into the hours beside its own.
      const around = common(
        { fromMs: within.fromMs - hourMs, untilMs: within.untilMs + hourMs },
        { fromMs: firstMs, untilMs: nowMs },
      );
      const planned = fullRecord === 'GRANT' ? continuous.periods() : [];
      const alarmed = eventRecord === 'GRANT' ? alarms.periods() : [];
      return [
        ...planned
          .flatMap((period) => byPlan(camera, period, within))
          .filter(({ fromMs }) => fromMs >= retention.PLAN_RECORD.keptFromMs()),
        ...alarmed
          .flatMap((period) => byAlarm(camera, period, around))
          .filter(({ fromMs, untilMs }) => fromMs >= retention.MOTION_RECORD.keptFromMs() && untilMs <= nowMs),
      ]
        .filter((one) => isSome(common(one, asked)))
        .toSorted((one, other) => one.fromMs - other.fromMs);
    },
    onDevice: (camera, asked) => {
      if (makeOf(camera) === 'SDC') return [];
      const nowMs = now().getTime();
      return hoursOf(common(asked, { fromMs: nowMs - keptOnDeviceMs, untilMs: nowMs })).map(({ fromMs, untilMs }) =>
        recording(camera, undefined, { fromMs, untilMs: Math.min(untilMs, nowMs) }),
      );
    },
  };
}

const isSome = ({ fromMs, untilMs }: Span): boolean => fromMs < untilMs;

const common = (one: Span, other: Span): Span => ({
  fromMs: Math.max(one.fromMs, other.fromMs),
  untilMs: Math.min(one.untilMs, other.untilMs),
});

const wholeHours = ({ fromMs, untilMs }: Span): Span => ({
  fromMs: Math.floor(fromMs / hourMs) * hourMs,
  untilMs: Math.ceil(untilMs / hourMs) * hourMs,
});

/** The hours that a span touches. */
function hoursOf(span: Span): Span[] {
  if (!isSome(span)) return [];
  const { fromMs: firstHourMs, untilMs } = wholeHours(span);
  return Array.from({ length: (untilMs - firstHourMs) / hourMs }, (_, hour) => ({
    fromMs: firstHourMs + hour * hourMs,
    untilMs: firstHourMs + (hour + 1) * hourMs,
  }));
}

/** When a schedule has something recorded within a span. */
function scheduled({ isAllDay, sections }: Schedule, timeZone: string, within: Span): Span[] {
  if (!isSome(within)) return [];
  if (isAllDay) return [within];
  return datesOf(within, timeZone).flatMap((date) => {
    // Of a date without a zone: the day of the week is the same everywhere.
    const dayOfWeek = new Date(date).getUTCDay() || 7;
    const at = (time: string) => instantOf(`${date}${time}`.replaceAll(/\D/g, ''), timeZone)?.getTime() ?? Number.NaN;
    return sections
      .filter(({ day_of_week: day }) => day === dayOfWeek)
      .map(({ start_time: start, end_time: end }) => common({ fromMs: at(start), untilMs: at(end) }, within))
      .filter((span) => isSome(span));
  });
}

/** The dates that a span touches, `YYYY-MM-DD`. */
function datesOf({ fromMs, untilMs }: Span, timeZone: string): string[] {
  const [first = 0, last = 0] = [fromMs, untilMs].map((ms) =>
    Date.parse(localTime(new Date(ms), timeZone).iso.slice(0, 10)),
  );
  return Array.from({ length: (last - first) / dayMs + 1 }, (_, day) =>
    new Date(first + day * dayMs).toISOString().slice(0, 10),
  );
}

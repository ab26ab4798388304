import type { CameraStates } from './camera-states.ts';
import type { Camera } from './cameras.ts';
import { activityAt, inboundShareAt } from './daily-rhythm.ts';
import { instantOf } from './local-time.ts';
import { seededRandom } from './seeded-random.ts';

/** People who crossed the line of a camera, by the clock of its device. */
export type PeopleCounts = { in: number[]; out: number[] };

/** What the counting cameras have really seen: every answer about people is made from it. */
export type PeopleTruth = {
  /** By hour of a day (`YYYY-MM-DD`): 0 where the camera was away, and for hours that have not begun. */
  hours(camera: Camera, date: string): PeopleCounts;
  /** Sums of the days of a range, both ends included. */
  days(camera: Camera, first: string, last: string): PeopleCounts;
};

const dayMs = 86_400_000;
const busiestHour = 240;

/** @param timeZone zone of the devices' clocks, without summer time */
export function createPeopleTruth(options: {
  seed: string;
  states: CameraStates;
  now: () => Date;
  timeZone: string;
}): PeopleTruth {
  const { seed, states, now, timeZone } = options;
  const hours = (camera: Camera, date: string): PeopleCounts => {
    const counts: PeopleCounts = { in: [], out: [] };
    const midnight = instantOf(`${date.replaceAll('-', '')}000000`, timeZone) ?? new Date(Number.NaN);
    for (let hour = 0; hour < 24; hour += 1) {
      const start = new Date(midnight.getTime() + hour * 3_600_000);
      const random = seededRandom(`${seed}|people|${camera.deviceId}|${camera.channelId}|${date}|${hour}`);
      const passed = Math.round(activityAt(hour + 0.5) * busiestHour * (0.5 + random.next()));
      const inbound = Math.round(passed * inboundShareAt(hour + 0.5));
      const isCounted = start < now() && states.isOnline(camera, start);
      counts.in.push(isCounted ? inbound : 0);
      counts.out.push(isCounted ? passed - inbound : 0);
    }
    return counts;
  };
  return {
    hours,
    days: (camera, first, last) => {
      const counts: PeopleCounts = { in: [], out: [] };
      for (let ms = Date.parse(`${first}T00:00:00Z`); ms <= Date.parse(`${last}T00:00:00Z`); ms += dayMs) {
        const day = hours(camera, new Date(ms).toISOString().slice(0, 10));
        counts.in.push(sumOf(day.in));
        counts.out.push(sumOf(day.out));
      }
      return counts;
    },
  };
}

export const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

import type { PresenceHistory } from '#lib/devices/presence-history.ts';
import { textOf } from '#lib/events/attribute.ts';
import { cameraKey } from '#lib/events/event-keys.ts';
import type { InventoryChannel } from '#lib/inventory/inventory-channel.ts';
import { addDays } from '#lib/time/calendar.ts';
import { isoWithOffset, startOfDay } from '#lib/time/local-time.ts';
import type { EventGroup } from './event-rows.ts';

const hourMs = 3_600_000;

/** Numbers by hour of the day; `null` where nothing can be known of the hour. */
type Hours = (number | null)[];

export type CameraCompleteness = {
  device_id: string;
  channel_id: string;
  /** Events stored; `null` for an hour in which the camera was away and nothing came. */
  events: Hours;
  pictures?: { wanted: Hours; stored: Hours; missing: { [reason: string]: Hours } };
  /** When the camera was away, as `device_status` tells it. */
  offline?: [from: string, to: string][];
  /** Why nothing is to be expected of it at present. */
  package?: 'no-package' | 'gone';
};

export type Completeness = {
  /** Begin of each hour; 23 or 25 of them on a day on which clocks are set. */
  hours: string[];
  cameras: CameraCompleteness[];
};

/**
 * Keeps the ledger of a message type and day: what is stored per camera and hour, pictures wanted, stored and missing by
 * reason, and when cameras were away. Made of nothing but what is stored, so that it can't differ from it.
 */
export function createCompleteness(options: {
  date: string;
  timeZone: string;
  channels: readonly InventoryChannel[];
  presence: PresenceHistory;
}) {
  const { timeZone, date, presence } = options;
  const span = { start: startOfDay(date, timeZone), end: startOfDay(addDays(date, 1), timeZone) };
  const length = Math.round((span.end.getTime() - span.start.getTime()) / hourMs);
  const zeros = (): number[] => Array.from({ length }, () => 0);
  const startOf = (hour: number) => new Date(span.start.getTime() + hour * hourMs);
  const cameras = new Map<string, Tally>();
  const tallyOf = (camera: string, ids: Pick<Tally, 'deviceId' | 'channelId'>): Tally => {
    const tally = cameras.get(camera) ?? { ...ids, events: zeros(), wanted: zeros(), stored: zeros(), missing: {} };
    cameras.set(camera, tally);
    return tally;
  };
  const listed = new Map(options.channels.map((channel) => [cameraKey(channel.deviceId, channel.channelId), channel]));

  return {
    add: (group: EventGroup): void => {
      const item = group.event ?? group.parts[0] ?? group.pictures[0];
      if (item === undefined) return;
      const ids = { deviceId: textOf(item['device_id']) ?? '', channelId: textOf(item['channel_id']) ?? '' };
      const tally = tallyOf(group.camera, ids);
      const at = Date.parse(textOf(item['occurred_at']) ?? '') - span.start.getTime();
      const hour = Math.min(length - 1, Math.max(0, Math.floor(at / hourMs)));
      const increase = (hours: number[]) => {
        hours[hour] = (hours[hour] ?? 0) + 1;
      };
      if (group.event !== undefined || group.parts.length > 0) increase(tally.events);
      for (const picture of group.pictures) {
        increase(tally.wanted);
        const status = textOf(picture['status']);
        if (status === 'stored') increase(tally.stored);
        if (status !== 'missing') continue;
        const reason = textOf(picture['reason']) ?? 'unknown';
        tally.missing[reason] ??= zeros();
        increase(tally.missing[reason]);
      }
    },
    /** @returns cameras in the order of their keys: those that are listed, and those that events came from */
    report: (): Completeness => {
      for (const [camera, { deviceId, channelId, status }] of listed) {
        if (status !== 'gone') tallyOf(camera, { deviceId, channelId });
      }
      return {
        hours: Array.from({ length }, (_, hour) => isoWithOffset(startOf(hour), timeZone)),
        cameras: [...cameras]
          .toSorted(([one], [other]) => (one < other ? -1 : 1))
          .map(([camera, tally]) => cameraReport(tally, listed.get(camera))),
      };
    },
  };

  function cameraReport(tally: Tally, channel: InventoryChannel | undefined): CameraCompleteness {
    const { deviceId, channelId, wanted, stored, missing } = tally;
    const offline = presence.offline({ deviceId, channelId }, span, channel?.presence ?? []);
    const isAway = (hour: number) =>
      offline.some(({ start, end }) => start <= startOf(hour) && end >= startOf(hour + 1));
    return {
      device_id: deviceId,
      channel_id: channelId,
      events: tally.events.map((count, hour) => (count === 0 && isAway(hour) ? null : count)),
      ...(wanted.some((count) => count > 0) ? { pictures: { wanted, stored, missing } } : {}),
      ...(offline.length === 0
        ? {}
        : {
            offline: offline.map(({ start, end }): [string, string] => [
              isoWithOffset(start, timeZone),
              isoWithOffset(end, timeZone),
            ]),
          }),
      ...(channel?.status === 'no-package' || channel?.status === 'gone' ? { package: channel.status } : {}),
    };
  }
}

type Tally = {
  deviceId: string;
  channelId: string;
  events: number[];
  wanted: number[];
  stored: number[];
  missing: { [reason: string]: number[] };
};

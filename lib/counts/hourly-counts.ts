import { cameraKey } from '#lib/events/event-keys.ts';
import type { Row } from '#lib/exports/export-table.ts';
import { isoWithOffset, zoneOffsetMs } from '#lib/time/local-time.ts';
import { type CountSource, type Measure, measuresOf } from './count-measures.ts';
import type { Count } from './counts-of-item.ts';

const hourMs = 3_600_000;

/** Counts of an hour, by field. */
type Tally = {
  deviceId: string;
  channelId: string;
  start: Date;
  keys: Count['keys'];
  messages: number;
  oddValues: number;
  fields: Map<string, FieldTally>;
};
type FieldTally = { count: number; sum: number; min: number; max: number; last: number; lastAt: Date };

/** Adds counts up by channel and hour; what is kept grows with the hours and channels, not with the messages. */
export function createHourlyCounts(timeZone: string) {
  const tallies = new Map<CountSource, Map<string, Tally>>();
  return {
    add: ({ source, deviceId, channelId, at, keys, values, oddValues }: Count): void => {
      const start = hourOf(at, timeZone);
      const id = [cameraKey(deviceId, channelId), start.getTime(), ...Object.values(keys)].join('|');
      const bySource = tallies.get(source) ?? new Map<string, Tally>();
      tallies.set(source, bySource);
      const tally = bySource.get(id) ?? {
        deviceId,
        channelId,
        start,
        keys,
        messages: 0,
        oddValues: 0,
        fields: new Map<string, FieldTally>(),
      };
      bySource.set(id, tally);
      tally.messages += 1;
      tally.oddValues += oddValues;
      for (const [field, value] of Object.entries(values)) {
        tally.fields.set(field, withValue(tally.fields.get(field), value, at));
      }
    },
    /** Rows of a source in the order of channel, hour, lane and cycle; without channel names and stamps. */
    rows: (source: CountSource): Row[] =>
      [...(tallies.get(source)?.values() ?? [])]
        .map((tally) => ({ tally, order: orderOf(tally) }))
        .toSorted((one, other) => (one.order < other.order ? -1 : 1))
        .map(({ tally }) => rowOf(tally, measuresOf[source], timeZone)),
  };
}

export type HourlyCounts = ReturnType<typeof createHourlyCounts>;

/** The hour on the wall: zones with offsets of half an hour begin theirs at half past. */
function hourOf(at: Date, timeZone: string): Date {
  const offsetMs = zoneOffsetMs(at.getTime(), timeZone);
  return new Date(Math.floor((at.getTime() + offsetMs) / hourMs) * hourMs - offsetMs);
}

function withValue(tally: FieldTally | undefined, value: number, at: Date): FieldTally {
  if (tally === undefined) return { count: 1, sum: value, min: value, max: value, last: value, lastAt: at };
  const isLater = at >= tally.lastAt;
  return {
    count: tally.count + 1,
    sum: tally.sum + value,
    min: Math.min(tally.min, value),
    max: Math.max(tally.max, value),
    last: isLater ? value : tally.last,
    lastAt: isLater ? at : tally.lastAt,
  };
}

function rowOf(tally: Tally, measures: readonly Measure[], timeZone: string): Row {
  const { deviceId, channelId, start, keys, messages, oddValues, fields } = tally;
  const measured = measures.map(({ column, field, fold }) => {
    const values = fields.get(field);
    if (values === undefined) return [column, null] as const;
    return [column, fold === 'mean' ? values.sum / values.count : values[fold]] as const;
  });
  return {
    device_id: deviceId,
    channel_id: channelId,
    bucket_start: isoWithOffset(start, timeZone),
    bucket_seconds: hourMs / 1000,
    ...keys,
    messages,
    ...Object.fromEntries(measured),
    odd_values: oddValues,
  };
}

function orderOf({ deviceId, channelId, start, keys }: Tally): string {
  const numbers = Object.values(keys).map((key) => String(key ?? -1).padStart(16, '0'));
  return [cameraKey(deviceId, channelId), start.toISOString(), ...numbers].join('|');
}

import { encodeId } from '#lib/events/event-keys.ts';
import { manifestKey } from '#lib/exports/export-keys.ts';
import type { Period } from './period.ts';

export type HeatmapKind = 'time' | 'space';

/** Where it is told which channels have a heatmap of a period, which do not, and why. */
export const heatmapManifestKey = (kind: HeatmapKind, { granularity, start }: Period): string =>
  manifestKey('heatmaps', [
    ['kind', kind],
    ['granularity', granularity],
    ['period', start],
  ]);

/** Where the files of a heatmap lie, without their ending. */
export const heatmapPrefix = (
  kind: HeatmapKind,
  { granularity, start }: Period,
  channel: { deviceId: string; channelId: string },
): string =>
  `exports/heatmaps/kind=${kind}/granularity=${granularity}/period=${start}` +
  `/device_id=${encodeId(channel.deviceId)}/channel_id=${encodeId(channel.channelId)}`;

import type { PresenceHistory } from '#lib/devices/presence-history.ts';
import { cameraKey } from '#lib/events/event-keys.ts';
import type { InventoryChannel } from '#lib/inventory/inventory-channel.ts';
import type { CountingChannel } from './counting-channels.ts';
import type { ChannelFacts } from './judge-list.ts';
import { type Period, spanOf } from './period.ts';

/** What a statistics export is about, and how long it may take. */
export type StatisticsExport = {
  period: Period;
  channels: readonly InventoryChannel[];
  presence: PresenceHistory;
  remainingMs: () => number;
  /** Failures that pass are exported as failures: the job has come too often to wait longer. */
  isLastTry: boolean;
  /** Whether what IVM has counted of a device at a time was erased here, and must not come back from there. */
  isErased: (deviceId: string, at: Date) => boolean;
};

/** What zeros of a channel are judged against, in the period of an export. */
export function createChannelFacts(
  { period, channels, presence }: StatisticsExport,
  timeZone: string,
): (channel: CountingChannel) => ChannelFacts {
  const span = spanOf(period, timeZone);
  const byCamera = new Map(channels.map((channel) => [cameraKey(channel.deviceId, channel.channelId), channel]));
  return (channel) => {
    const listed = byCamera.get(channel.camera);
    return {
      offline: presence.offline(channel, span, listed?.presence ?? []),
      toldOffline: presence.offline(channel, span, listed?.presence ?? [], 'told'),
      lacksPackage: listed?.status === 'no-package',
    };
  };
}

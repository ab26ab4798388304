import * as z from 'zod';
import { ConfigError } from '#lib/errors.ts';
import type { InventoryChannel, InventoryChannels } from '#lib/inventory/inventory-channel.ts';
import type { Metric } from '#lib/runtime/metrics.ts';
import type { SnapshotJob } from './snapshot-job.ts';

/** What a run by hand may ask for; a scheduled one asks for nothing. */
export const SnapshotRequest = z.object({
  /** Devices (`<device_id>`) and channels (`<device_id>#<channel_id>`), in place of the setting. */
  channels: z.array(z.string().min(1)).optional(),
  storage: z.boolean().optional(),
});

export type RequestSnapshotsDeps = {
  inventory: InventoryChannels;
  queueJobs: (jobs: readonly { body: string; delaySeconds: number }[]) => Promise<PromiseSettledResult<void>[]>;
  settings: { channels: readonly string[]; storage: boolean };
  metric: Metric;
  now: () => Date;
};

export type SnapshotRequestReport = {
  requested: number;
  /** Channels that the filter leaves out, by why. */
  skipped: { filtered: number; offline: number; gone: number; 'no-package': number };
};

const slotMs = 60_000;
/** The channels of one device are asked one after the other: it has one encoder and one line. */
const pauseBetweenChannelsSeconds = 2;
const longestDelaySeconds = 900;

/**
 * Queues a snapshot of every channel that is online and chosen by the filter (`*` chooses all). The channels of a device
 * are spread over time, and devices take turns, so that a recorder with sixty channels neither is flooded nor keeps the
 * others waiting.
 *
 * @throws ConfigError for a request that is not understood; TransientError where jobs could not be queued
 */
export async function requestSnapshots(deps: RequestSnapshotsDeps, event: unknown): Promise<SnapshotRequestReport> {
  const request = readRequest(event);
  const filter = new Set(request.channels ?? deps.settings.channels);
  const storage = request.storage ?? deps.settings.storage;
  const skipped = { filtered: 0, offline: 0, gone: 0, 'no-package': 0 };
  const chosen = (await deps.inventory.channels()).filter((channel) => {
    const reason = whyNot(channel, filter);
    if (reason !== undefined) skipped[reason] += 1;
    return reason === undefined;
  });
  const slot = new Date(Math.floor(deps.now().getTime() / slotMs) * slotMs).toISOString();
  const jobs = inTurns(chosen).map(({ channel, turn }) => ({
    body: JSON.stringify({
      device_id: channel.deviceId,
      channel_id: channel.channelId,
      slot,
      storage,
      failures: 0,
    } satisfies SnapshotJob),
    delaySeconds: Math.min(longestDelaySeconds, turn * pauseBetweenChannelsSeconds),
  }));
  const results = await deps.queueJobs(jobs);
  const failed = results.find((result) => result.status === 'rejected');
  // Run again for the same minute, those that were queued are recognised and not taken twice.
  if (failed !== undefined) throw failed.reason;
  deps.metric('SnapshotsRequested', jobs.length);
  return { requested: jobs.length, skipped };
}

function readRequest(event: unknown): z.output<typeof SnapshotRequest> {
  const result = SnapshotRequest.safeParse(event ?? {});
  if (result.success) return result.data;
  throw new ConfigError(
    'snapshot-request',
    'Give {} for all chosen channels, or {"channels": ["<device_id>#<channel_id>"], "storage": true}',
  );
}

function whyNot(
  channel: InventoryChannel,
  filter: ReadonlySet<string>,
): keyof SnapshotRequestReport['skipped'] | undefined {
  const isChosen =
    filter.has('*') || filter.has(channel.deviceId) || filter.has(`${channel.deviceId}#${channel.channelId}`);
  if (!isChosen) return 'filtered';
  if (channel.status === 'gone') return 'gone';
  if (channel.lacking.includes('access') || channel.lacking.includes('frozen')) return 'no-package';
  return channel.isOnline === true ? undefined : 'offline';
}

/** The first channel of every device, then the second of every device, and so on. */
function inTurns(channels: readonly InventoryChannel[]): { channel: InventoryChannel; turn: number }[] {
  const taken = new Map<string, number>();
  return channels
    .map((channel) => {
      const turn = taken.get(channel.deviceId) ?? 0;
      taken.set(channel.deviceId, turn + 1);
      return { channel, turn };
    })
    .toSorted((one, other) => one.turn - other.turn);
}

import { describe, expect, it } from 'vitest';
import type { InventoryChannel } from '#lib/inventory/inventory-channel.ts';
import { requestSnapshots } from '#lib/snapshots/request-snapshots.ts';
import { SnapshotJob } from '#lib/snapshots/snapshot-job.ts';
import { inventoryChannel } from '../support/builders/inventory-channel.ts';
import { memoryMetrics } from '../support/fakes/memory-metrics.ts';

type Sent = { job: SnapshotJob; delaySeconds: number };

function world(channels: readonly InventoryChannel[], settings = { channels: ['*'], storage: true }) {
  const sent: Sent[] = [];
  const metrics = memoryMetrics();
  const queue = { refuses: false };
  const request = (event?: unknown) =>
    requestSnapshots(
      {
        inventory: { channels: async () => [...channels] },
        queueJobs: async (jobs) =>
          jobs.map(({ body, delaySeconds }) => {
            if (queue.refuses) return { status: 'rejected', reason: new Error('SQS is away') };
            sent.push({ job: SnapshotJob.parse(JSON.parse(body)), delaySeconds });
            return { status: 'fulfilled', value: undefined };
          }),
        settings,
        metric: metrics.metric,
        now: () => new Date('2026-03-10T10:15:42.123Z'),
      },
      event,
    );
  return { sent, metrics, queue, request };
}

describe('requestSnapshots', () => {
  it('asks for every channel that is online, and says why not for the others', async () => {
    const { sent, metrics, request } = world([
      inventoryChannel({ channelId: '0' }),
      inventoryChannel({ channelId: '1', isOnline: false }),
      inventoryChannel({ channelId: '2', isOnline: undefined }),
      inventoryChannel({ channelId: '3', status: 'gone' }),
      inventoryChannel({ channelId: '4', status: 'no-package', lacking: ['access'] }),
      inventoryChannel({ channelId: '5', status: 'no-package', lacking: ['frozen'] }),
      inventoryChannel({ channelId: '6', status: 'no-package', lacking: ['industry-data'] }),
      inventoryChannel({ channelId: '7', status: 'unknown' }),
    ]);
    expect(await request()).toEqual({
      requested: 3,
      skipped: { filtered: 0, offline: 2, gone: 1, 'no-package': 2 },
    });
    expect(sent.map(({ job }) => job.channel_id)).toEqual(['0', '6', '7']);
    expect(sent[0]?.job).toEqual({
      device_id: 'DEVICE01',
      channel_id: '0',
      slot: '2026-03-10T10:15:00.000Z',
      storage: true,
      failures: 0,
    });
    expect(metrics.counts.get('SnapshotsRequested')).toBe(3);
  });

  it('lets devices take turns and spreads the channels of one over time', async () => {
    const { sent, request } = world([
      ...Array.from({ length: 600 }, (_, index) => inventoryChannel({ channelId: String(index) })),
      inventoryChannel({ deviceId: 'DEVICE02' }),
      inventoryChannel({ deviceId: 'DEVICE02', channelId: '1' }),
    ]);
    await request();
    expect(sent.slice(0, 5).map(({ job, delaySeconds }) => [job.device_id, job.channel_id, delaySeconds])).toEqual([
      ['DEVICE01', '0', 0],
      ['DEVICE02', '0', 0],
      ['DEVICE01', '1', 2],
      ['DEVICE02', '1', 2],
      ['DEVICE01', '2', 4],
    ]);
    // The longest delay that SQS takes.
    expect(Math.max(...sent.map(({ delaySeconds }) => delaySeconds))).toBe(900);
  });

  it.each([
    { title: 'a device', channels: ['DEVICE02'], expected: ['DEVICE02#0', 'DEVICE02#1'] },
    { title: 'a channel', channels: ['DEVICE02#1'], expected: ['DEVICE02#1'] },
    { title: 'nothing', channels: [], expected: [] },
  ])('is limited by its setting to $title', async ({ channels, expected }) => {
    const all = [
      inventoryChannel(),
      ...['0', '1'].map((channelId) => inventoryChannel({ deviceId: 'DEVICE02', channelId })),
    ];
    const { sent, request } = world(all, { channels, storage: false });
    expect(await request()).toMatchObject({ skipped: { filtered: all.length - expected.length } });
    expect(sent.map(({ job }) => `${job.device_id}#${job.channel_id}`)).toEqual(expected);
    expect(sent.every(({ job }) => !job.storage)).toBe(true);
  });

  it('does by hand what it is asked for', async () => {
    const { sent, request } = world([inventoryChannel(), inventoryChannel({ channelId: '1' })]);
    await request({ channels: ['DEVICE01#1'], storage: false });
    expect(sent.map(({ job }) => [job.channel_id, job.storage])).toEqual([['1', false]]);
    await expect(request({ channels: 'all' })).rejects.toMatchObject({ code: 'snapshot-request' });
  });

  it('fails where a job could not be queued', async () => {
    const { queue, request } = world([inventoryChannel()]);
    queue.refuses = true;
    await expect(request()).rejects.toThrow('SQS is away');
  });
});

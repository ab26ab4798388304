import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCameraItems, createStoredExports } from '#lib/aws/dashboard-cameras.ts';
import { createEventsTable } from '#lib/aws/events-table.ts';
import { createObjectStore } from '#lib/aws/objects.ts';
import { CameraDetails, cameraDetailsRoute } from '#lib/dashboard/camera-details.ts';
import { SnapshotDay, SnapshotMonth, snapshotDayRoute, snapshotMonthRoute } from '#lib/dashboard/camera-snapshots.ts';
import { itemId } from '#lib/dashboard/item-id.ts';
import { type Item, text } from '#lib/events/attribute.ts';
import type { InventoryChannel } from '#lib/inventory/inventory-channel.ts';
import { wantedPictureItem } from '#lib/pictures/picture-items.ts';
import { type SnapshotResult, snapshotItem } from '#lib/snapshots/snapshot-item.ts';
import { storedRecord } from '../support/builders/event-items.ts';
import { inventoryChannel } from '../support/builders/inventory-channel.ts';
import { type EmbeddedStores, startEmbeddedStores } from '../support/embedded-stores.ts';

const timeZone = 'Asia/Shanghai';
const now = new Date('2026-03-10T04:00:00.000Z');
const deviceId = 'DEVICE01';
const device = { device_id: deviceId, device_name: 'NVR', channel_id: '' };

let embedded: EmbeddedStores;
const dynamodb = () => embedded.stores.clients.dynamodb;

function statusItems(method: string, time: string, more: object = {}): Item[] {
  const data = { method, param: { ...device, time, video_channel: null, ...more } };
  const record = storedRecord({ messageType: 'device_status', messageId: Date.parse(time), data }, now);
  return [record.event, ...record.children];
}

const pictureItem = (channelId: string, occurredAt: string, status: 'stored' | 'missing'): Item => ({
  ...wantedPictureItem(
    {
      camera: `${deviceId}#${channelId}`,
      sk: `${occurredAt}#1#abcdef01`,
      messageType: 'device_alarm',
      messageId: '1',
      hash8: 'abcdef01',
      deviceId,
      channelId,
      occurredAt,
      receivedAt: occurredAt,
      expiresAtSeconds: 4_000_000_000,
    },
    { kind: 'alarm' },
    now,
  ),
  status: text(status),
  ...(status === 'stored' ? { s3_key: text(`pictures/${channelId}-${occurredAt}.png`) } : {}),
});

function snapshot(channelId: string, slot: string, reason?: string): Item {
  const at = new Date(slot);
  const result: SnapshotResult =
    reason === undefined
      ? {
          status: 'stored',
          key: `snapshots/${channelId}-${slot}.png`,
          takenAt: at,
          picture: {
            bytes: Buffer.from(slot),
            contentType: 'image/png',
            extension: 'png',
            sha256: createHash('sha256').update(slot).digest('hex'),
          },
        }
      : { status: 'missing', reason, at };
  const job = { device_id: deviceId, channel_id: channelId, slot, storage: false, failures: 0 };
  return snapshotItem(job, result, { timeZone, retentionDays: 365 });
}

const deps = (channels: InventoryChannel[] = []) => {
  const items = createCameraItems(embedded.tables.events, dynamodb());
  return {
    inventory: { channels: async () => channels },
    cameraItems: items,
    cameraSnapshots: items,
    signLink: async (key: string) => ({ url: `https://bucket/${key}`, expires_at: now.toISOString() }),
    timeZone,
    now: () => now,
  };
};
const id = (channelId: string) => itemId(`${deviceId}#${channelId}`);
const details = async (channelId: string, channels?: InventoryChannel[], query: { from?: string; to?: string } = {}) =>
  CameraDetails.parse(await cameraDetailsRoute.handle(deps(channels), { camera: id(channelId), ...query }));

beforeAll(async () => {
  embedded = await startEmbeddedStores();
  const measured = { qos: 0.98, time_delay: 12, packet_loss_rate: 0.01 };
  const zeros = { qos: 0, time_delay: 0, packet_loss_rate: 0 };
  const channel = (channel_id: string, channel_state: number) => ({ video_channel: [{ channel_id, channel_state }] });
  await createEventsTable(embedded.tables.events, dynamodb()).putAll([
    ...statusItems('login', '2026-03-06T08:00:00+08:00', measured),
    ...statusItems('logout', '2026-03-08T10:00:00+08:00', { ...zeros, offline_reason_type: 'TMOUT' }),
    ...statusItems('offline_reason_notice', '2026-03-08T10:00:30+08:00', { ...zeros, offline_reason_type: 'NETWORK' }),
    ...statusItems('login', '2026-03-08T12:00:00+08:00', { ...measured, time_delay: 40 }),
    ...statusItems('channel_state_notice', '2026-03-09T01:00:00+08:00', { ...zeros, ...channel('0', 0) }),
    ...statusItems('channel_state_notice', '2026-03-09T02:00:00+08:00', { ...zeros, ...channel('0', 1) }),
    ...statusItems('channel_state_notice', '2026-03-09T05:00:00+08:00', { ...zeros, ...channel('1', 0) }),
    ...statusItems('login', '2026-03-07T08:00:00+08:00', { device_id: 'OTHER' }),
    pictureItem('0', '2026-03-09T10:00:00.000Z', 'stored'),
    pictureItem('1', '2026-03-08T09:00:00.000Z', 'stored'),
    pictureItem('1', '2026-03-09T09:00:00.000Z', 'stored'),
    pictureItem('1', '2026-03-09T10:00:00.000Z', 'missing'),
    snapshot('0', '2026-03-09T08:00:00.000Z'),
    snapshot('0', '2026-03-01T16:00:00.000Z'),
    snapshot('0', '2026-03-09T09:00:00.000Z', 'device-failed'),
    snapshot('0', '2026-03-09T09:10:00.000Z', 'device-failed'),
    ...Array.from({ length: 30 }, (_, index) =>
      snapshot(
        '2',
        `2026-03-05T${String(index % 12).padStart(2, '0')}:${index < 12 ? '00' : index < 24 ? '20' : '40'}:00.000Z`,
      ),
    ),
  ]);
});
afterAll(() => embedded.stop());

describe('a camera', () => {
  it('shows the network as its device measured it, and three zeros as nothing measured', async () => {
    const { quality, is_listed: isListed } = await details('0', [inventoryChannel()]);
    expect(isListed).toBe(true);
    expect(quality.is_complete).toBe(true);
    expect(quality.points).toMatchObject([
      { at: '2026-03-06T00:00:00.000Z', method: 'login', delay: 12, loss: 0.01, qos: 0.98 },
      { method: 'logout', delay: null, loss: null, qos: null },
      { method: 'offline_reason_notice', delay: null },
      { method: 'login', delay: 40 },
      { method: 'channel_state_notice', delay: null },
      { method: 'channel_state_notice', delay: null },
      { method: 'channel_state_notice', delay: null },
    ]);
  });

  it('was away when itself or its device was, for the reasons that were told', async () => {
    const { offline } = await details('0');
    expect(offline).toEqual([
      { from: '2026-03-08T02:00:00.000Z', to: '2026-03-08T04:00:00.000Z', reasons: ['TMOUT', 'NETWORK'] },
      { from: '2026-03-08T17:00:00.000Z', to: '2026-03-08T18:00:00.000Z', reasons: [] },
    ]);
    expect((await details('1')).offline.at(-1)).toEqual({
      from: '2026-03-08T21:00:00.000Z',
      to: now.toISOString(),
      reasons: [],
    });
  });

  it('is neither there nor away before anything was told of it', async () => {
    expect((await details('0')).unknown).toEqual([
      { from: '2026-03-03T16:00:00.000Z', to: '2026-03-06T00:00:00.000Z' },
    ]);
    expect((await details('0', [], { from: '2026-03-07', to: '2026-03-08' })).unknown).toEqual([]);
    const seen = { deviceId, at: new Date('2026-01-01T00:00:00Z'), online: true, isObservation: true } as const;
    expect((await details('0', [inventoryChannel({ presence: [seen] })])).unknown).toEqual([]);
  });

  it('shows its newest snapshot, else the newest picture of an event, else none', async () => {
    expect((await details('0')).last_picture).toMatchObject({
      message_type: 'snapshot',
      at: '2026-03-09T08:00:00.000Z',
      link: { url: 'https://bucket/snapshots/0-2026-03-09T08:00:00.000Z.png' },
    });
    expect((await details('1')).last_picture).toMatchObject({
      event: itemId(`${deviceId}#1`, '2026-03-09T09:00:00.000Z#1#abcdef01'),
      message_type: 'device_alarm',
      kind: 'alarm',
    });
    expect((await details('9', [inventoryChannel({ channelId: '9' })])).last_picture).toBeNull();
  });

  it('may be one that only events tell of, but not one of which nothing is stored', async () => {
    expect(await details('0')).toMatchObject({ is_listed: false, camera: { name: 'DEVICE01 / 0', state: 'unknown' } });
    await expect(details('9')).rejects.toMatchObject({ status: 404, code: 'unknown-camera' });
    const odd = { camera: itemId('%E0%A4%A#0') };
    await expect(cameraDetailsRoute.handle(deps(), odd)).rejects.toMatchObject({ status: 404 });
  });
});

describe('the snapshots of a camera', () => {
  it('are counted by the days of a month in the zone of the tenant, up to today', async () => {
    const { month, days } = SnapshotMonth.parse(await snapshotMonthRoute.handle(deps(), { camera: id('0') }));
    expect(month).toBe('2026-03');
    expect(days.map(({ date }) => date)).toHaveLength(10);
    expect(days.filter(({ stored, given_up }) => stored + given_up > 0)).toEqual([
      { date: '2026-03-02', stored: 1, given_up: 0, reasons: {}, is_complete: true },
      { date: '2026-03-09', stored: 1, given_up: 2, reasons: { 'device-failed': 2 }, is_complete: true },
    ]);
    const before = SnapshotMonth.parse(await snapshotMonthRoute.handle(deps(), { camera: id('0'), month: '2024-02' }));
    expect(before.days.at(-1)?.date).toBe('2024-02-29');
  });

  it('of a day come by pages, with links to what is stored and reasons for what is not', async () => {
    const day = async (channelId: string, date: string, page?: string) =>
      SnapshotDay.parse(
        await snapshotDayRoute.handle(deps(), { camera: id(channelId), date, ...(page === undefined ? {} : { page }) }),
      );
    const { snapshots } = await day('0', '2026-03-09');
    expect(snapshots).toMatchObject([
      { at: '2026-03-09T08:00:00.000Z', reason: null, link: { url: expect.stringContaining('snapshots/0-') } },
      { at: '2026-03-09T09:00:00.000Z', reason: 'device-failed' },
      { reason: 'device-failed' },
    ]);
    const first = await day('2', '2026-03-05');
    const second = await day('2', '2026-03-05', first.next);
    expect([first.snapshots.length, second.snapshots.length, second.next]).toEqual([24, 6, undefined]);
    expect(new Set([...first.snapshots, ...second.snapshots].map(({ at }) => at)).size).toBe(30);
  });
});

describe('exports in the bucket', () => {
  it('are listed behind a key, each with its version', async () => {
    const { s3 } = embedded.stores.clients;
    const exports = createStoredExports(embedded.bucket, s3);
    const objects = createObjectStore(embedded.bucket, s3);
    const keys = [
      'exports/manifests/x/date=1.json',
      'exports/manifests/x/date=2.json',
      'exports/manifests/x/date=3.json',
    ];
    for (const key of keys) await objects.put(key, Buffer.from(key), { contentType: 'application/json' });
    const found = await Array.fromAsync(exports.list('exports/manifests/x/', 'exports/manifests/x/date=2.jso'));
    expect(found.map(({ key }) => key)).toEqual(keys.slice(1));
    expect(new Set(found.map(({ etag }) => etag)).size).toBe(2);
    expect((await exports.get(keys[0] ?? ''))?.toString()).toBe(keys[0]);
  });
});

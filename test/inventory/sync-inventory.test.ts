import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInventoryStore } from '#lib/aws/inventory-store.ts';
import { createStateItems } from '#lib/aws/state-items.ts';
import { textOf } from '#lib/events/attribute.ts';
import type { InventoryChannel } from '#lib/inventory/inventory-channel.ts';
import { type InventoryStore, syncInventory } from '#lib/inventory/sync-inventory.ts';
import { createIvmClient, requestToken } from '#lib/ivm/client.ts';
import type { InventoryClient } from '#lib/ivm/inventory-client.ts';
import { ivmHttp } from '../ivm/ivm-http.ts';
import { keys, simulatedIvm, startedAt, userId } from '../simulator/simulated-ivm.ts';
import { type EmbeddedStores, startEmbeddedStores } from '../support/embedded-stores.ts';
import { memoryMetrics } from '../support/fakes/memory-metrics.ts';
import { createStateTable } from '../support/state-table.ts';

let embedded: EmbeddedStores;
beforeAll(async () => {
  embedded = await startEmbeddedStores();
});
afterAll(() => embedded.stop());

const hourMs = 3_600_000;
let tenants = 0;

/** A simulated IVM of forty cameras, and an embedded table of its own; each sync is an hour later than the one before. */
async function world(cameraCount = 40) {
  const simulator = await simulatedIvm({ cameraCount });
  const { http } = ivmHttp(simulator.endpoint);
  const { token } = await requestToken(http, userId, { accessKey: keys.ak, secretKey: keys.sk });
  const tokens = { current: async () => token, renew: async () => token, rejected: () => undefined };
  const ivm: InventoryClient = createIvmClient(http, userId, tokens);
  const table = await freshStateTable();
  const inventory = createInventoryStore(table, embedded.stores.clients.dynamodb);
  const items = createStateItems(table, embedded.stores.clients.dynamodb);
  const metrics = memoryMetrics();
  const clock = { ms: startedAt.getTime() };
  const sync = (client: InventoryClient = ivm) => {
    clock.ms += hourMs;
    return syncInventory({ ivm: client, inventory, metric: metrics.metric, now: () => new Date(clock.ms) });
  };
  const channelOf = async (deviceId: string, channelId: string): Promise<InventoryChannel | undefined> =>
    (await inventory.channels()).find((one) => one.deviceId === deviceId && one.channelId === channelId);
  const [camera] = simulator.cameras;
  if (camera === undefined) throw new Error('no cameras');
  return { simulator, ivm, inventory, items, metrics, clock, sync, channelOf, camera };
}

/** The kinds of items are shared by all devices: each test has a table to itself. */
async function freshStateTable(): Promise<string> {
  tenants += 1;
  const name = `state-${tenants}`;
  await createStateTable(embedded.stores, name);
  return name;
}

describe('syncInventory', () => {
  it('knows every device and channel with names, abilities, packages and state', async () => {
    const { simulator, inventory, items, sync } = await world();
    const devices = new Set(simulator.cameras.map(({ deviceId }) => deviceId)).size;
    expect(await sync()).toMatchObject({
      devices,
      channels: 40,
      is_complete: true,
      vanished: 0,
      access: { granted: 40, arrears: 0, closed: 0, unknown: 0 },
      without_package: 0,
    });
    const channels = await inventory.channels();
    expect(channels).toHaveLength(40);
    for (const camera of simulator.cameras) {
      const { deviceId, channelId, channelName, deviceName, protocol, countsPeople } = camera;
      const channel = channels.find((one) => one.deviceId === deviceId && one.channelId === channelId);
      expect(channel).toMatchObject({ channelName, deviceName, protocol, isOnline: true, status: 'granted' });
      expect(channel?.abilities.includes('flowstatis')).toBe(countsPeople);
    }
    expect(textOf((await items.get('report', 'inventory'))?.['synced_at'])).toBe('2026-03-10T11:15:00.000Z');
  });

  it('writes nothing where nothing has changed', async () => {
    const { sync } = await world();
    await sync();
    expect(await sync()).toMatchObject({ changed: 0, vanished: 0, returned: 0 });
  });

  it('marks what is not listed any more, and takes it back when it is', async () => {
    const { simulator, ivm, metrics, camera, sync, channelOf } = await world();
    await sync();
    const all = { ...ivm };
    simulator.states.removeDevice(camera.deviceId);
    const gone = simulator.cameras.filter(({ deviceId }) => deviceId === camera.deviceId).length;
    expect(await sync()).toMatchObject({ channels: 40 - gone, vanished: gone + 1 });
    expect(await channelOf(camera.deviceId, camera.channelId)).toMatchObject({
      status: 'gone',
      channelName: camera.channelName,
    });
    expect(metrics.counts.get('CamerasVanished')).toBe(gone + 1);
    expect(await sync()).toMatchObject({ vanished: 0 });

    const returned = await world();
    const listing = { ...all, ...returned.ivm };
    expect(await sync(listing)).toMatchObject({ channels: 40, returned: gone + 1 });
    expect(await channelOf(camera.deviceId, camera.channelId)).toMatchObject({ status: 'granted' });
  });

  it('says which cameras can send no data, and for the lack of what', async () => {
    const { simulator, metrics, sync, inventory } = await world();
    const [one, two, three, four] = simulator.cameras;
    if (one === undefined || two === undefined || three === undefined || four === undefined) throw new Error('too few');
    simulator.states.setPackages(one.deviceId, one.channelId, { management: 'CLOSED' });
    simulator.states.setPackages(two.deviceId, two.channelId, { industryData: 'ARREAR' });
    simulator.states.setFrozen(three.deviceId, three.channelId, true);
    expect(await sync()).toMatchObject({
      access: { granted: 39, closed: 1 },
      industry_data: { granted: 39, arrears: 1 },
      frozen: 1,
      without_package: 3,
    });
    const lacking = (await inventory.channels()).filter(({ status }) => status === 'no-package');
    expect(lacking.map((channel) => channel.lacking[0]).toSorted((a = '', b = '') => a.localeCompare(b))).toEqual([
      'access',
      'frozen',
      'industry-data',
    ]);
    expect(metrics.counts.get('ChannelsWithoutPackage')).toBe(3);
  });

  it('lets news stand that a callback brought after the sync had begun', async () => {
    const { inventory, camera, clock, sync, channelOf } = await world();
    await sync();
    const { deviceId, channelId } = camera;
    const later = new Date(clock.ms + hourMs + 1000).toISOString();
    const news = { deviceId, channelId, order: `${later}#1` };
    await inventory.apply([
      { ...news, aspect: 'package', values: { status: 'no-package', lacking: ['access'] } },
      { ...news, aspect: 'presence', values: { online: false } },
    ]);
    await sync();
    expect(await channelOf(deviceId, channelId)).toMatchObject({ status: 'no-package', isOnline: false });
    // An hour later the listing is the news.
    await sync();
    expect(await channelOf(deviceId, channelId)).toMatchObject({ status: 'granted', isOnline: true });
  });

  it('has a channel away while its device is, and gone when its device was unbound', async () => {
    const { inventory, camera, clock, sync, channelOf } = await world();
    await sync();
    const { deviceId, channelId } = camera;
    const order = `${new Date(clock.ms + 1000).toISOString()}#1`;
    await inventory.apply([{ deviceId, aspect: 'presence', order, values: { online: false } }]);
    expect(await channelOf(deviceId, channelId)).toMatchObject({ isOnline: false, status: 'granted' });
    await inventory.apply([{ deviceId, aspect: 'package', order, values: { status: 'gone' } }]);
    expect(await channelOf(deviceId, channelId)).toMatchObject({ status: 'gone' });
  });

  it('takes nothing for vanished where less came than IVM says there is', async () => {
    const { ivm, metrics, sync } = await world();
    await sync();
    const short: InventoryClient = {
      ...ivm,
      listChannels: async (row, limit) => {
        const page = await ivm.listChannels(row, limit);
        return { ...page, entries: page.entries.slice(5) };
      },
    };
    expect(await sync(short)).toMatchObject({ is_complete: false, vanished: 0 });
    expect(metrics.counts.get('InventoryIncomplete')).toBe(1);
  });

  it('finds all where IVM gives fewer at a time than it was asked for', async () => {
    const { simulator, ivm, sync } = await world();
    const sparing: InventoryClient = {
      listDevices: (page) => ivm.listDevices(page, 2),
      listChannels: (row) => ivm.listChannels(row, 7),
    };
    const devices = new Set(simulator.cameras.map(({ deviceId }) => deviceId)).size;
    expect(await sync(sparing)).toMatchObject({ devices, channels: 40, is_complete: true });
  });

  it('changes nothing where a listing fails', async () => {
    const { simulator, sync, channelOf, camera } = await world();
    await sync();
    simulator.answerNext('listChannels', { status: 400, body: '{"error_code":"IVM.10020009","error_msg":""}' });
    await expect(sync()).rejects.toMatchObject({ code: 'IVM.10020009' });
    expect(await channelOf(camera.deviceId, camera.channelId)).toMatchObject({ status: 'granted' });
  });

  it.each([
    { title: 'an empty object', body: '{}', isComplete: false, channels: 0 },
    { title: 'no channels at all', body: '{"total":"0","channels":[]}', isComplete: true, channels: 0 },
    { title: 'null for a list', body: '{"total":0,"channels":null}', isComplete: true, channels: 0 },
    {
      title: 'a lone channel as an object',
      body: '{"total":"1","channels":{"device_id":"DEVICE01","channel_id":0}}',
      isComplete: true,
      channels: 1,
    },
    { title: 'a total that is no number', body: '{"total":"many","channels":[]}', isComplete: false, channels: 0 },
    {
      title: 'entries of odd kinds',
      body: '{"total":3,"channels":[null,7,{"channel_id":"0"}]}',
      isComplete: false,
      channels: 0,
    },
  ])('goes on with $title', async ({ body, isComplete, channels }) => {
    const { simulator, sync } = await world();
    simulator.answerNext('listChannels', { status: 200, body });
    expect(await sync()).toMatchObject({ channels, is_complete: isComplete });
  });

  it('reads an inventory of ten thousand channels page by page', async () => {
    const { ivm, metrics } = await world();
    const channel = (index: number) => ({
      device_id: `DEVICE${index >> 4}`,
      device_name: '',
      channel_id: String(index & 15),
      channel_name: `camera ${index}`,
      channel_state: 'ONLINE',
      channel_system_state: 'NORMAL',
      channel_resource_state: [],
      channel_ability: [],
      channel_type: 'IPC',
      access_protocol: 'HOLO',
    });
    const rows: number[] = [];
    const large: InventoryClient = {
      ...ivm,
      listChannels: async (row, limit) => {
        rows.push(row);
        const count = Math.max(0, Math.min(limit, 10_000 - row));
        return { total: 10_000, entries: Array.from({ length: count }, (_, index) => channel(row + index)) };
      },
    };
    const written = { writes: 0, changes: 0 };
    const inventory: InventoryStore = {
      known: async () => [],
      canonical: JSON.stringify,
      apply: async (changes) => {
        written.writes += 1;
        written.changes += changes.length;
        return 'applied';
      },
      writeReport: async () => undefined,
    };
    const now = () => startedAt;
    const report = await syncInventory({ ivm: large, inventory, metric: metrics.metric, now });
    expect(report).toMatchObject({ channels: 10_000, is_complete: true });
    expect(written).toEqual({ writes: report.channels + report.devices, changes: report.changed });
    expect(rows).toEqual(Array.from({ length: 20 }, (_, page) => page * 500));
  });
});

import { describe, expect, it } from 'vitest';
import { answerRequest } from '#lib/dashboard/answer-request.ts';
import { Camera, Cameras, camerasRoute } from '#lib/dashboard/cameras.ts';
import type { InventoryChannel } from '#lib/inventory/inventory-channel.ts';
import { inventoryChannel } from '../support/builders/inventory-channel.ts';

async function ask(channels: readonly InventoryChannel[], query: { [name: string]: string } = {}) {
  const deps = { inventory: { channels: async () => [...channels] } };
  const request = { method: 'GET', path: '/api/cameras', query };
  const { status, body } = await answerRequest([camerasRoute], deps, request, (error) => {
    throw error;
  });
  return { status, body: JSON.parse(body) as unknown };
}
const listed = async (channels: readonly InventoryChannel[], query?: { [name: string]: string }) =>
  Cameras.parse((await ask(channels, query)).body);

const at = (time: string) => new Date(`2026-03-09T${time}Z`);
const device = { deviceId: 'DEVICE01' };
const channel = { ...device, channelId: '0' };

describe('the list of cameras', () => {
  it('tells of each what is known of it', async () => {
    const { cameras } = await listed([
      inventoryChannel({ status: 'no-package', lacking: ['industry-data'], protocol: '', deviceName: '园区 NVR' }),
    ]);
    expect(cameras).toEqual([
      Camera.parse({
        id: Buffer.from('DEVICE01#0').toString('base64url'),
        device_id: 'DEVICE01',
        channel_id: '0',
        name: 'North gate',
        device_name: '园区 NVR',
        channel_name: 'North gate',
        protocol: null,
        state: 'online',
        since: null,
        package: 'no-package',
        lacking: ['industry-data'],
        abilities: ['flowstatis'],
      }),
    ]);
  });

  it.each([
    {
      title: 'is online since the later of device and channel came',
      more: {
        presence: [
          { ...device, at: at('08:00:00'), online: true },
          { ...channel, at: at('08:05:00'), online: true },
        ],
      },
      state: 'online',
      since: '2026-03-09T08:05:00.000Z',
    },
    {
      title: 'is offline since the first of them went',
      more: {
        isOnline: false,
        presence: [
          { ...device, at: at('09:00:00'), online: false },
          { ...channel, at: at('08:00:00'), online: true },
        ],
      },
      state: 'offline',
      since: '2026-03-09T09:00:00.000Z',
    },
    { title: 'is unknown where nobody told', more: { isOnline: undefined }, state: 'unknown', since: null },
    {
      title: 'is gone, whatever was last told of its presence',
      more: { status: 'gone' as const, presence: [{ ...channel, at: at('08:00:00'), online: true }] },
      state: 'gone',
      since: null,
    },
  ])('a camera $title', async ({ more, state, since }) => {
    const { cameras } = await listed([inventoryChannel(more)]);
    expect(cameras).toMatchObject([{ state, since }]);
  });

  const many = Array.from({ length: 120 }, (_, index) =>
    inventoryChannel({ channelId: String(index), channelName: `Gate ${index}`, isOnline: index % 3 !== 0 }),
  );

  it('is given by pages in the order of names, numbers in theirs', async () => {
    const first = await listed(many);
    const second = await listed(many, { page: first.next ?? '' });
    const third = await listed(many, { page: second.next ?? '' });
    const names = [first, second, third].flatMap(({ cameras }) => cameras.map(({ name }) => name));
    expect(names).toEqual(many.map(({ channelName }) => channelName));
    expect(third.next).toBeUndefined();
  });

  it('counts by state what the text is found in, and filters by both', async () => {
    const { cameras, counts } = await listed(many, { text: 'ＧＡＴＥ 11', state: 'offline' });
    expect(cameras.map(({ name }) => name)).toEqual(['Gate 111', 'Gate 114', 'Gate 117']);
    expect(counts).toEqual({ online: 8, offline: 3, unknown: 0, gone: 0 });
  });

  it('refuses a page of other filters, and a state that there is none of', async () => {
    const { next = '' } = await listed(many);
    expect(await ask(many, { page: next, state: 'online' })).toMatchObject({
      status: 400,
      body: { code: 'bad-parameter' },
    });
    expect(await ask(many, { state: 'asleep' })).toMatchObject({ status: 400, body: { code: 'bad-parameter' } });
  });

  it('gives names as they are, whatever is in them', async () => {
    const name = '<img src=x onerror="alert(1)">';
    expect((await listed([inventoryChannel({ channelName: name })], { text: '<IMG' })).cameras).toMatchObject([
      { name },
    ]);
  });
});

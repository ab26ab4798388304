import { describe, expect, it } from 'vitest';
import type { OperationClient } from '#lib/ivm/operations/operation-client.ts';
import type { IvmSimulator } from '#lib/simulator/ivm-simulator.ts';
import { operationsOf } from '../operations.ts';
import { call, callPath, refused, simulatedIvm, startedAt, tokenOf, userId } from '../simulated-ivm.ts';

type Ids = { device_id: string; channel_id: string };

/** A channel by its model, which decides on its streams. */
async function camera(model = 'D3250-10-SIU'): Promise<{ simulator: IvmSimulator; client: OperationClient; ids: Ids }> {
  const simulator = await simulatedIvm();
  const found = simulator.cameras.find((one) => one.model === model);
  if (found === undefined) throw new Error('there is no such camera');
  const ids = { device_id: found.deviceId, channel_id: found.channelId };
  return { simulator, client: await operationsOf(simulator), ids };
}

const two = { stream_num: 2, max_frame_rate: 25 };
const main = { stream_type: 0, encode_type: 'H.264' } as const;

describe('what streams can do', () => {
  it.each([
    ['D3250-10-SIU', 3, ['1920*1080', '1280*720']],
    ['M2120-10-EI', 2, ['1280*720']],
  ])('depends on the model: %s', async (model, count, sizes) => {
    const { client, ids } = await camera(model);
    const ability = await client.showStreamAbility(ids);
    expect(ability).toMatchObject({ channel_no: 101 + Number(ids.channel_id), osd_info: { support: true } });
    expect(ability.abilities.map((one) => [one.max_frame_rate, one.stream_count])).toEqual([
      [25, count],
      [30, count],
    ]);
    const [mode] = ability.abilities[0]?.stream_info[0]?.encode_mode ?? [];
    expect(mode?.resolution.map(({ type }) => type)).toEqual(sizes);
  });

  it('has frame rates as texts, and counts bit rate modes and qualities from 1', async () => {
    const { simulator, ids } = await camera();
    const path = callPath(userId, `devices/${ids.device_id}/channels/${ids.channel_id}/stream-ability`);
    const { body } = await call(simulator, { method: 'GET', path, token: await tokenOf(simulator) });
    expect(body).toMatchObject({
      abilities: [
        {
          stream_info: [
            {
              encode_mode: [
                { resolution: [{ frame_rate: expect.arrayContaining(['25', '1']) as unknown }, {}] },
                {},
                {},
              ],
            },
            {},
            {},
          ],
        },
        {},
      ],
      h264_info: {
        bit_rate_info: {
          bit_rate_type: [
            { type: 0, bit_rate_mode: [1, 2], pic_quality: null },
            { type: 1, bit_rate_mode: null, pic_quality: [1, 2, 3, 4, 5, 6] },
          ],
        },
      },
    });
  });
});

describe('how streams are set', () => {
  it('is kept, member by member', async () => {
    const { client, ids } = await camera();
    const { stream_info: usual } = await client.showStreamDetail(ids);
    expect(usual.map((one) => one.definition)).toEqual(['1080P', 'D1', 'D1']);
    const set = { ...main, resolution: '1280*720', encode_type: 'H.265', frame_rate: 20, bit_rate_mode: 2 } as const;
    expect(await client.setStreamDetail({ ...ids, ...two, mirror_mode: 3, stream_info: [set] })).toEqual(ids);
    await client.setStreamDetail({ ...ids, ...two, stream_info: [{ ...main, encode_type: 'H.265', pic_quality: 6 }] });
    const detail = await client.showStreamDetail(ids);
    expect(detail).toMatchObject({ ...two, mirror_mode: 3, corridor_mode_open: false });
    expect(detail.stream_info).toMatchObject([
      { ...set, definition: '720p', bit_rate: 1024, pic_quality: 6 },
      { stream_type: 1, encode_type: 'H.264', resolution: '704*576' },
    ]);
  });

  it('follows a greatest frame rate that falls, and an encoding that has fewer profiles', async () => {
    const { client, ids } = await camera();
    const fast = { stream_num: 3, max_frame_rate: 30, stream_info: [{ ...main, frame_rate: 30, profile: 2 }] } as const;
    await client.setStreamDetail({ ...ids, ...fast, stream_info: [...fast.stream_info] });
    await client.setStreamDetail({ ...ids, ...two, stream_info: [{ ...main, encode_type: 'H.265' }] });
    expect((await client.showStreamDetail(ids)).stream_info[0]).toMatchObject({ frame_rate: 25, profile: 0 });
  });

  it.each([
    ['a size', { resolution: '3840*2160' }],
    ['a frame rate', { frame_rate: 30 }],
    ['a bit rate', { bit_rate: 16_384 }],
    ['a profile', { encode_type: 'H.265', profile: 1 }],
    ['slices', { encode_type: 'H.265', slice_encoding_open: true }],
  ] as const)('is refused with %s that the camera is not able to have', async (_, wrong) => {
    const { client, ids } = await camera();
    const setting = client.setStreamDetail({ ...ids, ...two, stream_info: [{ ...main, ...wrong }] });
    await expect(setting).rejects.toMatchObject({ code: 'IVM.20150003' });
  });

  it.each([
    ['a greatest frame rate', { max_frame_rate: 20 }],
    ['more streams', { stream_num: 4 }],
    ['a corridor mode', { corridor_mode_open: true }],
  ])('is refused with %s that the camera is not able to have', async (_, wrong) => {
    const { client, ids } = await camera();
    const setting = client.setStreamDetail({ ...ids, ...two, ...wrong, stream_info: [] });
    await expect(setting).rejects.toMatchObject({ code: 'IVM.20150003' });
  });

  it('is refused where the example of the reference counts from 0', async () => {
    const { simulator, ids } = await camera();
    const path = callPath(userId, `devices/${ids.device_id}/channels/${ids.channel_id}/stream-detail`);
    const body = { ...two, stream_info: [{ ...main, bit_rate_mode: 0 }] };
    expect(await call(simulator, { path, token: await tokenOf(simulator), body })).toEqual(
      refused(400, 'IVM.20150003'),
    );
  });

  it('does not change a stream that is off', async () => {
    const { client, ids } = await camera();
    const setting = client.setStreamDetail({ ...ids, ...two, stream_info: [{ ...main, stream_type: 2 }] });
    await expect(setting).rejects.toMatchObject({ code: 'IVM.20150002' });
  });

  it('is out of reach where the camera is away, frozen or speaks GB/T 28181', async () => {
    const { simulator, client, ids } = await camera();
    const gb = simulator.cameras.find(({ protocol }) => protocol === 'GB28181')?.deviceId ?? '';
    await expect(client.showStreamAbility({ device_id: gb, channel_id: '-1' })).rejects.toMatchObject({
      code: 'IVM.20150004',
    });
    simulator.states.setFrozen(ids.device_id, ids.channel_id, true);
    await expect(client.showStreamDetail(ids)).rejects.toMatchObject({ code: 'IVM.20000035' });
    simulator.states.setFrozen(ids.device_id, ids.channel_id, false);
    simulator.states.setOffline(ids.device_id, undefined, startedAt);
    await expect(client.setStreamDetail({ ...ids, ...two, stream_info: [] })).rejects.toMatchObject({
      code: 'IVM.20150002',
    });
    const path = callPath(userId, `devices/${ids.device_id}/channels/${ids.channel_id}/stream-detail`);
    const token = await tokenOf(simulator);
    expect(await call(simulator, { method: 'GET', path, token })).toEqual(refused(400, 'IVM.20150001'));
  });
});

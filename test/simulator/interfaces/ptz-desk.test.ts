import { describe, expect, it } from 'vitest';
import type { OperationClient } from '#lib/ivm/operations/operation-client.ts';
import type { IvmSimulator } from '#lib/simulator/ivm-simulator.ts';
import { operationsOf } from '../operations.ts';
import { call, callPath, refused, simulatedIvm, startedAt, tokenOf, userId } from '../simulated-ivm.ts';

type Ids = { device_id: string; channel_id: string };

async function camera(): Promise<{ simulator: IvmSimulator; client: OperationClient; ids: Ids }> {
  const simulator = await simulatedIvm();
  const [first] = simulator.cameras;
  if (first === undefined) throw new Error('there are no cameras');
  const ids = { device_id: first.deviceId, channel_id: first.channelId };
  return { simulator, client: await operationsOf(simulator), ids };
}

describe('the lock of a camera', () => {
  it('lets commands through until two minutes after the last', async () => {
    const { simulator, client, ids } = await camera();
    const { control_token: token = '' } = await client.acquirePtzLock(ids);
    const turn = () => client.controlPtz({ ...ids, control_lock: token, direction: 'LEFT' });
    expect(await turn()).toEqual(ids);
    simulator.advance(119_000);
    await turn();
    simulator.advance(119_000);
    await turn();
    simulator.advance(120_000);
    await expect(turn()).rejects.toMatchObject({ code: 'IVM.20002001' });
  });

  it('goes to whoever took it last, and to nobody once it is let go', async () => {
    const { client, ids } = await camera();
    const { control_token: first = '' } = await client.acquirePtzLock(ids);
    const { control_token: second = '' } = await client.acquirePtzLock(ids);
    const turn = (token: string) => client.controlPtz({ ...ids, control_lock: token, direction: 'STOP' });
    await expect(turn(first)).rejects.toMatchObject({ code: 'IVM.20002009' });
    await turn(second);
    await client.releasePtzLock(ids);
    await expect(turn(second)).rejects.toMatchObject({ code: 'IVM.20002009' });
  });

  it('is not given for a camera that is unknown or away', async () => {
    const { simulator, client, ids } = await camera();
    const asked = (some: Partial<Ids>) => client.acquirePtzLock({ ...ids, ...some });
    await expect(asked({ device_id: 'NOSUCHDEVICE' })).rejects.toMatchObject({ code: 'IVM.20000010' });
    await expect(asked({ channel_id: '999' })).rejects.toMatchObject({ code: 'IVM.10022007' });
    simulator.states.setOffline(ids.device_id, undefined, startedAt);
    await expect(asked({})).rejects.toMatchObject({ code: 'IVM.20000043' });
  });
});

describe('presets', () => {
  it('are kept by their numbers, the lowest free one where none is said', async () => {
    const { client, ids } = await camera();
    expect(await client.createPreset({ ...ids, preset_name: 'Gate' })).toEqual({ ...ids, preset_index: 1 });
    await client.createPreset({ ...ids, preset_name: 'Yard', index: 7 });
    await client.createPreset({ ...ids, preset_name: 'Door' });
    await client.updatePreset({ ...ids, preset_index: 1, preset_name: 'West gate' });
    await client.deletePreset({ ...ids, preset_index: 7 });
    const { preset_positions: presets } = await client.listPresets(ids);
    expect(presets).toMatchObject([
      { preset_index: 1, preset_name: 'West gate' },
      { preset_index: 2, preset_name: 'Door' },
    ]);
  });

  it('move the camera of whoever holds its lock', async () => {
    const { client, ids } = await camera();
    await client.createPreset({ ...ids, preset_name: 'Gate' });
    const { control_token: token = '' } = await client.acquirePtzLock(ids);
    expect(await client.moveToPreset({ ...ids, control_token: token, preset_index: '1' })).toMatchObject(ids);
    await expect(client.moveToPreset({ ...ids, control_token: token, preset_index: '2' })).rejects.toMatchObject({
      code: 'IVM.10020001',
    });
    await expect(client.moveToPreset({ ...ids, control_token: 'stale', preset_index: '1' })).rejects.toMatchObject({
      code: 'IVM.20002009',
    });
  });

  it('are refused where they break what the reference says', async () => {
    const { simulator, ids } = await camera();
    const path = callPath(userId, `devices/${ids.device_id}/channels/${ids.channel_id}/preset-position`);
    const token = await tokenOf(simulator);
    const put = (body: object) => call(simulator, { path, token, body });
    expect(await put({ preset_name: 'Gate', index: 513 })).toEqual(refused(400, 'IVM.10020001'));
    expect(await put({ index: 1 })).toEqual(refused(400, 'IVM.10020001'));
    expect(await put({ preset_name: 'Gate', later_member: { a: 1 } })).toMatchObject({ status: 200 });
    expect(await call(simulator, { path, body: { preset_name: 'Gate' } })).toEqual(refused(401, 'IVM.10000004'));
  });
});

describe('tracks', () => {
  it('lead through presets that there are, and are told as the reference spells them', async () => {
    const { client, ids } = await camera();
    await client.createPreset({ ...ids, preset_name: 'Gate' });
    const track = { cruise_type: 'CRUISE_TRACK', cruise_name: 'Night' } as const;
    const point = { preset_index: 1, dwel_time: 30 };
    const { cruises_id: id = 0 } = await client.createCruiseTrack({
      ...ids,
      ...track,
      cruise_points: [{ ...point, speed_level: 2 }],
    });
    await client.switchCruiseTrack({ ...ids, cruises_id: id, enable_cruise: 'OPEN' });
    await client.updateCruiseTrack({
      ...ids,
      ...track,
      cruises_id: id,
      cruise_points: [{ ...point, dwel_time: 60, speedLevel: 5 }],
    });
    expect(await client.listCruiseTracks(ids)).toMatchObject({
      cruises_ids: [{ cruises_id: id, cruises_name: 'Night', enable_cruise: 'OPEN' }],
    });
    expect(await client.showCruiseTrack({ ...ids, cruises_id: id })).toMatchObject({
      ...track,
      cruise_points: [{ preset_index: 1, dwell_time: 60, speed_level: 5 }],
    });
    await expect(
      client.createCruiseTrack({ ...ids, ...track, cruise_points: [{ ...point, preset_index: 2, speed_level: 2 }] }),
    ).rejects.toMatchObject({ code: 'IVM.10020001' });
    await client.deleteCruiseTrack({ ...ids, cruises_id: id });
    await expect(client.showCruiseTrack({ ...ids, cruises_id: id })).rejects.toMatchObject({ code: 'IVM.10020001' });
  });
});

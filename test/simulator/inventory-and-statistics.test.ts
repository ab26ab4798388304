import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { callPath, get, refused, simulatedIvm, tokenOf, userId } from './simulated-ivm.ts';

const hourMs = 3_600_000;
const Rows = z.object({
  total: z.unknown(),
  devices: z.array(z.looseObject({})).optional(),
  channels: z.array(z.looseObject({})).optional(),
});

/** The simulator with forty cameras, and a way to read from it. */
async function simulated() {
  const simulator = await simulatedIvm({ cameraCount: 40 });
  const token = await tokenOf(simulator);
  const read = (path: string) => get(simulator, callPath(userId, path), token);
  const rows = async (path: string) => Rows.parse((await read(path)).body);
  const counting = simulator.cameras.find(({ countsPeople }) => countsPeople);
  if (counting === undefined) throw new Error('no camera counts');
  const ids = `device_id=${counting.deviceId}&channel_id=${counting.channelId}`;
  return { simulator, token, read, rows, counting, ids };
}

describe('the listing of devices', () => {
  it('counts pages, the newest device first unless told, and tells channels in numbers and texts', async () => {
    const { simulator, rows } = await simulated();
    const devices = new Set(simulator.cameras.map(({ deviceId }) => deviceId));
    const first = await rows('devices?limit=3');
    const second = await rows('devices?limit=3&offset=1');
    expect(first.total).toBe(devices.size);
    const all = await rows('devices?limit=1000');
    expect([...(first.devices ?? []), ...(second.devices ?? [])]).toEqual(all.devices?.slice(0, 6));
    expect((await rows('devices?limit=1000&direction=ASC')).devices?.toReversed()).toEqual(all.devices);
    expect(new Set(all.devices?.map((device) => typeof device['channel_total']))).toEqual(
      new Set(['string', 'number']),
    );
    expect(new Set(all.devices?.map((device) => device['device_id']))).toEqual(devices);
  });

  it.each([
    ['devices?limit=1001', 'IVM.10020009'],
    ['channels?limit=0', 'IVM.10020009'],
    ['channels?offset=-1', 'IVM.10020010'],
    ['devices?direction=UP', 'IVM.10020011'],
    ['devices?sort_by=name', 'IVM.10020012'],
  ])('refuses %s with %s', async (path, code) => {
    const { read } = await simulated();
    expect(await read(path)).toEqual(refused(400, code));
  });
});

describe('the listing of channels', () => {
  it('counts rows, the oldest first, and tells its total as a text', async () => {
    const { simulator, rows } = await simulated();
    const all = await rows('channels?limit=1000');
    expect(all.total).toBe('40');
    expect(all.channels).toHaveLength(40);
    expect((await rows('channels?limit=7&offset=3')).channels).toEqual(all.channels?.slice(3, 10));
    const { deviceId } = simulator.cameras[0] ?? { deviceId: '' };
    expect((await rows(`channels?device_id=${deviceId}`)).total).toBe('3');
  });

  it('shows what was done to a camera: packages, frost, absence, removal', async () => {
    const { simulator, rows, counting } = await simulated();
    const { deviceId, channelId } = counting;
    simulator.states.setPackages(deviceId, channelId, { management: 'ARREAR', industryData: 'CLOSED' });
    simulator.states.setFrozen(deviceId, channelId, true);
    simulator.states.setOffline(deviceId, undefined, new Date(0));
    const { channels } = await rows(`channels?device_id=${deviceId}`);
    expect(channels?.find((channel) => channel['channel_id'] === channelId)).toMatchObject({
      channel_state: 'OFFLINE',
      channel_system_state: 'UNAVAILABLE_FROZEN',
      channel_resource_state: expect.arrayContaining(['MANAGEMENT_ARREAR', 'INDUSTRY_DATA_CLOSED']),
    });
    expect((await rows('channels?channel_resource_state=INDUSTRY_DATA_CLOSED,MANAGEMENT_CLOSED')).total).toBe('1');
    simulator.states.removeDevice(deviceId);
    expect((await rows(`channels?device_id=${deviceId}`)).total).toBe('0');
  });
});

describe('a snapshot', () => {
  it('is taken once in ten seconds per channel', async () => {
    const { simulator, read, ids } = await simulated();
    const path = `devices/snap?${ids}&storage=false`;
    expect(await read(path)).toMatchObject({
      status: 200,
      body: { pic_url: '', pic_data: expect.stringMatching(/^iVBOR/) },
    });
    simulator.advance(9_999);
    expect(await read(path)).toEqual(refused(400, 'IVM.20040009'));
    simulator.advance(1);
    expect(await read(path)).toMatchObject({ status: 200 });
  });

  it('has its URL before its picture', async () => {
    const { simulator, token, read, ids } = await simulated();
    const { body } = await read(`devices/snap?${ids}&storage=true`);
    const { pic_url, pic_data } = z.object({ pic_url: z.string(), pic_data: z.string() }).parse(body);
    expect(pic_data).toBe('');
    const download = () => fetch(pic_url, { headers: { 'Access-Token': token } });
    expect((await download()).status).toBe(400);
    simulator.advance(1_500);
    expect((await download()).status).toBe(200);
    expect((await fetch(pic_url)).status).toBe(401);
  });

  it.each([
    ['a channel that is away', 'IVM.20000043'],
    ['a channel that is frozen', 'IVM.20000035'],
    ['a channel without access', 'IVM.20020008'],
    ['an unknown channel', 'IVM.10022007'],
  ])('is refused for %s', async (title, code) => {
    const { simulator, read, counting, ids } = await simulated();
    const { deviceId, channelId } = counting;
    if (title.endsWith('away')) simulator.states.setOffline(deviceId, channelId, new Date(0));
    if (title.endsWith('frozen')) simulator.states.setFrozen(deviceId, channelId, true);
    if (title.endsWith('access')) simulator.states.setPackages(deviceId, channelId, { management: 'CLOSED' });
    const asked = title.startsWith('an unknown') ? `device_id=${deviceId}&channel_id=99` : ids;
    expect(await read(`devices/snap?${asked}&storage=true`)).toEqual(refused(400, code));
  });
});

describe('people statistics', () => {
  const day = '2026-03-09';
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

  it('are the truth by hour, day and month', async () => {
    const { simulator, read, counting, ids } = await simulated();
    const people = async (query: string) =>
      z
        .object({ in: z.array(z.number()), out: z.array(z.number()) })
        .parse((await read(`statistics/people?${ids}&${query}`)).body);
    const hours = simulator.truth.hours(counting, day);
    expect(await people('type=DAY&start_date=20260309&end_date=20200101')).toEqual(hours);
    expect(sum(hours.in)).toBeGreaterThan(100);
    const week = await people('type=WEEK&start_date=20260302&end_date=20260308');
    expect(week).toEqual(simulator.truth.days(counting, '2026-03-02', '2026-03-08'));
    const month = await people('type=MONTH&start_date=20260201&end_date=20260228');
    expect(month.in).toHaveLength(28);
    const year = await people('type=YEAR&start_date=20260101');
    expect(year.in).toHaveLength(12);
    expect(year.in[1]).toBe(sum(month.in));
    expect(year.in.slice(3)).toEqual(Array(9).fill(0));
  });

  it('take a week for a month by the distance of their ends, and a month for a week', async () => {
    const { read, ids } = await simulated();
    const lengthOf = async (query: string) =>
      z.object({ in: z.array(z.number()) }).parse((await read(`statistics/people?${ids}&${query}`)).body).in.length;
    expect(await lengthOf('type=WEEK&start_date=20260201&end_date=20260228')).toBe(28);
    expect(await lengthOf('type=MONTH&start_date=20260201&end_date=20260203')).toBe(7);
    expect(await lengthOf('type=MONTH&start_date=20260201')).toBe(7);
  });

  it('count nobody while the camera is away, nor in what has not begun', async () => {
    const { simulator, counting } = await simulated();
    const noon = new Date('2026-03-09T04:00:00Z');
    simulator.states.setOffline(counting.deviceId, undefined, noon, new Date(noon.getTime() + 3 * hourMs));
    expect(simulator.truth.hours(counting, day).in.slice(12, 15)).toEqual([0, 0, 0]);
    expect(simulator.truth.hours(counting, day).in[15]).toBeGreaterThan(0);
    // It is 18:15 on the tenth.
    expect(sum(simulator.truth.hours(counting, '2026-03-10').in.slice(19))).toBe(0);
  });

  it('are not to be had of a camera that does not count', async () => {
    const { simulator, read } = await simulated();
    const other = simulator.cameras.find(({ countsPeople }) => !countsPeople);
    const path = `statistics/people?device_id=${other?.deviceId}&channel_id=${other?.channelId}&type=DAY&start_date=20260309`;
    expect(await read(path)).toEqual(refused(401, 'IVM.20180025'));
  });

  it('make the heatmaps', async () => {
    const { simulator, read, counting, ids } = await simulated();
    const hours = simulator.truth.hours(counting, day);
    const time = await read(`time-heatmap?${ids}&type=DAY&start_time=2026-03-09%2000:00:00`);
    expect(time.body).toEqual({ data: hours.in.map((count, hour) => count + (hours.out[hour] ?? 0)) });
    const { body } = await read(`space-heatmap?${ids}&type=DAY&start_time=2026-03-09%2000:00:00`);
    const { width, height, rawbase64 } = z
      .object({ width: z.number(), height: z.number(), rawbase64: z.string() })
      .parse(body);
    expect(Buffer.from(rawbase64, 'base64')).toHaveLength(width * height);
    expect(await read(`time-heatmap?${ids}&type=DAY&start_time=20260309`)).toEqual(refused(400, 'IVM.10020005'));
  });
});

describe('an ordered answer', () => {
  it('takes the place of the next ones, as often as asked', async () => {
    const { simulator, read } = await simulated();
    simulator.answerNext('listDevices', { status: 500, body: '{"error_code":"IVM.90000011"}' }, 2);
    expect((await read('devices')).status).toBe(500);
    expect((await read('devices')).status).toBe(500);
    expect((await read('devices')).status).toBe(200);
  });
});

describe('a message of the past', () => {
  it('tells its time everywhere, and leaves the ids of the present alone', async () => {
    const { simulator } = await simulated();
    const before = simulator.message('head_shoulder_data');
    const at = new Date('2026-03-08T01:02:03Z');
    const past = simulator.message('head_shoulder_data', { at });
    const after = simulator.message('head_shoulder_data');
    expect(past.messageId.slice(0, 13)).toBe(String(at.getTime()));
    expect(past.body.toString()).toContain('"report_time":"2026-03-08T09:02:03+08:00"');
    expect(BigInt(after.messageId)).toBeGreaterThan(BigInt(before.messageId));
    expect(after.messageId.slice(0, 13)).toBe(before.messageId.slice(0, 13));
  });
});

import { describe, expect, it } from 'vitest';
import { type OperationClient, readPages } from '#lib/ivm/operations/operation-client.ts';
import type { Packages } from '#lib/simulator/camera-states.ts';
import type { Camera } from '#lib/simulator/cameras.ts';
import type { IvmSimulator } from '#lib/simulator/ivm-simulator.ts';
import { operationsOf } from '../operations.ts';
import { call, refused, simulatedIvm, startedAt, tokenOf, userId } from '../simulated-ivm.ts';

type Ids = { device_id: string; channel_id: string };

/** 18:15 on a Tuesday by the clocks of Beijing. */
const now = startedAt;
const yesterday = { start_time: '2026-03-09 00:00:00', end_time: '2026-03-10 00:00:00' };
const todayFrom = (start: string) => ({ start_time: `2026-03-10 ${start}`, end_time: '2026-03-11 00:00:00' });
const hourMs = 3_600_000;

const idsOf = ({ deviceId, channelId }: Camera): Ids => ({ device_id: deviceId, channel_id: channelId });

/** A recorder, a third channel of which has three streams, one at the edge, a camera of its own and one of GB/T 28181. */
async function tenant(packages: Partial<Packages> = {}): Promise<{
  simulator: IvmSimulator;
  client: OperationClient;
  nvr: Ids;
  dome: Ids;
  edge: Ids;
  box: Ids;
  gb: Ids;
}> {
  const simulator = await simulatedIvm();
  const ids = (wanted: (camera: Camera) => boolean): Ids => {
    const camera = simulator.cameras.find((one) => wanted(one));
    if (camera === undefined) throw new Error('there is no such camera');
    return idsOf(camera);
  };
  const nvr = ids(({ deviceType }) => deviceType === 'NVR');
  simulator.states.setPackages(nvr.device_id, nvr.channel_id, packages);
  return {
    simulator,
    client: await operationsOf(simulator),
    nvr,
    dome: { ...nvr, channel_id: '2' },
    edge: ids(({ deviceType }) => deviceType === 'MEdge'),
    box: ids(({ deviceType }) => deviceType === 'IPC-BOX'),
    gb: ids(({ protocol }) => protocol === 'GB28181'),
  };
}

const code = (value: string) => ({ code: value });
const live = { live_protocol: 'HTTPS_FLV', stream_type: 'PRIMARY_STREAM' } as const;
const token = '[0-9a-f]{32}';
const matching = (pattern: string): unknown => expect.stringMatching(new RegExp(`^${pattern}$`));

/** An answer as it is sent, before the client reads it leniently. */
async function sent(
  simulator: IvmSimulator,
  path: string,
  request: { query?: object; body?: object },
): Promise<unknown> {
  const { query, body } = request;
  const texts = new URLSearchParams(Object.entries(query ?? {}).map(([name, value]) => [name, String(value)]));
  const version = path.includes('/media/') && !path.includes('urls') ? 'v2' : 'v1';
  return call(simulator, {
    method: body === undefined ? 'GET' : 'POST',
    path: `/${version}/${userId}/${path}?${texts.toString()}`,
    token: await tokenOf(simulator),
    ...(body === undefined ? {} : { body }),
  });
}

const ofChannel = ({ device_id: device, channel_id: channel }: Ids, path: string) =>
  `devices/${device}/channels/${channel}/${path}`;

describe('addresses of live pictures', () => {
  it.each([
    ['HOLO', `jvmp://media\\.ivm\\.example:7070/live/DEVICE\\?token=${token}`],
    ['HTTP_HLS', `http://.*/live/live\\.m3u8\\?token=${token}&device_id=DEVICE&channel_id=0&stream_type=1`],
    ['HTTPS_HLS', `https://.*/live/live\\.m3u8\\?token=${token}&device_id=DEVICE&channel_id=0&stream_type=1`],
    ['HTTP_FLV', `http://.*/live/DEVICE\\.flv\\?token=${token}`],
    ['HTTPS_FLV', `https://.*/live/DEVICE\\.flv\\?token=${token}`],
    ['RTSP', `rtsp://.*/live/DEVICE\\?token=${token}`],
  ] as const)('have the form of their protocol: %s', async (protocol, form) => {
    const { client, nvr } = await tenant();
    const stream = { live_protocol: protocol, stream_type: 'SECONDARY_STREAM_1' } as const;
    const { fail_num: failed, live_connections: connections } = await client.createLiveConnections({
      channels: [{ ...nvr, ...stream }],
    });
    expect(failed).toBe(0);
    expect(connections).toMatchObject([
      {
        ...nvr,
        cloud_trans_connections: { live_url: matching(form.replaceAll('DEVICE', nvr.device_id)) },
        p2p_connections: protocol === 'HOLO' ? { device_state: 'ONLINE', p2p_nodes: [{ udp_port: 7050 }, {}] } : {},
        result: code('IVM.0'),
      },
    ]);
  });

  it('differ from one call to the next, and not from one run to the next', async () => {
    const urls = async () => {
      const { client, box } = await tenant();
      const { live_connections: both } = await client.createLiveConnections({
        channels: [
          { ...box, ...live },
          { ...box, ...live },
        ],
      });
      return both.map((one) => one.cloud_trans_connections?.live_url);
    };
    const [first, second] = [await urls(), await urls()];
    expect(first[0]).not.toBe(first[1]);
    expect(second).toEqual(first);
  });

  it('fail channel by channel, with nothing to play', async () => {
    const { simulator, nvr, dome, edge, box, gb } = await tenant({ management: 'ARREAR' });
    const { states } = simulator;
    states.setOffline(box.device_id, undefined, now);
    states.setFrozen(gb.device_id, gb.channel_id, true);
    states.setPackages(edge.device_id, edge.channel_id, { management: 'CLOSED' });
    const third = { ...live, stream_type: 'SECONDARY_STREAM_2' };
    const channels = [
      { ...nvr, ...live },
      { ...dome, ...third },
      { ...edge, ...live },
      { ...edge, ...third, channel_id: '1' },
      { ...box, ...live },
      { ...gb, ...live },
      { ...nvr, ...live, channel_id: '99' },
      { device_id: 'NOSUCHDEVICE', channel_id: '0', ...live },
    ];
    const failed = (failure: string) => ({
      cloud_trans_connections: {},
      p2p_connections: {},
      result: code(failure),
    });
    expect(await sent(simulator, 'devices/channels/media/live-connections', { body: { channels } })).toMatchObject({
      status: 200,
      body: {
        fail_num: 7,
        live_connections: [
          failed('IVM.20020009'),
          { ...dome, result: code('IVM.0') },
          failed('IVM.20020008'),
          failed('IVM.10026004'),
          failed('IVM.20000043'),
          failed('IVM.20020007'),
          failed('IVM.10022007'),
          failed('IVM.20000010'),
        ],
      },
    });
  });

  it('are had for 1 to 100 channels', async () => {
    const { client, nvr } = await tenant();
    const many = Array.from({ length: 101 }, () => ({ ...nvr, ...live }));
    await expect(client.createLiveConnections({ channels: many })).rejects.toMatchObject(code('IVM.10024000'));
    await expect(client.batchGetLiveUrls({ channels: many })).rejects.toMatchObject(code('IVM.10024000'));
    await expect(client.createLiveConnections({ channels: [] })).rejects.toMatchObject(code('IVM.10024000'));
  });

  it('come from the older interface under its names, without the sound where that is not wanted', async () => {
    const { simulator, client, nvr, gb } = await tenant();
    const mute = { live_protocol: 'HLS_HTTPS', stream_type: 'PRIMARY_STREAM', forbid_audio: 1 } as const;
    const answer = await client.batchGetLiveUrls({
      channels: [
        { ...nvr, ...mute },
        { ...gb, ...mute, live_protocol: 'HOLO' },
        { ...gb, ...mute, stream_type: 'SECONDARY_STREAM_2' },
      ],
    });
    expect(answer).toMatchObject({
      fail_num: 1,
      request_id: matching('[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'),
      channels: [
        { ...nvr, live_url: matching('https://.*&stream_type=0&forbid_audio=1') },
        { ...gb, live_url: matching('jvmp://.*') },
        { ...gb, result: code('IVM.10026004') },
      ],
    });
    const channels = [{ ...nvr, ...mute, live_protocol: 'HTTP_HLS' }];
    expect(await sent(simulator, 'devices/channels/cloud-live/url', { body: { channels } })).toEqual(
      refused(400, 'IVM.10026003'),
    );
  });
});

describe('revoking addresses', () => {
  const urlsOf = async (client: OperationClient, ids: Ids, protocol: 'HTTPS_HLS' | 'RTSP', terms = {}) => {
    const stream = { live_protocol: protocol, stream_type: 'PRIMARY_STREAM' } as const;
    const { live_connections: all } = await client.createLiveConnections({
      channels: [
        { ...ids, ...stream },
        { ...ids, ...stream },
      ],
      ...terms,
    });
    return all.map((one) => ({ url: one.cloud_trans_connections?.live_url ?? '' }));
  };

  it('is done once', async () => {
    const { client, nvr } = await tenant();
    const urls = await urlsOf(client, nvr, 'HTTPS_HLS');
    expect(await client.batchDeletePlayUrls({ urls })).toEqual({ error_code: 'IVM.0', error_msg: 'Success' });
    await expect(client.batchDeletePlayUrls({ urls })).rejects.toMatchObject(code('IVM.10020001'));
  });

  it('has one outcome for all, and takes none away where one is not known', async () => {
    const { client, nvr } = await tenant();
    const urls = await urlsOf(client, nvr, 'HTTPS_HLS');
    const revoked = (some: { url: string }[]) => client.batchDeletePlayUrls({ urls: some });
    const unknown = { url: 'https://media.ivm.example:7081/live/live.m3u8?token=0' };
    await expect(revoked([...urls, unknown])).rejects.toMatchObject(code('IVM.10020001'));
    await expect(revoked([])).rejects.toMatchObject(code('IVM.10020001'));
    expect(await revoked(urls)).toMatchObject({ error_code: 'IVM.0' });
  });

  it('is not for those of RTSP, nor for those that have ended', async () => {
    const { simulator, client, nvr } = await tenant();
    const rtsp = await urlsOf(client, nvr, 'RTSP');
    await expect(client.batchDeletePlayUrls({ urls: rtsp })).rejects.toMatchObject(code('IVM.10020001'));
    const short = await urlsOf(client, nvr, 'HTTPS_HLS');
    const long = await urlsOf(client, nvr, 'HTTPS_HLS', { expire_time: 60 });
    simulator.advance(30_000);
    await expect(client.batchDeletePlayUrls({ urls: short })).rejects.toMatchObject(code('IVM.10020001'));
    expect(await client.batchDeletePlayUrls({ urls: long })).toMatchObject({ error_code: 'IVM.0' });
  });
});

describe('recordings in the cloud', () => {
  const inCloud = { record_position: 'CLOUD', limit: 1000 } as const;

  it('are one an hour until now where there is continuous storage, and none where there is not', async () => {
    const { simulator, client, nvr, box } = await tenant({ fullRecord: 'GRANT' });
    const { total, records } = await client.listPlaybackRecords({ ...nvr, ...inCloud, ...todayFrom('15:30:00') });
    expect(total).toBe(4);
    expect(records.map((one) => [one.start_time, one.end_time])).toEqual([
      ['2026-03-10 15:00:00', '2026-03-10 16:00:00'],
      ['2026-03-10 16:00:00', '2026-03-10 17:00:00'],
      ['2026-03-10 17:00:00', '2026-03-10 18:00:00'],
      ['2026-03-10 18:00:00', '2026-03-10 18:15:00'],
    ]);
    expect(records[0]).toMatchObject({
      record_type: 'NORMAL_RECORD',
      storage_state: 0,
      record_size: 3600 * 256_000,
      alarm_rec_type: [],
    });
    expect(records[0]?.record_id).toHaveLength(32);
    expect(await sent(simulator, ofChannel(box, 'media/records'), { query: { ...inCloud, ...yesterday } })).toEqual(
      refused(500, 'IVM.20020014'),
    );
  });

  it('follow the plan from when it is set on, and leave alone what was recorded before', async () => {
    const { simulator, client, nvr } = await tenant({ fullRecord: 'GRANT' });
    const listed = async () => {
      const { records } = await client.listCloudRecords({
        ...nvr,
        ...todayFrom('18:00:00'),
        end_time: '2026-03-12 00:00:00',
      });
      return records.map((one) => `${one.start_time} ${one.end_time?.slice(11)}`);
    };
    const wednesday = { day_of_week: 3, start_time: '09:30:00', end_time: '11:00:00' };
    await client.batchSetRecordPlan({ plans: [{ ...nvr, time_sections: [wednesday] }] });
    simulator.advance(24 * hourMs);
    const both = ['2026-03-11 09:30:00 10:00:00', '2026-03-11 10:00:00 11:00:00'];
    expect(await listed()).toEqual(['2026-03-10 18:00:00 18:15:00', ...both]);
    await client.batchDeleteRecordPlan({ channels: [nvr] });
    simulator.advance(3 * hourMs);
    expect(await listed()).toEqual(['2026-03-10 18:00:00 18:15:00', ...both]);
  });

  it('go when the days are over that they are kept, and do not come back with more', async () => {
    const { client, nvr } = await tenant({ fullRecord: 'GRANT' });
    const lastMonth = { start_time: '2026-02-01 00:00:00', end_time: '2026-03-10 00:00:00' };
    const listed = async () => {
      const { total, records } = await client.listPlaybackRecords({ ...nvr, ...inCloud, ...lastMonth });
      return { total, first: records[0]?.start_time, state: records[0]?.storage_state };
    };
    const keep = (storage_days: number) => {
      const time_policies = [{ storage_days, storage_type: 'PLAN_RECORD' as const }];
      return client.batchSetTimePolicy({ channel_time_policies: [{ ...nvr, time_policies }] });
    };
    expect(await listed()).toEqual({ total: 37 * 24, first: '2026-02-01 00:00:00', state: 3 });
    await keep(2);
    await keep(20);
    expect(await listed()).toEqual({ total: 29, first: '2026-03-08 19:00:00', state: 0 });
  });

  it('are made for alarms where these are stored, and spelled as the reference has them', async () => {
    const { client, nvr } = await tenant({ fullRecord: 'GRANT', eventRecord: 'GRANT' });
    const listed = (type: 'ALL_RECORD' | 'NORMAL_RECORD' | 'MOTION_RECORD', span = yesterday, more = {}) =>
      client.listPlaybackRecords({ ...nvr, ...inCloud, ...span, record_type: type, ...more });
    const { total: all } = await listed('ALL_RECORD');
    const { total: planned } = await listed('NORMAL_RECORD');
    const { records: motions, total: alarmed = 0 } = await listed('MOTION_RECORD');
    expect(planned).toBe(24);
    expect(alarmed).toBeGreaterThan(4);
    expect(all).toBe(24 + alarmed);
    expect(motions[0]).toMatchObject({
      record_type: 'MOTION_RECORD',
      alarm_rec_type: ['motion_detection'],
      record_size: 20 * 256_000,
    });
  });

  it('for other alarms can be told, but not asked for by their kind', async () => {
    const { simulator, client, nvr } = await tenant({ eventRecord: 'GRANT' });
    const face = { alarm_type: 'face_alarm', advance_time: 10, after_time: 20 } as const;
    await client.batchSetRecordAlarmPlan({ channels: [{ ...nvr, all_day: true, plans: [face] }] });
    simulator.advance(24 * hourMs);
    const asked = { ...inCloud, start_time: '2026-03-10 19:00:00', end_time: '2026-03-11 18:00:00' };
    const { records } = await client.listPlaybackRecords({ ...nvr, ...asked, alarm_rec_type: 'face_alarm' });
    expect(records[0]).toMatchObject({ record_type: 'ALRAM_RECORD', alarm_rec_type: ['face_alarm'] });
    const path = ofChannel(nvr, 'media/records');
    expect(await sent(simulator, path, { query: { ...asked, record_type: 'MOTION_RECORD' } })).toEqual(
      refused(500, 'IVM.20020014'),
    );
    const { start_time, end_time } = asked;
    expect(await sent(simulator, ofChannel(nvr, 'cloud-records'), { query: { start_time, end_time } })).toMatchObject({
      body: {
        total: records.length,
        records: expect.arrayContaining([
          expect.objectContaining({ record_type: 'MOTION_RECORD', alarm_rec_type: 'face_alarm' }),
        ]) as unknown,
      },
    });
  });

  it('come in pages', async () => {
    const { client, nvr } = await tenant({ fullRecord: 'GRANT' });
    const pages = await Array.fromAsync(
      readPages(client, 'listCloudRecords', { ...nvr, ...yesterday, limit: 10, record_type: 'NORMAL_RECORD' }),
    );
    expect(pages.map(({ entries, total }) => [entries.length, total])).toEqual([
      [10, 24],
      [10, 24],
      [4, 24],
    ]);
  });

  it.each([
    ['IVM.10020007', { start_time: '2026-03-10 00:00:00', end_time: '2026-03-09 00:00:00' }],
    ['IVM.10020007', { start_time: '2026-03-10 00:00:00', end_time: '2026-03-10 00:00:00' }],
    ['IVM.10020005', { start_time: '2026-02-30 00:00:00', end_time: '2026-03-09 00:00:00' }],
    ['IVM.10020006', { start_time: '2026-03-10 00:00:00', end_time: '2026-03-10 24:30:00' }],
  ])('are not listed for a wrong span: %s', async (failure, span) => {
    const { client, nvr } = await tenant({ fullRecord: 'GRANT' });
    await expect(client.listPlaybackRecords({ ...nvr, ...inCloud, ...span })).rejects.toMatchObject(code(failure));
  });

  it('are played without the device, and not without the package', async () => {
    const { simulator, client, nvr } = await tenant({ fullRecord: 'GRANT' });
    simulator.states.setOffline(nvr.device_id, undefined, now);
    const played = (playback_protocol: 'HOLO' | 'HTTPS_HLS') =>
      client.showPlaybackConnection({ ...nvr, ...yesterday, record_position: 'CLOUD', playback_protocol });
    expect(await played('HOLO')).toMatchObject({
      playback_connections: {
        ...nvr,
        cloud_trans_connections: { playback_url: matching(`jvmp://.*/vod/${nvr.device_id}\\?token=${token}`) },
      },
    });
    expect(await played('HTTPS_HLS')).toMatchObject({
      playback_connections: {
        cloud_trans_connections: { playback_url: matching('https://.*/vod/vod\\.m3u8\\?.*&channel_id=0') },
      },
    });
    simulator.states.setPackages(nvr.device_id, nvr.channel_id, { management: 'CLOSED' });
    await expect(played('HOLO')).rejects.toMatchObject(code('IVM.20020008'));
  });

  it('are played by the older interface under other names', async () => {
    const { simulator, client, nvr } = await tenant({ fullRecord: 'GRANT' });
    const played = (playback_protocol: 'HOLO' | 'HLS' | 'RTSP') =>
      client.showCloudRecordPlaybackUrl({ ...nvr, ...yesterday, playback_protocol });
    expect(await played('HOLO')).toEqual({ ...nvr, playback_url: matching('holo://.*/vod/.*') });
    expect(await played('HLS')).toEqual({ ...nvr, playback_url: matching('http://.*/vod/vod\\.m3u8.*') });
    expect(await played('RTSP')).toEqual({ ...nvr, playback_url: matching('rtsp://.*/vod/.*') });
    const query = { ...yesterday, playback_protocol: 'HTTP_HLS' };
    expect(await sent(simulator, ofChannel(nvr, 'cloud-records/playback-url'), { query })).toEqual(
      refused(400, 'IVM.10026001'),
    );
    const motion = { ...yesterday, playback_protocol: 'HOLO', record_type: 'MOTION_RECORD' };
    expect(await sent(simulator, ofChannel(nvr, 'cloud-records/playback-url'), { query: motion })).toEqual(
      refused(500, 'IVM.20020014'),
    );
  });
});

describe('recordings on the device', () => {
  const onDevice = { record_position: 'DEVICE' } as const;

  it('are kept by recorders for a month, and not by cameras', async () => {
    const { simulator, client, nvr, box } = await tenant();
    const { total, records } = await client.listPlaybackRecords({ ...nvr, ...onDevice, ...yesterday });
    expect(total).toBe(24);
    expect(records).toHaveLength(10);
    expect(records[0]).not.toHaveProperty('record_id');
    expect(records[0]).toMatchObject({ record_type: 'NORMAL_RECORD', start_time: '2026-03-09 00:00:00' });
    const none = async (ids: Ids, span: object) =>
      sent(simulator, ofChannel(ids, 'media/records'), { query: { ...onDevice, ...span } });
    expect(await none(box, yesterday)).toEqual(refused(500, 'IVM.20020014'));
    const old = { start_time: '2026-01-01 00:00:00', end_time: '2026-02-01 00:00:00' };
    expect(await none(nvr, old)).toEqual(refused(500, 'IVM.20020014'));
  });

  it('come with a total of 0 from the older listing, and are read to their end all the same', async () => {
    const { client, nvr } = await tenant();
    const first = await client.listDeviceRecords({ ...nvr, ...yesterday });
    expect(first.total).toBe(0);
    expect(first.records[0]).toMatchObject({ record_type: 'NORMAL_RECORD', start_time: '2026-03-09 00:00:00' });
    const pages = await Array.fromAsync(readPages(client, 'listDeviceRecords', { ...nvr, ...yesterday, limit: 10 }));
    expect(pages.map(({ entries }) => entries.length)).toEqual([10, 10, 4]);
  });

  it('are played with peers beside the address, or within it, as the recorder likes', async () => {
    const { client, nvr, edge } = await tenant();
    const played = (ids: Ids) =>
      client.showPlaybackConnection({ ...ids, ...yesterday, ...onDevice, playback_protocol: 'HOLO' });
    const peers = { device_state: 'ONLINE', ...yesterday, result: code('IVM.0') };
    const beside = await played(nvr);
    expect(beside.p2p_connections).toMatchObject(peers);
    expect(beside.playback_connections?.p2p_connections).toBeUndefined();
    const within = await played(edge);
    expect(within.p2p_connections).toBeUndefined();
    expect(within.playback_connections?.p2p_connections).toMatchObject(peers);
  });

  it('are played over HLS, RTSP or FLV, the last of GB/T 28181 alone', async () => {
    const { simulator, client, nvr, gb } = await tenant();
    const played = (ids: Ids, protocol: 'HLS_DEV' | 'HLS_DEV_HTTPS' | 'RTSP_DEV' | 'HTTPS_FLV_DEV') =>
      client.showDeviceRecordWebPlaybackUrl({ ...ids, ...yesterday, protocol, stream_type: 'SECONDARY_STREAM_1' });
    const urls = [await played(nvr, 'HLS_DEV'), await played(nvr, 'HLS_DEV_HTTPS'), await played(nvr, 'RTSP_DEV')];
    expect(urls.map((one) => one.playback_url)).toEqual([
      matching('http://.*/dev_vod/vod\\.m3u8\\?.*&stream_type=1'),
      matching('https://.*/dev_vod/vod\\.m3u8\\?.*&stream_type=1'),
      matching('rtsp://.*/dev_vod/.*'),
    ]);
    await expect(played(nvr, 'HTTPS_FLV_DEV')).rejects.toMatchObject(code('IVM.20020010'));
    const query = { ...yesterday, protocol: 'HTTPS_FLV_DEV' };
    expect(await sent(simulator, ofChannel(gb, 'device-records/web-playback-url'), { query })).toEqual(
      refused(500, 'IVM.20020014'),
    );
  });

  it('of GB/T 28181 recorders have an address of HOLO, and others none from that interface', async () => {
    const simulator = await simulatedIvm({ cameraCount: 49 });
    const client = await operationsOf(simulator);
    const recorder = simulator.cameras.find((one) => one.deviceType === 'NVR' && one.protocol === 'GB28181');
    if (recorder === undefined) throw new Error('there is no such recorder');
    const ids = idsOf(recorder);
    expect(await client.showGbDeviceRecordPlaybackUrl({ ...ids, ...yesterday })).toEqual({
      ...ids,
      playback_url: matching(`holo://.*/live/${ids.device_id}\\?token=${token}`),
    });
    const flv = { ...ids, ...yesterday, protocol: 'HTTP_FLV_DEV' } as const;
    expect(await client.showDeviceRecordWebPlaybackUrl(flv)).toMatchObject({
      playback_url: matching(`http://.*/dev_vod/${ids.device_id}\\.flv\\?.*`),
    });
    const other = idsOf(simulator.cameras[0] ?? recorder);
    expect(await sent(simulator, ofChannel(other, 'device-records/playback-url'), { query: yesterday })).toEqual(
      refused(400, 'IVM.20020010'),
    );
  });

  it('are out of reach while the device is away', async () => {
    const { simulator, nvr } = await tenant();
    simulator.states.setOffline(nvr.device_id, undefined, now);
    const query = { ...onDevice, ...yesterday };
    expect(await sent(simulator, ofChannel(nvr, 'media/records'), { query })).toEqual(refused(400, 'IVM.20000043'));
  });
});

describe('connections from peer to peer', () => {
  it('are told of each channel, beside addresses that the cloud relays', async () => {
    const { client, nvr, gb } = await tenant();
    const main = { stream_type: 'PRIMARY_STREAM' } as const;
    const channels = [
      { ...nvr, ...main },
      { device_id: gb.device_id, channel_id: '0', ...main },
    ];
    expect(await client.batchGetLiveP2pConnections({ channels })).toMatchObject({
      fail_num: 1,
      p2p_connections: [
        { device_id: nvr.device_id, token: matching(token), device_state: 'ONLINE', result: code('IVM.0') },
        { device_id: gb.device_id, result: code('IVM.20020011') },
      ],
      live_urls: [
        { ...nvr, live_url: matching('jvmp://.*/live/.*'), result: code('IVM.0') },
        { device_id: gb.device_id, result: code('IVM.20020011') },
      ],
    });
  });

  it('to recordings say what span was asked for, and count failures under a name of their own', async () => {
    const { simulator, client, nvr, box } = await tenant();
    const main = { stream_type: 'PRIMARY_STREAM' } as const;
    const { start_time, end_time } = yesterday;
    const channels = [
      { ...nvr, ...main, ...yesterday },
      { ...box, ...main },
      { ...box, ...main, ...yesterday },
      { ...nvr, ...main, start_time },
      { ...nvr, ...main, end_time },
    ];
    const answer = await client.batchGetPlaybackP2pConnections({ channels });
    expect(answer).toMatchObject({
      failNum: 3,
      p2p_connections: [
        { device_id: nvr.device_id, ...yesterday, result: code('IVM.0') },
        { device_id: box.device_id, result: code('IVM.0') },
        { result: code('IVM.20020014') },
        { result: code('IVM.10020006') },
        { result: code('IVM.10020005') },
      ],
    });
    expect(answer.p2p_connections[1]).not.toHaveProperty('start_time');
    expect(await sent(simulator, 'devices/channels/p2p-connect/playback', { body: { channels: [] } })).toEqual(
      refused(400, 'IVM.10024000'),
    );
  });
});

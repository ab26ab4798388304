import { describe, expect, it } from 'vitest';
import type { OperationClient } from '#lib/ivm/operations/operation-client.ts';
import type { Packages } from '#lib/simulator/camera-states.ts';
import type { IvmSimulator } from '#lib/simulator/ivm-simulator.ts';
import { operationsOf } from '../operations.ts';
import { call, callPath, refused, simulatedIvm, tokenOf, userId } from '../simulated-ivm.ts';

type Ids = { device_id: string; channel_id: string };

const monday = { day_of_week: 1, start_time: '08:00:00', end_time: '12:00:00' };
const stored: Partial<Packages> = { fullRecord: 'GRANT', eventRecord: 'GRANT' };

/** Two channels of a recorder, the first of them with storage of both kinds. */
async function recorder(): Promise<{ simulator: IvmSimulator; client: OperationClient; ids: Ids; without: Ids }> {
  const simulator = await simulatedIvm();
  const [ids, without] = simulator.cameras.map(({ deviceId, channelId }) => ({
    device_id: deviceId,
    channel_id: channelId,
  }));
  if (ids === undefined || without === undefined) throw new Error('there are no cameras');
  simulator.states.setPackages(ids.device_id, ids.channel_id, stored);
  return { simulator, client: await operationsOf(simulator), ids, without };
}

const outcome = (ids: Ids, code: string) => ({ ...ids, result: expect.objectContaining({ code }) as unknown });

describe('the stream that is recorded', () => {
  it('is the main one until another is chosen', async () => {
    const { client, ids } = await recorder();
    expect(await client.showRecordConfig(ids)).toEqual({ ...ids, stream_type: 'PRIMARY_STREAM' });
    await client.batchSetRecordConfig({
      channel_record_configs: [{ ...ids, stream_type: 'SECONDARY_STREAM_1' }],
    });
    expect(await client.showRecordConfig(ids)).toEqual({ ...ids, stream_type: 'SECONDARY_STREAM_1' });
    await client.batchSetRecordConfig({ channel_record_configs: [ids] });
    expect(await client.showRecordConfig(ids)).toEqual({ ...ids, stream_type: 'PRIMARY_STREAM' });
  });

  it('can not be chosen without continuous storage, nor be one that the camera lacks', async () => {
    const { client, ids, without } = await recorder();
    const unknown = { device_id: 'NOSUCHDEVICE', channel_id: '0' };
    expect(
      await client.batchSetRecordConfig({
        channel_record_configs: [
          { ...ids, stream_type: 'SECONDARY_STREAM_2' },
          without,
          unknown,
          { ...ids, channel_id: '99' },
        ],
      }),
    ).toMatchObject({
      failed_num: 4,
      channels: [
        outcome(ids, 'IVM.10026004'),
        outcome(without, 'IVM.20010017'),
        outcome(unknown, 'IVM.20000010'),
        outcome({ ...ids, channel_id: '99' }, 'IVM.10022007'),
      ],
    });
  });
});

describe('the plan of a channel', () => {
  it('is the whole day until sections are set, and nothing once it is deleted', async () => {
    const { client, ids } = await recorder();
    expect(await client.showRecordPlan(ids)).toMatchObject({ ...ids, all_day: true, time_sections: [] });
    await client.batchSetRecordPlan({ plans: [{ ...ids, time_sections: [monday] }] });
    expect(await client.showRecordPlan(ids)).toMatchObject({ all_day: false, time_sections: [monday] });
    await client.batchDeleteRecordPlan({ channels: [ids] });
    expect(await client.showRecordPlan(ids)).toMatchObject({ all_day: false, time_sections: [] });
    await client.batchSetRecordPlan({ plans: [{ ...ids, all_day: true }] });
    expect(await client.showRecordPlan(ids)).toMatchObject({ all_day: true });
  });

  it('leaves time_sections out where the whole day is recorded', async () => {
    const { simulator, ids } = await recorder();
    const path = callPath(userId, `devices/${ids.device_id}/channels/${ids.channel_id}/record-plan`);
    expect(await call(simulator, { method: 'GET', path, token: await tokenOf(simulator) })).toEqual({
      status: 200,
      body: { ...ids, all_day: true, is_upload_record: true },
    });
  });

  it.each([
    ['CLOSED', 'IVM.20010011', 'IVM.20010013'],
    ['ARREAR', 'IVM.20010007', 'IVM.20010008'],
  ] as const)('is neither set nor deleted where the storage is %s', async (state, whenSet, whenDeleted) => {
    const { simulator, client, ids, without } = await recorder();
    simulator.states.setPackages(without.device_id, without.channel_id, { fullRecord: state });
    const plans = [
      { ...without, all_day: true },
      { ...ids, all_day: true },
    ];
    expect(await client.batchSetRecordPlan({ plans })).toMatchObject({
      failed_num: 1,
      channels: [outcome(without, whenSet), outcome(ids, 'IVM.0')],
    });
    expect(await client.batchDeleteRecordPlan({ channels: [without] })).toMatchObject({
      failed_num: 1,
      channels: [outcome(without, whenDeleted)],
    });
    expect(await client.showRecordPlan(without)).toMatchObject({ all_day: false, time_sections: [] });
  });

  it('is not set, deleted or kept otherwise while the channel is frozen', async () => {
    const { simulator, client, ids } = await recorder();
    simulator.states.setFrozen(ids.device_id, ids.channel_id, true);
    const policy = { storage_days: 7, storage_type: 'PLAN_RECORD' } as const;
    const answers = [
      await client.batchSetRecordConfig({ channel_record_configs: [ids] }),
      await client.batchSetRecordPlan({ plans: [{ ...ids, all_day: true }] }),
      await client.batchDeleteRecordPlan({ channels: [ids] }),
      await client.batchSetTimePolicy({ channel_time_policies: [{ ...ids, time_policies: [policy] }] }),
    ];
    expect(answers.map(({ channels }) => channels[0]?.result.code)).toEqual([
      'IVM.20010016',
      'IVM.20010010',
      'IVM.20010012',
      'IVM.20010014',
    ]);
  });

  it.each([
    ['sections that overlap', [monday, { ...monday, start_time: '11:00:00', end_time: '13:00:00' }], 'IVM.10024004'],
    ['no sections', undefined, 'IVM.10024009'],
    ['a time of no such form', [{ ...monday, start_time: '8:00' }], 'IVM.10024007'],
    ['a time that no day has', [{ ...monday, end_time: '24:00:00' }], 'IVM.10024007'],
    ['a section that ends before it begins', [{ ...monday, end_time: '07:00:00' }], 'IVM.10024007'],
  ])('is refused with %s', async (_, sections, code) => {
    const { client, ids } = await recorder();
    const schedule = sections === undefined ? {} : { time_sections: sections };
    await expect(client.batchSetRecordPlan({ plans: [{ ...ids, ...schedule }] })).rejects.toMatchObject({ code });
  });

  it('takes sections that touch, and like ones on different days', async () => {
    const { client, ids } = await recorder();
    const sections = [
      { ...monday, start_time: '12:00:00', end_time: '13:00:00' },
      monday,
      { ...monday, day_of_week: 2 },
    ];
    await client.batchSetRecordPlan({ plans: [{ ...ids, time_sections: sections }] });
    expect(await client.showRecordPlan(ids)).toMatchObject({ time_sections: sections });
  });

  it('is set for 1 to 100 channels, each of them once', async () => {
    const { simulator, client, ids } = await recorder();
    const plan = { ...ids, all_day: true };
    await expect(client.batchSetRecordPlan({ plans: [] })).rejects.toMatchObject({ code: 'IVM.10024000' });
    await expect(client.batchSetRecordPlan({ plans: [plan, plan] })).rejects.toMatchObject({ code: 'IVM.10024001' });
    const many = Array.from({ length: 101 }, (_, channel) => ({ ...plan, channel_id: String(channel) }));
    await expect(client.batchSetRecordPlan({ plans: many })).rejects.toMatchObject({ code: 'IVM.10024000' });
    const path = callPath(userId, 'devices/channels/record-plan');
    const put = async (body: object) => call(simulator, { method: 'PUT', path, token: await tokenOf(simulator), body });
    expect(await put({ plans: [{ ...ids, time_sections: [] }] })).toEqual(refused(400, 'IVM.10024009'));
    expect(await put({ plans: [{ ...ids, time_sections: [{ ...monday, day_of_week: 8 }] }] })).toEqual(
      refused(400, 'IVM.10024003'),
    );
  });
});

describe('how long recordings are kept', () => {
  it('is for ever until days are set, and told by kind', async () => {
    const { client, ids } = await recorder();
    expect(await client.showTimePolicy(ids)).toMatchObject({
      ...ids,
      time_policies: [
        { storage_days: 0, storage_type: 'PLAN_RECORD' },
        { storage_days: 0, storage_type: 'MOTION_RECORD' },
      ],
    });
    const policy = { storage_days: 15, storage_type: 'PLAN_RECORD' } as const;
    await client.batchSetTimePolicy({ channel_time_policies: [{ ...ids, time_policies: [policy] }] });
    const told = async (kind: 'normal' | 'alarm') =>
      (await client.showTimePolicy({ ...ids, record_type: kind })).time_policies;
    expect(await told('normal')).toEqual([policy]);
    expect(await told('alarm')).toEqual([{ storage_days: 0, storage_type: 'MOTION_RECORD' }]);
  });

  it('can be set of storage that is enabled alone', async () => {
    const { simulator, client, without } = await recorder();
    const code = async (type: 'PLAN_RECORD' | 'MOTION_RECORD') => {
      const time_policies = [{ storage_days: 7, storage_type: type }];
      const { channels } = await client.batchSetTimePolicy({ channel_time_policies: [{ ...without, time_policies }] });
      return channels[0]?.result.code;
    };
    expect(await client.showTimePolicy(without)).toMatchObject({ time_policies: [] });
    expect(await code('PLAN_RECORD')).toBe('IVM.20010015');
    expect(await code('MOTION_RECORD')).toBe('IVM.20010030');
    const { device_id: device, channel_id: channel } = without;
    simulator.states.setPackages(device, channel, { fullRecord: 'ARREAR', eventRecord: 'ARREAR' });
    expect(await code('PLAN_RECORD')).toBe('IVM.20010023');
    expect(await code('MOTION_RECORD')).toBe('IVM.20010031');
  });

  it('follows the resource that storage is bound to, and is set of those on demand alone', async () => {
    const { client, without } = await recorder();
    const { resources } = await client.listResources({ resource_type_code: 'NORMAL' });
    const bind = async (isOnDemand: boolean, days?: number) => {
      const resource = resources.find(({ total_num: total }) => (total === -1) === isOnDemand);
      await client.batchEnableServices({
        resource_id: resource?.resource_id ?? '',
        channels: [without],
        ...(days === undefined ? {} : { storage_day: days }),
      });
      return (await client.showTimePolicy(without)).time_policies;
    };
    const set = async (days: number) => {
      const time_policies = [{ storage_days: days, storage_type: 'PLAN_RECORD' } as const];
      const { channels } = await client.batchSetTimePolicy({ channel_time_policies: [{ ...without, time_policies }] });
      return channels[0]?.result.code;
    };
    expect(await bind(false)).toEqual([{ storage_days: 30, storage_type: 'PLAN_RECORD' }]);
    expect(await set(7)).toBe('IVM.20010009');
    expect(await bind(true, 14)).toEqual([{ storage_days: 14, storage_type: 'PLAN_RECORD' }]);
    expect(await set(7)).toBe('IVM.0');
  });

  it('is 1 to 365 days', async () => {
    const { simulator, ids } = await recorder();
    const path = callPath(userId, 'devices/channels/time-policy');
    const token = await tokenOf(simulator);
    const put = (policy: object) => {
      const body = { channel_time_policies: [{ ...ids, time_policies: [policy] }] };
      return call(simulator, { method: 'PUT', path, token, body });
    };
    expect(await put({ storage_days: 0, storage_type: 'PLAN_RECORD' })).toEqual(refused(400, 'IVM.10024005'));
    expect(await put({ storage_days: 1, storage_type: 'NORMAL' })).toEqual(refused(400, 'IVM.10024006'));
  });
});

describe('recordings for alarms', () => {
  const plan = (type: 'face_alarm' | 'io_event', advance_time = 30) => ({
    alarm_type: type,
    advance_time,
    after_time: 15,
  });

  it('are made of motion until types are set, and of those alone from then on', async () => {
    const { client, ids } = await recorder();
    expect(await client.showRecordAlarmPlan(ids)).toMatchObject({
      ...ids,
      all_day: true,
      plans: [{ alarm_type: 'motion_detection' }],
    });
    await client.batchSetRecordAlarmPlan({ channels: [{ ...ids, all_day: true, plans: [plan('face_alarm')] }] });
    await client.batchSetRecordAlarmPlan({
      channels: [{ ...ids, time_sections: [monday], plans: [plan('io_event')] }],
    });
    expect(await client.showRecordAlarmPlan(ids)).toMatchObject({
      all_day: false,
      time_sections: [monday],
      plans: [{ alarm_type: 'io_event', advance_time: '30', after_time: '15' }],
    });
    await client.batchDeleteRecordPlan({ channels: [{ ...ids, record_type: 'alarm' }] });
    expect(await client.showRecordAlarmPlan(ids)).toMatchObject({ all_day: false, plans: [] });
    expect(await client.showRecordPlan(ids)).toMatchObject({ all_day: true });
  });

  it('have their seconds told as numbers', async () => {
    const { simulator, ids } = await recorder();
    const path = callPath(userId, `devices/${ids.device_id}/channels/${ids.channel_id}/record-alarm-plan`);
    expect(await call(simulator, { method: 'GET', path, token: await tokenOf(simulator) })).toMatchObject({
      body: { plans: [{ advance_time: 5, after_time: 15 }] },
    });
  });

  it('need storage of motion', async () => {
    const { simulator, client, ids, without } = await recorder();
    const channels = [{ ...without, all_day: true, plans: [plan('face_alarm')] }];
    expect(await client.batchSetRecordAlarmPlan({ channels })).toMatchObject({
      failed_num: 1,
      channels: [outcome(without, 'IVM.20010024')],
    });
    simulator.states.setPackages(without.device_id, without.channel_id, { eventRecord: 'ARREAR' });
    expect(await client.batchSetRecordAlarmPlan({ channels })).toMatchObject({
      channels: [outcome(without, 'IVM.20010025')],
    });
    const alarm = { record_type: 'alarm' } as const;
    expect(
      await client.batchDeleteRecordPlan({
        channels: [
          { ...without, ...alarm },
          { ...ids, ...alarm },
          { ...ids, record_type: 'normal' },
        ],
      }),
    ).toMatchObject({
      failed_num: 1,
      channels: [outcome(without, 'IVM.20010026'), outcome(ids, 'IVM.0'), outcome(ids, 'IVM.0')],
    });
    expect(await client.showRecordAlarmPlan(without)).toMatchObject({ all_day: false, plans: [] });
  });

  it('are refused of unknown types, and of less than one second or more than 60', async () => {
    const { simulator, client, ids } = await recorder();
    const tooLong = { ...ids, all_day: true, plans: [plan('face_alarm', 46)] };
    await expect(client.batchSetRecordAlarmPlan({ channels: [tooLong] })).rejects.toMatchObject({
      code: 'IVM.20010029',
    });
    const path = callPath(userId, 'devices/channels/record-alarm-plan');
    const token = await tokenOf(simulator);
    const put = (one: object) => {
      const body = { channels: [{ ...ids, all_day: true, plans: [one] }] };
      return call(simulator, { method: 'PUT', path, token, body });
    };
    expect(await put({ ...plan('io_event'), alarm_type: 'fire_detect_alarm' })).toEqual(refused(400, 'IVM.20010027'));
    expect(await put(plan('io_event', 0))).toEqual(refused(400, 'IVM.20010028'));
    expect(await put(plan('io_event', 60))).toEqual(refused(400, 'IVM.20010029'));
  });
});

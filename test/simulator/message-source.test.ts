import { describe, expect, it } from 'vitest';
import { type MessageType, subscriptionOfType, subscriptions } from '#lib/callback/subscriptions.ts';
import { isJsonObject, type Json, member, parseExact, stringifyExact } from '#lib/json/exact-json.ts';
import { messageModuleOf } from '#lib/messages/registry.ts';
import type { OutgoingMessage } from '#lib/simulator/ivm-simulator.ts';
import { simulatedIvm, textMember } from './simulated-ivm.ts';

const types = subscriptions.map(({ messageType }) => messageType);
const parsed = (message: OutgoingMessage) => parseExact(message.body.toString());
const dataOf = (message: OutgoingMessage) => member(parsed(message), 'data');
const fields = (data: Json | undefined, ...path: string[]) => path.reduce(member, data);
const targetsOf = (data: Json | undefined): Json[] => {
  const targets = fields(data, 'data', 'targets');
  return Array.isArray(targets) ? targets : [];
};

/** The name of what a message is about, within its type. */
function subType(type: MessageType, data: Json | undefined): Json | undefined {
  switch (type) {
    case 'device_alarm':
      return member(data, 'alarm_type');
    case 'device_status':
      return member(data, 'method');
    case 'device_unbind':
      return member(data, 'message_type');
    case 'target_data':
    case 'vehicle_data':
      return member(data, 'itgt_type');
    case 'head_shoulder_data':
    case 'behavior_analysis_data':
    case 'micro_checkpoint_data':
      return member(targetsOf(data)[0], 'target_type');
    case 'third_data':
      return 'meta';
  }
}

const expectedSubTypes: Record<MessageType, Json[]> = {
  device_alarm: [
    'abandon_alarm',
    'beh_parking_detection',
    'customer_flow_statistics_alarm',
    'device_offline',
    'disk_failure',
    'electric_bicycle_alarm',
    'fast_move_alarm',
    'fire_detect_alarm',
    'human_detection',
    'illegal_parking_alarm',
    'io_event',
    'lift_electric_alarm',
    'linger_alarm',
    'mask_alarm',
    'motion_detection',
    'occlusion_alarm',
    'over_line_alarm',
    'people_count_line_alarm',
    'people_count_region_alarm',
    'people_leave_station_alarm',
    'people_queue_alarm',
    'region_in_alarm',
    'region_invasion_alarm',
    'region_out_alarm',
    'removed_alarm',
    'target_alarm',
    'target_high_frequency_alarm',
    'thirdparty_intelligent',
  ],
  device_status: [
    'channel_name_notice',
    'channel_state_notice',
    'login',
    'logout',
    'offline_reason_notice',
    'upgrade_result',
  ],
  device_unbind: [
    'DELETE_DEVICE',
    'UNBIND_DATAFLOW',
    'UNBIND_DEVICE',
    'UNBIND_MANAGE',
    'UNBIND_MOTION',
    'UNBIND_NORMAL',
  ],
  target_data: [1, 2, 20, 22],
  third_data: ['meta'],
  vehicle_data: [6, 7, 8, 53],
  head_shoulder_data: [12, 13, 15],
  behavior_analysis_data: [21],
  micro_checkpoint_data: [51, 52],
};

/** Any URL of a picture anywhere in a message. */
const urlsIn = (message: OutgoingMessage) => new Set(message.body.toString().match(/"http[^"]+"/g) ?? []);

async function written(count: number, options: { seed?: number; type?: MessageType } = {}): Promise<OutgoingMessage[]> {
  const simulator = await simulatedIvm(options.seed === undefined ? {} : { seed: options.seed });
  return Array.from({ length: count }, () => simulator.message(options.type));
}

describe('messages', () => {
  it('are of all nine types and of every kind within a type', async () => {
    const seen = new Map<MessageType, Set<Json>>();
    for (const message of await written(900)) {
      const kinds = seen.get(message.messageType) ?? new Set();
      seen.set(message.messageType, kinds.add(subType(message.messageType, dataOf(message)) ?? null));
    }
    for (const type of types) {
      expect(seen.get(type)).toEqual(new Set(expectedSubTypes[type]));
    }
  });

  it('have the envelope of the reference, with ids of 19 digits that grow and never repeat', async () => {
    let last = 0n;
    for (const message of await written(900)) {
      expect(parsed(message)).toMatchObject({ message_type: message.messageType, test: false });
      expect(message.body.toString()).toMatch(new RegExp(`^\\{"message_id":${message.messageId},`));
      expect(message.messageId).toMatch(/^\d{19}$/);
      expect(BigInt(message.messageId)).toBeGreaterThan(last);
      last = BigInt(message.messageId);
      expect(message.subscription).toBe(subscriptionOfType(message.messageType)?.subscription);
    }
  });

  it.each(types)('can be asked for as %s', async (type) => {
    for (const message of await written(20, { type })) {
      expect(message.messageType).toBe(type);
      expect(isJsonObject(dataOf(message))).toBe(true);
    }
  });

  it('begin with one of each type', async () => {
    expect(new Set((await written(9)).map(({ messageType }) => messageType)).size).toBe(9);
  });

  it('are the same again for the same seed, and others for another', async () => {
    const port = /127\.0\.0\.1:\d+/g;
    const texts = async (seed: number) =>
      (await written(100, { seed })).map(({ body }) => body.toString().replaceAll(port, ''));
    expect(await texts(5)).toEqual(await texts(5));
    expect(await texts(5)).not.toEqual(await texts(6));
  });

  it('want as many pictures as they hold different URLs; alarms have none in them', async () => {
    for (const message of await written(900)) {
      if (message.messageType === 'device_alarm') expect(urlsIn(message).size).toBe(0);
      else expect(message.picturesWanted).toBe(urlsIn(message).size);
    }
  });

  it('hold nothing that the product does not know, and want what it wants', async () => {
    for (const message of await written(900)) {
      const module = messageModuleOf(message.messageType);
      const data = dataOf(message);
      if (module === undefined) throw new RangeError('no module for the type');
      expect(module.inspectFields(data)).toEqual({ unknownFields: [], problems: [] });
      const wanted = [...module.pictures(data), ...module.children(data).flatMap(({ pictures }) => pictures)];
      expect(wanted).toHaveLength(message.picturesWanted);
    }
  });

  it('want one picture per alarm, two with a target, none from a device', async () => {
    for (const message of await written(60, { type: 'device_alarm' })) {
      const data = dataOf(message);
      const expected = member(data, 'classification') === 'DEVICE' ? 0 : member(data, 'target') === undefined ? 1 : 2;
      expect(message.picturesWanted).toBe(expected);
    }
  });

  it.each<[MessageType, number[]]>([
    ['device_alarm', [0, 1, 2]],
    ['device_status', [0]],
    ['device_unbind', [0]],
    ['target_data', [2, 3]],
    ['third_data', [0]],
    ['vehicle_data', [2, 3]],
    ['head_shoulder_data', [0]],
    ['behavior_analysis_data', [1, 2]],
    ['micro_checkpoint_data', [3]],
  ])('of %s want %j pictures', async (type, counts) => {
    const seen = new Set((await written(120, { type })).map(({ picturesWanted }) => picturesWanted));
    expect(seen).toEqual(new Set(counts));
  });

  it('give a picture one URL, though the clock goes on while a message is written', async () => {
    let nowMs = Date.parse('2026-03-10T10:15:00Z');
    const simulator = await simulatedIvm({ now: () => new Date((nowMs += 400)) });
    for (let count = 0; count < 50; count += 1) {
      const message = simulator.message('vehicle_data');
      const paths = new Set([...urlsIn(message)].map((url) => url.split('?')[0]));
      expect(urlsIn(message).size).toBe(paths.size);
    }
  });

  it('keep numbers that a double would change', async () => {
    const texts = (await written(900)).map(({ body }) => body.toString());
    expect(texts.some((text) => /"human_time_start":184467440736\d{8}\b/.test(text))).toBe(true);
    expect(texts.some((text) => text.includes('"intelligent_target_index":9223372036854775808'))).toBe(true);
    for (const text of texts) expect(stringifyExact(parseExact(text))).toBe(text);
  });

  it('carry META records in third_data', async () => {
    for (const message of await written(20, { type: 'third_data' })) {
      const bytes = Buffer.from(textMember(dataOf(message), 'tlv_data'), 'base64');
      expect(bytes.toString('latin1', 0, 8)).toBe('META\0\0\0\0');
      const tags: number[] = [];
      let at = 8;
      while (at < bytes.length) {
        tags.push(bytes.readUInt32LE(at));
        at += 8 + bytes.readUInt32LE(at + 4);
      }
      expect(at).toBe(bytes.length);
      expect(tags.slice(0, 3)).toEqual([0x20000001, 0x20000002, 0x09000007]);
    }
  });

  it('have more people in the evening than at night', async () => {
    const peopleAt = async (now: string) => {
      const simulator = await simulatedIvm({ now: () => new Date(now) });
      const counts = Array.from({ length: 80 }, () => {
        const target = targetsOf(dataOf(simulator.message('head_shoulder_data')))[0];
        return Number(member(target, 'people_num') ?? member(target, 'human_count_in') ?? 0);
      });
      return counts.reduce((sum, count) => sum + count, 0);
    };
    expect(await peopleAt('2026-03-10T10:00:00Z')).toBeGreaterThan(5 * (await peopleAt('2026-03-10T19:00:00Z')));
  });

  it('count the totals of a line upwards, anew each day', async () => {
    const simulator = await simulatedIvm();
    const totals = () =>
      Array.from({ length: 60 }, () => dataOf(simulator.message('head_shoulder_data')))
        .filter((data) => member(targetsOf(data)[0], 'target_type') === 15)
        .map((data) => ({
          camera: `${textMember(data, 'device_id')}#${textMember(data, 'channel_id')}`,
          passed:
            Number(member(targetsOf(data)[0], 'human_count_all_in_num')) +
            Number(member(targetsOf(data)[0], 'human_count_all_out_num')),
        }));
    const evening = new Map<string, number>();
    for (const { camera, passed } of totals()) {
      expect(passed).toBeGreaterThanOrEqual(evening.get(camera) ?? 0);
      evening.set(camera, passed);
    }
    expect(Math.min(...evening.values())).toBeGreaterThan(20);
    simulator.advance(9 * 3_600_000);
    for (const { passed } of totals()) expect(passed).toBeLessThan(10);
  });

  it('bring back a device that went offline before', async () => {
    let away: Json[] = [];
    let returned = 0;
    for (const message of await written(60, { type: 'device_status' })) {
      const data = dataOf(message);
      const device = fields(data, 'param', 'device_id') ?? null;
      if (member(data, 'method') === 'logout') away = [...away, device];
      if (member(data, 'method') === 'login' && away.length > 0) {
        expect(device).toBe(away[0]);
        away = away.slice(1);
        returned += 1;
      }
    }
    expect(returned).toBeGreaterThan(3);
  });

  it('give each target of a behaviour message an id of its own', async () => {
    for (const message of await written(30, { type: 'behavior_analysis_data' })) {
      const targetIds = targetsOf(dataOf(message)).map((target) => member(target, 'data_id'));
      expect(targetIds.length).toBeGreaterThanOrEqual(2);
      expect(new Set(targetIds).size).toBe(targetIds.length);
    }
  });
});

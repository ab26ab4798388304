import type { JsonObject } from '#lib/json/exact-json.ts';
import { type AlarmType, alarmTypes } from './alarm-types.ts';
import type { MessageWorld } from './message-world.ts';
import { createDeck } from './seeded-random.ts';
import { type Person, sightingOf } from './sighting.ts';

/** Writes `data` of device_alarm messages (reference 10.1.4.2), of every class and type in turn. */
export function createAlarmWriter(world: MessageWorld): () => JsonObject {
  const { random } = world;
  const nextType = createDeck(random, alarmTypes);

  return () => {
    const type = nextType();
    const camera = type.subject === 'person' ? world.camera() : world.camera('road');
    const raisedAt = world.now();
    const alarm = { camera, alarmType: type.alarmType, raisedAt, serial: world.nextSerial() };
    const alarmUuid = world.ids.alarmUuid(alarm);
    const { person } = sightingOf(alarmUuid, type.subject);
    return {
      device_id: camera.deviceId,
      device_name: camera.deviceName,
      channel_type: 'video_input',
      channel_id: camera.channelId,
      channel_name: camera.channelName,
      classification: type.classification,
      alarm_type: type.alarmType,
      alarm_status: type.hasTarget ? 'pulse' : 'start',
      alarm_time: world.local(raisedAt).iso,
      alarm_uuid: alarmUuid,
      ...extraMembers(world, type),
      ...(type.hasTarget && person !== undefined ? { target: targetOf(world, person) } : {}),
    };
  };
}

function extraMembers({ random }: MessageWorld, { alarmType }: AlarmType): JsonObject {
  switch (alarmType) {
    case 'io_event':
      return { alarm_type_name: `Local<-${random.integer(1, 4)}` };
    case 'thirdparty_intelligent':
      return { alarm_type_name: random.pick(['烟雾检测', 'Smoke detector', '安全帽检测']) };
    case 'customer_flow_statistics_alarm':
      return {
        alarm_attr: '',
        enter_count: random.integer(0, 30),
        leave_count: random.integer(0, 30),
        repeat_count: random.integer(0, 5),
      };
    default:
      return {};
  }
}

/** A third of the people stand in a library under an invented name, the others are strangers. */
function targetOf({ random }: MessageWorld, person: Person): JsonObject {
  const isKnown = random.chance(0.33);
  const group = isKnown ? random.pick(['访客', 'Staff', '员工']) : '陌生人';
  return {
    target_id: isKnown ? random.digits(6) : '-1',
    name: isKnown ? random.pick(['访客甲', '访客乙', 'Visitor Three', 'Visitor Four']) : '',
    gender: person.isMale ? 'male' : 'female',
    organization: group,
    age: person.age,
    age_group: ageGroup(person.age),
    similarity: isKnown ? random.integer(85, 99) : 0,
    target_alarm_type: group,
    group_id: random.integer(1, 9),
    appear_cnt: random.integer(1, 40),
    frequency_id: random.digits(3),
    targetgroup_name: isKnown ? group : '',
  };
}

function ageGroup(age: number): string {
  if (age < 12) return 'CHILDREN';
  if (age < 18) return 'JUVENILE';
  if (age < 36) return 'YOUTHS';
  return age < 60 ? 'MIDDLE_AGE' : 'OLD_AGE';
}

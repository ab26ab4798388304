import type { JsonObject } from '#lib/json/exact-json.ts';
import {
  boxOf,
  commonOf,
  cornerBoxOf,
  type MessageWorld,
  type NewRecord,
  recordHead,
  snapshotTimes,
} from './message-world.ts';
import { createDeck } from './seeded-random.ts';
import type { Person } from './sighting.ts';

const recognitionVersion = 'SDC_FR V1.8.1b030s001';
const featureBytes = 516;

/**
 * Writes `data` of target_data messages (reference 10.1.4.5.2): attributes (1), recognition (2), features of one master and
 * its slaves (20) and feature collaboration (22), in turn.
 */
export function createPersonWriter(world: MessageWorld): () => JsonObject {
  const next = createDeck(world.random, [1, 1, 2, 20, 22]);
  return () => {
    const service = next();
    const hasBody = service === 1;
    const record = world.record(
      world.camera('entrance', 'shop'),
      service,
      hasBody ? ['target', 'body', 'panorama'] : ['target', 'panorama'],
    );
    const { person } = record.sighting;
    return person === undefined ? {} : targetData(world, record, person);
  };
}

function targetData(world: MessageWorld, record: NewRecord, person: Person): JsonObject {
  const { random } = world;
  const { service, camera, takenAt } = record.ref;
  const hasBody = record.ref.kinds.includes('body');
  const ids = { object: world.globalId(), target: random.integer(1000, 999_999) };
  const feature = service === 1 ? {} : { target_cap_feature: random.bytes(featureBytes).toString('base64') };
  const quality = random.integer(60, 99);
  const looks = wordsOf(person);
  return {
    ...recordHead(world, record),
    itgt_type: service,
    ...(service === 2 ? { itgt_version: recognitionVersion, quality_score: quality, target_expression: 'normal' } : {}),
    // Attribute detection gives an age group only (the reference's example), recognition an age too.
    ...(service === 2 ? { age: person.age } : {}),
    ...looks,
    target_id: ids.target,
    global_obj_id: ids.object,
    ...feature,
    target_url: record.url('target'),
    ...(hasBody ? { target_all_pic_url: record.url('body'), human_pos: cornerBoxOf(person.box) } : {}),
    panorama_url: record.url('panorama'),
    target_pos: cornerBoxOf(person.head),
    target_pic_time: takenAt.getTime(),
    common: commonOf(world, camera, { target_type: service, sdc_device_id: camera.sdcUuid }),
    target: {
      ...deviceData(person, looks, service, ids),
      ...feature,
      ...(service === 2 ? matchOf(world) : {}),
      target_panopic_size: random.integer(90_000, 200_000),
      target_panorama: record.url('panorama'),
      target_pic: record.url('target'),
      target_pic_kps: 1,
      target_pic_position: boxOf(person.head),
      target_pic_time: takenAt.getTime(),
      target_pic_tzone: 28_800_000,
      target_quality_score: quality,
      ...(hasBody ? { human_pic: record.url('body'), human_pic_kps: 1, human_rect_position: boxOf(person.box) } : {}),
      obj_appear_timems: takenAt.getTime(),
      pic_snapshot_dst_offset: 0,
      pic_snapshot_time: Math.floor(takenAt.getTime() / 1000),
      pic_snapshot_tzone: 28_800_000,
    },
  };
}

const deviceData = (
  person: Person,
  looks: ReturnType<typeof wordsOf>,
  service: number,
  ids: { object: bigint; target: number },
): JsonObject => ({
  target_age: person.age,
  target_age_group: Number(looks.age_group),
  target_feature: {
    glasses: person.hasGlasses ? 0 : 1,
    gender: person.isMale ? 2 : 1,
    age: 0,
    mouth_mask: person.hasMask ? 1 : 0,
    expression: 3,
  },
  target_gender: looks.gender,
  target_glass: looks.glasses,
  target_glass_type: person.hasGlasses ? 1 : 0,
  target_hair: looks.hair,
  target_hat: looks.hat,
  target_id: ids.target,
  target_mouth_mask: looks.mouth_mask,
  target_mustache: 0,
  target_rec_version: recognitionVersion,
  global_object_id: ids.object,
  target_type: service,
  trecord_type: service === 2 ? 4 : 3,
  vehicle_type: 9,
  vehicle_type_ext: 9,
});

function matchOf({ random }: MessageWorld): JsonObject {
  const isMatch = random.chance(0.4);
  return {
    match_type: isMatch ? 1 : 0,
    target_matchrate: isMatch ? random.integer(85, 99) : random.integer(10, 60),
    snap_matchrate_million: isMatch ? random.integer(850_000, 999_999) : random.integer(100_000, 600_000),
    target_lib_type: isMatch ? random.integer(1, 2) : 0,
    target_lib_name: isMatch ? 'Staff 员工' : '',
  };
}

/** Looks in words, and the age group as a digit in a text: 1 juvenile, 2 young, 3 old, 4 child, 5 middle-aged. */
const wordsOf = (person: Person) => ({
  age_group: ageGroup(person.age),
  gender: person.isMale ? 'male' : 'female',
  glasses: String(person.hasGlasses),
  hair: person.hasLongHair ? 'long' : 'short',
  hat: String(person.hasHat),
  mouth_mask: String(person.hasMask),
});

function ageGroup(age: number): string {
  if (age < 12) return '4';
  if (age < 18) return '1';
  if (age < 36) return '2';
  return age < 60 ? '5' : '3';
}

/** `data` of a vehicle_data message about a pedestrian: service 6 (reference 10.1.4.5.4). */
export function writePedestrian(world: MessageWorld): JsonObject {
  const record = world.record(world.camera('road', 'entrance'), 6, ['body', 'panorama']);
  const { person } = record.sighting;
  if (person === undefined) return {};
  const { random } = world;
  const objectId = world.globalId();
  const lane = random.integer(1, 3);
  const looks = clothesOf(person);
  return {
    ...recordHead(world, record),
    itgt_type: 6,
    global_obj_id: objectId,
    lane_id: lane,
    vehicle_type: 9,
    target_all_pic_url: record.url('body'),
    panorama_url: record.url('panorama'),
    human_age: looks.human_age,
    human_gender: looks.human_gender,
    human_hair: looks.human_hair,
    human_lowercolor: person.lowerColor,
    human_lowstyle: looks.human_lower_style,
    human_mouthmask: looks.human_mouth_mask,
    human_pos: cornerBoxOf(person.box),
    human_shape: looks.human_shape,
    human_uppercolor: person.upperColor,
    human_upperstyle: looks.human_upper_style,
    common: commonOf(world, record.ref.camera, { sdc_device_id: record.ref.camera.sdcUuid }),
    target: {
      ...looks,
      global_object_id: objectId,
      human_pic: record.url('body'),
      human_pic_roi: { x: 2916, y: 0, width: 4229, height: 10_000 },
      human_rect_position: boxOf(person.box),
      // The device shifts some of its own codes by 16 bits (reference 10.1.4.5.4, first example).
      human_feature: {
        age: looks.human_age,
        gender: looks.human_gender,
        glass: (person.hasGlasses ? 2 : 1) * 65_536,
        hair: looks.human_hair,
        hat: (person.hasHat ? 2 : 1) * 65_536,
        lower_color: person.lowerColor,
        mouth_mask: looks.human_mouth_mask,
        move_direct: 2,
        move_speed: 0,
        upper_color: person.upperColor,
        view: 131_072,
      },
      lane_id: lane,
      panorama_pic: record.url('panorama'),
      ...snapshotTimes(record),
      target_type: 6,
      trecord_type: 34,
      vehicle_type: 9,
      vehicle_type_ext: 9,
      vhd_object_id: random.integer(1, 99_999),
    },
  };
}

/** Looks in the codes of vehicle_data: 0 unknown, then mostly 1 no and 2 yes; 1 male and 2 female. */
export const clothesOf = (person: Person) => ({
  human_age: person.age < 18 ? 1 : person.age < 60 ? 2 : 3,
  human_backpack: 1,
  human_carry: person.hasHat ? 2 : 1,
  human_direct: 2,
  human_frontpack: 1,
  human_gender: person.isMale ? 1 : 2,
  human_glass: person.hasGlasses ? 2 : 1,
  human_hair: person.hasLongHair ? 1 : 2,
  human_hat: person.hasHat ? 2 : 1,
  human_lower_color: person.lowerColor,
  human_lower_style: 1,
  human_luggage: 1,
  human_mouth_mask: person.hasMask ? 2 : 1,
  human_satchel: 1,
  human_shape: 1,
  human_speed: 2,
  human_umbrella: 1,
  human_upper_color: person.upperColor,
  human_upper_style: 1,
  human_upper_texture: 1,
  human_view: 1,
});

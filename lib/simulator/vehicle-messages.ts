import type { JsonObject } from '#lib/json/exact-json.ts';
import type { Camera } from './cameras.ts';
import {
  boxOf,
  commonOf,
  cornerBoxOf,
  type MessageWorld,
  type NewRecord,
  pixelBoxOf,
  recordHead,
  snapshotTimes,
} from './message-world.ts';
import { clothesOf, writePedestrian } from './person-messages.ts';
import { createDeck } from './seeded-random.ts';
import type { Cycle, Vehicle } from './sighting.ts';

/** Share of cars whose plate can't be read; IVM then says so in the place of the plate. */
const unreadablePlates = 0.08;

/**
 * Writes `data` of vehicle_data messages (reference 10.1.4.5.4): pedestrians (6), motor vehicles (7), cycles (8) and
 * riders (53), in turn.
 */
export function createVehicleWriter(world: MessageWorld): () => JsonObject {
  const next = createDeck(world.random, [6, 7, 7, 7, 8, 53]);
  return () => {
    const service = next();
    if (service === 6) return writePedestrian(world);
    return service === 7 ? writeCar(world) : writeCycle(world, service);
  };
}

function writeCar(world: MessageWorld): JsonObject {
  const hasPlate = !world.random.chance(unreadablePlates);
  const record = world.record(world.camera('road'), 7, [
    'vehicle',
    'panorama',
    ...(hasPlate ? (['plate'] as const) : []),
  ]);
  const { vehicle } = record.sighting;
  if (vehicle === undefined) return {};
  const objectId = world.globalId();
  return {
    ...recordHead(world, record),
    itgt_type: 7,
    global_obj_id: objectId,
    lane_id: vehicle.lane,
    vehicle_direction: vehicle.direction,
    ...plateText(vehicle, hasPlate),
    vehicle_type: 1,
    vehicle_color: vehicle.color,
    // An index here, a name in `target`.
    car_pre_brand: vehicle.make.index,
    car_sub_brand: vehicle.make.modelIndex,
    car_year_brand: vehicle.make.years,
    vehicle_url: record.url('vehicle'),
    panorama_url: record.url('panorama'),
    vehicle_pos: cornerBoxOf(vehicle.box),
    common: commonOf(world, record.ref.camera, { sdc_device_id: record.ref.camera.sdcUuid }),
    target: {
      ...carMembers(vehicle, record, hasPlate),
      global_object_id: objectId,
      target_type: 7,
      trecord_type: 34,
      vhd_object_id: world.random.integer(1, 99_999),
    },
  };
}

/** Members about a car in the data of a device, as vehicle_data and micro_checkpoint_data share them. */
export const carMembers = (vehicle: Vehicle, record: NewRecord, hasPlate: boolean): JsonObject => ({
  car_pre_brand: vehicle.make.name,
  car_pre_brand_index: vehicle.make.index,
  car_sub_brand: vehicle.make.model,
  car_sub_brand_index: vehicle.make.modelIndex,
  car_year_brand: vehicle.make.years,
  cur_snap_index: 0,
  lane_id: vehicle.lane,
  panorama_pic: record.url('panorama'),
  ...snapshotTimes(record),
  ...plateText(vehicle, hasPlate),
  ...(hasPlate ? plateMembers(vehicle, record, record.ref.camera) : {}),
  vehicle_color: vehicle.color,
  vehicle_direction: vehicle.direction,
  vehicle_pic: record.url('vehicle'),
  vehicle_pos: boxOf(vehicle.box),
  vehicle_pos_abs: pixelBoxOf(vehicle.box, record.ref.camera),
  vehicle_pos_com: boxOf(vehicle.box),
  vehicle_type: 1,
  vehicle_type_ext: vehicle.isElectric ? 18 : 17,
});

const plateText = (vehicle: Vehicle, hasPlate: boolean): JsonObject =>
  hasPlate ? { plate_char: vehicle.plate, plate_color: vehicle.isElectric ? 6 : 1 } : { plate_char: '无牌' };

const plateMembers = (vehicle: Vehicle, record: NewRecord, camera: Camera): JsonObject => ({
  plate_pic: record.url('plate'),
  plate_pos: boxOf(vehicle.plateBox),
  plate_pos_abs: pixelBoxOf(vehicle.plateBox, camera),
  plate_pos_com: boxOf(vehicle.plateBox),
  plate_type: vehicle.isElectric ? 17 : 1,
});

function writeCycle(world: MessageWorld, service: number): JsonObject {
  const record = world.record(
    world.camera('road'),
    service,
    service === 53 ? ['vehicle', 'panorama', 'body'] : ['vehicle', 'panorama'],
  );
  const { cycle } = record.sighting;
  if (cycle === undefined) return {};
  const objectId = world.globalId();
  const { camera } = record.ref;
  return {
    ...recordHead(world, record),
    itgt_type: service,
    global_obj_id: objectId,
    moto_type: 1,
    motor_color: cycle.color,
    rider_num: cycle.riders,
    has_helmet: cycle.hasHelmet,
    lane_id: cycle.lane,
    vehicle_type: 8,
    vehicle_url: record.url('vehicle'),
    panorama_url: record.url('panorama'),
    vehicle_pos: cornerBoxOf(cycle.box),
    common: commonOf(world, camera, {}),
    target: {
      ...riderMembers(cycle),
      ...(service === 53 ? riderDetails(cycle, record) : { trecord_type: 34 }),
      global_object_id: objectId,
      lane_id: cycle.lane,
      panorama_pic: record.url('panorama'),
      ...snapshotTimes(record),
      target_type: service,
      vehicle_pic: record.url('vehicle'),
      vehicle_pos: boxOf(cycle.box),
      vehicle_pos_abs: pixelBoxOf(cycle.box, camera),
      vehicle_type: 8,
      vehicle_type_ext: 8,
      vhd_object_id: world.random.integer(1, 99_999),
    },
  };
}

const riderMembers = ({ rider, riders, color, hasHelmet }: Cycle): JsonObject => ({
  motor_color: color,
  motor_license_plate: 1,
  motor_motor_carry: 1,
  motor_sunshade: 1,
  motor_sunshade_color: 0,
  motor_type: 1,
  riderman_age: 2,
  riderman_feature: {
    age: 2,
    gender: rider.isMale ? 1 : 2,
    helmet: hasHelmet ? 2 : 1,
    helmet_color: 0,
    upper_color: rider.upperColor,
    upper_style: 0,
  },
  riderman_gender: rider.isMale ? 1 : 2,
  riderman_helmet: hasHelmet ? 2 : 1,
  riderman_helmetcolor: 0,
  riderman_num: riders,
  riderman_uppercolor: rider.upperColor,
  riderman_upperstyle: 0,
});

/** Service 53 knows the rider as service 6 knows a pedestrian. The misspelt name is that of the reference's example. */
const riderDetails = ({ rider }: Cycle, record: NewRecord): JsonObject => ({
  ...clothesOf(rider),
  face_id: record.ref.serial,
  face_pic_time: record.ref.takenAt.getTime(),
  face_pic_tzone: 28_800_000,
  human_pic: record.url('body'),
  human_pic_kps: 1,
  human_rect_position: boxOf(rider.box),
  trecored_type: 34,
});

import type { JsonObject } from '#lib/json/exact-json.ts';
import { activityAt } from './daily-rhythm.ts';
import { commonOf, type MessageWorld, type NewRecord, recordHead } from './message-world.ts';
import { createDeck } from './seeded-random.ts';
import { carMembers } from './vehicle-messages.ts';

const passage = 51;
const statistics = 52;
const lanes = 3;

/** Writes `data` of micro_checkpoint_data messages (reference 10.1.4.5.7): passing cars (51) and traffic statistics (52), in turn. */
export function createCheckpointWriter(world: MessageWorld): () => JsonObject {
  const next = createDeck(world.random, [passage, passage, statistics]);
  return () => {
    const service = next();
    const record = world.record(world.camera('road'), service, ['vehicle', 'panorama', 'plate']);
    const { sdc_uuid: videoSource = '', ...common } = commonOf(world, record.ref.camera, { sys_language_type: 0 });
    return {
      ...recordHead(world, record),
      data: {
        // The examples of the two services spell the name of the video source differently.
        common:
          service === statistics
            ? { ...common, sdcc_uuid: videoSource, target_type: statistics }
            : { ...common, sdc_uuid: videoSource },
        targets: [carTarget(world, record, service)],
      },
    };
  };
}

function carTarget(world: MessageWorld, record: NewRecord, service: number): JsonObject {
  const { random } = world;
  const { vehicle } = record.sighting;
  const hasPassenger = random.integer(0, 1);
  return {
    ...(vehicle === undefined ? {} : carMembers(vehicle, record, true)),
    data_id: record.dataId(),
    device_id: '',
    dir_id: '',
    feature_frame_flag: 1,
    global_object_id: world.globalId(),
    ir_info: '',
    mfr_car_pendant: random.integer(-1, 1),
    mfr_main_belt: random.integer(0, 1),
    mfr_main_call: random.chance(0.1) ? 1 : 0,
    // As devices spell it; the reference's table has another spelling.
    mfr_main_sun_visior: 0,
    mfr_nap_kin_box: 0,
    mfr_vice_belt: hasPassenger,
    mfr_vice_exist: hasPassenger,
    mfr_vice_sun_visior: 0,
    mfr_year_log: 1,
    panorama_pic_size: random.integer(80_000, 120_000),
    plate_confidence: random.integer(80, 99),
    plate_snapshot_type: 1,
    producer_name: 'ITGT',
    roid_id: '',
    target_type: service,
    trecord_type: 36,
    vlpr_alg_type: 0,
    ...(service === statistics ? trafficOf(world) : {}),
  };
}

function trafficOf(world: MessageWorld): JsonObject {
  const { random } = world;
  const activity = activityAt(world.local(world.now()).hourOfDay);
  const counts = {
    small: Math.round(activity * random.integer(4, 24)),
    medium: random.integer(0, 2),
    large: random.integer(0, 1),
  };
  const vehicles = counts.small + counts.medium + counts.large;
  return {
    microport_traffic_statistics: 1,
    statistics_average_speed: vehicles === 0 ? 0 : random.integer(12, 58),
    statistics_congestion_degree: activity > 0.8 ? 3 : activity > 0.4 ? 2 : 1,
    statistics_lane_count: lanes,
    statistics_lane_index: random.integer(1, lanes),
    statistics_lane_space_used_ratio: Math.min(100, vehicles * 3),
    statistics_lane_time_used_ratio: Math.min(100, vehicles * 3),
    statistics_queue_length: activity > 0.8 ? random.integer(5, 40) : 0,
    statistics_vehicle_car_large_count: counts.large,
    statistics_vehicle_car_med_count: counts.medium,
    statistics_vehicle_car_small_count: counts.small,
    statistics_vehicle_count: vehicles,
    statistics_vehicle_density: vehicles,
    statistics_vehicle_head_interval: vehicles === 0 ? 0 : Math.round(300 / vehicles),
    statistics_vehicle_head_space_interval: vehicles === 0 ? 0 : Math.round(1500 / vehicles),
    traffic_statistics_cycle: 5,
  };
}

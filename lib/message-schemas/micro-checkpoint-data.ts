import {
  businessTypes,
  carBrands,
  plateColors,
  plateTypes,
  recordTypes,
  vehicleColors,
  vehicleTypes,
} from './enumerations.ts';
import { choice, decimal, id, integer, type Labels, list, messageData, object, pictureUrl, text } from './fields.ts';
import {
  commonFields,
  directions,
  indexFields,
  pixelBox,
  recordFields,
  relativeBox,
  snapshotFields,
} from './shared-fields.ts';

const presence: Labels = { '-1': 'unknown', 0: 'no', 1: 'yes' };

const statisticsFields = {
  microport_traffic_statistics: choice('whether the record is one of traffic statistics; a legacy field', { 1: 'yes' }),
  statistics_average_speed: decimal('average speed, in an undocumented unit'),
  statistics_congestion_degree: integer('state of the traffic, on an undocumented scale'),
  statistics_lane_count: integer('lanes counted', 'lanes'),
  statistics_lane_index: integer('lane this record is about'),
  statistics_lane_space_used_ratio: decimal('share of the lane covered by vehicles, on an undocumented scale'),
  statistics_lane_time_used_ratio: decimal('share of the time the lane was covered, on an undocumented scale'),
  statistics_queue_length: decimal('length of the queue, in an undocumented unit'),
  statistics_vehicle_car_large_count: integer('large vehicles in the cycle', 'vehicles'),
  statistics_vehicle_car_med_count: integer('medium vehicles in the cycle', 'vehicles'),
  statistics_vehicle_car_small_count: integer('small vehicles in the cycle', 'vehicles'),
  statistics_vehicle_count: integer('vehicles in the cycle', 'vehicles'),
  statistics_vehicle_density: decimal('density of the traffic, in an undocumented unit'),
  statistics_vehicle_head_interval: decimal('time between the fronts of two vehicles, in an undocumented unit'),
  statistics_vehicle_head_space_interval: decimal(
    'distance between the fronts of two vehicles, in an undocumented unit',
  ),
  traffic_statistics_cycle: integer('length of the counting cycle, in an undocumented unit'),
};

const targetFields = {
  ...snapshotFields,
  ...statisticsFields,
  car_pre_brand: text('make of the car, in Chinese'),
  car_pre_brand_index: choice('make of the car', carBrands),
  car_sub_brand: text('model of the car, in Chinese'),
  car_sub_brand_index: integer('index of the model of the car'),
  car_year_brand: text('model years of the car'),
  cur_snap_index: integer('number of this capture in its series'),
  device_id: id('device; empty in the examples'),
  dir_id: id('number of the direction'),
  data_id: id('identifier of this target, with which its pictures can be asked for'),
  feature_frame_flag: integer('whether this is the key frame that pictures were cut from'),
  global_object_id: integer('identifier of the object across records, 64-bit'),
  ir_info: text('direction, in words'),
  lane_id: integer('number of the lane'),
  mfr_car_pendant: choice('pendant at the mirror', presence),
  mfr_main_belt: choice("driver's seat belt", presence),
  mfr_main_call: choice('driver on the telephone', presence),
  mfr_main_sunvisor: choice("driver's sun visor; the name as the reference spells it", presence),
  mfr_main_sun_visior: choice("driver's sun visor; the name as devices spell it", presence),
  mfr_nap_kin_box: choice('box of tissues', presence),
  mfr_vice_belt: choice("front passenger's seat belt", presence),
  mfr_vice_exist: choice('front passenger', presence),
  mfr_vice_sunvisor: choice("front passenger's sun visor; the name as the reference spells it", presence),
  mfr_vice_sun_visior: choice("front passenger's sun visor; the name as devices spell it", presence),
  mfr_year_log: choice('inspection sticker', presence),
  panorama_pic: pictureUrl('panorama'),
  panorama_pic_size: integer('size of the panorama', 'bytes'),
  plate_char: text('characters of the number plate'),
  plate_color: choice('colour of the number plate', plateColors),
  plate_confidence: integer('confidence in the number plate'),
  plate_pic: pictureUrl('close-up of the number plate'),
  plate_pos: relativeBox('the number plate in the panorama'),
  plate_pos_abs: pixelBox('the number plate in the panorama, in pixels'),
  plate_pos_com: relativeBox('the number plate in the panorama, once more'),
  plate_snapshot_type: choice('what triggered the capture', { 0: 'by hand', 1: 'automatic' }),
  plate_type: choice('type of number plate', plateTypes),
  producer_name: text('name of the producer of the data'),
  roid_id: id('number of the road'),
  target_type: choice('intelligent service', businessTypes),
  trecord_type: choice('algorithm behind the record', recordTypes),
  vehicle_color: choice('colour of the vehicle', vehicleColors),
  vehicle_direction: choice('direction of the vehicle', directions),
  vehicle_pic: pictureUrl('close-up of the vehicle'),
  vehicle_pos: relativeBox('the vehicle in the panorama'),
  vehicle_pos_abs: pixelBox('the vehicle in the panorama, in pixels'),
  vehicle_pos_com: relativeBox('the vehicle in the panorama, once more'),
  vehicle_type: choice('type of vehicle or person', vehicleTypes),
  vehicle_type_ext: choice('finer type of vehicle or person', vehicleTypes),
  vlpr_alg_type: integer('type of the plate algorithm'),
};

const innerFields = {
  common: object('what every record of the camera carries', {
    ...commonFields,
    ...indexFields,
    sdcc_uuid: text("identifier of the camera's video source; the name as an example prints it"),
    sys_language_type: integer('language of the back end'),
    target_type: choice('intelligent service; documented for traffic statistics', businessTypes),
  }),
  targets: list('the vehicles', object('a vehicle, or the statistics of a lane', targetFields)),
};

const dataFields = { ...recordFields, data: object('the passage', innerFields) };

/** `data` of a micro_checkpoint_data (reference 10.1.4.5.7). */
export const MicroCheckpointDataData = messageData(
  'vehicles passing a micro checkpoint, and its traffic statistics',
  dataFields,
);

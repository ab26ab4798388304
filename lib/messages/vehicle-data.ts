import { member } from '#lib/json/exact-json.ts';
import { capturedAt } from './captured-at.ts';
import {
  businessTypes,
  carBrands,
  plateColors,
  plateTypes,
  recordTypes,
  vehicleColors,
  vehicleTypes,
} from './enumerations.ts';
import { choice, flag, integer, type Labels, messageData, object, pictureUrl, text } from './fields.ts';
import type { MessageModule } from './message-module.ts';
import { picturesWanted } from './pictures-wanted.ts';
import { cameraOf, column, columnsOf, idColumn, textMember } from './read-fields.ts';
import {
  commonFields,
  cornerBox,
  directions,
  pixelBox,
  recordFields,
  relativeBox,
  snapshotFields,
} from './shared-fields.ts';

const genders: Labels = { 0: 'unknown', 1: 'male', 2: 'female' };
const ages: Labels = { 0: 'unknown', 1: 'juvenile', 2: 'young adult', 3: 'elderly' };
const noYes: Labels = { 0: 'unknown', 1: 'no', 2: 'yes' };
const upperStyles: Labels = { 0: 'unknown', 1: 'long sleeves', 2: 'short sleeves' };
const lowerStyles: Labels = { 0: 'unknown', 1: 'trousers', 2: 'shorts', 3: 'skirt' };
const lowerColors: Labels = {
  0: 'unknown',
  1: 'black',
  2: 'blue',
  3: 'green',
  4: 'white or grey',
  5: 'yellow, orange or brown',
  6: 'red, pink or purple',
};
const textures: Labels = { 0: 'unknown', 1: 'plain', 2: 'striped', 3: 'checked' };
const views: Labels = { 0: 'unknown', 1: 'front', 2: 'back', 3: 'leaning left', 4: 'leaning right' };
const hairs: Labels = { 0: 'unknown', 1: 'long', 2: 'short', 3: 'bald' };
const shapes: Labels = { 0: 'unknown', 1: 'average', 2: 'heavy', 3: 'thin' };

// The reference swaps upper and lower clothing in the descriptions of both feature objects; the names are right.
const personFeatures = object(
  "attributes of the person in the device's own codes, some of them shifted left by 16 bits",
  {
    age: integer('age group'),
    backpack: integer('whether a backpack is carried'),
    carry: integer('whether something is carried in the hand'),
    front_pack: integer('whether a bag is worn in front'),
    gender: choice('gender', genders),
    glass: integer('whether glasses are worn'),
    hair: integer('hairstyle'),
    hat: integer('whether a hat is worn'),
    lower_color: integer('colour of the lower clothing'),
    lower_style: integer('style of the lower clothing'),
    luggage: integer('whether a suitcase is present'),
    mouth_mask: integer('whether a face mask is worn'),
    move_direct: integer('direction of movement'),
    move_speed: integer('speed of movement'),
    satchel: integer('whether a shoulder bag is worn'),
    shape: integer('build of the body'),
    umbrella: integer('whether an umbrella is present'),
    upper_color: integer('colour of the upper clothing'),
    upper_style: integer('style of the upper clothing'),
    upper_texture: integer('pattern of the upper clothing'),
    view: integer('side shown to the camera'),
  },
);

const riderFeatures = object("attributes of the rider in the device's own codes", {
  age: integer('age group'),
  gender: choice('gender', genders),
  helmet: integer('whether a helmet is worn'),
  helmet_color: integer('colour of the helmet'),
  upper_color: integer('colour of the upper clothing'),
  upper_style: integer('style of the upper clothing'),
});

const targetFields = {
  ...snapshotFields,
  car_pre_brand: text('make of the car, in Chinese'),
  car_pre_brand_index: choice('make of the car', carBrands),
  car_sub_brand: text('model of the car, in Chinese'),
  car_sub_brand_index: integer('index of the model of the car'),
  car_year_brand: text('model years of the car'),
  cur_snap_index: integer('number of this capture in its series'),
  global_object_id: integer('identifier of the object across records, 64-bit'),
  human_pic: pictureUrl('picture of the whole person'),
  human_pic_kps: integer('key point quality flag of the picture of the whole person'),
  human_pic_roi: relativeBox('the person within the picture of the whole person'),
  human_rect_position: relativeBox('the whole person in the panorama'),
  lane_id: integer('number of the lane'),
  panorama_pic: pictureUrl('panorama'),
  plate_char: text('characters of the number plate'),
  plate_color: choice('colour of the number plate', plateColors),
  plate_pic: pictureUrl('close-up of the number plate'),
  plate_pos: relativeBox('the number plate in the panorama'),
  plate_pos_abs: pixelBox('the number plate in the panorama, in pixels'),
  plate_pos_com: relativeBox('the number plate in the panorama, once more'),
  plate_type: choice('type of number plate', plateTypes),
  target_type: choice('intelligent service', businessTypes),
  trecord_type: choice('algorithm behind the record', recordTypes),
  trecored_type: choice('algorithm behind the record; the name as a device misspelt it', recordTypes),
  vehicle_color: choice('colour of the vehicle', vehicleColors),
  vehicle_direction: choice('direction of the vehicle', directions),
  vehicle_pic: pictureUrl('close-up of the vehicle'),
  vehicle_pos: relativeBox('the vehicle in the panorama'),
  vehicle_pos_abs: pixelBox('the vehicle in the panorama, in pixels'),
  vehicle_pos_com: relativeBox('the vehicle in the panorama, once more'),
  vehicle_type: choice('type of vehicle or person', vehicleTypes),
  vehicle_type_ext: choice('finer type of vehicle or person', vehicleTypes),
  vhd_object_id: integer('identifier of the vehicle or person on the device'),
  human_gender: choice('gender of the pedestrian', genders),
  human_umbrella: choice('whether the pedestrian holds an umbrella', noYes),
  human_lower_color: choice('colour of the lower clothing', lowerColors),
  human_direct: integer('direction of movement'),
  human_carry: choice('whether something is carried in the hand', noYes),
  human_mouth_mask: choice('whether a face mask is worn', noYes),
  human_age: choice('age group of the pedestrian', ages),
  human_upper_texture: choice('pattern of the upper clothing', textures),
  human_view: choice('side shown to the camera', views),
  human_feature: personFeatures,
  human_luggage: integer('whether a suitcase is present'),
  human_backpack: integer('whether a backpack is carried'),
  human_lower_style: choice('style of the lower clothing', lowerStyles),
  human_upper_color: integer('colour of the upper clothing'),
  human_hair: choice('hairstyle', hairs),
  human_shape: choice('build of the body', shapes),
  human_speed: integer('speed of movement'),
  human_upper_style: choice('style of the upper clothing', upperStyles),
  human_hat: integer('whether a hat is worn'),
  human_frontpack: integer('whether a bag is worn in front'),
  human_satchel: integer('whether a shoulder bag is worn'),
  human_glass: integer('whether glasses are worn'),
  motor_color: integer('colour of the non-motor vehicle'),
  motor_license_plate: integer('whether the non-motor vehicle has a plate'),
  motor_motor_carry: integer('whether the non-motor vehicle carries something'),
  motor_sunshade: integer('whether the non-motor vehicle has a sunshade'),
  motor_sunshade_color: integer('colour of the sunshade'),
  motor_type: integer('type of the non-motor vehicle'),
  riderman_age: integer('age group of the rider'),
  riderman_feature: riderFeatures,
  riderman_gender: integer('gender of the rider'),
  riderman_helmet: integer('whether the rider wears a helmet'),
  riderman_helmetcolor: integer('colour of the helmet'),
  riderman_num: integer('riders on the vehicle', 'persons'),
  riderman_uppercolor: integer("colour of the rider's upper clothing"),
  riderman_upperstyle: integer("style of the rider's upper clothing"),
  face_id: integer('number of the face'),
  face_pic_time: integer('time the face was captured; the unit is seen, not documented', 'ms since epoch'),
  face_pic_tzone: integer('zone of the capture of the face, positive in the east', 'ms'),
};

const dataFields = {
  ...recordFields,
  itgt_type: choice('intelligent service', businessTypes),
  global_obj_id: integer('identifier of the object across records, 64-bit'),
  lane_id: integer('number of the lane'),
  vehicle_direction: choice('direction of the vehicle', directions),
  plate_char: text('characters of the number plate'),
  plate_color: choice('colour of the number plate', plateColors),
  vehicle_type: choice('type of vehicle or person', vehicleTypes),
  vehicle_color: choice('colour of the vehicle', vehicleColors),
  car_pre_brand: choice('make of the car; an index here, a name in target', carBrands),
  car_sub_brand: integer('index of the model of the car'),
  car_year_brand: text('model years of the car'),
  rider_age_range: choice('age group of the rider', ages),
  rider_gender: choice('gender of the rider', genders),
  has_helmet: flag('whether the rider wears a helmet'),
  helmet_color: integer('colour of the helmet'),
  motor_color: integer('colour of the non-motor vehicle'),
  has_motor_sunshade: flag('whether the non-motor vehicle has a sunshade'),
  has_motor_carry: flag('whether the non-motor vehicle carries something'),
  has_license_plate: flag('whether the non-motor vehicle has a plate'),
  rider_num: integer('riders on the vehicle', 'persons'),
  motor_type: integer('type of the non-motor vehicle'),
  moto_type: integer('type of the non-motor vehicle; the name devices use at this level'),
  vehicle_url: pictureUrl('close-up of the vehicle'),
  target_all_pic_url: pictureUrl('picture of the whole person'),
  panorama_url: pictureUrl('panorama'),
  vehicle_pos: cornerBox('the vehicle in the panorama'),
  human_pos: cornerBox('the whole person in the panorama'),
  human_age: choice('age group of the pedestrian', ages),
  human_gender: choice('gender of the pedestrian', genders),
  human_upperstyle: choice('style of the upper clothing', upperStyles),
  human_uppercolor: integer('colour of the upper clothing'),
  human_lowstyle: integer('style of the lower clothing'),
  human_lowercolor: integer('colour of the lower clothing'),
  human_shape: integer('build of the body'),
  human_mouthmask: integer('whether the pedestrian wears a face mask'),
  human_hair: integer('hairstyle of the pedestrian'),
  common: object('what every record of the camera carries', commonFields),
  target: object('the data as the device sent it; its members depend on the service', targetFields),
};

/** `data` of a vehicle_data (reference 10.1.4.5.4). */
export const VehicleDataData = messageData('a motor vehicle, a non-motor vehicle or a pedestrian', dataFields);

const dataNames = new Set(Object.keys(dataFields));
const targetNames = new Set(Object.keys(targetFields));

/**
 * Vehicles, riders and pedestrians: services 6, 7, 8 and 53 (reference 10.1.4.5.4).
 *
 * The column `car_pre_brand` is the index of the make, `car_pre_brand_name` its name, as for micro_checkpoint_data.
 */
export const vehicleData: MessageModule = {
  messageType: 'vehicle_data',
  section: '10.1.4.5.4',
  schema: VehicleDataData,
  camera: cameraOf,
  eventTime: (data) => textMember(data, 'report_time'),
  columns(data) {
    const target = member(data, 'target');
    const common = member(data, 'common');
    const either = (name: string, targetName = name) => column(name, member(data, name), member(target, targetName));
    return {
      ...idColumn('data_id', member(data, 'data_id')),
      ...columnsOf(data, ['rider_age_range', 'rider_gender', 'has_helmet', 'has_license_plate']),
      ...column('itgt_type', member(data, 'itgt_type'), member(target, 'target_type')),
      ...either('plate_char'),
      ...either('plate_color'),
      ...either('vehicle_type'),
      ...either('vehicle_color'),
      ...either('vehicle_direction'),
      ...either('car_pre_brand', 'car_pre_brand_index'),
      ...either('car_sub_brand', 'car_sub_brand_index'),
      ...either('car_year_brand'),
      ...either('lane_id'),
      ...either('global_obj_id', 'global_object_id'),
      ...either('human_gender'),
      ...either('human_age'),
      ...either('rider_num', 'riderman_num'),
      ...column('motor_type', member(data, 'motor_type'), member(data, 'moto_type'), member(target, 'motor_type')),
      ...column('car_pre_brand_name', member(target, 'car_pre_brand')),
      ...column('car_sub_brand_name', member(target, 'car_sub_brand')),
      ...columnsOf(target, ['plate_type', 'vehicle_type_ext']),
      ...column('trecord_type', member(target, 'trecord_type'), member(target, 'trecored_type')),
      ...column('meta_type_mask', member(common, 'meta_type_mask')),
      ...capturedAt([target, data]),
    };
  },
  children: () => [],
  pictures: (data) =>
    picturesWanted([
      { path: 'data', value: data, known: dataNames },
      { path: 'data.target', value: member(data, 'target'), known: targetNames },
    ]).own,
};

import { member } from '#lib/json/exact-json.ts';
import { capturedAt } from './captured-at.ts';
import { createFieldInspector } from './field-inspector.ts';
import type { MessageModule } from './message-module.ts';
import { outlines } from './outlines.ts';
import { picturesWanted } from './pictures-wanted.ts';
import { cameraOf, column, columnsOf, idColumn, textMember } from './read-fields.ts';

const outline = outlines.vehicle_data;
const dataNames = new Set(Object.keys(outline));
const targetNames = new Set(Object.keys(outline.target));

/**
 * Vehicles, riders and pedestrians: services 6, 7, 8 and 53 (reference 10.1.4.5.4).
 *
 * The column `car_pre_brand` is the index of the make, `car_pre_brand_name` its name, as for micro_checkpoint_data.
 */
export const vehicleData: MessageModule = {
  messageType: 'vehicle_data',
  section: '10.1.4.5.4',
  inspectFields: createFieldInspector(outline),
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

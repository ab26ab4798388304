import { type Json, member } from '#lib/json/exact-json.ts';
import { capturedAt } from './captured-at.ts';
import { createFieldInspector } from './field-inspector.ts';
import type { Columns, MessageModule } from './message-module.ts';
import { nestedColumns, nestedPictures, nestedTargets } from './nested-targets.ts';
import { outlines } from './outlines.ts';
import { cameraOf, column, columnsOf, idColumn, textMember } from './read-fields.ts';

const outline = outlines.micro_checkpoint_data;
const names = {
  data: new Set(Object.keys(outline)),
  inner: new Set(Object.keys(outline.data)),
  target: new Set(Object.keys(outline.data.targets[0])),
};

// The columns of a lane's statistics: sixteen members, the legacy flag and the cycle among them.
const statisticsNames = Object.keys(outline.data.targets[0]).filter((name) => name.includes('statistics'));

const targetColumns = (target: Json): Columns => ({
  ...idColumn('data_id', member(target, 'data_id')),
  ...columnsOf(target, [
    'target_type',
    'trecord_type',
    'global_object_id',
    'lane_id',
    'plate_char',
    'plate_color',
    'plate_type',
    'plate_confidence',
    'vehicle_type',
    'vehicle_type_ext',
    'vehicle_color',
    'vehicle_direction',
    'car_year_brand',
    'mfr_main_belt',
    'mfr_main_call',
    'mfr_vice_belt',
    'mfr_vice_exist',
    ...statisticsNames,
  ]),
  ...column('car_pre_brand', member(target, 'car_pre_brand_index')),
  ...column('car_pre_brand_name', member(target, 'car_pre_brand')),
  ...column('car_sub_brand', member(target, 'car_sub_brand_index')),
  ...column('car_sub_brand_name', member(target, 'car_sub_brand')),
  ...capturedAt([target]),
});

/**
 * Micro checkpoints and their traffic statistics: services 51 and 52 (reference 10.1.4.5.7). Each of the `targets[]` is a
 * part of its own, with plate, vehicle and statistics.
 *
 * The column `car_pre_brand` is the index of the make, `car_pre_brand_name` its name, as for vehicle_data.
 */
export const microCheckpointData: MessageModule = {
  messageType: 'micro_checkpoint_data',
  section: '10.1.4.5.7',
  inspectFields: createFieldInspector(outline),
  camera: cameraOf,
  eventTime: (data) => textMember(data, 'report_time'),
  columns: nestedColumns,
  children: (data) => nestedTargets(data, names, targetColumns),
  pictures: (data) => nestedPictures(data, names),
};

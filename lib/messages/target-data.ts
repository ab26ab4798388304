import { member } from '#lib/json/exact-json.ts';
import { capturedAt } from './captured-at.ts';
import { createFieldInspector } from './field-inspector.ts';
import type { MessageModule } from './message-module.ts';
import { outlines } from './outlines.ts';
import { picturesWanted } from './pictures-wanted.ts';
import { cameraOf, column, columnsOf, idColumn, textMember } from './read-fields.ts';

const outline = outlines.target_data;
const dataNames = new Set(Object.keys(outline));
const targetNames = new Set(Object.keys(outline.target));

/** Persons seen or recognised: services 1, 2, 20 and 22 (reference 10.1.4.5.2). */
export const targetData: MessageModule = {
  messageType: 'target_data',
  section: '10.1.4.5.2',
  inspectFields: createFieldInspector(outline),
  camera: cameraOf,
  eventTime: (data) => textMember(data, 'report_time'),
  columns(data) {
    const target = member(data, 'target');
    const common = member(data, 'common');
    return {
      ...columnsOf(target, ['match_type', 'target_matchrate', 'target_lib_type', 'target_lib_name', 'visitor_type']),
      ...idColumn('data_id', member(data, 'data_id')),
      ...columnsOf(data, ['hair', 'itgt_version']),
      ...column('itgt_type', member(data, 'itgt_type'), member(common, 'target_type'), member(target, 'target_type')),
      ...column('age', member(data, 'age'), member(target, 'target_age'), member(target, 'taget_age')),
      ...idColumn('age_group', member(data, 'age_group'), member(target, 'target_age_group')),
      ...column('gender', member(data, 'gender'), member(target, 'target_gender')),
      ...column('glasses', member(data, 'glasses'), member(target, 'target_glass')),
      ...column('hat', member(data, 'hat'), member(target, 'target_hat')),
      ...column('mouth_mask', member(data, 'mouth_mask'), member(target, 'target_mouth_mask')),
      ...column('target_expression', member(data, 'target_expression'), member(target, 'target_expression')),
      ...column('quality_score', member(data, 'quality_score'), member(target, 'target_quality_score')),
      ...idColumn('target_id', member(data, 'target_id'), member(target, 'target_id')),
      ...column('global_obj_id', member(data, 'global_obj_id'), member(target, 'global_object_id')),
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

import { member } from '#lib/json/exact-json.ts';
import { capturedAt } from './captured-at.ts';
import { createFieldInspector } from './field-inspector.ts';
import type { MessageModule } from './message-module.ts';
import { nestedColumns, nestedPictures, nestedTargets } from './nested-targets.ts';
import { outlines } from './outlines.ts';
import { cameraOf, columnsOf, idColumn, textMember } from './read-fields.ts';

const outline = outlines.behavior_analysis_data;
const names = {
  data: new Set(Object.keys(outline)),
  inner: new Set(Object.keys(outline.data)),
  target: new Set(Object.keys(outline.data.targets[0])),
};

/** Snapshots of behaviour analysis: service 21 (reference 10.1.4.5.6). Each of the `targets[]` is a part of its own. */
export const behaviorAnalysisData: MessageModule = {
  messageType: 'behavior_analysis_data',
  section: '10.1.4.5.6',
  inspectFields: createFieldInspector(outline),
  camera: cameraOf,
  eventTime: (data) => textMember(data, 'report_time'),
  columns: (data) => ({
    ...nestedColumns(data),
    ...columnsOf(member(member(data, 'data'), 'rule'), ['rule_type']),
  }),
  children: (data) =>
    nestedTargets(data, names, (target) => ({
      ...idColumn('data_id', member(target, 'data_id')),
      ...columnsOf(target, ['target_type', 'global_object_id', 'obj_id', 'obj_type', 'obj_status']),
      ...capturedAt([target]),
    })),
  pictures: (data) => nestedPictures(data, names),
};

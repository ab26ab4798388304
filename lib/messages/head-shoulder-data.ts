import { member } from '#lib/json/exact-json.ts';
import { capturedAt } from './captured-at.ts';
import { createFieldInspector } from './field-inspector.ts';
import type { MessageModule } from './message-module.ts';
import { outlines } from './outlines.ts';
import { cameraOf, column, columnsOf, elementsOf, firstMember, idColumn, textMember } from './read-fields.ts';

const countNames = [
  'people_num',
  'human_count_in',
  'human_count_out',
  'human_count_all_in_num',
  'human_count_all_out_num',
  'queue_time',
  'shoulder_num',
  'area_ratio',
];

/**
 * Crowd density, queue length and line crossing: services 12, 13 and 15 (reference 10.1.4.5.5). There are no pictures.
 *
 * Counts are columns of the message itself: `targets[]` have no identity of their own, and the first that carries a count gives it.
 */
export const headShoulderData: MessageModule = {
  messageType: 'head_shoulder_data',
  section: '10.1.4.5.5',
  inspectFields: createFieldInspector(outlines.head_shoulder_data),
  camera: cameraOf,
  eventTime: (data) => textMember(data, 'report_time'),
  columns(data) {
    const inner = member(data, 'data');
    const targets = elementsOf(member(inner, 'targets')).map(({ element }) => element);
    return {
      ...idColumn('data_id', member(data, 'data_id')),
      ...columnsOf(member(inner, 'common'), ['meta_type_mask', 'target_time_domain_info']),
      ...column('itgt_type', member(member(inner, 'common'), 'target_type'), firstMember(targets, 'target_type')),
      ...columnsOf(member(inner, 'rule'), ['rule_type', 'rule_line_dir']),
      ...Object.assign({}, ...countNames.map((name) => column(name, firstMember(targets, name)))),
      ...capturedAt(targets),
    };
  },
  children: () => [],
  pictures: () => [],
};

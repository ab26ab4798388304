import { businessTypes, ruleTypes } from './enumerations.ts';
import { choice, integer, list, messageData, object } from './fields.ts';
import {
  commonFields,
  indexFields,
  line,
  recordFields,
  relativeBox,
  ruleAreaFields,
  snapshotFields,
} from './shared-fields.ts';

const target = object('what was counted', {
  human_count_all_in_num: integer('people who entered since the counter was reset, whenever that was', 'persons'),
  human_count_all_out_num: integer('people who left since the counter was reset, whenever that was', 'persons'),
  human_count_in: integer('people who entered', 'persons'),
  human_count_out: integer('people who left', 'persons'),
  human_time_start: integer('begin of the count; an unsigned 64-bit number where the clock is unset', 'ms since epoch'),
  human_time_stop: integer('end of the count; an unsigned 64-bit number where the clock is unset', 'ms since epoch'),
  pic_snapshot_dst_offset: snapshotFields.pic_snapshot_dst_offset,
  pic_snapshot_timems: snapshotFields.pic_snapshot_timems,
  pic_snapshot_tzone: snapshotFields.pic_snapshot_tzone,
  area_ratio: integer('density of the crowd, on an undocumented scale'),
  head_should_r_pos: relativeBox('the counted area; the name as the reference spells it'),
  head_shoulder_pos: relativeBox('the counted area; the name as devices spell it'),
  people_num: integer('people in the crowd', 'persons'),
  queue_time: integer('waiting time of the queue, in an undocumented unit'),
  shoulder_num: integer('heads and shoulders seen', 'persons'),
  target_type: choice('intelligent service', businessTypes),
});

/** `data` of a head_shoulder_data (reference 10.1.4.5.5). */
export const HeadShoulderDataData = messageData('people counted by head and shoulders', {
  ...recordFields,
  data: object('the count', {
    common: object('what every record of the camera carries', { ...commonFields, ...indexFields }),
    rule: object('the rule that counts', {
      rule_line_dir: integer('direction in which the line counts'),
      rule_line_pos: line('line of the rule', false),
      rule_line_pos_r: line('line of the rule, relative to the picture', true),
      rule_type: choice('kind of rule', ruleTypes),
      ...ruleAreaFields,
    }),
    targets: list('what was counted, per rule', target),
  }),
});

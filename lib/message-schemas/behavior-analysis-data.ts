import { businessTypes, objectStatuses, objectTypes, ruleTypes } from './enumerations.ts';
import { bitMask, choice, id, integer, list, messageData, object, pictureUrl } from './fields.ts';
import {
  commonFields,
  gridBox,
  gridSpeed,
  indexFields,
  metaTypeMask,
  recordFields,
  relativeBox,
  ruleAreaFields,
  snapshotFields,
} from './shared-fields.ts';

const targetFields = {
  ...snapshotFields,
  data_id: id('identifier of this target'),
  panorama_pic: pictureUrl('panorama'),
  panorama_pic_size: integer('size of the panorama', 'bytes'),
  color: object('colour of the object', {
    red: integer('red part', '0–255'),
    green: integer('green part', '0–255'),
    blue: integer('blue part', '0–255'),
    conf_lev: integer('confidence in the colour'),
    color_id: integer('number of the colour'),
  }),
  global_object_id: integer('identifier of the object across records, 64-bit'),
  meta_type_mask: metaTypeMask(),
  obj_id: integer('identifier of the object on the device'),
  obj_pos: gridBox('the object'),
  obj_pos_r: relativeBox('the object, relative to the picture'),
  obj_speed: gridSpeed('speed of the object'),
  obj_status: bitMask('what the object does', objectStatuses),
  obj_type: choice('kind of object', objectTypes),
  target_type: choice('intelligent service', businessTypes),
};

const innerFields = {
  common: object('what every record of the camera carries', {
    ...commonFields,
    ...indexFields,
    target_type: choice('intelligent service; undocumented here, sent nevertheless', businessTypes),
  }),
  rule: object('the rule that was broken', {
    ...ruleAreaFields,
    rule_type: choice('kind of rule', ruleTypes),
  }),
  targets: list('the panorama first, then the objects', object('a picture or an object', targetFields)),
};

const dataFields = { ...recordFields, data: object('the analysis', innerFields) };

/** `data` of a behavior_analysis_data (reference 10.1.4.5.6). */
export const BehaviorAnalysisDataData = messageData('objects that broke a rule of behaviour', dataFields);

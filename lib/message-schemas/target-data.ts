import { businessTypes, recordTypes, vehicleTypes } from './enumerations.ts';
import { choice, id, integer, keyword, type Labels, messageData, object, pictureUrl, text } from './fields.ts';
import { commonFields, cornerBox, recordFields, relativeBox, snapshotFields } from './shared-fields.ts';

const genders: Labels = { male: 'male', female: 'female', unknown: 'unknown' };
const ageGroups: Labels = { 0: 'unknown', 1: 'juvenile', 2: 'young adult', 3: 'elderly', 4: 'child', 5: 'middle-aged' };
const yesNo: Labels = { true: 'yes', false: 'no', unknown: 'unknown' };
const hairLengths: Labels = { long: 'long', short: 'short', unknown: 'unknown' };
const expressions: Labels = {
  smile: 'smiling',
  anger: 'angry',
  sad: 'sad',
  normal: 'neutral',
  surprised: 'surprised',
  unknown: 'unknown',
};

const attributes = object("attributes in the device's own codes, at odds with the words beside them", {
  glasses: choice('glasses; examples show an undocumented 2', { 0: 'wears glasses', 1: 'no glasses' }),
  gender: choice('gender, counted the other way round than in vehicle_data', { 1: 'female', 2: 'male' }),
  age: integer('age from 0 to 99, 0 where unknown', 'years'),
  mouth_mask: choice('face mask', { 0: 'no mask', 1: 'wears a mask' }),
  expression: choice('facial expression', { 0: 'smiling', 1: 'angry', 2: 'sad', 3: 'neutral', 4: 'surprised' }),
});

const recordClassFields = {
  target_type: choice('intelligent service', businessTypes),
  trecord_type: choice('algorithm behind the record', recordTypes),
  vehicle_type: choice('type of vehicle or person', vehicleTypes),
  vehicle_type_ext: choice('finer type of vehicle or person', vehicleTypes),
};

const targetFields = {
  ...recordClassFields,
  taget_age: integer('age from 0 to 99, 0 where unknown; the name as the reference spells it', 'years'),
  target_age: integer('age from 0 to 99, 0 where unknown; the name as devices spell it', 'years'),
  target_expression: keyword('facial expression', expressions),
  target_feature: attributes,
  target_gender: keyword('gender', genders),
  target_glass: keyword('whether glasses are worn', yesNo),
  target_glass_type: choice('kind of glasses', { 0: 'none', 1: 'ordinary glasses', 2: 'sunglasses' }),
  target_hair: keyword('length of the hair', hairLengths),
  target_hat: keyword('whether a hat is worn', yesNo),
  target_id: id('identifier of the target on the device'),
  target_lib_type: choice('kind of target library', { 0: 'default library', 1: 'blacklist', 2: 'whitelist' }),
  target_lib_name: text('name of the target library'),
  target_lib_recordid: id('identifier of the target in the library, which keeps feature and record together'),
  target_mouth_mask: keyword('whether a face mask is worn', yesNo),
  target_mustache: choice('beard', { 0: 'no beard', 1: 'has a beard' }),
  target_panopic_size: integer('size of the panorama', 'bytes'),
  target_panorama: pictureUrl('panorama'),
  target_pic: pictureUrl('close-up of the target'),
  target_pic_kps: integer('key point quality flag of the close-up'),
  target_pic_position: relativeBox('where the close-up was cut from'),
  target_pic_time: integer('time the close-up was made', 'ms since epoch'),
  target_pic_tzone: integer('zone of the device, positive in the east', 'ms'),
  target_cap_feature: text('features of the target for comparison; undocumented here, sent nevertheless', 'base64'),
  body_panopic_size: integer('size of the panorama with the whole person', 'bytes'),
  global_object_id: integer('identifier of the object across records, 64-bit'),
  human_pic: pictureUrl('picture of the whole person'),
  human_pic_kps: integer('key point quality flag of the picture of the whole person'),
  human_pic_roi: relativeBox('the person within the picture of the whole person'),
  human_rect_position: relativeBox('the whole person in the panorama'),
  obj_appear_timems: integer('time the target first appeared', 'ms since epoch'),
  pic_snapshot_dst_offset: snapshotFields.pic_snapshot_dst_offset,
  pic_snapshot_time: snapshotFields.pic_snapshot_time,
  pic_snapshot_tzone: snapshotFields.pic_snapshot_tzone,
  target_recog_box_colour: integer('colour of the recognition box'),
  match_type: choice('whether the target was found in the library', { 0: 'no match', 1: 'match' }),
  snap_matchrate_million: integer('match rate sent to the metadata gateway, six significant digits'),
  target_rec_version: text('version of the recognition algorithm'),
  target_quality_score: integer('quality of the close-up'),
  visitor_type: choice('kind of visitor', { 0: 'resident', 1: 'visitor' }),
  target_match: text('picture of the matching library entry; a URL or the picture itself'),
  target_matchrate: integer('match rate'),
  target_age_group: choice('age group', ageGroups),
  id_cardmd5: text('MD5 of the identity card number'),
  total_snap_num: integer('captures in total'),
  snap_target_num: integer('targets in the captures'),
};

const dataFields = {
  ...recordFields,
  itgt_type: choice('intelligent service', businessTypes),
  itgt_version: text('version of the recognition algorithm'),
  quality_score: integer('quality of the close-up'),
  age: integer('age from 0 to 99, 0 where unknown', 'years'),
  age_group: keyword('age group', ageGroups),
  gender: keyword('gender', genders),
  glasses: keyword('whether glasses are worn', yesNo),
  hair: keyword('length of the hair', hairLengths),
  hat: keyword('whether a hat is worn', yesNo),
  mouth_mask: keyword('whether a face mask is worn', yesNo),
  target_id: id('identifier of the target on the device'),
  global_obj_id: integer('identifier of the object across records, 64-bit'),
  target_expression: keyword('facial expression', expressions),
  target_url: pictureUrl('close-up of the target'),
  target_all_pic_url: pictureUrl('picture of the whole person'),
  panorama_url: pictureUrl('panorama'),
  target_pos: cornerBox('the target in the panorama'),
  human_pos: cornerBox('the whole person in the panorama'),
  target_cap_feature: text('features of the target, two of which can be compared for similarity', 'base64'),
  target_pic_time: integer('time the close-up was made', 'ms since epoch'),
  common: object('what every record of the camera carries', { ...commonFields, ...recordClassFields }),
  target: object('the data as the device sent it; its members depend on the service', targetFields),
};

/** `data` of a target_data (reference 10.1.4.5.2). */
export const TargetDataData = messageData('a person seen or recognised', dataFields);

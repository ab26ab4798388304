/**
 * Fields of messages that tell of persons, by the names of their members at any depth (reference 10.1.4.2, 10.1.4.5), and
 * what an undocumented field of the same kind would be called.
 */

/**
 * Face and feature templates, and digests of identity cards: of no use outside the algorithm that made them, they stand in
 * the raw archive alone.
 */
export const isRawOnly = (name: string): boolean => name.endsWith('cap_feature') || name === 'id_cardmd5';

/** Characters of a number plate, not what is said about the plate. */
export const isPlateField = (name: string): boolean =>
  name === 'plate_char' || /(?:plate|licen[cs]e)[_-]?(?:no|num|number|char|chars|code|text)$/i.test(name);

const targetFields = new Set([
  'target_id',
  'global_obj_id',
  'global_object_id',
  'frequency_id',
  'target_lib_recordid',
  'id_cardmd5',
  'name',
  'target_name',
  'person_name',
]);

/** What a person, or another target, goes by: identifiers of devices and of libraries, and names. */
export const isTargetField = (name: string): boolean => targetFields.has(name);

/** A picture of the person itself, or of the library's entry: a field may hold its URL or the picture. */
export const isPersonPictureField = (name: string): boolean => name === 'target_match';

const faceKinds = /^(?:target|body|match|target-group)(?:-alt|-\d+)*$/;

/**
 * Whether a picture is of a person: the close-up, the whole body, the library's entry. A panorama and the picture of an
 * alarm show a scene, with persons in it or not. What an undocumented field of a `target_data` announces is taken for one.
 */
export const isFacePicture = (messageType: string, kind: string): boolean =>
  faceKinds.test(kind) || (messageType === 'target_data' && kind.startsWith('other-'));

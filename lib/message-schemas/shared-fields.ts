import { bitMask, choice, decimal, id, integer, type Labels, list, object, text } from './fields.ts';

const ofWidth = "ten-thousandths of the panorama's width";
const ofHeight = "ten-thousandths of the panorama's height";

/** A box at data level (`RectCor`): `x_cor`/`y_cor` and sizes relative to the panorama. The reference swaps the names of width and height (10.1.4.5.2). */
export const cornerBox = (description: string) =>
  object(description, {
    x_cor: integer('left edge of the box', ofWidth),
    y_cor: integer('top edge of the box', ofHeight),
    width: integer('width of the box', ofWidth),
    height: integer('height of the box', ofHeight),
  });

const box = (description: string, widthUnit: string, heightUnit: string) =>
  object(description, {
    x: integer('left edge of the box', widthUnit),
    y: integer('top edge of the box', heightUnit),
    width: integer('width of the box', widthUnit),
    height: integer('height of the box', heightUnit),
  });

/** A box in device data (`Rect`), relative to the panorama. */
export const relativeBox = (description: string) => box(description, ofWidth, ofHeight);

/** A box in pixels of the picture: the `*_abs` fields. */
export const pixelBox = (description: string) => box(description, 'pixels', 'pixels');

/** A box on the device's rule grid: `obj_pos`, whose relative twin is `obj_pos_r`; examples fit a grid of 352 × 288. */
export const gridBox = (description: string) => box(description, 'grid cells', 'grid cells');

const metaTypes: Labels = { 1: 'box data', 2: 'picture data', 8: 'keep-alive', 16: 'alarm data' };

/** What kinds of data a record carries. Printed as single values, sent as their sum (10.1.4.5.5 shows 3) or as null. */
export const metaTypeMask = () => bitMask('kinds of data in this record', metaTypes);

/** Members that every `common` object has. */
export const commonFields = {
  channel_id: integer("channel number inside the camera, numbered apart from the message's channel_id"),
  channel_id_ex: integer('extended channel number inside the camera'),
  pts: integer("presentation time stamp of the frame, on the camera's own clock"),
  sdc_device_id: id('identifier of the main or subordinate camera'),
  sdc_uuid: text("identifier of the camera's video source"),
  intelligence_type: integer('kind of intelligent service'),
  image_height: integer('height of the picture', 'pixels'),
  image_width: integer('width of the picture', 'pixels'),
  meta_type_mask: metaTypeMask(),
};

/** Members that `common` adds in the types whose data is nested twice (10.1.4.5.5 to 10.1.4.5.7). */
export const indexFields = {
  intelligent_target_index: integer('index of the target or service kind, unsigned 64-bit'),
  target_time_domain_info: choice('time domain of the record', {
    0: 'live boxes, for the video overlay',
    1: 'captures and regular reports, for storage',
  }),
};

/** Members that name the device, the record and the time of a TLV message (10.1.4.5). */
export const recordFields = {
  device_id: id('device the record comes from'),
  channel_id: id('channel the record comes from'),
  data_id: id('identifier of the record, with which its pictures can be asked for'),
  report_time: text('time the record was reported', 'ISO 8601 with offset'),
};

/** When and in which zone a picture was taken. */
export const snapshotFields = {
  pic_snapshot_dst_offset: integer('daylight saving offset of the picture time', 's'),
  pic_snapshot_time: integer('time the picture was taken', 's since epoch'),
  pic_snapshot_timems: integer(
    "time the picture was taken; no epoch at all where the camera's clock is unset",
    'ms since epoch',
  ),
  pic_snapshot_tzone: integer('zone of the picture time, positive in the east', 'ms'),
};

/** Direction in which a vehicle crosses the picture. */
export const directions: Labels = { 0: 'unknown', 1: 'left', 2: 'right', 3: 'up', 4: 'down' };

const corners = (description: string, unitX: string, unitY: string) =>
  object(description, {
    num: integer('number of corners of the area'),
    points: list(
      'corners of the area, in order',
      object('a corner', { x: integer('horizontal position', unitX), y: integer('vertical position', unitY) }),
    ),
  });

/** The area of a rule, twice: on the device's grid and relative to the picture. */
export const ruleAreaFields = {
  rule_area_pos: corners('area of the rule', 'grid columns', 'grid rows'),
  rule_area_pos_relative: corners('area of the rule, relative to the picture', ofWidth, ofHeight),
};

/** A line from one point to another. */
export const line = (description: string, relative: boolean) =>
  object(description, {
    x1: integer('horizontal position of the start', relative ? ofWidth : 'grid columns'),
    x2: integer('horizontal position of the end', relative ? ofWidth : 'grid columns'),
    y1: integer('vertical position of the start', relative ? ofHeight : 'grid rows'),
    y2: integer('vertical position of the end', relative ? ofHeight : 'grid rows'),
  });

/** Speed of an object on the device's grid. */
export const gridSpeed = (description: string) =>
  object(description, {
    x: decimal('horizontal part', 'grid columns, per an undocumented time'),
    y: decimal('vertical part', 'grid rows, per an undocumented time'),
  });

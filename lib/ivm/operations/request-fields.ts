import * as z from 'zod';

/*
 * Forms of what is sent. They refuse what IVM would refuse, before it leaves: a refused request may cost one of the few that a
 * device takes in a minute, and IVM's own answer to it seldom says which member it means.
 */

const chinese = /\p{Script=Han}/gu;

/** Length in the sense of the reference, where it counts a Chinese character as so many others. */
const weighedLength = (value: string, weight: number): number =>
  value.length + (weight - 1) * (value.match(chinese)?.length ?? 0);

/** A text of so many characters, at most and at least. */
export const textOf = (least: number, most: number) => z.string().min(least).max(most);

/** A text in which a Chinese character counts as two. */
export const weighedText = (least: number, most: number, weight = 2) =>
  z
    .string()
    .refine((value) => weighedLength(value, weight) >= least && weighedLength(value, weight) <= most, {
      error: `it takes ${least} to ${most} characters, of which a Chinese one counts as ${weight}`,
    })
    .meta({ minLength: least, maxLength: most });

/** An id of decimal digits, kept as a text: it may exceed what a number holds. */
export const digits = (least: number, most: number) =>
  z.string().min(least).max(most).regex(/^\d+$/, 'it takes digits alone');

/** A whole number. */
export const whole = (least: number, most: number) => z.int().min(least).max(most);

/** One of the values that the reference lists. */
export const oneOf = <const Values extends readonly [string, ...string[]]>(...values: Values) => z.enum(values);

/** Several at once, which the query carries with commas between them. */
export const several = <Item extends z.ZodType<string>>(item: Item) => z.array(item).min(1);

/** One of the numbers that the reference lists. */
export const oneNumberOf = <const Values extends readonly [number, ...number[]]>(...values: Values) =>
  z.literal(values);

/** `YYYY-MM-DD HH:mm:ss`, on the clocks of Beijing. */
export const dateTime = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/, 'it takes a date and a time, as 2026-01-15 08:00:00');

/** Id of a device: 8 to 32 letters and digits of a HoloSens device, or the 20 digits of one that speaks GB/T 28181. */
export const deviceId = z
  .string()
  .min(8)
  .max(32)
  .regex(/^[A-Za-z0-9]+$/, 'it takes 8 to 32 letters and digits, or the 20 digits of GB/T 28181');

/** Id of a device that speaks GB/T 28181; its 11th to 13th digit say what it is: 132 a camera, 111 a DVR, 118 an NVR. */
export const gbDeviceId = z
  .string()
  .length(20)
  .regex(/^\d{10}(?:111|118|132)\d{7}$/, 'it takes 20 digits, with 132, 111 or 118 from the 11th on');

/** Id of a channel of a device that speaks GB/T 28181. */
export const gbChannelId = digits(20, 20);

/** Where there is nothing to say. */
export const nothing = z.strictObject({});

const isNumberWithin = (text: string, least: number, most: number) =>
  /^-?\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most;

/** A whole number that IVM takes as a text. */
export const numericText = (least: number, most: number) =>
  z
    .string()
    .refine((text) => isNumberWithin(text, least, most), `it takes ${least} to ${most}, as a text`)
    .meta({ minimum: least, maximum: most });

/** Id of a channel: 0 to 999 of a HoloSens device, or the 20 digits of one that speaks GB/T 28181. */
export const channelId = z
  .string()
  .refine((text) => isNumberWithin(text, 0, 999) || /^\d{20}$/.test(text), 'it takes 0 to 999, or 20 digits');

/** Id of a channel of a HoloSens device: 0 to 999, and -1 for the device itself where an interface knows it. */
export const holoChannelId = (least: -1 | 0 = 0) =>
  z.string().refine((text) => isNumberWithin(text, least, 999), `it takes ${least} to 999`);

const namedDevice = deviceId.describe('id of the device');

/** Parameters of the path of what is about one device. */
export const ofDevice = z.strictObject({ device_id: namedDevice });
export const ofGbDevice = z.strictObject({ device_id: gbDeviceId.describe('id of the device') });

/** Names one channel. */
export const channelIds = { device_id: namedDevice, channel_id: channelId.describe('id of the channel') };

/** Parameters of the path of what is about one channel. */
export const ofChannel = z.strictObject(channelIds);
export const ofHoloChannel = z.strictObject({
  device_id: namedDevice,
  channel_id: holoChannelId(-1).describe('id of the channel, -1 for the device itself'),
});

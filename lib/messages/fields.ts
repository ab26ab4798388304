import * as z from 'zod';
import { DecimalText, type Json } from '#lib/json/exact-json.ts';
import { isOmission } from '#lib/json/omission.ts';

/** English labels of documented values, by the value's text. New algorithms bring new values, so no list is ever closed. */
export type Labels = Readonly<Record<string, string>>;

/** What a schema knows about a field beside its type: `field.meta()` gives it back. */
export type FieldNote = { description: string; unit?: string; values?: Labels };

/** The types a field can be expected to have; the words appear in the `problems` of an event. */
export type ExpectedType =
  | 'string'
  | 'string or integer'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'http(s) URL'
  | 'string or array of strings';

const integerText = /^-?\d{1,40}$/;
const numberText = /^-?\d{1,40}(?:\.\d{1,40})?$/;
const maxUrlLength = 4096;

// IVM writes numbers as text at will (reference 10.1.4: ids, age groups), so a text that reads as the number is no problem.
const isInteger = (value: unknown): boolean =>
  typeof value === 'bigint' ||
  (typeof value === 'number' && Number.isInteger(value)) ||
  (value instanceof DecimalText && Number.isInteger(Number(value.text))) ||
  (typeof value === 'string' && integerText.test(value));

const isNumber = (value: unknown): boolean =>
  typeof value === 'number' ||
  typeof value === 'bigint' ||
  value instanceof DecimalText ||
  (typeof value === 'string' && numberText.test(value));

const isString = (value: unknown): value is string => typeof value === 'string';

/** Whether a value is an absolute http(s) URL of a sane length, so that it can be asked for. */
export const isHttpUrl = (value: Json | undefined): value is string =>
  typeof value === 'string' && value.length <= maxUrlLength && /^https?:\/\/[^\s/]/i.test(value);

/** Empty members of a note are left out, so that `meta()` shows only what is known. */
const note = (description: string, unit?: string, values?: Labels): FieldNote => ({
  description,
  ...(unit === undefined ? {} : { unit }),
  ...(values === undefined ? {} : { values }),
});

const leaf = (expected: ExpectedType, accepts: (value: unknown) => boolean, about: FieldNote) =>
  z
    .custom<Json>((value) => accepts(value) || isOmission(value as Json), { params: { expected } })
    .nullish()
    .meta(about);

/** A text. */
export const text = (description: string, unit?: string) => leaf('string', isString, note(description, unit));

/** An identifier, which IVM writes as a string in one place and as a number in the next (10.1.4: `target_id`, `group_id`). */
export const id = (description: string) =>
  leaf('string or integer', (value) => isString(value) || isInteger(value), note(description));

/** An integer of any size: unsigned 64-bit values occur under fields typed Int (10.1.4.5.5). */
export const integer = (description: string, unit?: string) => leaf('integer', isInteger, note(description, unit));

/** A number that may have a fraction. */
export const decimal = (description: string, unit?: string) => leaf('number', isNumber, note(description, unit));

/** A yes/no value. */
export const flag = (description: string) =>
  leaf('boolean', (value) => typeof value === 'boolean' || value === 'true' || value === 'false', note(description));

/** A numeric code; undocumented codes are welcome, the documented ones are labelled. */
export const choice = (description: string, values: Labels) =>
  leaf('integer', isInteger, note(description, undefined, values));

/** Numeric flags added up into one number; `values` labels the single bits. */
export const bitMask = (description: string, values: Labels) =>
  leaf('integer', isInteger, note(description, 'bit mask', values));

/** A code in words (or digits kept as text); undocumented words are welcome, the documented ones are labelled. */
export const keyword = (description: string, values: Labels) =>
  leaf('string or integer', (value) => isString(value) || isInteger(value), note(description, undefined, values));

/** The URL of a picture, valid for five minutes; empty where there is no such picture. */
export const pictureUrl = (description: string) =>
  leaf('http(s) URL', (value) => value === '' || (isString(value) && isHttpUrl(value)), note(description, 'URL'));

/** Keywords, printed as one string in the reference and sent as an array (10.1.4.3: `channel_ability`). */
export const keywords = (description: string, values: Labels) =>
  leaf(
    'string or array of strings',
    (value) => isString(value) || (Array.isArray(value) && value.every(isString)),
    note(description, undefined, values),
  );

/** A nested object: every member may be absent or null, a member it does not list is an unknown field. */
export const object = <Shape extends z.ZodRawShape>(description: string, shape: Shape) =>
  z.strictObject(shape).nullish().meta(note(description));

/** A list; null where IVM has nothing to list (10.1.4.3: `video_channel`). */
export const list = <Item extends z.ZodType>(description: string, item: Item) =>
  z.array(item).nullish().meta(note(description));

/** The `data` of a message type as a whole; the one object that must be there. */
export const messageData = <Shape extends z.ZodRawShape>(description: string, shape: Shape) =>
  z.strictObject(shape).meta(note(description));

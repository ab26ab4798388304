import * as z from 'zod';
import type { Json } from '#lib/json/exact-json.ts';
import { type ExpectedType, typeCheck } from '#lib/messages/field-types.ts';

/** English labels of documented values, by the value's text. New algorithms bring new values, so no list is ever closed. */
export type Labels = Readonly<Record<string, string>>;

/** What a schema knows about a field beside its type: `field.meta()` gives it back. */
export type FieldNote = { description: string; unit?: string; values?: Labels };

/** Empty members of a note are left out, so that `meta()` shows only what is known. */
const note = (description: string, unit?: string, values?: Labels): FieldNote => ({
  description,
  ...(unit === undefined ? {} : { unit }),
  ...(values === undefined ? {} : { values }),
});

const leaf = (expected: ExpectedType, about: FieldNote) => {
  const fits = typeCheck(expected);
  return z
    .custom<Json>((value) => fits(value as Json), { params: { expected } })
    .nullish()
    .meta(about);
};

/** A text. */
export const text = (description: string, unit?: string) => leaf('string', note(description, unit));

/** An identifier, which IVM writes as a string in one place and as a number in the next (10.1.4: `target_id`, `group_id`). */
export const id = (description: string) => leaf('string or integer', note(description));

/** An integer of any size: unsigned 64-bit values occur under fields typed Int (10.1.4.5.5). */
export const integer = (description: string, unit?: string) => leaf('integer', note(description, unit));

/** A number that may have a fraction. */
export const decimal = (description: string, unit?: string) => leaf('number', note(description, unit));

/** A yes/no value. */
export const flag = (description: string) => leaf('boolean', note(description));

/** A numeric code; undocumented codes are welcome, the documented ones are labelled. */
export const choice = (description: string, values: Labels) => leaf('integer', note(description, undefined, values));

/** Numeric flags added up into one number; `values` labels the single bits. */
export const bitMask = (description: string, values: Labels) => leaf('integer', note(description, 'bit mask', values));

/** A code in words (or digits kept as text); undocumented words are welcome, the documented ones are labelled. */
export const keyword = (description: string, values: Labels) =>
  leaf('string or integer', note(description, undefined, values));

/** The URL of a picture, valid for five minutes; empty where there is no such picture. */
export const pictureUrl = (description: string) => leaf('http(s) URL', note(description, 'URL'));

/** Keywords, printed as one string in the reference and sent as an array (10.1.4.3: `channel_ability`). */
export const keywords = (description: string, values: Labels) =>
  leaf('string or array of strings', note(description, undefined, values));

/** A nested object: every member may be absent or null, a member it does not list is an unknown field. */
export const object = <Shape extends z.ZodRawShape>(description: string, shape: Shape) =>
  z.strictObject(shape).nullish().meta(note(description));

/** A list; null where IVM has nothing to list (10.1.4.3: `video_channel`). */
export const list = <Item extends z.ZodType>(description: string, item: Item) =>
  z.array(item).nullish().meta(note(description));

/** The `data` of a message type as a whole; the one object that must be there. */
export const messageData = <Shape extends z.ZodRawShape>(description: string, shape: Shape) =>
  z.strictObject(shape).meta(note(description));

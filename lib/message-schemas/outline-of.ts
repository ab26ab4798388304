import * as z from 'zod';
import type { ExpectedType } from '#lib/messages/field-types.ts';
import type { ObjectOutline, Outline } from '#lib/messages/outline.ts';

/**
 * The outline of an object made by the functions of `fields.ts`.
 *
 * @throws TypeError for a field of any other make, which an outline might not describe truly.
 */
export const outlineOf = (schema: z.ZodObject): ObjectOutline =>
  Object.fromEntries(Object.entries(schema.shape).map(([name, field]) => [name, outlineOfField(field)]));

function outlineOfField(field: z.core.$ZodType): Outline {
  if (field instanceof z.ZodOptional || field instanceof z.ZodNullable) return outlineOfField(field.unwrap());
  if (field instanceof z.ZodObject) return outlineOf(field);
  if (field instanceof z.ZodArray) return [outlineOfField(field.element)];
  const expected: ExpectedType | undefined = field instanceof z.ZodCustom ? field.def.params?.['expected'] : undefined;
  if (expected === undefined) throw new TypeError('only what the functions of fields.ts make has an outline');
  return expected;
}

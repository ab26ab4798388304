import * as z from 'zod';
import type { ExpectedType } from '#lib/messages/field-types.ts';

/** How a field is built: of members, of elements, or as a single value of a type. */
export type FieldForm =
  | { members: readonly (readonly [name: string, field: z.core.$ZodType])[] }
  | { element: z.core.$ZodType }
  | { expected: ExpectedType };

/**
 * The form of a field made by the functions of `fields.ts`.
 *
 * @throws TypeError for a field of any other make, of which the form might not be all.
 */
export function formOf(field: z.core.$ZodType): FieldForm {
  if (field instanceof z.ZodOptional || field instanceof z.ZodNullable) return formOf(field.unwrap());
  if (field instanceof z.ZodObject) return { members: Object.entries(field.shape) };
  if (field instanceof z.ZodArray) return { element: field.element };
  const expected: ExpectedType | undefined = field instanceof z.ZodCustom ? field.def.params?.['expected'] : undefined;
  if (expected === undefined) throw new TypeError('only what the functions of fields.ts make has a known form');
  return { expected };
}

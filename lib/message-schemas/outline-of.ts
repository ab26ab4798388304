import type * as z from 'zod';
import type { ObjectOutline, Outline } from '#lib/messages/outline.ts';
import { formOf } from './field-form.ts';

/**
 * The outline of an object made by the functions of `fields.ts`.
 *
 * @throws TypeError for a field of any other make, which an outline might not describe truly.
 */
export const outlineOf = (schema: z.ZodObject): ObjectOutline => outlineOfMembers(Object.entries(schema.shape));

const outlineOfMembers = (members: readonly (readonly [string, z.core.$ZodType])[]): ObjectOutline =>
  Object.fromEntries(members.map(([name, field]) => [name, outlineOfField(field)]));

function outlineOfField(field: z.core.$ZodType): Outline {
  const form = formOf(field);
  if ('members' in form) return outlineOfMembers(form.members);
  return 'element' in form ? [outlineOfField(form.element)] : form.expected;
}
